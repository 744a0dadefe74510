#include "distillcfg/schema.hpp"

#include "schema_rows.hpp"

namespace distillcfg {

namespace {

DISTILLCFG_DECLARE_MESSAGE(DistillGroup)
DISTILLCFG_DECLARE_MESSAGE(DistillDataQuantConfig)
DISTILLCFG_DECLARE_MESSAGE(ActULQquantize)
DISTILLCFG_DECLARE_MESSAGE(ClipMaxMin)
DISTILLCFG_DECLARE_MESSAGE(DistillWeightQuantConfig)
DISTILLCFG_DECLARE_MESSAGE(ARQDistill)
DISTILLCFG_DECLARE_MESSAGE(WtsULQDistill)
DISTILLCFG_DECLARE_MESSAGE(DistillOverrideLayer)
DISTILLCFG_DECLARE_MESSAGE(DistillOverrideLayerType)

constexpr EnumValue data_type_values[] = {{"INT4", static_cast<std::uint32_t>(DataType::INT4)},
                                          {"INT8", static_cast<std::uint32_t>(DataType::INT8)}};
constexpr EnumSchema DataType_schema = {"DataType", data_type_values};

template <>
constexpr const EnumSchema* enum_schema_of<DataType> = &DataType_schema;

// A row of a oneof with one member, which needs no variant.
consteval FieldSchema only_member_of(std::string_view oneof, FieldSchema row) {
  row.oneof = oneof;
  return row;
}

// A row of a member of a oneof: `Alternative` of the variant in `Member`.
template <class Alternative, std::size_t index>
consteval FieldSchema make_oneof_row(std::string_view name, std::uint32_t number, std::string_view oneof,
                                     std::size_t offset) {
  static_assert(std::is_same_v<std::variant_alternative_t<index, WeightAlgorithm>, Alternative>);
  FieldSchema row{};
  row.name = name;
  row.number = number;
  row.label = Label::optional;
  row.type = FieldType::message;
  row.storage = Storage::oneof_member;
  row.oneof_index = index;
  row.offset = static_cast<std::uint16_t>(offset);
  row.place_offset = static_cast<std::uint16_t>(offset + offsetof(Field<WeightAlgorithm>, at));
  row.field_size = sizeof(Field<Alternative>);
  row.message = schema_of<Alternative>;
  row.oneof = oneof;
  row.alternative = [](void* field, bool select) -> void* {
    WeightAlgorithm& algorithm = static_cast<Field<WeightAlgorithm>*>(field)->value;
    if (select && algorithm.index() != index) algorithm.template emplace<index>();
    return std::get_if<index>(&algorithm);
  };
  return row;
}

constexpr auto int8 = static_cast<std::uint32_t>(DataType::INT8);

constexpr FieldSchema AMCTDistillConfig_rows[] = {
    DISTILLCFG_ROW(AMCTDistillConfig, batch_num, 1, optional, Range::at_least_one, 1),
    DISTILLCFG_ROW(AMCTDistillConfig, group_size, 2, optional, Range::at_least_one, 1),
    DISTILLCFG_ROW(AMCTDistillConfig, data_dump, 3, optional),
    DISTILLCFG_ROW(AMCTDistillConfig, distill_group, 10, repeated),
    DISTILLCFG_ROW(AMCTDistillConfig, distill_data_quant_config, 11, optional),
    DISTILLCFG_ROW(AMCTDistillConfig, distill_weight_quant_config, 12, optional),
    DISTILLCFG_ROW(AMCTDistillConfig, distill_override_layers, 110, repeated),
    DISTILLCFG_ROW(AMCTDistillConfig, distill_override_layer_types, 111, repeated),
    DISTILLCFG_ROW(AMCTDistillConfig, quant_skip_layers, 120, repeated),
    DISTILLCFG_ROW(AMCTDistillConfig, quant_skip_layer_types, 121, repeated),
};

constexpr FieldSchema DistillGroup_rows[] = {
    DISTILLCFG_ROW(DistillGroup, start_layer_name, 1, required),
    DISTILLCFG_ROW(DistillGroup, end_layer_name, 2, required),
};

constexpr FieldSchema DistillDataQuantConfig_rows[] = {
    only_member_of("data_quant_algo", DISTILLCFG_ROW(DistillDataQuantConfig, ulq_quantize, 1, optional)),
};

constexpr FieldSchema ActULQquantize_rows[] = {
    DISTILLCFG_ROW(ActULQquantize, clip_max_min, 1, optional),
    DISTILLCFG_ROW(ActULQquantize, fixed_min, 2, optional),
    DISTILLCFG_ROW(ActULQquantize, dst_type, 3, optional, Range::any, int8),
};

constexpr FieldSchema ClipMaxMin_rows[] = {
    DISTILLCFG_ROW(ClipMaxMin, clip_max, 1, required, Range::above_zero),
    DISTILLCFG_ROW(ClipMaxMin, clip_min, 2, required, Range::below_zero),
};

constexpr FieldSchema DistillWeightQuantConfig_rows[] = {
    make_oneof_row<ARQDistill, 1>("arq_distill", 1, "weights_quant_algo",
                                  offsetof(DistillWeightQuantConfig, weights_quant_algo)),
    make_oneof_row<WtsULQDistill, 2>("ulq_distill", 2, "weights_quant_algo",
                                     offsetof(DistillWeightQuantConfig, weights_quant_algo)),
};

constexpr FieldSchema ARQDistill_rows[] = {
    DISTILLCFG_ROW(ARQDistill, dst_type, 1, optional, Range::any, int8),
    DISTILLCFG_ROW(ARQDistill, channel_wise, 2, optional),
};

constexpr FieldSchema WtsULQDistill_rows[] = {
    DISTILLCFG_ROW(WtsULQDistill, dst_type, 1, optional, Range::any, int8),
    DISTILLCFG_ROW(WtsULQDistill, channel_wise, 2, optional),
};

constexpr FieldSchema DistillOverrideLayer_rows[] = {
    DISTILLCFG_ROW(DistillOverrideLayer, layer_name, 1, required),
    DISTILLCFG_ROW(DistillOverrideLayer, distill_data_quant_config, 10, optional),
    DISTILLCFG_ROW(DistillOverrideLayer, distill_weight_quant_config, 11, optional),
};

constexpr FieldSchema DistillOverrideLayerType_rows[] = {
    DISTILLCFG_ROW(DistillOverrideLayerType, layer_type, 1, required),
    DISTILLCFG_ROW(DistillOverrideLayerType, distill_data_quant_config, 10, optional),
    DISTILLCFG_ROW(DistillOverrideLayerType, distill_weight_quant_config, 11, optional),
};

// A member that is absent must read as the schema's default.
static_assert(AMCTDistillConfig{}.batch_num.value == AMCTDistillConfig_rows[0].default_value);
static_assert(AMCTDistillConfig{}.group_size.value == AMCTDistillConfig_rows[1].default_value);
static_assert(static_cast<std::uint32_t>(ActULQquantize{}.dst_type.value) == ActULQquantize_rows[2].default_value);
static_assert(static_cast<std::uint32_t>(ARQDistill{}.dst_type.value) == ARQDistill_rows[0].default_value);
static_assert(static_cast<std::uint32_t>(WtsULQDistill{}.dst_type.value) == WtsULQDistill_rows[0].default_value);
static_assert(std::variant_size_v<WeightAlgorithm> == 1 + std::size(DistillWeightQuantConfig_rows));

DISTILLCFG_DEFINE_MESSAGE(AMCTDistillConfig, 0)
DISTILLCFG_DEFINE_MESSAGE(DistillGroup, AMCTDistillConfig_end)
DISTILLCFG_DEFINE_MESSAGE(DistillDataQuantConfig, DistillGroup_end)
DISTILLCFG_DEFINE_MESSAGE(ActULQquantize, DistillDataQuantConfig_end)
DISTILLCFG_DEFINE_MESSAGE(ClipMaxMin, ActULQquantize_end)
DISTILLCFG_DEFINE_MESSAGE(DistillWeightQuantConfig, ClipMaxMin_end)
DISTILLCFG_DEFINE_MESSAGE(ARQDistill, DistillWeightQuantConfig_end)
DISTILLCFG_DEFINE_MESSAGE(WtsULQDistill, ARQDistill_end)
DISTILLCFG_DEFINE_MESSAGE(DistillOverrideLayer, WtsULQDistill_end)
DISTILLCFG_DEFINE_MESSAGE(DistillOverrideLayerType, DistillOverrideLayer_end)

static_assert(DistillOverrideLayerType_end <= max_states);
static_assert(levels_of(AMCTDistillConfig_schema) < detail::max_depth);

constexpr const MessageSchema* all_messages[] = {&AMCTDistillConfig_schema,
                                                 &DistillGroup_schema,
                                                 &DistillDataQuantConfig_schema,
                                                 &ActULQquantize_schema,
                                                 &ClipMaxMin_schema,
                                                 &DistillWeightQuantConfig_schema,
                                                 &ARQDistill_schema,
                                                 &WtsULQDistill_schema,
                                                 &DistillOverrideLayer_schema,
                                                 &DistillOverrideLayerType_schema};

}  // namespace

const MessageSchema& config_schema() noexcept { return AMCTDistillConfig_schema; }

std::span<const MessageSchema* const> config_messages() noexcept { return all_messages; }

const FieldSchema* find_field(const MessageSchema& message, std::string_view name) noexcept {
  if (name.empty()) return nullptr;
  const std::uint8_t index = message.by_name[message.name_slot(name.data(), name.size())];
  if (index == 0) return nullptr;
  const FieldSchema& field = message.fields[index - 1U];
  return field.name == name ? &field : nullptr;
}

}  // namespace distillcfg
