// A UTF-8 decoder that shares nothing with the library's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::test {

inline constexpr std::uint32_t malformed = 0xFFFF'FFFF;

// Decodes the character at text[at] and moves `at` behind it. For a byte that starts no well-formed
// character (overlong forms, surrogates and values over 10FFFF are not well-formed) returns
// `malformed` and moves by one.
inline std::uint32_t decode_utf8(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  if (first < 0x80) {
    ++at;
    return first;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  std::uint32_t value = first & (0x7FU >> length);
  bool good = first >= 0xC0 && first < 0xF8 && text.size() - at >= length;
  for (std::size_t i = 1; good && i < length; ++i) {
    good = (byte(at + i) & 0xC0U) == 0x80;
    value = value << 6 | (byte(at + i) & 0x3FU);
  }
  if (!good || value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    ++at;
    return malformed;
  }
  at += length;
  return value;
}

inline bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (decode_utf8(text, at) == malformed) return false;
  }
  return true;
}

}  // namespace distillcfg::test
