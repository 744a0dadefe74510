// What may be written to a terminal; by itself, so that it knows nothing of how the renderers see to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "support/utf8.hpp"

namespace distillcfg::test {

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
    const std::size_t start = at;
    const std::uint32_t c = decode_utf8(text, at);
    if (c == malformed || is_obeyed(c)) return start;
  }
  return text.size();
}

}  // namespace distillcfg::test
