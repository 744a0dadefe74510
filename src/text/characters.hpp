// Classes of bytes, and UTF-8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::detail {

enum CharacterClass : std::uint8_t {
  white_space = 1,  // SP HT LF VT FF CR
  name_start = 2,   // letters and _
  digit = 4,        // 0-9
  octal_digit = 8,  // 0-7
  hex_letter = 16,  // a-f A-F
  point = 32,       // .
};

inline constexpr std::array<std::uint8_t, 256> character_classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) table[static_cast<unsigned char>(c)] = white_space;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = name_start;
  for (unsigned c = 'a'; c <= 'f'; ++c) {
    table[c] |= hex_letter;
    table[c - 'a' + 'A'] |= hex_letter;
  }
  table['_'] = name_start;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = digit;
  for (unsigned c = '0'; c <= '7'; ++c) table[c] |= octal_digit;
  table['.'] = point;
  return table;
}();

[[nodiscard]] constexpr bool is(char c, unsigned classes) noexcept {
  return (character_classes[static_cast<unsigned char>(c)] & classes) != 0;
}

[[nodiscard]] constexpr unsigned hex_value(char c) noexcept {
  return is(c, digit) ? static_cast<unsigned>(c - '0') : (static_cast<unsigned>(c) | 0x20U) - 'a' + 10U;
}

// Where `c` first stands in [p, end), or `end`. Not memchr: firmware may lack it.
[[nodiscard]] constexpr const char* find_byte(const char* p, const char* end, char c) noexcept {
  while (p != end && *p != c) ++p;
  return p;
}

[[nodiscard]] constexpr bool is_among(char c, std::string_view characters) noexcept {
  const char* const end = characters.data() + characters.size();
  return find_byte(characters.data(), end, c) != end;
}

[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// One character at the front of `text`: its code point and length in bytes; length 0 if `text` is
// empty or does not start with well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
struct Utf8Character {
  std::uint32_t code_point;
  std::uint32_t size;
};
[[nodiscard]] Utf8Character read_utf8(std::string_view text) noexcept;

// Where `text` stops being well-formed UTF-8, or text.size().
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text) noexcept;

// Writes a code point (at most 0x10FFFF; surrogates as if they were characters) in at most four
// bytes; returns how many.
std::size_t write_utf8(std::uint32_t code_point, char* out) noexcept;

}  // namespace distillcfg::detail
