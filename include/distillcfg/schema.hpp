// What is known of each message and field: the one table that the parser, the printer, the
// diagnostics and the documentation are made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace distillcfg {

enum class FieldType : std::uint8_t { uint32, boolean, float32, enumeration, string, message };

enum class Label : std::uint8_t { optional, required, repeated };

enum class Language : std::uint8_t { en, zh };

// What a value must be to make sense to AMCT; text outside it still parses.
enum class Range : std::uint8_t { any, at_least_one, above_zero, below_zero };

// The largest number of parser states that a schema may have: one for each message and each field.
inline constexpr std::uint16_t max_states = 40;

struct MessageSchema;

struct EnumValue {
  std::string_view name;
  std::uint32_t number;
};

struct EnumSchema {
  std::string_view name;
  std::span<const EnumValue> values;
};

// How a field's value is laid out in its struct; of use to the table-driven passes only.
enum class Storage : std::uint8_t { in_place, boxed, list, oneof_member };

struct FieldSchema {
  std::string_view name;
  std::uint32_t number;
  Label label;
  FieldType type;
  Storage storage;
  Range range;
  std::uint8_t oneof_index;       // of a member of a oneof: which alternative of its variant
  std::uint16_t offset;           // of the member in its struct
  std::uint16_t place_offset;     // of Field::at: in the struct, or in the Field of a box or list element
  std::uint16_t field_size;       // of the Field: of the element of a list, of what is boxed
  std::uint16_t state;            // the parser's number for "behind this field"
  std::uint32_t default_value;    // of a uint32, a bool or an enum; else 0
  const MessageSchema* message;   // of a message field; else nullptr
  const EnumSchema* enumeration;  // of an enum field; else nullptr
  std::string_view oneof;         // the name of its oneof; empty: none
  // Of a member of a oneof: its alternative within the Field<variant> at `field`. If another one is
  // held: nullptr, or, with `select`, this one, fresh.
  void* (*alternative)(void* field, bool select);
};

struct MessageSchema {
  std::string_view name;
  std::span<const FieldSchema> fields;  // in declaration order, which is that of their numbers
  std::uint16_t first_state;            // the parser's number for "just opened"
  std::uint8_t required;                // how many fields are required: they come first
  std::uint8_t name_factor;             // of name_slot
  std::uint8_t by_name[16];             // by name_slot: the only field that a name may be, as its index + 1
  void (*construct)(void* field);       // makes an absent Field of the message there

  // Where `by_name` has the field of that name, if there is one. `size` is not 0.
  [[nodiscard]] constexpr std::size_t name_slot(const char* text, std::size_t size) const noexcept {
    const std::size_t first = static_cast<unsigned char>(text[0]);
    const std::size_t last = static_cast<unsigned char>(text[size - 1]);
    return (first * name_factor + last + size) % std::size(by_name);
  }
};

// The root message, AMCTDistillConfig.
[[nodiscard]] const MessageSchema& config_schema() noexcept;

// All messages of the schema, the root first, then in the order of the documentation's table.
[[nodiscard]] std::span<const MessageSchema* const> config_messages() noexcept;

// The field of that name, or nullptr.
[[nodiscard]] const FieldSchema* find_field(const MessageSchema& message, std::string_view name) noexcept;

// What AMCT's documentation says of a message or a field. The Chinese text is the documentation's
// own. These tables stand in an object file of their own: a program that never asks links none.
// "" for messages of the model's schema.
[[nodiscard]] std::string_view documentation(const MessageSchema& message, Language language) noexcept;
[[nodiscard]] std::string_view documentation(const MessageSchema& message, const FieldSchema& field,
                                             Language language) noexcept;

}  // namespace distillcfg
