#include "entries.hpp"

#include <bit>
#include <cmath>

#include "require.hpp"

namespace distillcfg::fuzz {

namespace {

std::uint64_t number_of(std::uint32_t value) { return value; }
std::uint64_t number_of(bool value) { return value ? 1 : 0; }
std::uint64_t number_of(DataType value) { return static_cast<std::uint64_t>(value); }
std::uint64_t number_of(float value) { return std::isnan(value) ? 0x7FC0'0000U : std::bit_cast<std::uint32_t>(value); }

class Flattener {
 public:
  std::vector<Entry> entries;

  void root(const Model& m) {
    string("root_type", m.root_type);
    list("module", m.module);
    list("node", m.node);
    list("graph_output", m.graph_output);
  }

  void root(const AMCTDistillConfig& m) {
    scalar("batch_num", m.batch_num, std::uint32_t{1});
    scalar("group_size", m.group_size, std::uint32_t{1});
    scalar("data_dump", m.data_dump, false);
    list("distill_group", m.distill_group);
    configs(m.distill_data_quant_config, m.distill_weight_quant_config);
    list("distill_override_layers", m.distill_override_layers);
    list("distill_override_layer_types", m.distill_override_layer_types);
    list("quant_skip_layers", m.quant_skip_layers);
    list("quant_skip_layer_types", m.quant_skip_layer_types);
  }

 private:
  Entry entry(std::string_view name, Entry::Kind kind, std::uint32_t at) const {
    Entry e;
    e.name = name;
    e.kind = kind;
    e.at = at;
    e.depth = depth_;
    e.parent_at = parent_at_;
    return e;
  }

  template <class T>
  void scalar(std::string_view name, const Field<T>& field, T default_value) {
    if (!field.has_value()) {
      DISTILLCFG_REQUIRE(number_of(field.value) == number_of(default_value), "an absent field reads as its default");
      return;
    }
    Entry e = entry(name, Entry::Kind::number, field.at);
    e.number = number_of(field.value);
    entries.push_back(e);
  }

  void string(std::string_view name, const Field<Text>& field, std::string_view default_value = {}) {
    if (!field.has_value()) {
      DISTILLCFG_REQUIRE(field->view() == default_value, "an absent string reads as its default");
      return;
    }
    Entry e = entry(name, Entry::Kind::text, field.at);
    e.text = field->view();
    entries.push_back(e);
  }

  template <class T>
  void message(std::string_view name, const T& value, std::uint32_t at) {
    entries.push_back(entry(name, Entry::Kind::message, at));
    enter(value, at);
  }

  template <class T>
  void enter(const T& value, std::uint32_t at) {
    const std::uint32_t outer = parent_at_;
    parent_at_ = at;
    ++depth_;
    fields(value);
    --depth_;
    parent_at_ = outer;
  }

  void element(std::string_view name, const Field<Text>& field) { string(name, field); }
  void element(std::string_view name, const Field<std::uint32_t>& field) { scalar(name, field, std::uint32_t{0}); }
  template <class T>
  void element(std::string_view name, const Field<T>& field) {
    message(name, field.value, field.at);
  }

  template <class T>
  void list(std::string_view name, const List<Field<T>>& elements) {
    std::uint32_t i = 0;
    std::uint32_t previous = absent;
    for (const Field<T>& field : elements) {
      DISTILLCFG_REQUIRE(i < elements.size() && &elements[i] == &field, "iteration and [ ] give the same elements");
      DISTILLCFG_REQUIRE(field.has_value(), "every element of a list is set");
      const std::size_t mine = entries.size();
      element(name, field);
      entries[mine].repeated = true;
      entries[mine].previous_at = previous;
      previous = field.at;
      ++i;
    }
    DISTILLCFG_REQUIRE(i == elements.size(), "iteration gives all elements");
  }

  void configs(const Boxed<DistillDataQuantConfig>& data, const Boxed<DistillWeightQuantConfig>& weight) {
    if (data.has_value()) message("distill_data_quant_config", *data, data.at());
    if (weight.has_value()) message("distill_weight_quant_config", *weight, weight.at());
  }

  void fields(const DistillGroup& m) {
    string("start_layer_name", m.start_layer_name);
    string("end_layer_name", m.end_layer_name);
  }
  void fields(const DistillOverrideLayer& m) {
    string("layer_name", m.layer_name);
    configs(m.distill_data_quant_config, m.distill_weight_quant_config);
  }
  void fields(const DistillOverrideLayerType& m) {
    string("layer_type", m.layer_type);
    configs(m.distill_data_quant_config, m.distill_weight_quant_config);
  }
  void fields(const DistillDataQuantConfig& m) {
    if (m.ulq_quantize.has_value()) message("ulq_quantize", m.ulq_quantize.value, m.ulq_quantize.at);
  }
  void fields(const ActULQquantize& m) {
    if (m.clip_max_min.has_value()) message("clip_max_min", m.clip_max_min.value, m.clip_max_min.at);
    scalar("fixed_min", m.fixed_min, false);
    scalar("dst_type", m.dst_type, DataType::INT8);
  }
  void fields(const ClipMaxMin& m) {
    scalar("clip_max", m.clip_max, 0.0F);
    scalar("clip_min", m.clip_min, 0.0F);
  }
  void fields(const DistillWeightQuantConfig& m) {
    const Field<WeightAlgorithm>& algorithm = m.weights_quant_algo;
    DISTILLCFG_REQUIRE(algorithm.has_value() != std::holds_alternative<std::monostate>(algorithm.value),
                       "a oneof is absent exactly when it holds no member");
    if (const auto* arq = std::get_if<ARQDistill>(&algorithm.value)) message("arq_distill", *arq, algorithm.at);
    if (const auto* ulq = std::get_if<WtsULQDistill>(&algorithm.value)) message("ulq_distill", *ulq, algorithm.at);
  }
  template <class Algorithm>
  void fields(
      const Algorithm& m) requires std::is_same_v<Algorithm, ARQDistill> || std::is_same_v<Algorithm, WtsULQDistill> {
    scalar("dst_type", m.dst_type, DataType::INT8);
    scalar("channel_wise", m.channel_wise, false);
  }

  void fields(const Module& m) {
    string("name", m.name);
    string("type", m.type);
    string("padding_mode", m.padding_mode, "zeros");
    string("weight_id", m.weight_id);
  }
  void fields(const Node& m) {
    string("name", m.name);
    string("op_type", m.op_type);
    string("module_name", m.module_name);
    scalar("is_reused", m.is_reused, false);
    scalar("trans_a", m.trans_a, false);
    scalar("input_dimension_reduction", m.input_dimension_reduction, false);
    scalar("constant_weight", m.constant_weight, true);
    scalar("weight_rank", m.weight_rank, std::uint32_t{2});
    list("output", m.output);
  }
  void fields(const Port& m) {
    list("consumer", m.consumer);
    list("graph_output", m.graph_output);
  }

  std::uint32_t depth_ = 0;
  std::uint32_t parent_at_ = absent;
};

// What may stand at the place of an element of a list in [ ].
bool starts_element(Entry::Kind kind, char first) {
  switch (kind) {
    case Entry::Kind::message: return first == '{' || first == '<';
    case Entry::Kind::text: return first == '"' || first == '\'';
    case Entry::Kind::number: break;
  }
  return first >= '0' && first <= '9';
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool stands_at(std::string_view name, std::string_view text, std::uint32_t at) {
  const std::size_t end = at + name.size();
  return text.substr(at, name.size()) == name && (end == text.size() || !is_name_byte(text[end])) &&
         (at == 0 || !is_name_byte(text[at - 1]));
}

bool same(const std::vector<Entry>& a, const std::vector<Entry>& b, bool places) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].kind != b[i].kind || a[i].depth != b[i].depth || a[i].number != b[i].number ||
        a[i].text != b[i].text || (places && a[i].at != b[i].at)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<Entry> entries_of(const AMCTDistillConfig& config) {
  Flattener flattener;
  flattener.root(config);
  return std::move(flattener.entries);
}

std::vector<Entry> entries_of(const Model& model) {
  Flattener flattener;
  flattener.root(model);
  return std::move(flattener.entries);
}

bool same_values(const std::vector<Entry>& a, const std::vector<Entry>& b) { return same(a, b, false); }

bool same_values_and_places(const std::vector<Entry>& a, const std::vector<Entry>& b) { return same(a, b, true); }

void require_places(const std::vector<Entry>& entries, std::string_view text, bool accepted) {
  for (const Entry& e : entries) {
    DISTILLCFG_REQUIRE(e.at < text.size(), "a field's place is inside the text");
    if (!accepted) continue;
    DISTILLCFG_REQUIRE((e.repeated && starts_element(e.kind, text[e.at])) || stands_at(e.name, text, e.at),
                       "a field's place is its name, or the first byte of an element of a list");
    DISTILLCFG_REQUIRE(e.parent_at == absent || e.parent_at < e.at, "a field stands behind its message's opening");
    DISTILLCFG_REQUIRE(e.previous_at == absent || e.previous_at < e.at, "elements of a list stand in order");
  }
}

}  // namespace distillcfg::fuzz
