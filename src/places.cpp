#include "places.hpp"

#include "distillcfg/ast.hpp"
#include "text/lexer.hpp"

namespace distillcfg::detail {

namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

const char* skip_spaces(const char* p, const char* end) noexcept {
  while (p != end && is_space(*p)) ++p;
  return p;
}

// The last byte in front of `p` that is not white space, if no line with a comment is crossed on the
// way; else nullptr.
const char* last_before(const char* begin, const char* p) noexcept {
  const char* last = p;
  while (last != begin && is(last[-1], white_space)) --last;
  if (last == begin) return nullptr;
  bool crossed = false;
  for (const char* q = last; q != p; ++q) crossed |= *q == '\n';
  for (const char* q = last; crossed && q != begin && q[-1] != '\n'; --q) {
    if (q[-1] == '#') return nullptr;
  }
  return last - 1;
}

}  // namespace

Span Places::name(std::uint32_t at) const noexcept {
  if (at == absent || at == set_by_code) return {};
  if (!in_text(at)) return {at, at};
  const char* const begin = text_.data();
  const Token token = token_at(begin + at, begin + text_.size());
  return {at, static_cast<std::uint32_t>(token.end - begin)};
}

Span Places::value(std::uint32_t at) const noexcept {
  if (!in_text(at)) return name(at);
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  const Token first = token_at(begin + at, end);
  if (first.kind != TokenKind::identifier) return name(at);
  Token value = next_token(first.end, end);
  if (value.is(':')) value = next_token(value.end, end);
  if (value.is('{') || value.is('<') || value.kind == TokenKind::end) return name(at);
  const char* const value_begin = value.begin;
  if (value.is('-')) value = next_token(value.end, end);
  return {static_cast<std::uint32_t>(value_begin - begin), static_cast<std::uint32_t>(value.end - begin)};
}

Span Places::shared_string(std::uint32_t& at) const noexcept {
  const Span span = value(at);
  if (is_string(span.begin)) at = span.begin;
  return span;
}

Span Places::literal(std::uint32_t at) const noexcept {
  if (!in_text(at)) return {};
  const Span span = value(at);
  const char* const end = text_.data() + text_.size();
  if (!is_string(span.begin) || next_token(text_.data() + span.end, end).kind == TokenKind::string) return {};
  return span;
}

Span Places::removal(std::uint32_t at) const noexcept {
  const Span span = literal(at);
  if (!span.has_place()) return {};
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  const char* from = begin + at;
  const char* to = begin + span.end;
  const Token next = next_token(to, end);
  const bool is_element = span.begin == at;
  if (is_element) {
    const char* const before = last_before(begin, from);
    if (before == nullptr) return {};
    if (*before == ',') {
      from = before;
    } else if (*before == '[' && next.is(',')) {
      to = skip_spaces(next.end, end);
    } else if (*before != '[' || !next.is(']')) {
      return {};
    }
  } else {
    if (next.is(',') || next.is(';')) to = next.end;
    to = skip_spaces(to, end);
    const char* line = from;
    while (line != begin && is_space(line[-1])) --line;
    const bool starts_line = line == begin || line[-1] == '\n';
    if (starts_line && (to == end || *to == '\n')) {
      from = line;
      if (to != end) ++to;
    }
  }
  return {static_cast<std::uint32_t>(from - begin), static_cast<std::uint32_t>(to - begin)};
}

std::string_view Places::bytes(Span span) const noexcept {
  if (!span.has_place() || span.end > text_.size()) return {};
  return {text_.data() + span.begin, span.end - span.begin};
}

}  // namespace distillcfg::detail
