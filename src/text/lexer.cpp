#include "text/lexer.hpp"

#include "text/scan.hpp"

namespace distillcfg::detail {

namespace {

Token number_at(const char* p, const char* end) noexcept {
  Token token{TokenKind::integer, TokenFault::none, p, p, nullptr};
  const auto fault = [&token](TokenFault what, const char* at) {
    if (token.fault == TokenFault::none) {
      token.fault = what;
      token.fault_at = at;
    }
  };
  if (*p == '0' && lower(p[1]) == 'x') {
    p += 2;
    if (!is(*p, digit | hex_letter)) fault(TokenFault::no_hex_digits, p);
    while (is(*p, digit | hex_letter)) ++p;
  } else if (*p == '0' && is(p[1], digit)) {
    while (is(*p, octal_digit)) ++p;
    if (is(*p, digit)) fault(TokenFault::not_octal, p);
    while (is(*p, digit)) ++p;
  } else {
    while (is(*p, digit)) ++p;
    if (*p == '.') {
      token.kind = TokenKind::floating;
      ++p;
      while (is(*p, digit)) ++p;
    }
    if (lower(*p) == 'e') {
      token.kind = TokenKind::floating;
      ++p;
      if (*p == '+' || *p == '-') ++p;
      if (!is(*p, digit)) fault(TokenFault::no_exponent_digits, p);
      while (is(*p, digit)) ++p;
    }
    if (lower(*p) == 'f') {
      token.kind = TokenKind::floating;
      ++p;
    }
  }
  // The loops above stop at NUL, so also at the end.
  token.end = p;
  if (p != end && is(*p, name_start)) fault(TokenFault::text_behind_number, p);
  if (p != end && *p == '.') fault(TokenFault::point_behind_number, p);
  return token;
}

Token string_at(const char* p, const char* end) noexcept {
  Token token{TokenKind::string, TokenFault::none, p, p, nullptr};
  const char quote = *p++;
  for (;;) {
    p = find_string_special(p, quote);
    if (*p == quote) {
      token.end = p + 1;
      return token;
    }
    if (*p == '\\' && p[1] != '\n' && p[1] != '\0') {
      p += 2;
    } else if (*p == '\n' || *p == '\0') {
      token.fault = *p == '\0' && p != end ? TokenFault::nul_in_string : TokenFault::unterminated;
      token.fault_at = token.end = p;
      return token;
    } else {
      // A backslash before the line's end, or bytes >= 0x80.
      do ++p;
      while (static_cast<unsigned char>(*p) >= 0x80);
    }
  }
}

}  // namespace

const char* skip_blank_run(const char* p, const char* end) noexcept {
  for (;;) {
    p = skip_white_space(p);
    if (*p != '#') return p;
    p = find_line_end(p + 1);
    if (p == end || *p == '\0') return p;
    ++p;
  }
}

Token token_at(const char* p, const char* end) noexcept {
  if (p == end) return {TokenKind::end, TokenFault::none, p, p, nullptr};
  const char c = *p;
  if (is(c, name_start)) {
    const char* q = p + 1;
    while (is(*q, name_start | digit)) ++q;
    return {TokenKind::identifier, TokenFault::none, p, q, nullptr};
  }
  if (is(c, digit) || (c == '.' && is(p[1], digit))) return number_at(p, end);
  if (c == '"' || c == '\'') return string_at(p, end);
  if (static_cast<unsigned char>(c) < 0x20) {
    const char* q = p + 1;
    while (q != end && static_cast<unsigned char>(*q) < 0x20) ++q;
    return {TokenKind::control, TokenFault::none, p, q, nullptr};
  }
  if (static_cast<unsigned char>(c) >= 0x80) {
    const std::uint32_t size = read_utf8({p, static_cast<std::size_t>(end - p)}).size;
    return {TokenKind::foreign, TokenFault::none, p, p + (size == 0 ? 1 : size), nullptr};
  }
  return {TokenKind::symbol, TokenFault::none, p, p + 1, nullptr};
}

}  // namespace distillcfg::detail
