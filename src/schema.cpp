#include "distillcfg/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <new>

#include "distillcfg/ast.hpp"

// offsetof of structs that hold a std::variant: conditionally supported, and every compiler that
// this builds with supports it.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#endif

namespace distillcfg {

namespace {

// ---- what a member's C++ type says of its field

// The members that a message struct may have.
template <class T>
struct Member;

template <class T>
struct Scalar;
template <>
struct Scalar<std::uint32_t> {
  static constexpr FieldType type = FieldType::uint32;
};
template <>
struct Scalar<bool> {
  static constexpr FieldType type = FieldType::boolean;
};
template <>
struct Scalar<float> {
  static constexpr FieldType type = FieldType::float32;
};
template <>
struct Scalar<DataType> {
  static constexpr FieldType type = FieldType::enumeration;
};
template <>
struct Scalar<Text> {
  static constexpr FieldType type = FieldType::string;
};

template <class T>
concept IsScalar = requires {
  Scalar<T>::type;
};

template <class T>
constexpr FieldType type_of() {
  if constexpr (IsScalar<T>) {
    return Scalar<T>::type;
  } else {
    return FieldType::message;
  }
}

template <class T>
struct Member<Field<T>> {
  using Value = T;
  static constexpr Storage storage = Storage::in_place;
};
template <class T>
struct Member<Boxed<T>> {
  using Value = T;
  static constexpr Storage storage = Storage::boxed;
};
template <class T>
struct Member<List<Field<T>>> {
  using Value = T;
  static constexpr Storage storage = Storage::list;
};

// ---- messages, so that rows can refer to them (nothing refers to the root)

template <class T>
constexpr const MessageSchema* schema_of = nullptr;
template <class T>
constexpr bool has_schema = false;

#define MESSAGE(Type)                                              \
  extern const MessageSchema Type##_schema;                        \
  template <>                                                      \
  constexpr const MessageSchema* schema_of<Type> = &Type##_schema; \
  template <>                                                      \
  [[maybe_unused]] constexpr bool has_schema<Type> = true;
MESSAGE(DistillGroup)
MESSAGE(DistillDataQuantConfig)
MESSAGE(ActULQquantize)
MESSAGE(ClipMaxMin)
MESSAGE(DistillWeightQuantConfig)
MESSAGE(ARQDistill)
MESSAGE(WtsULQDistill)
MESSAGE(DistillOverrideLayer)
MESSAGE(DistillOverrideLayerType)
#undef MESSAGE

constexpr EnumValue data_type_values[] = {{"INT4", static_cast<std::uint32_t>(DataType::INT4)},
                                          {"INT8", static_cast<std::uint32_t>(DataType::INT8)}};
constexpr EnumSchema data_type_schema = {"DataType", data_type_values};

// ---- rows

// A row whose facts about the C++ side come from the member's type.
template <class MemberType, Label label>
consteval FieldSchema make_row(std::string_view name, std::uint32_t number, std::size_t offset,
                               Range range = Range::any, std::uint32_t default_value = 0) {
  using Facts = Member<MemberType>;
  using Value = typename Facts::Value;
  static_assert((Facts::storage == Storage::list) == (label == Label::repeated));
  static_assert(IsScalar<Value> || has_schema<Value>);
  FieldSchema row{};
  row.name = name;
  row.number = number;
  row.label = label;
  row.type = type_of<Value>();
  row.storage = Facts::storage;
  row.range = range;
  row.offset = static_cast<std::uint16_t>(offset);
  row.place_offset =
      static_cast<std::uint16_t>((Facts::storage == Storage::in_place ? offset : 0) + offsetof(Field<Value>, at));
  row.field_size = sizeof(Field<Value>);
  row.default_value = default_value;
  row.message = schema_of<Value>;
  row.enumeration = row.type == FieldType::enumeration ? &data_type_schema : nullptr;
  return row;
}

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

#define ROW(Type, member, number, label, ...) \
  make_row<decltype(Type::member), Label::label>(#member, number, offsetof(Type, member) __VA_OPT__(, ) __VA_ARGS__)

constexpr auto int8 = static_cast<std::uint32_t>(DataType::INT8);

constexpr FieldSchema AMCTDistillConfig_rows[] = {
    ROW(AMCTDistillConfig, batch_num, 1, optional, Range::at_least_one, 1),
    ROW(AMCTDistillConfig, group_size, 2, optional, Range::at_least_one, 1),
    ROW(AMCTDistillConfig, data_dump, 3, optional),
    ROW(AMCTDistillConfig, distill_group, 10, repeated),
    ROW(AMCTDistillConfig, distill_data_quant_config, 11, optional),
    ROW(AMCTDistillConfig, distill_weight_quant_config, 12, optional),
    ROW(AMCTDistillConfig, distill_override_layers, 110, repeated),
    ROW(AMCTDistillConfig, distill_override_layer_types, 111, repeated),
    ROW(AMCTDistillConfig, quant_skip_layers, 120, repeated),
    ROW(AMCTDistillConfig, quant_skip_layer_types, 121, repeated),
};

constexpr FieldSchema DistillGroup_rows[] = {
    ROW(DistillGroup, start_layer_name, 1, required),
    ROW(DistillGroup, end_layer_name, 2, required),
};

constexpr FieldSchema DistillDataQuantConfig_rows[] = {
    only_member_of("data_quant_algo", ROW(DistillDataQuantConfig, ulq_quantize, 1, optional)),
};

constexpr FieldSchema ActULQquantize_rows[] = {
    ROW(ActULQquantize, clip_max_min, 1, optional),
    ROW(ActULQquantize, fixed_min, 2, optional),
    ROW(ActULQquantize, dst_type, 3, optional, Range::any, int8),
};

constexpr FieldSchema ClipMaxMin_rows[] = {
    ROW(ClipMaxMin, clip_max, 1, required, Range::above_zero),
    ROW(ClipMaxMin, clip_min, 2, required, Range::below_zero),
};

constexpr FieldSchema DistillWeightQuantConfig_rows[] = {
    make_oneof_row<ARQDistill, 1>("arq_distill", 1, "weights_quant_algo",
                                  offsetof(DistillWeightQuantConfig, weights_quant_algo)),
    make_oneof_row<WtsULQDistill, 2>("ulq_distill", 2, "weights_quant_algo",
                                     offsetof(DistillWeightQuantConfig, weights_quant_algo)),
};

constexpr FieldSchema ARQDistill_rows[] = {
    ROW(ARQDistill, dst_type, 1, optional, Range::any, int8),
    ROW(ARQDistill, channel_wise, 2, optional),
};

constexpr FieldSchema WtsULQDistill_rows[] = {
    ROW(WtsULQDistill, dst_type, 1, optional, Range::any, int8),
    ROW(WtsULQDistill, channel_wise, 2, optional),
};

constexpr FieldSchema DistillOverrideLayer_rows[] = {
    ROW(DistillOverrideLayer, layer_name, 1, required),
    ROW(DistillOverrideLayer, distill_data_quant_config, 10, optional),
    ROW(DistillOverrideLayer, distill_weight_quant_config, 11, optional),
};

constexpr FieldSchema DistillOverrideLayerType_rows[] = {
    ROW(DistillOverrideLayerType, layer_type, 1, required),
    ROW(DistillOverrideLayerType, distill_data_quant_config, 10, optional),
    ROW(DistillOverrideLayerType, distill_weight_quant_config, 11, optional),
};

#undef ROW

// ---- proof that structs and rows agree

// Converts to any member of a message, so that aggregate initialisation counts them.
struct AnyMember {
  template <class T>
  constexpr operator Field<T>() const noexcept;
  template <class T>
  constexpr operator Boxed<T>() const noexcept;
  template <class T>
  constexpr operator List<T>() const noexcept;
};

template <class T, class... Members>
consteval std::size_t member_count() {
  if constexpr (requires { T{Members{}..., AnyMember{}}; }) {
    return member_count<T, Members..., AnyMember>();
  } else {
    return sizeof...(Members);
  }
}

// Every member has its row, in order and once; rows stand in the order of their numbers.
template <class T, std::size_t count>
consteval bool rows_fit(const FieldSchema (&rows)[count]) {
  std::size_t members = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool further_member_of_oneof = rows[i].oneof_index > 1;
    if (!further_member_of_oneof) ++members;
    if (i == 0) continue;
    if (rows[i].number <= rows[i - 1].number) return false;
    if (further_member_of_oneof ? rows[i].offset != rows[i - 1].offset : rows[i].offset <= rows[i - 1].offset) {
      return false;
    }
  }
  return members == member_count<T>();
}

// A member that is absent must read as the schema's default.
static_assert(AMCTDistillConfig{}.batch_num.value == AMCTDistillConfig_rows[0].default_value);
static_assert(AMCTDistillConfig{}.group_size.value == AMCTDistillConfig_rows[1].default_value);
static_assert(static_cast<std::uint32_t>(ActULQquantize{}.dst_type.value) == ActULQquantize_rows[2].default_value);
static_assert(static_cast<std::uint32_t>(ARQDistill{}.dst_type.value) == ARQDistill_rows[0].default_value);
static_assert(static_cast<std::uint32_t>(WtsULQDistill{}.dst_type.value) == WtsULQDistill_rows[0].default_value);
static_assert(std::variant_size_v<WeightAlgorithm> == 1 + std::size(DistillWeightQuantConfig_rows));

template <class T>
void construct(void* field) {
  new (field) Field<T>();
}

// ---- states: one for each message, just opened, and one behind each of its fields

template <std::size_t count>
struct Rows {
  FieldSchema rows[count];
};

template <std::size_t count>
consteval Rows<count> number_states(const FieldSchema (&rows)[count], std::uint16_t first_state) {
  Rows<count> numbered{};
  for (std::size_t i = 0; i < count; ++i) {
    numbered.rows[i] = rows[i];
    numbered.rows[i].state = static_cast<std::uint16_t>(first_state + 1 + i);
  }
  return numbered;
}

template <std::size_t count>
consteval bool any_required(const FieldSchema (&rows)[count]) {
  for (const FieldSchema& row : rows) {
    if (row.label == Label::required) return true;
  }
  return false;
}

#define MESSAGE(Type, first_state)                                                                            \
  static_assert(rows_fit<Type>(Type##_rows), "a member of " #Type " and its row do not agree");               \
  constexpr auto Type##_fields = number_states(Type##_rows, first_state);                                     \
  constexpr std::uint16_t Type##_end = first_state + 1 + std::size(Type##_rows);                              \
  constexpr MessageSchema Type##_schema = {#Type, Type##_fields.rows, first_state, any_required(Type##_rows), \
                                           construct<Type>};

MESSAGE(AMCTDistillConfig, 0)
MESSAGE(DistillGroup, AMCTDistillConfig_end)
MESSAGE(DistillDataQuantConfig, DistillGroup_end)
MESSAGE(ActULQquantize, DistillDataQuantConfig_end)
MESSAGE(ClipMaxMin, ActULQquantize_end)
MESSAGE(DistillWeightQuantConfig, ClipMaxMin_end)
MESSAGE(ARQDistill, DistillWeightQuantConfig_end)
MESSAGE(WtsULQDistill, ARQDistill_end)
MESSAGE(DistillOverrideLayer, WtsULQDistill_end)
MESSAGE(DistillOverrideLayerType, DistillOverrideLayer_end)
#undef MESSAGE

static_assert(DistillOverrideLayerType_end <= max_states);

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
  for (const FieldSchema& field : message.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

}  // namespace distillcfg
