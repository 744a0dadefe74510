// What may be written to a terminal; by itself, so that it knows nothing of how the renderers see to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::test {

// The size of the UTF-8 character at the start of a text and its code point; 0 if there is none.
inline std::size_t character_size(std::string_view text, std::uint32_t& code_point) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(0);
  const std::size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (size > text.size() || (first >= 0x80 && first < 0xC2) || first > 0xF4) return 0;
  code_point = size == 1 ? first : first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
    code_point = code_point << 6U | (byte(i) & 0x3FU);
  }
  const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return code_point < smallest[size] || code_point > 0x10FFFF || is_surrogate ? 0 : size;
}

// Characters that a terminal obeys, or that turn around or hide what stands beside them.
inline bool is_obeyed(std::uint32_t c) noexcept {
  return (c < 0x20 && c != '\n') || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

// Where a text holds something else than UTF-8 that a terminal shows as it stands, line feeds and, if
// `color`, sequences that set a colour (ESC [ digits and semicolons m); its size if it does not.
inline std::size_t first_unfit(std::string_view text, bool color) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (color && text[at] == '\x1B' && at + 1 < text.size() && text[at + 1] == '[') {
      std::size_t end = at + 2;
      while (end < text.size() && (text[end] == ';' || (text[end] >= '0' && text[end] <= '9'))) ++end;
      if (end == text.size() || text[end] != 'm') return at;
      at = end + 1;
      continue;
    }
    std::uint32_t c = 0;
    const std::size_t size = character_size({text.data() + at, text.size() - at}, c);
    if (size == 0 || is_obeyed(c)) return at;
    at += size;
  }
  return text.size();
}

}  // namespace distillcfg::test
