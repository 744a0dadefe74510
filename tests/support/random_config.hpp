// Random configurations, each with a text that gives it: in the layout of the documentation, or in
// every layout and spelling that the text format allows. The struct beside the text is built by
// hand, places included, and so is what the parser must find.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "distillcfg/ast.hpp"
#include "random.hpp"

namespace distillcfg::test {

struct RandomConfigOptions {
  bool wild = false;   // any layout and spelling
  bool merge = false;  // fields given again, members of a oneof in turn
  std::uint32_t most_elements = 4;
};

class RandomConfig {
 public:
  RandomConfig(std::uint64_t seed, Arena& arena, const RandomConfigOptions& options)
      : random_(seed), arena_(arena), options_(options) {
    for (int i = 0; i < 4; ++i) below(2);
    root();
    blank();
    text_ += options_.wild && below(4) == 0 ? "# at the end" : "\n";
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const AMCTDistillConfig& config() const { return config_; }

 private:
  using Actions = std::vector<std::function<void()>>;

  std::uint32_t below(std::uint32_t bound) { return random_.below(bound); }
  template <class... Choices>
  std::string_view one_of(Choices... choices) {
    return random_.one_of(choices...);
  }

  // ---- layout

  // Appends blanks, or none; true if there were any.
  bool blank() {
    if (!options_.wild) return false;
    const std::string_view chosen =
        one_of("", " ", "\n", "\t", "\r\n", "\n    ", "  ", "\v\f", "# remark: { \"\n", " #\n ", "\n\n", " ",
               "                                                                    ",
               "# a remark that is longer than what the parser remembers between two values: } ] \\\n");
    text_ += chosen;
    return !chosen.empty();
  }
  // Blanks on both sides of what one of the choices is.
  template <class... Choices>
  void within_blanks(Choices... choices) {
    blank();
    text_ += one_of(choices...);
    blank();
  }
  std::uint32_t place() const { return static_cast<std::uint32_t>(text_.size()); }

  // Where a field's name comes to stand.
  std::uint32_t name(std::string_view field) {
    if (!options_.wild) {
      text_ += '\n' + std::string(4 * depth_, ' ');
    } else if (!blank() && gap_needed_) {
      text_ += ' ';
    }
    gap_needed_ = false;
    const std::uint32_t at = place();
    text_ += field;
    return at;
  }
  void colon() {
    if (options_.wild) {
      within_blanks(":");
    } else {
      text_ += ": ";
    }
  }
  void colon_or_none() {
    if (options_.wild) {
      within_blanks("", ":");
    } else {
      text_ += ": ";
    }
  }
  void separator() {
    if (!options_.wild || below(3) != 0) return;
    blank();
    text_ += one_of(",", ";");
    gap_needed_ = false;
  }
  void body(const std::function<void()>& fields) {
    const bool angles = options_.wild && below(3) == 0;
    text_ += angles ? '<' : '{';
    ++depth_;
    gap_needed_ = false;
    fields();
    --depth_;
    if (!options_.wild) text_ += '\n' + std::string(4 * depth_, ' ');
    blank();
    text_ += angles ? '>' : '}';
    gap_needed_ = false;
  }
  void message_value(const std::function<void()>& fields) {
    colon_or_none();
    body(fields);
    separator();
  }

  void in_random_order(Actions actions) {
    for (std::size_t i = actions.size(); i > 1; --i) {
      if (options_.wild) std::swap(actions[i - 1], actions[below(static_cast<std::uint32_t>(i))]);
    }
    for (const auto& action : actions) action();
    if (!options_.merge) return;
    for (const auto& action : actions) {
      if (below(3) == 0) action();
    }
  }

  // ---- scalars

  template <class T>
  void scalar(Field<T>& field, std::string_view field_name) {
    const std::uint32_t at = name(field_name);
    colon();
    field = Field<T>(value_of(T{}), at);
    separator();
  }

  std::uint32_t value_of(std::uint32_t) {
    const std::uint32_t limits[] = {0, 1, 7, 8, 9, 10, 999'999'999, 1'000'000'000, 4'294'967'295U};
    const std::uint32_t value = below(2) == 0 ? limits[below(9)] : below(100'000);
    char text[40];
    const char* const formats[] = {"%u", "0x%x", "0X%X", "0%o", "000%o"};
    std::snprintf(text, sizeof text, formats[options_.wild ? below(5) : 0], value);  // NOLINT(cert-err33-c)
    text_ += text;
    gap_needed_ = true;
    return value;
  }
  bool value_of(bool) {
    const bool value = below(2) == 0;
    if (options_.wild) {
      text_ += value ? one_of("true", "True", "t", "1", "01", "0x1", "true")
                     : one_of("false", "False", "f", "0", "00", "0X0");
    } else {
      text_ += value ? "true" : "false";
    }
    gap_needed_ = true;
    return value;
  }
  DataType value_of(DataType) {
    const bool value = below(2) == 0;
    if (options_.wild) {
      text_ += value ? one_of("INT8", "1", "01", "0x1") : one_of("INT4", "0", "00", "-0", "- # zero\n 0", "0x0");
    } else {
      text_ += value ? "INT8" : "INT4";
    }
    gap_needed_ = true;
    return value ? DataType::INT8 : DataType::INT4;
  }
  float value_of(float) {
    const bool negative = below(2) == 0;
    if (negative) text_ += '-';
    if (negative) blank();
    gap_needed_ = true;
    float value = 0;
    if (options_.wild && below(8) == 0) {
      const bool infinite = below(2) == 0;
      text_ += infinite ? one_of("inf", "INF", "infinity", "Infinity") : one_of("nan", "NaN");
      value = infinite ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
    } else {
      std::string digits = std::to_string(below(2) == 0 ? below(100) : below(1'000'000'000));
      if (options_.wild) {
        digits +=
            one_of("", ".", ".5", ".0", ".125000", "e3", "E-5", "f", "F", ".25e+1f", "e-40", "e25", ".123456789012345");
      } else {
        digits += "." + std::to_string(below(1000));
      }
      text_ += digits;
      value = static_cast<float>(std::strtod(digits.c_str(), nullptr));
    }
    return negative ? -value : value;
  }
  Text value_of(const Text&) {
    std::string value;
    const std::uint32_t literals = options_.wild ? 1 + below(3) / 2 * below(3) : 1;
    for (std::uint32_t i = 0; i < literals; ++i) {
      if (i != 0) blank();
      const char quote = options_.wild && below(3) == 0 ? '\'' : '"';
      text_ += quote;
      for (std::uint32_t left = below(2) == 0 ? below(8) : below(40); left > 0; --left) value += character(quote);
      text_ += quote;
    }
    gap_needed_ = false;
    auto* const bytes = static_cast<char*>(arena_.allocate(value.size() + 1, 1));
    value.copy(bytes, value.size());
    return std::string_view(bytes, value.size());
  }
  // Writes one character; returns what it is the source of.
  std::string character(char quote) {
    std::pair<std::string, std::string> written;
    switch (options_.wild ? below(40) : 39) {
      case 0: written = {"\\n", "\n"}; break;
      case 1: written = {"\\t\\\"\\'\\\\\\?", "\t\"'\\?"}; break;
      case 2: written = {"\\x41", "A"}; break;
      case 3: written = {"\\0", std::string(1, '\0')}; break;
      case 4: written = {"\\101", "A"}; break;
      case 5: written = {"\\u4e2d", "\xE4\xB8\xAD"}; break;
      case 6: written = {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"}; break;
      case 7: written = {"\xC3\xBC", "\xC3\xBC"}; break;
      case 8: written = {"\\xc3\\xbc", "\xC3\xBC"}; break;
      case 9: written = {"\t", "\t"}; break;
      case 10: written = {quote == '"' ? "'" : "\"", quote == '"' ? "'" : "\""}; break;
      case 11: written = {"# { :", "# { :"}; break;
      default: written.first = written.second = std::string(1, "abcxyz0189._-/"[below(14)]);
    }
    // A digit would belong to an escape that stands before it.
    if (written.first[0] != '\\' && text_.size() > 1 && std::string_view(text_).substr(text_.size() - 2) == "\\0") {
      written = {"g", "g"};
    }
    text_ += written.first;
    return written.second;
  }

  // ---- messages

  template <class T, class Fill>
  void in_place(Field<T>& field, std::string_view field_name, Fill fill) {
    const std::uint32_t at = name(field_name);
    if (!field.has_value()) field.at = at;
    message_value([&] { fill(field.value); });
  }
  template <class T, class Fill>
  void boxed(Boxed<T>& box, std::string_view field_name, Fill fill) {
    const std::uint32_t at = name(field_name);
    if (!box.has_value()) box = arena_.create<Field<T>>(T{}, at);
    message_value([&] { fill(*box); });
  }
  template <class T, class Fill>
  void repeated(List<Field<T>>& list, std::string_view field_name, Fill fill) {
    const std::uint32_t at = name(field_name);
    if (below(options_.wild ? 2 : 4) == 0) {
      colon();
      text_ += '[';
      blank();
      for (std::uint32_t left = below(3) == 0 ? below(3 * options_.most_elements) : below(3); left > 0; --left) {
        fill(*list.push_back(arena_, Field<T>(T{}, place())));
        within_blanks(left > 1 ? "," : "");
        if (!options_.wild && left > 1) text_ += ' ';
      }
      text_ += "]";
      gap_needed_ = false;
      separator();
      return;
    }
    Field<T>& element = *list.push_back(arena_, Field<T>(T{}, at));
    if constexpr (std::is_same_v<T, Text>) {
      colon();
    } else {
      colon_or_none();
    }
    fill(element);
    separator();
  }

  void data_config(DistillDataQuantConfig& config) {
    if (below(5) != 0) in_place(config.ulq_quantize, "ulq_quantize", [this](ActULQquantize& ulq) { data_ulq(ulq); });
  }
  void data_ulq(ActULQquantize& ulq) {
    Actions actions;
    if (below(4) != 0) {
      actions.emplace_back([&] {
        in_place(ulq.clip_max_min, "clip_max_min", [this](ClipMaxMin& clip) {
          in_random_order({[&] { scalar(clip.clip_max, "clip_max"); }, [&] { scalar(clip.clip_min, "clip_min"); }});
        });
      });
    }
    if (below(4) != 0) actions.emplace_back([&] { scalar(ulq.fixed_min, "fixed_min"); });
    if (below(4) != 0) actions.emplace_back([&] { scalar(ulq.dst_type, "dst_type"); });
    in_random_order(std::move(actions));
  }
  template <class T>
  void algorithm(DistillWeightQuantConfig& config, std::string_view field_name) {
    Field<WeightAlgorithm>& field = config.weights_quant_algo;
    const std::uint32_t at = name(field_name);
    if (!std::holds_alternative<T>(field.value)) field = Field<WeightAlgorithm>(WeightAlgorithm(T{}), at);
    message_value([&] {
      T& chosen = *std::get_if<T>(&field.value);
      Actions actions;
      if (below(4) != 0) actions.emplace_back([&] { scalar(chosen.dst_type, "dst_type"); });
      if (below(4) != 0) actions.emplace_back([&] { scalar(chosen.channel_wise, "channel_wise"); });
      in_random_order(std::move(actions));
    });
  }
  void weight_config(DistillWeightQuantConfig& config) {
    for (std::uint32_t left = options_.merge ? below(4) : below(6) / 2; left > 0; --left) {
      if (below(2) == 0) {
        algorithm<ARQDistill>(config, "arq_distill");
      } else {
        algorithm<WtsULQDistill>(config, "ulq_distill");
      }
      if (!options_.merge) break;
    }
  }
  template <class T>
  void override_fields(T& element, Field<Text>& name_field, std::string_view name_of_it) {
    Actions actions;
    actions.emplace_back([&, name_of_it] { scalar(name_field, name_of_it); });
    if (below(3) != 0) {
      actions.emplace_back([&] {
        boxed(element.distill_data_quant_config, "distill_data_quant_config",
              [this](DistillDataQuantConfig& config) { data_config(config); });
      });
    }
    if (below(3) != 0) {
      actions.emplace_back([&] {
        boxed(element.distill_weight_quant_config, "distill_weight_quant_config",
              [this](DistillWeightQuantConfig& config) { weight_config(config); });
      });
    }
    in_random_order(std::move(actions));
  }

  void root() {
    Actions actions;
    if (below(3) != 0) actions.emplace_back([this] { scalar(config_.batch_num, "batch_num"); });
    if (below(3) != 0) actions.emplace_back([this] { scalar(config_.group_size, "group_size"); });
    if (below(3) != 0) actions.emplace_back([this] { scalar(config_.data_dump, "data_dump"); });
    if (below(3) != 0) {
      actions.emplace_back([this] {
        boxed(config_.distill_data_quant_config, "distill_data_quant_config",
              [this](DistillDataQuantConfig& config) { data_config(config); });
      });
    }
    if (below(3) != 0) {
      actions.emplace_back([this] {
        boxed(config_.distill_weight_quant_config, "distill_weight_quant_config",
              [this](DistillWeightQuantConfig& config) { weight_config(config); });
      });
    }
    const auto times = [&](const std::function<void()>& action) {
      for (std::uint32_t left = below(options_.most_elements + 1); left > 0; --left) actions.push_back(action);
    };
    times([this] {
      repeated(config_.distill_group, "distill_group", [this](Field<DistillGroup>& group) {
        body([&] {
          in_random_order({[&] { scalar(group->start_layer_name, "start_layer_name"); },
                           [&] { scalar(group->end_layer_name, "end_layer_name"); }});
        });
      });
    });
    times([this] {
      repeated(config_.distill_override_layers, "distill_override_layers", [this](Field<DistillOverrideLayer>& layer) {
        body([&] { override_fields(layer.value, layer->layer_name, "layer_name"); });
      });
    });
    times([this] {
      repeated(config_.distill_override_layer_types, "distill_override_layer_types",
               [this](Field<DistillOverrideLayerType>& type) {
                 body([&] { override_fields(type.value, type->layer_type, "layer_type"); });
               });
    });
    const auto string_element = [this](Field<Text>& element) { element.value = value_of(Text()); };
    times([this, string_element] { repeated(config_.quant_skip_layers, "quant_skip_layers", string_element); });
    times(
        [this, string_element] { repeated(config_.quant_skip_layer_types, "quant_skip_layer_types", string_element); });
    in_random_order(std::move(actions));
  }

  Random random_;
  Arena& arena_;
  RandomConfigOptions options_;
  AMCTDistillConfig config_;
  std::string text_;
  std::size_t depth_ = 0;
  bool gap_needed_ = false;  // a name or number stands last
};

}  // namespace distillcfg::test
