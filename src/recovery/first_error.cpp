// The parser without recovery, in place of the other files here but shared.cpp: the first thing that
// is not in the format ends the reading. Its code and place are those that recovery would report,
// except where these take a look at the whole text, or at what people mix up.
//
// Errors behind which reading goes on by itself do not end it: a field given twice or missing, an
// integer out of range outside a list, a string that is not UTF-8.
#ifdef DISTILLCFG_NO_RECOVERY

#include "parser.hpp"
#include "recovery/brackets.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

template <Code code, class... Values>
Parser::Next Parser::fail(const char* from, const char* to, const Values&... values) noexcept {
  Diagnostic* const diagnostic = fail_with(code, from, to);
  Reporter::set_arguments<code>(diagnostic, values...);
  return Next::again;
}

// Out of line: there are many that fail.
Diagnostic* Parser::fail_with(Code code, const char* from, const char* to) noexcept {
  // A string is read to its end, whatever is wrong with its escapes.
  Diagnostic* const diagnostic = stopped_ ? nullptr : reporter_.add(code, Severity::error, span(from, to));
  stop();
  return diagnostic;
}

// ---- names

Parser::Next Parser::unknown_field(Step&, const char* start, const Token& name) noexcept {
  if (options_.allow_unknown) return skip_unknown_field(name);
  for (int above = depth_ - 1; above >= 0; --above) {
    if (find_field(*frames_[above].schema, name.text()) != nullptr && missing_closes() > 0) return unclosed(start);
  }
  return fail<Code::unknown_field>(name.begin, name.end, name.text(), frame().schema->name);
}

Parser::Next Parser::unclosed(const char* last) noexcept {
  return fail<Code::unclosed_message>(last, last, token(frame().name).text(), text_of(frame().close));
}

Parser::Next Parser::not_a_field(Step&, const char* start, const char* p) noexcept {
  const Token found = token_at(p, end_);
  const Token behind = token(found.end);
  const bool names_field = behind.is(':') || is_opener(behind);
  const bool behind_comma = separator_ != nullptr && separator_ >= start && *separator_ == ',';
  switch (found.kind) {
    case TokenKind::end: return unclosed(start);
    case TokenKind::string:
      if (found.fault != TokenFault::none) {
        unterminated_string(found);
        return Next::again;
      }
      if (names_field) return fail<Code::quoted_field_name>(found.begin, found.end, found.text());
      if (!behind_comma || string_end_ != start || value_start_ != string_start_) break;
      return fail<Code::missing_list_bracket>(found.begin, found.end, token(name_).text());
    case TokenKind::integer:
    case TokenKind::floating:
      if (behind_comma && found.begin == separator_ + 1 && is(separator_[-1], digit)) {
        return fail<Code::decimal_comma>(separator_, separator_ + 1);
      }
      if (found.fault != TokenFault::none) {
        number_fault(found);
        return Next::again;
      }
      if (found.kind == TokenKind::floating || !names_field) break;
      return fail<Code::field_number>(found.begin, found.end, found.text(), frame().schema->name);
    case TokenKind::control:
    case TokenKind::foreign: return bad_byte(found);
    case TokenKind::identifier:
    case TokenKind::symbol:
      if (foreign_comment(found)) return Next::again;
      if (is_closer(found)) return wrong_close(found);
      if (found.is(',') || found.is(';')) return fail<Code::extra_separator>(found.begin, found.end, found.text());
      if (!found.is('[')) break;
      if (const char* const behind_name = behind_bracketed_name(p); behind_name != nullptr) {
        if (options_.allow_unknown) {
          return skip_unknown_field({TokenKind::symbol, TokenFault::none, p, behind_name, nullptr});
        }
        const std::string_view inner(p + 1, static_cast<std::size_t>(behind_name - p) - 2);
        return fail<Code::extension_name>(p, behind_name, inner, frame().schema->name);
      }
      break;
  }
  return fail<Code::expected_field_name>(found.begin, found.end, found.text());
}

Parser::Next Parser::wrong_close(const Token& close) noexcept {
  if (depth_ == 0 || missing_closes(frame().close) <= 0)
    return fail<Code::stray_close>(close.begin, close.end, close.text());
  return fail<Code::mismatched_close>(close.begin, close.end, close.text(), text_of(opener_of(frame().close)));
}

bool Parser::foreign_comment(const Token& found) noexcept {
  const char* const p = found.begin;
  const bool comment = (*p == '/' && (p[1] == '/' || p[1] == '*')) || (*p == '-' && p[1] == '-');
  if (comment) fail<Code::foreign_comment>(p, p + 2, std::string_view(p, 2));
  return comment;
}

// ---- between a name and its value

Parser::Next Parser::bad_message(Step&, const FieldSchema& field, Token& name, const char* p) noexcept {
  const Token found = token_at(p, end_);
  if (found.is('=') || found.is(':')) {
    return fail<Code::wrong_separator>(found.begin, found.end, field.name, found.is('=') ? found.text() : "::"sv);
  }
  if (found.is('[')) return fail<Code::list_for_single_value>(found.begin, found.end, field.name);
  const Token colon = token(name.end);
  const bool other_line = on_new_line(colon.is(':') ? colon.end : name.end, p) || found.kind == TokenKind::end;
  const bool belongs = (starts_field(found) && find_field(*field.message, found.text()) != nullptr) ||
                       (is_closer(found) && missing_closes(*p) < 0);
  const Token& at = other_line || belongs ? name : found;
  return fail<Code::expected_message>(at.begin, at.end, field.name, found.text());
}

Parser::Next Parser::bad_colon(Step&, const FieldSchema& field, Token& name, const char* p) noexcept {
  const Token found = token_at(p, end_);
  const bool same_line = !on_new_line(name.end, p);
  if (found.kind == TokenKind::identifier && found.text() == name.text() && same_line) {
    return fail<Code::expected_value>(name.begin, name.end, field.name, found.text());
  }
  if (const char* const behind = same_line ? behind_wrong_separator(p) : p; behind != p) {
    return fail<Code::wrong_separator>(p, behind, field.name,
                                       std::string_view(p, static_cast<std::size_t>(behind - p)));
  }
  if (is_value(found) && (same_line || found.kind != TokenKind::identifier)) {
    return fail<Code::missing_colon>(name.begin, name.end, field.name);
  }
  name_ = name.begin;
  bad_value(field, found);
  return Next::again;
}

// ---- values

void Parser::bad_value(const FieldSchema& field, const Token& found) noexcept {
  if (stopped_) return;
  const bool is_number = found.kind == TokenKind::integer || found.kind == TokenKind::floating;
  const bool is_string = field.type == FieldType::string;
  const Token name = token(name_);
  if (found.kind == TokenKind::control || (found.kind == TokenKind::foreign && !is_string)) {
    bad_byte(found);
  } else if (found.is(':')) {
    fail<Code::wrong_separator>(found.begin, found.end, field.name, "::"sv);
  } else if (found.kind == TokenKind::end || (found.kind == TokenKind::symbol && is_among(*found.begin, "}>,;]"sv)) ||
             (found.kind == TokenKind::identifier &&
              (starts_field(found) || (!is_string && on_new_line(name.end, found.begin))))) {
    fail<Code::expected_value>(name.begin, name.end, field.name, found.text());
  } else if (found.is('[')) {
    fail<Code::list_for_single_value>(found.begin, found.end, field.name);
  } else if (found.kind == TokenKind::string && found.fault != TokenFault::none) {
    unterminated_string(found);
  } else if (is_number && !is_string && found.fault != TokenFault::none) {
    number_fault(found);
  } else if (found.is('-') || !foreign_comment(found)) {
    value_of_other_type(field, found);
  }
}

void Parser::value_of_other_type(const FieldSchema& field, const Token& found) noexcept {
  const bool minus = found.is('-');
  if (field.type != FieldType::string && (minus || found.is('+'))) {
    const Token number = token(found.end);
    const bool is_number = number.kind == TokenKind::integer || number.kind == TokenKind::floating;
    if (!minus && (number.kind == TokenKind::identifier || (is_number && number.fault == TokenFault::none))) {
      fail<Code::plus_sign>(found.begin, found.end);
    }
    if (is_number && number.fault != TokenFault::none) {
      number_fault(number);
      return;
    }
    if (minus && field.type == FieldType::uint32 && number.kind == TokenKind::integer) {
      fail<Code::negative_integer>(found.begin, number.end, field.name);
    }
    if (stopped_) return;
  }
  static_cast<void>(report_type(field, span(found), found.text()));
  stop();
}

void Parser::number_fault(const Token& number) noexcept {
  const char* const begin = number.begin;
  const char* const end = number.end;
  switch (number.fault) {
    case TokenFault::not_octal:
      fail<Code::not_an_octal_digit>(begin, end, number.text(), std::string_view(number.fault_at, 1));
      break;
    case TokenFault::no_hex_digits: fail<Code::hex_digits_missing>(begin, end, number.text()); break;
    case TokenFault::no_exponent_digits: fail<Code::exponent_digits_missing>(begin, end, number.text()); break;
    case TokenFault::text_behind_number: {
      const std::string_view rest = token_at(end, end_).text();
      fail<Code::text_behind_number>(end, end + rest.size(), number.text(), rest);
      break;
    }
    default: fail<Code::malformed_number>(begin, end, number.text()); break;
  }
}

// A control character or a character that is not ASCII.
Parser::Next Parser::bad_byte(const Token& found) noexcept {
  const char* const p = found.begin;
  const auto byte = static_cast<unsigned char>(*p);
  if (found.kind == TokenKind::control) return fail<Code::control_character>(p, p + 1, byte);
  const Utf8Character read = read_utf8(found.text());
  if (read.size == 0) return fail<Code::invalid_byte>(found.begin, found.end, byte);
  if (p == begin_ && read.code_point == 0xFEFF) return fail<Code::byte_order_mark>(found.begin, found.end);
  return fail<Code::non_ascii_character>(found.begin, found.end, read.code_point);
}

void Parser::control_characters(const Token& control) noexcept { bad_byte(control); }

void Parser::unterminated_string(const Token& literal) noexcept {
  if (literal.fault == TokenFault::nul_in_string) {
    fail<Code::nul_in_string>(literal.fault_at, literal.fault_at + 1);
  } else {
    fail<Code::unterminated_string>(literal.begin, literal.end, std::string_view(literal.begin, 1));
  }
}

void Parser::bad_escape(const Escape& escape, std::string_view, const char* at) noexcept {
  Diagnostic* const diagnostic = fail_with(escape.fault, at, at + escape.size);
  // All of them have the one argument.
  Reporter::set_arguments<Code::unknown_escape>(diagnostic, std::string_view(at, escape.size));
}

// ---- lists

bool Parser::bad_element(const FieldSchema& field, const Token& found) noexcept {
  const bool closer = found.is('}') || found.is('>') || found.is(')');
  const bool belongs =
      field.type == FieldType::message && starts_field(found) && find_field(*field.message, found.text()) != nullptr;
  if (found.is('[')) {
    fail<Code::nested_list>(found.begin, found.end, field.name);
  } else if (found.is(',')) {
    fail<Code::extra_separator>(found.begin, found.end, found.text());
  } else if (closer || found.kind == TokenKind::end || (starts_field(found) && !belongs)) {
    return bad_list_separator(field, found);
  } else if (field.type == FieldType::message || found.is(';')) {
    static_cast<void>(report_type(field, span(found), found.text()));
    stop();
  } else {
    bad_value(field, found);
  }
  return false;
}

bool Parser::bad_list_separator(const FieldSchema& field, const Token& found) noexcept {
  const bool closer = is_closer(found) && depth_ > 0 && missing_closes(*found.begin) >= 0;
  if (closer || found.kind == TokenKind::end || starts_field(found)) {
    fail<Code::unclosed_list>(list_start_, list_start_ + 1, field.name);
  } else if (is_closer(found) || found.is(')')) {
    fail<Code::mismatched_close>(found.begin, found.end, found.text(), "["sv);
  } else {
    fail<Code::expected_comma>(found.begin, found.end, found.text());
  }
  return false;
}

void Parser::trailing_comma() noexcept { fail<Code::trailing_comma>(separator_, separator_ + 1); }

bool Parser::next_after_bad_element(const char*) noexcept {
  stop();
  return false;
}

// ---- what only recovery has

bool Parser::reopen(std::string_view) noexcept { return false; }
bool Parser::closed_too_early() noexcept { return false; }
bool Parser::lookalike(const Token&) noexcept { return false; }
void Parser::doubt_names() noexcept {}
void Parser::resync() noexcept { stop(); }
const char* Parser::behind_balanced(const char* open) const noexcept { return open; }
const FieldSchema* Parser::nearest_field(const MessageSchema&, std::string_view) const noexcept { return nullptr; }

}  // namespace distillcfg::detail

#endif
