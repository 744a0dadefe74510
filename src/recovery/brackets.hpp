// Brackets as recovery sees them.
#pragma once

#include <string_view>

#include "text/lexer.hpp"

namespace distillcfg::detail {

inline bool is_closer(const Token& token) noexcept { return token.is('}') || token.is('>'); }
inline bool is_opener(const Token& token) noexcept { return token.is('{') || token.is('<'); }
inline char closer_of(char opener) noexcept { return opener == '{' ? '}' : '>'; }
inline char opener_of(char closer) noexcept { return closer == '}' ? '{' : '<'; }

// One of these four as a text that lives on.
inline std::string_view text_of(char c) noexcept {
  using namespace std::string_view_literals;
  switch (c) {
    case '{': return "{"sv;
    case '}': return "}"sv;
    case '<': return "<"sv;
    default: return ">"sv;
  }
}

inline bool same_run(const char* p, char c, int count) noexcept {
  for (int i = 0; i < count; ++i) {
    if (p[i] != c) return false;
  }
  return true;
}

}  // namespace distillcfg::detail
