// The structs: absence, defaults, places, what a merge leaves, and filling them in without a text.
#include "distillcfg/ast.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "support/flat_config.hpp"
#include "support/output.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;
using distillcfg::test::described;
using distillcfg::test::printed;

namespace {

template <class... T>
constexpr bool all_trivially_destructible = (std::is_trivially_destructible_v<T> && ...);
static_assert(all_trivially_destructible<AMCTDistillConfig, DistillGroup, DistillDataQuantConfig, ActULQquantize,
                                         ClipMaxMin, DistillWeightQuantConfig, ARQDistill, WtsULQDistill,
                                         DistillOverrideLayer, DistillOverrideLayerType>);
template <class... T>
constexpr bool all_aggregates = (std::is_aggregate_v<T> && ...);
static_assert(all_aggregates<AMCTDistillConfig, DistillGroup, DistillDataQuantConfig, ActULQquantize, ClipMaxMin,
                             DistillWeightQuantConfig, ARQDistill, WtsULQDistill, DistillOverrideLayer,
                             DistillOverrideLayerType>);

static_assert(sizeof(Field<std::uint32_t>) == 8);
static_assert(sizeof(void*) != 8 || sizeof(Text) == 12);
static_assert(sizeof(void*) != 8 || sizeof(Field<Text>) == 16);
static_assert(sizeof(Boxed<DistillDataQuantConfig>) == sizeof(void*));
static_assert(std::variant_size_v<WeightAlgorithm> == 3);
static_assert(std::is_same_v<std::variant_alternative_t<0, WeightAlgorithm>, std::monostate>);
static_assert(std::is_same_v<std::variant_alternative_t<1, WeightAlgorithm>, ARQDistill>);
static_assert(std::is_same_v<std::variant_alternative_t<2, WeightAlgorithm>, WtsULQDistill>);
static_assert(static_cast<std::uint32_t>(DataType::INT4) == 0 && static_cast<std::uint32_t>(DataType::INT8) == 1);
static_assert(absent != set_by_code && absent > max_source_size && set_by_code > max_source_size);

// A number is not taken for a field of another type by accident.
static_assert(!std::is_convertible_v<std::uint32_t, Field<DataType>>);
static_assert(!std::is_convertible_v<std::string_view, Field<std::uint32_t>>);

// Where the first occurrence of `needle` stands, or one further on.
std::uint32_t place(std::string_view text, std::string_view needle, int occurrence = 0) {
  std::size_t at = text.find(needle);
  for (; occurrence > 0; --occurrence) at = text.find(needle, at + 1);
  REQUIRE(at != std::string_view::npos);
  return static_cast<std::uint32_t>(at);
}

Document merged(std::string_view text) {
  Document document = parse(text, {.semantics = Semantics::merge});
  CHECK(document.ok());
  return document;
}

}  // namespace

TEST_CASE("a fresh configuration is absent everywhere and reads as the defaults") {
  const AMCTDistillConfig config;
  CHECK(described(config).empty());
  CHECK_FALSE(config.batch_num.has_value());
  CHECK(config.batch_num.at == absent);
  CHECK(config.batch_num.value == 1);
  CHECK(*config.group_size == 1);
  CHECK_FALSE(*config.data_dump);
  CHECK(config.distill_group.empty());
  CHECK_FALSE(config.distill_data_quant_config.has_value());
  CHECK(config.distill_data_quant_config.get() == nullptr);
  CHECK(config.distill_data_quant_config.at() == absent);
  CHECK(config.distill_weight_quant_config.get() == nullptr);
  CHECK(config.distill_override_layers.empty());
  CHECK(config.distill_override_layer_types.empty());
  CHECK(config.quant_skip_layers.empty());
  CHECK(config.quant_skip_layer_types.empty());

  const ActULQquantize ulq;
  CHECK_FALSE(ulq.clip_max_min.has_value());
  CHECK_FALSE(ulq.fixed_min.has_value());
  CHECK_FALSE(ulq.dst_type.has_value());
  CHECK(ulq.dst_type.value == DataType::INT8);
  CHECK(ARQDistill().dst_type.value == DataType::INT8);
  CHECK(WtsULQDistill().dst_type.value == DataType::INT8);
  CHECK_FALSE(ARQDistill().channel_wise.value);
  CHECK(ClipMaxMin().clip_max.value == 0.0F);
  CHECK(DistillGroup().start_layer_name->empty());
  CHECK_FALSE(DistillWeightQuantConfig().weights_quant_algo.has_value());
  CHECK(std::holds_alternative<std::monostate>(DistillWeightQuantConfig().weights_quant_algo.value));
}

TEST_CASE("the defaults are there at compile time") {
  constexpr AMCTDistillConfig config;
  static_assert(config.batch_num.value == 1 && !config.batch_num.has_value());
  static_assert(!config.distill_data_quant_config.has_value());
  static_assert(ActULQquantize().dst_type.value == DataType::INT8);
  constexpr Field<std::uint32_t> set = 7U;
  static_assert(set.value == 7 && set.at == set_by_code && set.has_value());
  constexpr Field<std::uint32_t> placed(7U, 12);
  static_assert(placed.at == 12);
  constexpr Field<std::uint32_t> start = Default{std::uint32_t{9}};
  static_assert(start.value == 9 && !start.has_value());
  CHECK(config.quant_skip_layers.empty());
}

TEST_CASE("fields") {
  Field<std::uint32_t> field;
  field = 5U;
  CHECK(field.has_value());
  CHECK(*field == 5);
  CHECK(field.at == set_by_code);
  *field = 6;
  CHECK(field.value == 6);
  field = {};
  CHECK_FALSE(field.has_value());

  Field<ActULQquantize> message = ActULQquantize{};
  message->fixed_min = true;
  CHECK(message->fixed_min.value);
  CHECK(message->fixed_min.at == set_by_code);
  message->fixed_min = false;
  CHECK_FALSE((*message).fixed_min.value);
}

TEST_CASE("boxes") {
  Boxed<DistillDataQuantConfig> box;
  CHECK_FALSE(box.has_value());
  CHECK(box.field() == nullptr);
  Field<DistillDataQuantConfig> field;
  box = &field;
  CHECK_FALSE(box.has_value());  // what it points to is absent
  CHECK(box.get() == nullptr);
  CHECK(box.at() == absent);
  field = DistillDataQuantConfig{};
  CHECK(box.has_value());
  CHECK(box.get() == &field.value);
  CHECK(box.at() == set_by_code);
  CHECK(box.field() == &field);
  box->ulq_quantize = ActULQquantize{};
  CHECK(field->ulq_quantize.has_value());
  CHECK((*box).ulq_quantize.has_value());
}

TEST_CASE("texts") {
  const Text none;
  CHECK(none.empty());
  CHECK(none.view().empty());
  CHECK(none == ""sv);
  const Text name = "layer1";
  CHECK(name.size() == 6);
  CHECK(name == "layer1"sv);
  CHECK(name == Text("layer1"));
  CHECK_FALSE(name == "layer2"sv);
  CHECK_FALSE(name == Text("layer"));
  const Text with_nul = "a\0b"sv;
  CHECK(with_nul.size() == 3);
  CHECK_FALSE(with_nul == Text("a"));
  const std::string_view view = name;
  CHECK(view == "layer1");
  const std::string owner = "own";
  const Field<Text> field = std::string_view(owner);
  CHECK(field->view().data() == owner.data());
}

TEST_CASE("a configuration made by code prints, and parses back") {
  Field<DistillDataQuantConfig> data = DistillDataQuantConfig{};
  data->ulq_quantize = ActULQquantize{.clip_max_min = ClipMaxMin{6.0F, -6.0F}, .fixed_min = {}, .dst_type = {}};
  data->ulq_quantize->dst_type = DataType::INT4;
  Field<DistillWeightQuantConfig> arq = DistillWeightQuantConfig{};
  arq->weights_quant_algo = WeightAlgorithm(ARQDistill{.dst_type = DataType::INT8, .channel_wise = true});
  Field<DistillWeightQuantConfig> ulq = DistillWeightQuantConfig{};
  ulq->weights_quant_algo = WeightAlgorithm(WtsULQDistill{});
  Field<DistillWeightQuantConfig> neither = DistillWeightQuantConfig{};
  Field<DistillGroup> groups[] = {DistillGroup{"conv1", "bn1"}, DistillGroup{"", "x\"y"}};
  Field<DistillOverrideLayer> layers[] = {DistillOverrideLayer{"layer4", &data, &arq},
                                          DistillOverrideLayer{"layer5", {}, &ulq}};
  Field<DistillOverrideLayerType> types[] = {DistillOverrideLayerType{"Conv2d", {}, &neither}};
  Field<Text> skipped[] = {Text("fc"), Text("head")};

  AMCTDistillConfig config;
  config.batch_num = 4U;
  config.group_size = 0U;
  config.data_dump = false;
  config.distill_group = List<Field<DistillGroup>>(groups);
  config.distill_data_quant_config = &data;
  config.distill_override_layers = List<Field<DistillOverrideLayer>>(layers);
  config.distill_override_layer_types = List<Field<DistillOverrideLayerType>>(types);
  config.quant_skip_layers = List<Field<Text>>(skipped);

  const std::string text = printed(config);
  CHECK(text ==
        R"(batch_num: 4
group_size: 0
data_dump: false
distill_group {
  start_layer_name: "conv1"
  end_layer_name: "bn1"
}
distill_group {
  start_layer_name: ""
  end_layer_name: "x\"y"
}
distill_data_quant_config {
  ulq_quantize {
    clip_max_min {
      clip_max: 6
      clip_min: -6
    }
    dst_type: INT4
  }
}
distill_override_layers {
  layer_name: "layer4"
  distill_data_quant_config {
    ulq_quantize {
      clip_max_min {
        clip_max: 6
        clip_min: -6
      }
      dst_type: INT4
    }
  }
  distill_weight_quant_config {
    arq_distill {
      dst_type: INT8
      channel_wise: true
    }
  }
}
distill_override_layers {
  layer_name: "layer5"
  distill_weight_quant_config {
    ulq_distill {
    }
  }
}
distill_override_layer_types {
  layer_type: "Conv2d"
  distill_weight_quant_config {
  }
}
quant_skip_layers: "fc"
quant_skip_layers: "head"
)");
  const Document document = parse(text);
  REQUIRE(document.ok());
  CHECK(described(document.config(), false) == described(config, false));
}

TEST_CASE("set to its default is set") {
  const Document document =
      parse("batch_num: 1 data_dump: false distill_weight_quant_config { ulq_distill { dst_type: INT8 } }");
  REQUIRE(document.ok());
  CHECK(document.config().batch_num.has_value());
  CHECK(document.config().data_dump.has_value());
  CHECK_FALSE(document.config().group_size.has_value());
  const WeightAlgorithm& algorithm = document.config().distill_weight_quant_config->weights_quant_algo.value;
  REQUIRE(std::holds_alternative<WtsULQDistill>(algorithm));
  CHECK(std::get_if<WtsULQDistill>(&algorithm)->dst_type.has_value());
  CHECK_FALSE(std::get_if<WtsULQDistill>(&algorithm)->channel_wise.has_value());
}

TEST_CASE("an empty message is present") {
  const std::string_view text =
      "distill_data_quant_config {} distill_weight_quant_config <> distill_override_layers { layer_name: \"\""
      " distill_data_quant_config { ulq_quantize {} } }";
  const Document document = parse(text);
  REQUIRE(document.ok());
  const AMCTDistillConfig& config = document.config();
  REQUIRE(config.distill_data_quant_config.has_value());
  CHECK_FALSE(config.distill_data_quant_config->ulq_quantize.has_value());
  REQUIRE(config.distill_weight_quant_config.has_value());
  CHECK(std::holds_alternative<std::monostate>(config.distill_weight_quant_config->weights_quant_algo.value));
  CHECK_FALSE(config.distill_weight_quant_config->weights_quant_algo.has_value());
  REQUIRE(config.distill_override_layers.size() == 1);
  const DistillOverrideLayer& layer = *config.distill_override_layers[0];
  CHECK(layer.layer_name.has_value());
  CHECK(layer.layer_name->empty());
  CHECK(layer.distill_data_quant_config->ulq_quantize.has_value());
  CHECK_FALSE(layer.distill_weight_quant_config.has_value());
}

TEST_CASE("merge: the last scalar wins, and its place with it") {
  const std::string_view text = "batch_num: 2\ndata_dump: true\n batch_num: 3\ndata_dump: false\nbatch_num: 4";
  const Document document = merged(text);
  CHECK(document.config().batch_num.value == 4);
  CHECK(document.config().batch_num.at == place(text, "batch_num", 2));
  CHECK_FALSE(document.config().data_dump.value);
  CHECK(document.config().data_dump.at == place(text, "data_dump", 1));
  CHECK(document.diagnostics().warnings() == 3);
  const Document strict = parse(text);
  CHECK_FALSE(strict.ok());
  CHECK(strict.diagnostics().errors() == 3);
}

TEST_CASE("merge: a message is merged field by field and keeps its first place") {
  const std::string_view text =
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1 clip_min: -1 } dst_type: INT4 } }\n"
      "batch_num: 1\n"
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 2 clip_min: -3 } fixed_min: true } }\n";
  const Document document = merged(text);
  const Boxed<DistillDataQuantConfig>& data = document.config().distill_data_quant_config;
  CHECK(data.at() == 0);
  CHECK(data->ulq_quantize.at == place(text, "ulq_quantize"));
  const ActULQquantize& ulq = *data->ulq_quantize;
  CHECK(ulq.clip_max_min.at == place(text, "clip_max_min"));
  CHECK(ulq.clip_max_min->clip_max.value == 2.0F);
  CHECK(ulq.clip_max_min->clip_max.at == place(text, "clip_max:", 1));
  CHECK(ulq.clip_max_min->clip_min.value == -3.0F);
  CHECK(ulq.clip_max_min->clip_min.at == place(text, "clip_min", 1));
  CHECK(ulq.fixed_min.value);
  CHECK(ulq.fixed_min.at == place(text, "fixed_min"));
  CHECK(ulq.dst_type.value == DataType::INT4);
  CHECK(ulq.dst_type.at == place(text, "dst_type"));
}

TEST_CASE("merge: messages of an override, and the root's weight algorithm over two occurrences") {
  const std::string_view text =
      "distill_override_layers { layer_name: 'a' distill_weight_quant_config { arq_distill { dst_type: INT4 } }"
      " layer_name: 'b' distill_weight_quant_config { arq_distill { channel_wise: true } } }\n"
      "distill_override_layers { layer_name: 'c' }\n"
      "distill_weight_quant_config { arq_distill { dst_type: INT4 } }\n"
      "distill_weight_quant_config { arq_distill { channel_wise: true } }\n";
  const Document document = merged(text);
  REQUIRE(document.config().distill_override_layers.size() == 2);
  const DistillOverrideLayer& first = *document.config().distill_override_layers[0];
  CHECK(first.layer_name.value == "b"sv);
  CHECK(first.layer_name.at == place(text, "layer_name", 1));
  CHECK(first.distill_weight_quant_config.at() == place(text, "distill_weight"));
  const auto* arq = std::get_if<ARQDistill>(&first.distill_weight_quant_config->weights_quant_algo.value);
  REQUIRE(arq != nullptr);
  CHECK(arq->dst_type.value == DataType::INT4);
  CHECK(arq->channel_wise.value);
  CHECK(document.config().distill_override_layers[1].at == place(text, "distill_override_layers", 1));

  const Boxed<DistillWeightQuantConfig>& weights = document.config().distill_weight_quant_config;
  CHECK(weights.at() == place(text, "\ndistill_weight") + 1);
  CHECK(weights->weights_quant_algo.at == place(text, "arq_distill", 2));
  arq = std::get_if<ARQDistill>(&weights->weights_quant_algo.value);
  REQUIRE(arq != nullptr);
  CHECK(arq->dst_type.value == DataType::INT4);
  CHECK(arq->channel_wise.value);
}

TEST_CASE("merge: another member of a oneof drops the earlier one") {
  const std::string_view text =
      "distill_weight_quant_config { arq_distill { dst_type: INT4 channel_wise: true } ulq_distill { channel_wise: "
      "false } }";
  const Document document = merged(text);
  const Field<WeightAlgorithm>& algorithm = document.config().distill_weight_quant_config->weights_quant_algo;
  REQUIRE(std::holds_alternative<WtsULQDistill>(algorithm.value));
  CHECK(algorithm.at == place(text, "ulq_distill"));
  const auto* const ulq = std::get_if<WtsULQDistill>(&algorithm.value);
  CHECK_FALSE(ulq->dst_type.has_value());
  CHECK(ulq->channel_wise.has_value());
  CHECK_FALSE(ulq->channel_wise.value);
  CHECK(document.diagnostics().warnings() == 1);
}

TEST_CASE("merge: a member of a oneof that comes back starts empty") {
  for (
      const std::string_view text :
      {"distill_weight_quant_config { arq_distill { dst_type: INT4 } ulq_distill { dst_type: INT4 } arq_distill {} }"sv,
       "distill_weight_quant_config { arq_distill { dst_type: INT4 } } distill_weight_quant_config { ulq_distill {} } "
       "distill_weight_quant_config { arq_distill {} }"sv}) {
    const Document document = merged(text);
    const Field<WeightAlgorithm>& algorithm = document.config().distill_weight_quant_config->weights_quant_algo;
    REQUIRE(std::holds_alternative<ARQDistill>(algorithm.value));
    CHECK(algorithm.at == place(text, "arq_distill", 1));
    CHECK_FALSE(std::get_if<ARQDistill>(&algorithm.value)->dst_type.has_value());
    CHECK(std::get_if<ARQDistill>(&algorithm.value)->dst_type.value == DataType::INT8);
    CHECK(printed(document.config()) == "distill_weight_quant_config {\n  arq_distill {\n  }\n}\n");
  }
}

TEST_CASE("merge: the same member of a oneof again is merged and keeps its place") {
  const std::string_view text =
      "distill_weight_quant_config { ulq_distill { dst_type: INT4 } ulq_distill { channel_wise: true } }";
  const Document document = merged(text);
  const Field<WeightAlgorithm>& algorithm = document.config().distill_weight_quant_config->weights_quant_algo;
  REQUIRE(std::holds_alternative<WtsULQDistill>(algorithm.value));
  CHECK(algorithm.at == place(text, "ulq_distill"));
  CHECK(std::get_if<WtsULQDistill>(&algorithm.value)->dst_type.value == DataType::INT4);
  CHECK(std::get_if<WtsULQDistill>(&algorithm.value)->channel_wise.value);
}

TEST_CASE("merge: a required field that another occurrence brings is not missing") {
  const std::string_view text =
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1 } } }"
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_min: -1 } } }";
  const Document document = merged(text);
  CHECK(document.config().distill_data_quant_config->ulq_quantize->clip_max_min->clip_min.value == -1.0F);
  CHECK_FALSE(parse(text).ok());
}

TEST_CASE("a missing required field: an error under strict and merge, a warning under amct") {
  const std::string_view text =
      "distill_group { start_layer_name: 'a' } distill_override_layers [{}, {layer_name: 'x'}]";
  for (const Semantics semantics : {Semantics::strict, Semantics::merge}) {
    const Document document = parse(text, {.semantics = semantics});
    CHECK_FALSE(document.ok());
    CHECK(document.diagnostics().errors() == 2);
    REQUIRE(document.diagnostics().size() == 2);
    CHECK(document.diagnostics()[0].code == Code::missing_required);
    CHECK(document.diagnostics()[1].code == Code::missing_required);
  }
  const Document document = parse(text, {.semantics = Semantics::amct});
  CHECK(document.ok());
  CHECK(document.diagnostics().errors() == 0);
  CHECK(document.diagnostics().warnings() == 2);
  CHECK_FALSE(document.config().distill_group[0]->end_layer_name.has_value());
  CHECK_FALSE(document.config().distill_override_layers[0]->layer_name.has_value());
  CHECK(document.config().distill_override_layers[1]->layer_name.value == "x"sv);
}

TEST_CASE("what was read before and behind a mistake stays visible") {
  const Document document = parse("batch_num: 2\nbogus: 3\ngroup_size: 4\n");
  CHECK_FALSE(document.ok());
  CHECK(document.diagnostics().errors() == 1);
  CHECK(document.config().batch_num.value == 2);
  CHECK(document.config().group_size.value == 4);
}
