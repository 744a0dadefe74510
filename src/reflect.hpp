// Reaching the members of a message through the rows of its schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "distillcfg/list.hpp"
#include "distillcfg/schema.hpp"

namespace distillcfg::detail {

// No name of a field is longer, in bytes.
inline constexpr std::size_t longest_name = 32;

// What a schema nests, the root and one to spare: the parser goes down through known fields only, and keeps the
// message below the one that it reads.
inline constexpr int max_depth = 8;

// The Field::at that `row` describes; `base` is the message struct or, for a box or a list, the
// Field that is boxed or listed.
inline std::uint32_t& place_in(void* base, const FieldSchema& row) noexcept {
  return *reinterpret_cast<std::uint32_t*>(static_cast<char*>(base) + row.place_offset);
}
inline std::uint32_t place_in(const void* base, const FieldSchema& row) noexcept {
  return *reinterpret_cast<const std::uint32_t*>(static_cast<const char*>(base) + row.place_offset);
}

inline char* member_of(void* message, const FieldSchema& row) noexcept {
  return static_cast<char*>(message) + row.offset;
}
inline const char* member_of(const void* message, const FieldSchema& row) noexcept {
  return static_cast<const char*>(message) + row.offset;
}

// The Field that a Boxed member points to, or nullptr. Boxed holds one pointer.
inline char* boxed_in(const void* message, const FieldSchema& row) noexcept {
  char* field;
  std::memcpy(&field, member_of(message, row), sizeof field);
  return field;
}
inline void set_box(void* message, const FieldSchema& row, void* field) noexcept {
  std::memcpy(member_of(message, row), &field, sizeof field);
}

inline ListBase& list_in(void* message, const FieldSchema& row) noexcept {
  return *reinterpret_cast<ListBase*>(member_of(message, row));
}
inline const ListBase& list_in(const void* message, const FieldSchema& row) noexcept {
  return *reinterpret_cast<const ListBase*>(member_of(message, row));
}

// Whether a singular field is set, and the value (or message struct) that it then has.
inline const void* singular_value(const void* message, const FieldSchema& row) noexcept {
  switch (row.storage) {
    case Storage::in_place: return place_in(message, row) == UINT32_MAX ? nullptr : member_of(message, row);
    case Storage::boxed: {
      const char* const field = boxed_in(message, row);
      return field == nullptr || place_in(field, row) == UINT32_MAX ? nullptr : field;
    }
    case Storage::oneof_member:
      // Asked without `select`, it changes nothing.
      return row.alternative(const_cast<char*>(member_of(message, row)), false);
    case Storage::list: break;
  }
  return nullptr;
}

}  // namespace distillcfg::detail
