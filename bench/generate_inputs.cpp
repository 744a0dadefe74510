#include "generate_inputs.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace distillcfg::bench {

namespace {

// ---- what is to be written, before it has a layout

struct Value;

struct Item {
  std::string_view name;
  std::vector<Value> values;  // several: a repeated field
};

using Message = std::vector<Item>;

struct Word {
  std::string_view word;
};

struct Value {
  std::variant<std::uint32_t, bool, double, Word, std::string, Message> of;
};

template <class T>
Item item(std::string_view name, T&& value) {
  Item result{name, {}};
  result.values.push_back(Value{std::forward<T>(value)});
  return result;
}

// Layer i of a backbone of 32 blocks a stage, three convolutions a block.
std::string layer_name(std::size_t i) {
  char name[64];
  const int size = std::snprintf(name, sizeof name, "backbone.layer%zu.%zu.conv%zu", i / 96, i / 3 % 32, i % 3 + 1);
  return {name, static_cast<std::size_t>(size)};
}

// One to four decimals, mostly one: what people write.
double random_clip(Random& random) {
  constexpr std::array<double, 4> scales = {10, 10, 100, 10000};
  const double scale = scales[random.below(scales.size())];
  const auto least = static_cast<std::size_t>(scale / 2);
  const auto count = static_cast<std::size_t>(scale * 11.5) + 1;
  return static_cast<double>(least + random.below(count)) / scale;
}

Message quantize(double clip, bool fixed_min, bool with_clip, bool with_fixed_min, bool with_type) {
  Message ulq;
  if (with_clip) ulq.push_back(item("clip_max_min", Message{item("clip_max", clip), item("clip_min", -clip)}));
  if (with_fixed_min) ulq.push_back(item("fixed_min", fixed_min));
  if (with_type) ulq.push_back(item("dst_type", Word{"INT8"}));
  return Message{item("ulq_quantize", std::move(ulq))};
}

Message weights(std::string_view algorithm, bool with_type) {
  Message settings{item("channel_wise", false)};
  if (with_type) settings.push_back(item("dst_type", Word{"INT8"}));
  return Message{item(algorithm, std::move(settings))};
}

Message override_layer(Random& random, std::string name, bool complete) {
  const auto keeps = [&](unsigned percent) { return complete || random.chance(percent); };
  const double clip = random_clip(random);
  const bool fixed_min = random.chance(50);
  const std::string_view algorithm = random.chance(50) ? "arq_distill" : "ulq_distill";
  Message message{item("layer_name", std::move(name))};
  if (keeps(90)) {
    const bool with_clip = keeps(70);
    const bool with_fixed_min = keeps(70);
    message.push_back(
        item("distill_data_quant_config", quantize(clip, fixed_min, with_clip, with_fixed_min, keeps(70))));
  }
  message.push_back(item("distill_weight_quant_config", weights(algorithm, keeps(60))));
  return message;
}

Message configuration(Random& random, std::size_t layers, bool complete) {
  Message root{item("batch_num", std::uint32_t{1}), item("group_size", std::uint32_t{1}), item("data_dump", true)};
  root.push_back(
      item("distill_group", Message{item("start_layer_name", layer_name(0)), item("end_layer_name", layer_name(1))}));
  root.push_back(item("distill_data_quant_config", quantize(6, true, true, true, true)));
  root.push_back(item("distill_weight_quant_config", weights("arq_distill", true)));
  Item skipped{"quant_skip_layers", {}};
  Item overridden{"distill_override_layers", {}};
  for (std::size_t i = 0; i < layers; ++i) {
    if (i % 97 != 5) {
      overridden.values.push_back(Value{override_layer(random, layer_name(i), complete)});
    } else if (skipped.values.size() < 200) {
      skipped.values.push_back(Value{layer_name(i)});
    }
  }
  root.push_back(std::move(skipped));
  root.push_back(std::move(overridden));
  return root;
}

// ---- layouts

void append_number(std::string& out, const char* format, double value) {
  char digits[64];
  out.append(digits, static_cast<std::size_t>(std::snprintf(digits, sizeof digits, format, value)));
}

// The shortest decimals of a value of at most four, with at least one behind the point: 6.0, -0.25.
void append_shortest(std::string& out, double value) {
  append_number(out, "%.4f", value);
  while (out.back() == '0' && out[out.size() - 2] != '.') out.pop_back();
}

class RegularWriter {
 public:
  std::string out;

  void message(const Message& items, std::size_t depth) {
    for (const Item& field : items) {
      for (const Value& value : field.values) {
        out.append(4 * depth, ' ').append(field.name).append(": ");
        write(value, depth);
        out += '\n';
        if (depth == 0 && std::holds_alternative<Message>(value.of)) out += '\n';
      }
    }
  }

 private:
  void write(const Value& value, std::size_t depth) {
    if (const auto* nested = std::get_if<Message>(&value.of)) {
      out += "{\n";
      message(*nested, depth + 1);
      out.append(4 * depth, ' ') += '}';
    } else if (const auto* text = std::get_if<std::string>(&value.of)) {
      out.append("\"").append(*text) += '"';
    } else if (const auto* name = std::get_if<Word>(&value.of)) {
      out.append(name->word);
    } else if (const auto* number = std::get_if<double>(&value.of)) {
      append_shortest(out, *number);
    } else if (const auto* boolean = std::get_if<bool>(&value.of)) {
      out += *boolean ? "true" : "false";
    } else {
      out += std::to_string(std::get<std::uint32_t>(value.of));
    }
  }
};

class IrregularWriter {
 public:
  explicit IrregularWriter(Random& random) : random_(random) {}

  std::string out;

  // On a line of its own each field is indented; `inline_` fields are divided by spaces.
  void message(Message items, std::size_t depth, bool inline_) {
    if (depth != 0) shuffle(items);
    const std::string_view unit = pick<std::string_view>({"  ", "    ", "\t"});
    std::string margin;
    for (std::size_t i = 0; !inline_ && i < depth; ++i) margin += unit;
    for (Item& field : items) {
      if (field.values.size() > 1 && std::holds_alternative<std::string>(field.values[0].of) && random_.chance(50)) {
        list(field, margin);
        out += inline_ ? ' ' : '\n';
        continue;
      }
      for (Value& value : field.values) occurrence(field.name, value, depth, margin, inline_);
    }
  }

 private:
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[random_.below(choices.size())];
  }

  void shuffle(Message& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random_.below(i)]);
  }

  void list(const Item& field, const std::string& margin) {
    out.append(margin).append(field.name) += ": [";
    const std::string_view between = pick<std::string_view>({", ", ",\n  "});
    bool first = true;
    for (const Value& value : field.values) {
      if (!first) out += between;
      first = false;
      literal(std::get<std::string>(value.of));
    }
    out += ']';
  }

  void occurrence(std::string_view name, Value& value, std::size_t depth, const std::string& margin, bool inline_) {
    if (!inline_ && random_.chance(8)) {
      out.append(margin) += pick<std::string_view>(
          {"# as in the last run\n",
           "# \xe8\xaf\xa5\xe5\xb1\x82\xe5\xaf\xb9\xe7\xb2\xbe\xe5\xba\xa6\xe6\x95\x8f\xe6\x84\x9f\n", "#\n",
           "# TODO: try INT4 {\n"});
    }
    out.append(margin).append(name);
    if (auto* nested = std::get_if<Message>(&value.of)) {
      const bool one_line = inline_ || random_.chance(25);
      const bool angles = random_.chance(10);
      out.append(pick<std::string_view>({": ", " ", " : "})) += angles ? '<' : '{';
      out += one_line ? ' ' : '\n';
      message(std::move(*nested), depth + 1, one_line);
      if (!one_line) out += margin;
      out += angles ? '>' : '}';
      out += separator();
    } else {
      out.append(":") += pick<std::string_view>({" ", "", "  "});
      scalar(value);
      out += separator();
      if (!inline_ && random_.chance(5)) out += " # why";
    }
    out += inline_ ? ' ' : '\n';
  }

  std::string_view separator() { return pick<std::string_view>({"", "", "", ",", ";"}); }

  void scalar(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.of)) {
      literal(*text);
    } else if (const auto* name = std::get_if<Word>(&value.of)) {
      out.append(name->word);
    } else if (const auto* boolean = std::get_if<bool>(&value.of)) {
      out += *boolean ? pick<std::string_view>({"true", "True", "t", "1"})
                      : pick<std::string_view>({"false", "False", "f", "0"});
    } else if (const auto* number = std::get_if<double>(&value.of)) {
      if (random_.chance(25)) {
        append_number(out, "%.9f", *number);
      } else {
        append_shortest(out, *number);
        out += pick<std::string_view>({"", "f", "e0"});
      }
    } else {
      char digits[16];
      const char* const format = pick<const char*>({"%u", "0x%x", "0%o"});
      out.append(digits, static_cast<std::size_t>(
                             std::snprintf(digits, sizeof digits, format, std::get<std::uint32_t>(value.of))));
    }
  }

  void literal(std::string_view text) {
    if (random_.chance(15)) {
      const std::size_t at = random_.below(text.size());
      char escape[8];
      const char* const format = pick<const char*>({"\\x%02x", "\\%03o", "\\u%04x"});
      const auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[at]));
      std::snprintf(escape, sizeof escape, format, byte);
      out.append("\"").append(text.substr(0, at)).append(escape).append(text.substr(at + 1)) += '"';
    } else if (random_.chance(5)) {
      const std::size_t at = random_.below(text.size());
      out.append("\"").append(text.substr(0, at)) += '"';
      out += pick<std::string_view>({" ", "\n\t", ""});
      out.append("'").append(text.substr(at)) += '\'';
    } else {
      const char quote = random_.chance(80) ? '"' : '\'';
      (out += quote).append(text) += quote;
    }
  }

  Random& random_;
};

// ---- models

// Collects a description: modules, then nodes whose consumers are known only later.
class ModelWriter {
 public:
  // Returns the index of the node. Without a module's type, no module stands behind it.
  std::size_t add(std::string name, std::string_view op_type, std::string_view module_type) {
    if (!module_type.empty()) {
      modules_.append("module {\n  name: \"").append(name).append("\"\n  type: \"").append(module_type) += "\"\n}\n";
    }
    nodes_.push_back({std::move(name), op_type, !module_type.empty(), {}});
    return nodes_.size() - 1;
  }
  void connect(std::size_t from, std::size_t to) { nodes_[from].consumers.push_back(to); }

  // The last node's output is the network's.
  std::string finish() {
    std::string text = "root_type: \"Net\"\n" + modules_;
    for (const Node& node : nodes_) {
      text.append("node {\n  name: \"").append(node.name).append("\"\n  op_type: \"").append(node.op_type) += "\"\n";
      if (node.has_module) text.append("  module_name: \"").append(node.name) += "\"\n";
      text += "  output {\n";
      for (const std::size_t consumer : node.consumers)
        text.append("    consumer: ").append(std::to_string(consumer)) += '\n';
      if (&node == &nodes_.back()) text += "    graph_output: 0\n";
      text += "  }\n}\n";
    }
    return text + "graph_output: \"output\"\n";
  }

 private:
  struct Node {
    std::string name;
    std::string_view op_type;
    bool has_module;
    std::vector<std::size_t> consumers;
  };
  std::string modules_;
  std::vector<Node> nodes_;
};

// "backbone.layer0.0.conv1" as that of another kind of layer.
std::string renamed(std::string name, std::string_view kind) { return name.replace(name.rfind("conv"), 4, kind); }

}  // namespace

std::string generate_input(Layout layout, std::size_t layers, std::uint64_t seed) {
  Random random(seed);
  Message root = configuration(random, layers, layout == Layout::regular);
  if (layout == Layout::regular) {
    RegularWriter writer;
    writer.message(root, 0);
    return std::move(writer.out);
  }
  IrregularWriter writer(random);
  writer.message(std::move(root), 0, false);
  return std::move(writer.out);
}

std::string generate_model(std::size_t layers) {
  ModelWriter model;
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = layer_name(i);
    const bool linear = i % 13 == 12;
    const std::size_t layer = model.add(name, linear ? "Gemm" : "Conv", linear ? "Linear" : "Conv2d");
    if (i != 0) model.connect(layer - 1, layer);
    if (!linear) model.connect(layer, model.add(renamed(name, "bn"), "BatchNormalization", "BatchNorm2d"));
    const std::size_t relu = model.add(renamed(name, "relu"), "Relu", "ReLU");
    model.connect(relu - 1, relu);
  }
  return model.finish();
}

std::string generate_residual_model(std::size_t blocks) {
  ModelWriter model;
  std::size_t input = model.add("stem", "Conv", "Conv2d");
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::string block = "block" + std::to_string(i);
    const std::size_t first = model.add(block + ".conv1", "Conv", "Conv2d");
    const std::size_t second = model.add(block + ".conv2", "Conv", "Conv2d");
    const std::size_t sum = model.add(block + ".add", "Add", "");
    model.connect(input, first);
    model.connect(first, second);
    model.connect(second, sum);
    model.connect(input, sum);
    input = model.add(block + ".relu", "Relu", "ReLU");
    model.connect(sum, input);
  }
  model.connect(input, model.add("fc", "Conv", "Conv2d"));
  return model.finish();
}

}  // namespace distillcfg::bench
