// How the rows of a schema are made from the structs of an AST, and how the compiler proves that
// they agree. For the source file that holds the rows, and for nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <new>
#include <string_view>
#include <type_traits>

#include "distillcfg/ast.hpp"
#include "distillcfg/schema.hpp"
#include "reflect.hpp"

// offsetof of structs that hold a std::variant: conditionally supported, and every compiler that
// this builds with supports it.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#endif

namespace distillcfg {

// Each source file has these to itself.
namespace {  // NOLINT(cert-dcl59-cpp)

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
consteval FieldType type_of() {
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

// The schemas that rows refer to; specialised where the messages and enums are known.
template <class T>
constexpr const MessageSchema* schema_of = nullptr;
template <class T>
constexpr bool has_schema = false;
template <class T>
constexpr const EnumSchema* enum_schema_of = nullptr;

#define DISTILLCFG_DECLARE_MESSAGE(Type)                                            \
  extern const MessageSchema Type##_schema;                                         \
  template <>                                                                       \
  [[maybe_unused]] constexpr const MessageSchema* schema_of<Type> = &Type##_schema; \
  template <>                                                                       \
  [[maybe_unused]] constexpr bool has_schema<Type> = true;

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
  row.enumeration = enum_schema_of<Value>;
  return row;
}

#define DISTILLCFG_ROW(Type, member, number, label, ...) \
  make_row<decltype(Type::member), Label::label>(#member, number, offsetof(Type, member) __VA_OPT__(, ) __VA_ARGS__)

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
    if (rows[i].name.size() > detail::longest_name) return false;
    if (further_member_of_oneof ? rows[i].offset != rows[i - 1].offset : rows[i].offset <= rows[i - 1].offset) {
      return false;
    }
  }
  return members == member_count<T>();
}

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
constexpr std::uint8_t count_required(const FieldSchema (&rows)[count]) {
  std::uint8_t required = 0;
  for (const FieldSchema& row : rows) {
    if (row.label == Label::required) ++required;
  }
  return required;
}

// The parser looks for required fields at the front only.
template <std::size_t count>
consteval bool required_come_first(const FieldSchema (&rows)[count]) {
  for (std::size_t i = 0; i < count_required(rows); ++i) {
    if (rows[i].label != Label::required) return false;
  }
  return true;
}

// What no name needs as its factor.
constexpr std::uint8_t no_factor = 64;

// With the factor that gives each name a slot of its own.
template <std::size_t count>
consteval MessageSchema make_message(std::string_view name, const FieldSchema (&rows)[count],
                                     const FieldSchema (&fields)[count], std::uint16_t first_state,
                                     void (*construct)(void*)) {
  MessageSchema message{name, fields, first_state, count_required(rows), 0, {}, construct};
  for (; message.name_factor < no_factor; ++message.name_factor) {
    for (std::uint8_t& slot : message.by_name) slot = 0;
    std::size_t placed = 0;
    for (; placed < count; ++placed) {
      std::uint8_t& slot = message.by_name[message.name_slot(rows[placed].name.data(), rows[placed].name.size())];
      if (slot != 0) break;
      slot = static_cast<std::uint8_t>(placed + 1);
    }
    if (placed == count) break;
  }
  return message;
}

// How many levels a message and those below it have.
consteval int levels_of(const MessageSchema& message) {
  int below = 0;
  for (const FieldSchema& field : message.fields) {
    const int levels = field.message == nullptr ? 0 : levels_of(*field.message);
    below = levels > below ? levels : below;
  }
  return below + 1;
}

#define DISTILLCFG_DEFINE_MESSAGE(Type, first_state)                                            \
  static_assert(rows_fit<Type>(Type##_rows), "a member of " #Type " and its row do not agree"); \
  static_assert(required_come_first(Type##_rows));                                              \
  constexpr auto Type##_fields = number_states(Type##_rows, first_state);                       \
  constexpr std::uint16_t Type##_end = first_state + 1 + std::size(Type##_rows);                \
  constexpr MessageSchema Type##_schema =                                                       \
      make_message(#Type, Type##_rows, Type##_fields.rows, first_state, construct<Type>);       \
  static_assert(Type##_schema.name_factor < no_factor);

}  // namespace

}  // namespace distillcfg
