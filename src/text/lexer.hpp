// The tokens of the text format, one at a time. Knows no schema.
//
// The parser's hot path does not come here: it compares bytes with what it expects next. This
// lexer takes over where that fails, in recovery, in skipped fields, and where the end of
// something is wanted of which only the beginning was kept.
#pragma once

#include <cstdint>
#include <string_view>

#include "distillcfg/diagnostics.hpp"
#include "text/characters.hpp"

namespace distillcfg::detail {

enum class TokenKind : std::uint8_t {
  end,         // the end of the text
  identifier,  // [A-Za-z_][A-Za-z0-9_]*
  integer,     // decimal, 0 octal, 0x hex
  floating,    // digits with a point, an exponent or an f
  string,      // one literal, quotes included
  symbol,      // any other ASCII byte
  control,     // a run of bytes below 0x20
  foreign,     // one UTF-8 character, or one byte that is none
};

// What is wrong with a token in itself. Escapes within strings are judged when they are decoded.
enum class TokenFault : std::uint8_t {
  none,
  not_octal,            // 08
  no_hex_digits,        // 0x
  no_exponent_digits,   // 1e+
  text_behind_number,   // 1u
  point_behind_number,  // 1.2.3, 0x1.
  unterminated,         // a string that meets LF or the end of the text
  nul_in_string,        // a string that meets NUL
};

struct Token {
  TokenKind kind = TokenKind::end;
  TokenFault fault = TokenFault::none;
  const char* begin = nullptr;
  const char* end = nullptr;
  const char* fault_at = nullptr;  // the byte that did not fit

  [[nodiscard]] constexpr std::string_view text() const noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  [[nodiscard]] constexpr bool is(char symbol) const noexcept { return kind == TokenKind::symbol && *begin == symbol; }
};

// As skip_blank, where there is something to skip.
[[nodiscard, gnu::pure]] const char* skip_blank_run(const char* p, const char* end) noexcept;

// Behind white space and comments at `p`. A NUL ends a comment and is not white space. At the end
// of the text, `end`; there must be a NUL at `end`.
[[nodiscard]] inline const char* skip_blank(const char* p, const char* end) noexcept {
  // Most often one space, or nothing.
  if (*p == ' ') ++p;
  return is(*p, white_space) || *p == '#' ? skip_blank_run(p, end) : p;
}

// The token that starts at `p`, where neither white space nor a comment stands.
[[nodiscard, gnu::pure]] Token token_at(const char* p, const char* end) noexcept;

// The next token at or behind `p`.
[[nodiscard]] inline Token next_token(const char* p, const char* end) noexcept {
  return token_at(skip_blank(p, end), end);
}

}  // namespace distillcfg::detail
