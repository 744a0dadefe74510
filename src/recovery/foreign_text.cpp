// Texts that are no quant.cfg, and what other tools leave in one.
#include "parser.hpp"
#include "recovery/brackets.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

bool Parser::is_first_token(const char* p) noexcept {
  if (first_token_ == nullptr) first_token_ = skip_blank(begin_, end_);
  return p == first_token_;
}

// True if the text was never meant to be a quant.cfg, or starts with what no text format has;
// either is reported once.
bool Parser::foreign_format(const Token& first) noexcept {
  if (depth_ == 0 && first.kind == TokenKind::identifier) {
    const Token behind = token(first.end);
    const std::string_view word = first.text();
    if (proto_statement(first)) {
      reporter_.error<Code::text_is_proto>(span(first));
      stop();
      return true;
    }
    if (word == frame().schema->name && (is_opener(behind) || behind.is(':'))) {
      const Token open = behind.is(':') ? token(behind.end) : behind;
      if (!is_opener(open)) return false;
      braces_around_file(span(first), first.begin, open);
      return true;
    }
  }
  if (!is_first_token(first.begin)) return false;
  const auto byte = [this](int i) { return end_ - begin_ > i ? static_cast<unsigned char>(begin_[i]) : 0U; };
  if (first.begin == begin_) {
    if ((byte(0) == 0xFF && byte(1) == 0xFE) || (byte(0) == 0xFE && byte(1) == 0xFF)) {
      reporter_.error<Code::utf16_text>(span(begin_, begin_ + 2));
      stop();
      return true;
    }
    if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) {
      Diagnostic* const diagnostic = reporter_.error<Code::byte_order_mark>(span(begin_, begin_ + 3));
      reporter_.fix(diagnostic, span(begin_, begin_ + 3), ""sv);
      p_ = begin_ + 3;
      return true;
    }
    if (byte(1) == 0 && end_ - begin_ >= 4 && byte(3) == 0 && byte(0) != 0 && byte(2) != 0) {
      reporter_.error<Code::utf16_text>(span(begin_, begin_ + 2));
      stop();
      return true;
    }
  }
  if (first.is('{') || first.is('[')) {
    const Token behind = token(first.end);
    const bool alone = behind.is('}') && token(behind.end).kind == TokenKind::end;
    const bool holds_messages = first.is('[') ? behind.is('{') : alone;
    if (behind.kind == TokenKind::string || holds_messages) {
      reporter_.error<Code::text_is_json>(span(first));
      stop();
      return true;
    }
    if (first.is('{') && !behind.is('{') && !behind.is('%')) {
      braces_around_file(span(first), first.begin, first);
      return true;
    }
  }
  return false;
}

bool Parser::yaml_document(const Token& first) noexcept {
  if (depth_ == 0 && first.is('-') && first_on_line(first.begin) && same_run(first.begin, '-', 3) &&
      skip_white_space(first.begin + 3) >= line_end(first.begin)) {
    reporter_.error<Code::text_is_yaml>(span(first.begin, first.begin + 3));
    stop();
    return true;
  }
  return false;
}

void Parser::braces_around_file(Span at, const char* begin, const Token& open) noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::braces_around_file>(at);
  const char* const behind = behind_balanced(open.begin);
  reporter_.fix(diagnostic, span(begin, open.end), ""sv);
  if (token(behind).kind == TokenKind::end && behind[-1] == closer_of(*open.begin)) {
    reporter_.fix(diagnostic, span(behind - 1, behind), ""sv);
  }
  ++transparent_braces_;
  p_ = open.end;
}

// A statement that only a .proto file has.
bool Parser::proto_statement(const Token& first) const noexcept {
  if (first.kind != TokenKind::identifier) return false;
  const Token behind = token(first.end);
  const std::string_view word = first.text();
  return (word == "syntax"sv && behind.is('=')) ||
         ((word == "message"sv || word == "package"sv || word == "enum"sv || word == "option"sv) &&
          behind.kind == TokenKind::identifier && !on_new_line(first.end, behind.begin)) ||
         (word == "import"sv && behind.kind == TokenKind::string);
}

// A message's value in YAML: indented lines, or a list of '-'. Only in a text without any brace.
bool Parser::is_yaml(const Token& value) noexcept {
  count_brackets();
  if (opens_ != 0 || missing_braces_ < 0 || missing_angles_ < 0) return false;
  if (!(value.is('-') || starts_field(value)) || !first_on_line(value.begin)) return false;
  reporter_.error<Code::text_is_yaml>(span(value));
  stop();
  return true;
}

namespace {

// What Git writes in front of and between the sides of a conflict: seven of a sign, then a blank or nothing.
constexpr int marker_size = 7;
bool is_marker(const char* p, char sign) noexcept {
  return same_run(p, sign, marker_size) && (is(p[marker_size], white_space) || p[marker_size] == '\0');
}

}  // namespace

bool Parser::is_conflict_marker_at(const char* p) const noexcept {
  if (p != begin_ && p[-1] != '\n') return false;
  return is_marker(p, '<') || is_marker(p, '=') || is_marker(p, '>') || is_marker(p, '|');
}

// `p` ends the line of the marker behind a conflict's first side, which alone is read: where the conflict ends, or `p`
// if it does not before `last`.
const char* Parser::behind_conflict(const char* p, const char* last) const noexcept {
  const char* line = p;
  while (line < last) {
    ++line;
    if (is_marker(line, '<')) break;
    const bool ends = is_marker(line, '>');
    line = line_end(line);
    if (ends) return line;
  }
  return p;
}

// Where what is read goes on behind a marker, when all before `last` is gone through. `in_conflict` is for the next
// one.
const char* Parser::behind_marker(const Token& marker, bool& in_conflict, const char* last) const noexcept {
  const char* const end_of_line = line_end(marker.begin);
  const char sign = *marker.begin;
  const bool ends_first_side = in_conflict && (sign == '=' || sign == '|');
  in_conflict = sign == '<';
  return ends_first_side ? behind_conflict(end_of_line, last) : end_of_line;
}

bool Parser::merge_conflict(const Token& marker) noexcept {
  if (!is_conflict_marker(marker)) return false;
  const char* const p = marker.begin;
  const bool opens = *p == '<';
  p_ = line_end(p);
  if (!opens && in_conflict_at(p)) {
    // The first of the sides was read; the others are other versions of the same lines.
    p_ = conflict_end_;
    return true;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::merge_conflict>(span(p, p + marker_size));
  if (!opens) return true;
  constexpr int most_markers = 3;  // that Git writes behind the first
  int markers = 0;
  for (const char* line = p_; line != end_;) {
    ++line;
    if (is_marker(line, '<')) break;
    const bool ends = is_marker(line, '>');
    if ((ends || is_marker(line, '=') || is_marker(line, '|')) && ++markers <= most_markers) {
      reporter_.note<NoteKind::conflict_marker>(diagnostic, span(line, line + marker_size));
    }
    line = line_end(line);
    if (ends) {
      conflict_end_ = line;
      break;
    }
  }
  return true;
}

bool Parser::foreign_comment(const Token& found) noexcept {
  const char* const p = found.begin;
  const bool slashes = p[0] == '/' && p[1] == '/';
  const bool block = p[0] == '/' && p[1] == '*';
  const bool dashes = p[0] == '-' && p[1] == '-';
  if (!slashes && !block && !dashes) return false;
  if (slashes && depth_ == 0 && is_first_token(p)) {
    // A .proto file's own remarks.
    const char* q = p;
    while (q[0] == '/' && q[1] == '/') q = skip_blank(line_end(q), end_);
    if (proto_statement(token(q))) {
      reporter_.error<Code::text_is_proto>(span(token(q)));
      stop();
      return true;
    }
  }
  Diagnostic* const diagnostic = reporter_.error<Code::foreign_comment>(span(p, p + 2), std::string_view(p, 2));
  const char* const end_of_line = line_end(p);
  p_ = end_of_line;
  if (!block) {
    reporter_.fix(diagnostic, span(p, p + 2), "#"sv);
    return true;
  }
  const char* q = p + 2;
  if (comment_end_follows_) {
    while (q != end_ && (q[0] != '*' || q[1] != '/')) ++q;
    comment_end_follows_ = q != end_;
  }
  if (comment_end_follows_) {
    p_ = q + 2;
    // One whole line: the remark can stay as one.
    if (p_ <= end_of_line && skip_white_space(p_) >= end_of_line) {
      reporter_.fix(diagnostic, span(p, p + 2), "#"sv);
      reporter_.fix(diagnostic, span(q, q + 2), ""sv);
    }
  }
  return true;
}

}  // namespace distillcfg::detail
