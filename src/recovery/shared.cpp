// What the parser needs to say that something is wrong, whether it recovers from it or not.
#include "parser.hpp"
#include "recovery/brackets.hpp"
#include "reflect.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

// ---- duplicates

void Parser::report_duplicate(const FieldSchema& field, const char* name) noexcept {
  const char* const message = frame().message;
  const bool strict = options_.semantics == Semantics::strict;
  // Of a message that is given again, what stands in it is no further mistake; where the values
  // are merged, those that are overwritten are.
  if (frame().again && (strict || field.type == FieldType::message)) return;
  const std::uint32_t before = place_in(field.storage == Storage::boxed ? boxed_in(message, field) : message, field);
  Diagnostic* const diagnostic = reporter_.report<Code::duplicate_field>(
      strict ? Severity::error : Severity::warning, span(token(name)), field.name, frame().schema->name);
  reporter_.note<NoteKind::already_set_here>(diagnostic, span(token(begin_ + before)), field.name);
}

void Parser::other_member(const FieldSchema& field, const char* name) noexcept {
  const std::uint32_t first = place_in(frame().message, field);
  const Token other = token(begin_ + first);
  const bool strict = options_.semantics == Semantics::strict;
  Diagnostic* const diagnostic = reporter_.report<Code::oneof_conflict>(
      strict ? Severity::error : Severity::warning, span(token(name)), field.name, other.text(), field.oneof);
  reporter_.note<NoteKind::oneof_member_here>(diagnostic, span(other), other.text());
}

// ---- values

Diagnostic* Parser::report_type(const FieldSchema& field, Span at, std::string_view found) noexcept {
  switch (field.type) {
    case FieldType::uint32: return reporter_.error<Code::expected_integer>(at, field.name, found);
    case FieldType::float32: return reporter_.error<Code::expected_number>(at, field.name, found);
    case FieldType::boolean: return reporter_.error<Code::expected_bool>(at, field.name, found);
    case FieldType::enumeration: {
      Diagnostic* const diagnostic =
          reporter_.error<Code::unknown_enum_value>(at, field.name, found, std::string_view());
      if constexpr (!with_details) return diagnostic;
      if (diagnostic == nullptr) return nullptr;
      std::string_view& names = diagnostic->arguments[2].text;
      for (const EnumValue& value : field.enumeration->values) {
        names = names.empty() ? value.name : reporter_.join(names, ", "sv, value.name);
      }
      return diagnostic;
    }
    case FieldType::string: return reporter_.error<Code::expected_string>(at, field.name, found);
    case FieldType::message: break;
  }
  return reporter_.error<Code::expected_message>(at, field.name, found);
}

void Parser::integer_out_of_range(const FieldSchema& field, Span at, std::uint64_t limit) noexcept {
  reporter_.error<Code::integer_out_of_range>(at, field.name, std::string_view(begin_ + at.begin, at.end - at.begin),
                                              limit);
}

void Parser::bad_utf8(Span at, char byte, bool raw) noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::string_not_utf8>(at, static_cast<unsigned char>(byte));
  if (raw) reporter_.note<NoteKind::save_as_utf8>(diagnostic, {});
}

bool Parser::element_starts(const FieldSchema& field, const Token& found) noexcept {
  if (field.type == FieldType::message) return found.is('{') || found.is('<');
  return field.type == FieldType::string ? found.kind == TokenKind::string : found.kind == TokenKind::integer;
}

// Whether a scalar value may start with the token.
bool Parser::is_value(const Token& found) const noexcept {
  return found.kind == TokenKind::string || found.kind == TokenKind::integer || found.kind == TokenKind::floating ||
         found.is('-') || found.is('[') || (found.kind == TokenKind::identifier && !starts_field(found));
}

// Behind the signs at `p` that people write for a colon in front of a value: = := -> =>, or one that was hit
// instead. `p` if there are none.
const char* Parser::behind_wrong_separator(const char* p) const noexcept {
  const char* behind = p;
  while (is_among(*behind, "=:->.,;~|%/)@$*!&^+?"sv) && !(is_among(*behind, "-+."sv) && is(behind[1], digit))) ++behind;
  // Of a comment or a template: //, $NAME
  const bool comment = *p == '/' && (p[1] == '/' || p[1] == '*');
  if (behind == p || comment || (is_among(behind[-1], "$@%"sv) && is(*behind, name_start))) return p;
  behind = behind_signs(behind);
  const Token value = token(behind);
  return is_value(value) && !on_new_line(p, value.begin) ? behind : p;
}

// Behind the further '=' and ':' that stand at `p`, with white space between.
const char* Parser::behind_signs(const char* p) noexcept {
  for (const char* next = skip_white_space(p); is_among(*next, "=:"sv); next = skip_white_space(p)) p = next + 1;
  return p;
}

// ---- structure

void Parser::count_brackets() noexcept {
  if (brackets_counted_) return;
  brackets_counted_ = true;
  [[maybe_unused]] bool in_conflict = false;
  for (Token next = token(begin_); next.kind != TokenKind::end; next = token(next.end)) {
    if (next.kind != TokenKind::symbol) continue;
    if constexpr (recovers) {
      if (is_conflict_marker(next)) {
        next.end = behind_marker(next, in_conflict, end_);
        continue;
      }
    }
    if (is_opener(next)) ++opens_;
    missing_braces_ += next.is('{') ? 1 : next.is('}') ? -1 : 0;
    missing_angles_ += next.is('<') ? 1 : next.is('>') ? -1 : 0;
  }
}

int& Parser::missing_closes(char close) noexcept {
  count_brackets();
  return close == '>' ? missing_angles_ : missing_braces_;
}

int Parser::missing_closes() noexcept {
  count_brackets();
  return missing_braces_ + missing_angles_;
}

bool Parser::starts_field(const Token& found) const noexcept {
  if (found.kind != TokenKind::identifier) return false;
  const Token behind = token(found.end);
  // "DataType::INT4" is a value.
  return (behind.is(':') && !(behind.end[0] == ':' && is(behind.end[1], name_start))) || is_opener(behind);
}

bool Parser::on_new_line(const char* from, const char* to) const noexcept {
  if (from >= to) return false;
  if (from >= line_start_ && from <= line_end_) return line_end_ < to;
  look_ahead(from, to);
  return find_byte(from, to, '\n') != to;
}

}  // namespace distillcfg::detail
