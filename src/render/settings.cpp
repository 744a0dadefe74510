#include "render/settings.hpp"

#include <cmath>
#include <string>
#include <type_traits>
#include <variant>

#include "render/display.hpp"
#include "render/format.hpp"
#include "resolve/sources.hpp"
#include "text/shortest.hpp"

namespace distillcfg::render {
namespace {

constexpr std::size_t name_columns = 60;
constexpr std::size_t shown_at_start = 6;  // of the members of a long group
constexpr std::size_t shown_at_end = 2;

// The fewest digits that read back to the same float: what people write.
Shown short_float_text(float value) {
  if (!std::isfinite(value)) return float_text(value);
  std::string text = formatted("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return display(text);
}

template <class T>
Setting setting(Literal part, Literal key, const Effective<T>& value, bool is_present = true) {
  Setting result{part, key, {}, value.from, value.at};
  if (is_present) {
    if constexpr (std::is_same_v<T, float>) {
      result.value = short_float_text(value.value);
    } else {
      result.value = name_of(value.value);
    }
  }
  return result;
}

}  // namespace

Shown float_text(float value) {
  if (std::isnan(value)) return Literal("nan");
  if (std::isinf(value)) return value < 0 ? Literal("-inf") : Literal("inf");
  char digits[detail::repr_size];
  return display({digits, detail::write_repr(value, digits)});
}

std::string_view rule_name(const AMCTDistillConfig& config, const Rule& rule) noexcept {
  switch (rule.from) {
    case Origin::skip_layer: return config.quant_skip_layers[rule.index].value;
    case Origin::skip_type: return config.quant_skip_layer_types[rule.index].value;
    case Origin::layer_override: return config.distill_override_layers[rule.index]->layer_name.value;
    case Origin::type_override: return config.distill_override_layer_types[rule.index]->layer_type.value;
    case Origin::global:
    case Origin::defaults: break;
  }
  return {};
}

std::vector<Setting> settings_of(const EffectiveData& data, const EffectiveWeight& weight) {
  return {
      setting("data", "algo", data.algo),
      setting("data", "clip_max", data.clip_max, data.has_clip),
      setting("data", "clip_min", data.clip_min, data.has_clip),
      setting("data", "fixed_min", data.fixed_min, data.has_fixed_min),
      setting("data", "dst_type", data.dst_type),
      setting("weight", "algo", weight.algo),
      setting("weight", "channel_wise", weight.channel_wise),
      setting("weight", "dst_type", weight.dst_type),
  };
}

std::vector<Setting> written_settings(const AMCTDistillConfig& config, const Rule& rule) {
  std::vector<Setting> result;
  const auto add = [&]<class T>(Literal part, Literal key, const Field<T>& field) {
    if (field.has_value()) result.push_back(setting(part, key, Effective<T>{field.value, rule.from, field.at}));
  };
  const detail::Source source = detail::source_of(config, rule);
  if (source.data != nullptr && source.data->ulq_quantize.has_value()) {
    const Field<ActULQquantize>& ulq = source.data->ulq_quantize;
    add("data", "algo", Field<DataAlgorithm>(DataAlgorithm::ulq_quantize, ulq.at));
    if (ulq->clip_max_min.has_value()) {
      add("data", "clip_max", ulq->clip_max_min->clip_max);
      add("data", "clip_min", ulq->clip_max_min->clip_min);
    }
    add("data", "fixed_min", ulq->fixed_min);
    add("data", "dst_type", ulq->dst_type);
  }
  if (source.weight != nullptr && source.weight->weights_quant_algo.has_value()) {
    const Field<WeightAlgorithm>& algorithm = source.weight->weights_quant_algo;
    const bool is_arq = std::holds_alternative<ARQDistill>(algorithm.value);
    add("weight", "algo",
        Field<WeightAlgorithmName>(is_arq ? WeightAlgorithmName::arq_distill : WeightAlgorithmName::ulq_distill,
                                   algorithm.at));
    add("weight", "channel_wise", detail::channel_wise_of(source.weight));
    add("weight", "dst_type", detail::data_type_of(source.weight));
  }
  return result;
}

std::optional<std::size_t> decision_kind(const Resolution& resolution, const Layer& layer) noexcept {
  const Origin from = resolution.rule(layer).from;
  if (from == Origin::layer_override) return std::nullopt;
  return static_cast<std::size_t>(from) * 4 + static_cast<std::size_t>(layer.layer_class) * 2 +
         (layer.reserved_name ? 1 : 0);
}

std::uint32_t line_of(SourceLines& lines, std::uint32_t at) {
  return at == absent || at == set_by_code ? 0 : lines.position(at).line;
}

Shown text_of(const LineRange& lines, Language language) {
  if (lines.first == 0) return {};
  if (lines.first == lines.last) {
    return shown(pick(language, "line {}", "第 {} 行"), lines.first);
  }
  return shown(pick(language, "lines {}-{}", "第 {}-{} 行"), lines.first, lines.last);
}

Shown group_text(const Resolution& resolution, const Group& group, Language language) {
  Shown out;
  const std::span<const std::uint32_t> members = resolution.members(group);
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i != 0) out += " → ";
    if (i == shown_at_start && members.size() > shown_at_start + shown_at_end + 1) {
      const std::size_t left_out = members.size() - shown_at_start - shown_at_end;
      out.append(pick(language, "({} more) → ", "（另外 {} 个）→ "), left_out);
      i += left_out;
    }
    const Field<Text>& module = resolution.model().node[members[i]]->module_name;
    if (module.has_value()) {
      out.add_shortened(module.value, name_columns);
    } else {
      out += "null";
    }
  }
  return out;
}

Shown layers_text(std::size_t count, Language language) {
  if (language == Language::zh) return shown("{} 层", count);
  return shown("{} layer{}", count, count == 1 ? Literal("") : Literal("s"));
}

}  // namespace distillcfg::render
