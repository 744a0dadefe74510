// String literals: escapes, joining, UTF-8.
#pragma once

#include <cstdint>
#include <string_view>

#include "text/lexer.hpp"

namespace distillcfg::detail {

// One escape sequence, from its backslash.
struct Escape {
  Code fault = Code::none;    // what is wrong with it
  std::uint32_t size = 0;     // bytes of source, the backslash included; for a fault, those to underline
  std::uint32_t written = 0;  // bytes of `bytes`
  char bytes[4] = {};
};

// The escape sequence at `text`, which starts with a backslash and ends before the closing quote.
// A surrogate pair of two \u (or a \U and a \u) is one escape; a lone surrogate gives its three
// bytes, which are not UTF-8. A faulty escape is skipped as far as it could be read.
[[nodiscard]] Escape read_escape(std::string_view text) noexcept;

}  // namespace distillcfg::detail
