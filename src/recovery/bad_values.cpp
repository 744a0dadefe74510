// What is wrong with values, and where to go on.
#include <iterator>

#include "ascii_text.hpp"
#include "parser.hpp"
#include "recovery/brackets.hpp"
#include "recovery/lookalikes.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"
#include "text/similarity.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

namespace {

// Characters that a keyboard, an input method or a word processor puts in place of ASCII ones.
// Full-width forms: U+FF01 to U+FF5E are '!' to '~'.
constexpr std::uint32_t full_width_first = 0xFF01;
constexpr std::uint32_t full_width_last = 0xFF5E;

char ascii_of(std::uint32_t code_point) noexcept {
  if (code_point >= full_width_first && code_point <= full_width_last) {
    return static_cast<char>(code_point - full_width_first + '!');
  }
  return ascii_among(lookalike_signs, code_point);
}

bool is_number(const Token& token) noexcept {
  return token.fault == TokenFault::none && (token.kind == TokenKind::integer || token.kind == TokenKind::floating);
}

// Words that people write for true and false.
struct Word {
  std::string_view written;
  std::string_view meant;
};
constexpr Word bool_words[] = {{"true", "true"},   {"yes", "true"},     {"y", "true"},        {"on", "true"},
                               {"enable", "true"}, {"enabled", "true"}, {"false", "false"},   {"no", "false"},
                               {"n", "false"},     {"off", "false"},    {"disable", "false"}, {"disabled", "false"}};

std::string_view meant_bool(std::string_view word) noexcept {
  std::string_view nearest;
  unsigned least = unlike;
  for (const Word& known : bool_words) {
    const unsigned d = distance(word, known.written);
    if (d < least && d <= known.written.size() / 3) {
      least = d;
      nearest = known.meant;
    }
  }
  return nearest;
}

std::string_view meant_enum(const EnumSchema& schema, std::string_view word) noexcept {
  std::string_view nearest;
  unsigned least = unlike;
  for (const EnumValue& known : schema.values) {
    const unsigned d = distance(word, known.name);
    if (d < least) {
      least = d;
      nearest = known.name;
    } else if (d == least) {
      nearest = {};
    }
  }
  return nearest;
}

}  // namespace

// The value at `found`, which p_ stands at, is none that the field can have.
void Parser::bad_value(const FieldSchema& field, const Token& found) noexcept {
  if (!may_recover()) return;
  if (found.kind == TokenKind::foreign && (field.type != FieldType::string || lookalike_ascii(found) != '\0') &&
      lookalike(found)) {
    const char meant = lookalike_ascii(found);
    if (meant == '"' || meant == '\'') {
      // Up to the closing quote of the same kind, if the line has one.
      const char* const end = line_end(found.end);
      for (const char* p = found.end; p < end; ++p) {
        const bool ascii = static_cast<unsigned char>(*p) < 0x80;
        const Token next = ascii ? Token{TokenKind::symbol, TokenFault::none, p, p + 1, nullptr} : token_at(p, end_);
        const char meant_here = ascii ? *p : lookalike_ascii(next);
        if (meant_here != '"' && meant_here != '\'') continue;
        add_lookalike_fix(next);
        p_ = next.end;
        return;
      }
    }
    resync();
    return;
  }
  if (placeholder(found)) {
    resync();
    return;
  }
  if (!found.is('-') && foreign_comment(found)) {
    resync();
    return;
  }
  if (found.is(':')) {
    const char* behind = found.end;
    while (*behind == ':') ++behind;
    Diagnostic* const diagnostic =
        reporter_.error<Code::wrong_separator>(span(found.begin, behind), field.name, "::"sv);
    reporter_.fix(diagnostic, span(found.begin, behind), ""sv);
    p_ = behind;
    resync();
    return;
  }
  if (found.kind == TokenKind::control) {
    control_characters(found);
    resync();
    return;
  }
  // A word on another line may be the next field's name, but in a list, which has no names.
  const bool other_line = *name_ != '[' && on_new_line(token(name_).end, found.begin);
  const bool nothing =
      found.kind == TokenKind::end || found.is('}') || found.is('>') || found.is(',') || found.is(';') ||
      found.is(']') ||
      (found.kind == TokenKind::identifier && (starts_field(found) || (other_line && field.type != FieldType::string)));
  if (nothing) {
    reporter_.error<Code::expected_value>(span(token(name_)), field.name, found.text());
    p_ = found.is(']') ? found.end : found.begin;
    return;
  }
  if (found.is('[')) {
    list_for_single_value(field, found);
    return;
  }
  if (field.label == Label::repeated && *name_ != '[' && found.is('-') && is_yaml(found)) return;
  if (found.kind == TokenKind::foreign && field.type != FieldType::string) {
    const Utf8Character read = read_utf8({found.begin, static_cast<std::size_t>(end_ - found.begin)});
    if (read.size == 0) {
      reporter_.error<Code::invalid_byte>(span(found), static_cast<unsigned char>(*found.begin));
    } else {
      reporter_.error<Code::non_ascii_character>(span(found), read.code_point);
    }
    p_ = found.end;
    resync();
    return;
  }
  if (field.type == FieldType::string) {
    unquoted_string(field, found);
  } else if ((found.kind == TokenKind::integer || found.kind == TokenKind::floating) &&
             found.fault != TokenFault::none) {
    number_fault(found);
  } else if (found.kind == TokenKind::string && found.fault != TokenFault::none) {
    unterminated_string(found);
  } else {
    value_of_other_type(field, found);
  }
}

// A whole token, or a sign and a number, of the wrong type.
void Parser::value_of_other_type(const FieldSchema& field, const Token& found) noexcept {
  const bool sign = found.is('-') || found.is('+');
  const Token number = sign ? token(found.end) : found;
  const bool signed_number = sign && (is_number(number) || number.kind == TokenKind::identifier);
  const Span at = signed_number ? span(found.begin, number.end) : span(found);
  const std::string_view text(begin_ + at.begin, at.end - at.begin);
  p_ = begin_ + at.end;
  if (found.is('+') && signed_number) {
    Diagnostic* const diagnostic = reporter_.error<Code::plus_sign>(span(found));
    reporter_.fix(diagnostic, span(found), ""sv);
    return;
  }
  if (sign && (number.kind == TokenKind::integer || number.kind == TokenKind::floating) &&
      number.fault != TokenFault::none) {
    number_fault(number);
    return;
  }
  if (found.is('-') && field.type == FieldType::uint32 && number.kind == TokenKind::integer) {
    reporter_.error<Code::negative_integer>(at, field.name);
    return;
  }
  if (found.is('{') || found.is('<')) {
    static_cast<void>(report_type(field, at, text));
    p_ = behind_balanced(found.begin);
    return;
  }
  // A sign too many in front of what may be right: ":= 1", "--6.0".
  if ((found.is('=') || (found.is('-') && number.is('-'))) && is_value(token(found.end))) {
    Diagnostic* const diagnostic = report_type(field, span(found), found.text());
    reporter_.fix(diagnostic, span(found), ""sv);
    resync();
    return;
  }
  // A word in several pieces: DataType.INT4, DataType::INT4, INT-8.
  Span whole = at;
  if (found.kind == TokenKind::identifier) {
    const char* end = found.end;
    for (;;) {
      if (is(*end, name_start | digit | point) || (*end == '-' && is(end[1], name_start | digit))) {
        ++end;
      } else if (same_run(end, ':', 2) && is(end[2], name_start)) {
        end += 2;
      } else {
        break;
      }
    }
    whole.end = offset(end);
  }
  Diagnostic* const diagnostic = report_type(field, whole, {begin_ + whole.begin, whole.end - whole.begin});
  p_ = begin_ + whole.end;
  std::string_view word(begin_ + whole.begin, whole.end - whole.begin);
  for (std::size_t i = word.size(); found.kind == TokenKind::identifier && i > 0; --i) {
    if (word[i - 1] != '.' && word[i - 1] != ':') continue;
    word = {word.data() + i, word.size() - i};
    break;
  }
  if (found.kind == TokenKind::string) {
    word = {text.data() + 1, text.size() - 2};
    p_ = skip_literals(found);
  }
  std::string_view meant;
  if (field.type == FieldType::boolean) {
    if (reporter_.wants_suggestions()) meant = meant_bool(word);
  } else if (field.type == FieldType::enumeration) {
    if (reporter_.wants_suggestions()) meant = meant_enum(*field.enumeration, word);
  } else if (found.kind == TokenKind::string) {
    // A number in quotes.
    const Token inner = token_at(word.data(), end_);
    const bool fits = is_number(inner) && (field.type == FieldType::float32 || inner.kind == TokenKind::integer);
    if (fits && inner.end == word.data() + word.size()) meant = word;
  }
  if (!meant.empty()) {
    const bool misspelt = found.kind == TokenKind::identifier;
    if (misspelt && diagnostic != nullptr) diagnostic->suggestion = meant;
    reporter_.fix(diagnostic, whole, meant);
  }
  resync();
}

void Parser::list_for_single_value(const FieldSchema& field, const Token& bracket) noexcept {
  const char* const behind = behind_balanced(bracket.begin);
  const bool one_line = !on_new_line(bracket.begin, behind);
  Diagnostic* const diagnostic =
      reporter_.error<Code::list_for_single_value>(one_line ? span(bracket.begin, behind) : span(bracket), field.name);
  const Token element = token(bracket.end);
  const Token close = token(element.end);
  if (close.is(']') && element.kind != TokenKind::symbol) {
    reporter_.fix(diagnostic, span(bracket.begin, element.begin), ""sv);
    reporter_.fix(diagnostic, span(element.end, close.end), ""sv);
  }
  p_ = behind;
}

// Words where a string belongs: up to a blank, a bracket, a separator or a quote.
void Parser::unquoted_string(const FieldSchema& field, const Token& found) noexcept {
  if (found.is('{') || found.is('<')) {
    value_of_other_type(field, found);
    return;
  }
  const char* const start = found.begin;
  const char* const end_of_line = line_end(start);
  if (found.is('(')) {
    // A tuple: to its end.
    p_ = end_of_line;
    for (Token next = token(found.end); next.begin < end_of_line; next = token(next.end)) {
      if (!next.is(')')) continue;
      p_ = next.end;
      break;
    }
    reporter_.error<Code::expected_string>(span(found), field.name, found.text());
    resync();
    return;
  }
  const char* p = start;
  bool backslash = false;
  constexpr std::string_view ends = ",;{}<>[]#\"'";
  do {
    backslash |= *p == '\\';
    ++p;
  } while (p != end_ && static_cast<unsigned char>(*p) > ' ' && (!is_among(*p, ends) || p[-1] == '\\'));
  const std::string_view word(start, static_cast<std::size_t>(p - start));
  Diagnostic* const diagnostic = reporter_.error<Code::expected_string>(span(start, p), field.name, word);
  p_ = p;
  if (*p == '"' || *p == '\'') {
    const Token literal = token_at(p, end_);
    const Token behind = token(p + 1);
    constexpr std::string_view stops = ",;]}>";
    const bool closes = literal.fault != TokenFault::none || starts_field(behind) || is_among(*behind.begin, stops);
    if (closes) {
      if (!backslash) reporter_.fix(diagnostic, span(start, start), ascii_text(*p));
      p_ = p + 1;
      return;
    }
    // A prefix, as of Python's r"".
    constexpr std::string_view prefixes = "rbufRBUF";
    if (p - start <= 2 && is_among(*start, prefixes) && is_among(p[-1], prefixes)) {
      reporter_.fix(diagnostic, span(start, p), ""sv);
    }
    p_ = literal.end;
    return;
  }
  // Without a colon, a sign may stand for that; '-' in front of a blank is none of the string's.
  const bool is_name = *name_ == '[' || token(token(name_).end).is(':');
  const std::size_t size = word.size();
  if (!is_name || word == "-"sv) {
    resync();
    return;
  }
  if (size > 2 && word[0] == '`' && word[size - 1] == '`') {
    reporter_.fix(diagnostic, span(start, start + 1), R"(")"sv);
    reporter_.fix(diagnostic, span(p - 1, p), R"(")"sv);
  } else if (size > 4 && word[0] == '\\' && word[1] == '"' && word[size - 2] == '\\' && word[size - 1] == '"') {
    reporter_.fix(diagnostic, span(start, start + 1), ""sv);
    reporter_.fix(diagnostic, span(p - 2, p - 1), ""sv);
  } else if (!backslash) {
    reporter_.fix(diagnostic, span(start, start), R"(")"sv);
    reporter_.fix(diagnostic, span(p, p), R"(")"sv);
  }
  resync();
}

// ---- strings

// Brackets and separators at the end of the line stood behind the missing quote.
const char* Parser::tail_of(const Token& unterminated) noexcept {
  const char* tail = unterminated.end;
  while (tail > unterminated.begin + 1 && is_among(tail[-1], " \t\r,;}>]"sv)) --tail;
  return tail;
}

// Closing brackets that were part of a string, and are to be ones.
void Parser::count_closes(const char* from, const char* to) noexcept {
  for (const char* p = from; p != to; ++p) {
    if (*p == '}' || *p == '>') --missing_closes(*p);
  }
}

void Parser::unterminated_string(const Token& literal) noexcept {
  const char quote = *literal.begin;
  if (literal.fault == TokenFault::nul_in_string) {
    Diagnostic* const diagnostic = reporter_.error<Code::nul_in_string>(span(literal.fault_at, literal.fault_at + 1));
    reporter_.fix(diagnostic, span(literal.fault_at, literal.fault_at + 1), R"(\0)"sv);
    // On behind the closing quote, if the line has one.
    const char* const end = line_end(literal.fault_at);
    for (const char* p = literal.fault_at; p != end; ++p) {
      if (*p != quote) continue;
      // With the literals that belong to the same value.
      p_ = skip_literals({TokenKind::string, TokenFault::none, literal.begin, p + 1, nullptr});
      return;
    }
    p_ = open_string_end_ = end;
    return;
  }
  close_string(literal);
  if (closed_string_ != literal.begin) open_string_end_ = p_;
}

// Reports that the literal has no end and, where it is clear, where that should be.
void Parser::close_string(const Token& literal) noexcept {
  const char quote = *literal.begin;
  doubt_names();
  const char* const tail = tail_of(literal);
  const bool lone = tail == literal.begin + 1;
  count_closes(tail, literal.end);
  Diagnostic* const diagnostic =
      reporter_.error<Code::unterminated_string>(span(literal.begin, tail), ascii_text(quote));
  const bool behind_another = literal.begin > p_;
  p_ = tail;
  const auto close_at = [&](Span at) {
    reporter_.fix(diagnostic, at, ascii_text(quote));
    closed_string_ = literal.begin;
  };
  if (lone && behind_another && literal.begin[-1] == quote) {
    // "a"": the last quote is one too many.
    reporter_.fix(diagnostic, span(literal.begin, tail), ""sv);
    return;
  }
  // In front of brackets: what the value was to be is anyone's guess.
  if (lone && tail != literal.end) return;
  // Some other quote closes it.
  const char* last = tail - 1;
  while (last > literal.begin && (static_cast<unsigned char>(*last) & 0xC0U) == 0x80) --last;
  const Token last_character = token_at(last, end_);
  const char looks = last_character.kind == TokenKind::foreign ? lookalike_ascii(last_character) : *last;
  int of_that_quote = 0;
  for (const char* p = literal.begin + 1; p != tail; ++p) of_that_quote += *p == *last ? 1 : 0;
  if (last > literal.begin && (looks == '"' || looks == '\'') && *last != quote && of_that_quote == 1) {
    close_at(span(last, tail));
    return;
  }
  // Next lines that are no fields belong to the same string, if one of them has the quote.
  constexpr int most_lines = 8;
  const char* line = literal.end;
  for (int i = 0; i < most_lines && line != end_; ++i) {
    ++line;
    const Token next = token(line);
    const char* const next_end = line_end(line);
    if (next.begin >= next_end || starts_field(next) || next.is('}') || next.is('>')) break;
    int quotes = 0;
    const char* first_quote = nullptr;
    for (const char* p = line; p != next_end; ++p) {
      if (*p != quote) continue;
      first_quote = first_quote == nullptr ? p : first_quote;
      ++quotes;
    }
    if (quotes % 2 == 1) {
      p_ = first_quote + 1;
      return;
    }
    if (quotes != 0) break;
    line = next_end;
  }
  // Where other fields stand behind it on the line, its end is anyone's guess.
  bool clear = tail[-1] != '\\';
  for (const char* p = literal.begin + 1; p != tail; ++p) clear &= *p != '"' && *p != '\'' && *p != ':';
  if (clear) close_at(span(tail, tail));
}

void Parser::bad_escape(const Escape& escape, std::string_view content, const char* at) noexcept {
  const Span place = span(at, at + escape.size);
  const std::string_view text(at, escape.size);
  switch (escape.fault) {
    case Code::unknown_escape: {
      Diagnostic* const diagnostic = reporter_.error<Code::unknown_escape>(place, text);
      reporter_.note<NoteKind::escape_backslash>(diagnostic, {});
      // All of the literal's, or none: half a path would be no help.
      constexpr int most_fixes = 16;
      int fixes = 0;
      for (std::size_t i = 0; i < content.size() && fixes <= most_fixes;) {
        const bool backslash = content[i] == '\\';
        const Escape one = backslash ? read_escape({content.data() + i, content.size() - i}) : Escape{};
        fixes += one.fault == Code::unknown_escape ? 1 : 0;
        i += backslash ? one.size : 1;
      }
      if (fixes > most_fixes) break;
      for (std::size_t i = 0; i < content.size();) {
        const bool backslash = content[i] == '\\';
        const Escape one = backslash ? read_escape({content.data() + i, content.size() - i}) : Escape{};
        const char* const p = content.data() + i;
        if (one.fault == Code::unknown_escape) reporter_.fix(diagnostic, span(p, p), R"(\)"sv);
        i += backslash ? one.size : 1;
      }
      break;
    }
    case Code::hex_escape_without_digits: reporter_.error<Code::hex_escape_without_digits>(place, text); break;
    case Code::short_unicode_escape: reporter_.error<Code::short_unicode_escape>(place, std::string_view(at, 2)); break;
    case Code::bad_long_unicode_escape:
      reporter_.error<Code::bad_long_unicode_escape>(place, std::string_view(at, 2));
      break;
    default: reporter_.error<Code::octal_escape_too_large>(place, text); break;
  }
}

// ---- lists

void Parser::unclosed_list(const FieldSchema& field, const Token& found) noexcept {
  if (lacks_bracket()) return;
  const char* const last = last_value_end_ > list_start_ ? last_value_end_ : list_start_ + 1;
  Diagnostic* const diagnostic = reporter_.error<Code::unclosed_list>(span(list_start_, list_start_ + 1), field.name);
  if (found.kind != TokenKind::end) reporter_.note<NoteKind::list_ends_before>(diagnostic, span(found), field.name);
  if (last != open_string_end_) reporter_.fix(diagnostic, span(last, last), "]"sv);
}

// What stands where an element should is none.
bool Parser::bad_element(const FieldSchema& field, const Token& found) noexcept {
  if (!may_recover()) return false;
  p_ = found.begin;
  if (merge_conflict(found)) return element_behind_conflict(field);
  if (found.is('[')) {
    const char* const behind = behind_balanced(found.begin);
    Diagnostic* const diagnostic = reporter_.error<Code::nested_list>(span(found), field.name);
    // Of messages in brackets, theirs are wrong, and not too many.
    const bool too_many = field.type != FieldType::message || token(found.end).kind != TokenKind::string;
    if (too_many) reporter_.fix(diagnostic, span(found), ""sv);
    // A list within the list, or a bracket that is doubled.
    const Token next = token(behind);
    const bool doubled = behind[-1] != ']' || !(next.is(',') || next.is(']'));
    if (!doubled) {
      if (too_many) reporter_.fix(diagnostic, span(behind - 1, behind), ""sv);
      p_ = behind;
      return next_after_bad_element(found.begin);
    }
    p_ = skip_blank(found.end, end_);
    return element_starts(field, token(p_));
  }
  if (found.is(',')) {
    const char* behind = found.end;
    while (token(behind).is(',')) behind = token(behind).end;
    const char* const next = skip_blank(behind, end_);
    Diagnostic* const diagnostic = reporter_.error<Code::extra_separator>(span(found), found.text());
    reporter_.fix(diagnostic, span(found.begin, next), ""sv);
    return element_follows(next);
  }
  const bool belongs =
      field.type == FieldType::message && starts_field(found) && find_field(*field.message, found.text()) != nullptr;
  if (belongs) {
    // The element's opening brace is missing.
    Diagnostic* const diagnostic = reporter_.error<Code::expected_message>(span(found), field.name, found.text());
    const char close = missing_closes('}') < 0 || missing_closes('>') >= 0 ? '}' : '>';
    reporter_.fix(diagnostic, span(found.begin, found.begin), close == '}' ? "{ "sv : "< "sv);
    ++missing_closes(close);
    open(field, found.begin, close, true);
    return false;
  }
  if (found.kind == TokenKind::end || starts_field(found)) {
    unclosed_list(field, found);
    return false;
  }
  if (found.is('}') || found.is('>') || found.is(')')) return bad_list_separator(field, found);
  if (field.type == FieldType::message || found.is(';')) {
    static_cast<void>(report_type(field, span(found), found.text()));
    p_ = found.end;
  } else {
    bad_value(field, found);
  }
  return next_after_bad_element(found.begin);
}

// Behind a comma, p_ to be set to `p`: true if an element stands there, and not the ']', which is passed then.
bool Parser::element_follows(const char* p) noexcept {
  const bool ends = *p == ']';
  p_ = ends ? p + 1 : p;
  return !ends;
}

// Skips to the end of what was taken for an element. True if another one follows, which p_ then
// stands at.
bool Parser::next_after_bad_element(const char* from) noexcept {
  if (stopped_) return false;
  // resync may have taken the comma along.
  if (p_ > from && p_[-1] == ',') return element_follows(skip_blank(p_, end_));
  for (;;) {
    const Token next = token(p_);
    if (next.is(',')) return element_follows(skip_blank(next.end, end_));
    if (next.is(']')) {
      p_ = next.end;
      return false;
    }
    if (next.kind == TokenKind::end || next.is('}') || next.is('>') || starts_field(next)) return false;
    p_ = next.is('{') || next.is('<') || next.is('[') ? behind_balanced(next.begin) : next.end;
  }
}

// Behind the marker of a merge conflict, which p_ stands behind: the sides are elements that no comma need stand
// between.
bool Parser::element_behind_conflict(const FieldSchema& field) noexcept {
  p_ = skip_blank(p_, end_);
  return element_starts(field, token(p_)) || next_after_bad_element(p_);
}

// Behind the comma that was read last stands the closing bracket, at p_.
void Parser::trailing_comma() noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::trailing_comma>(span(separator_, separator_ + 1));
  reporter_.fix(diagnostic, span(separator_, separator_ + 1), ""sv);
  ++p_;
}

// Neither ',' nor ']' stands behind an element. True if another element follows all the same.
bool Parser::bad_list_separator(const FieldSchema& field, const Token& found) noexcept {
  if (!may_recover()) return false;
  p_ = found.begin;
  if (merge_conflict(found)) return element_behind_conflict(field);
  if (lacks_bracket() && !element_starts(field, found)) return false;
  if (found.kind == TokenKind::end || starts_field(found)) {
    unclosed_list(field, found);
    return false;
  }
  const bool closer = found.is('}') || found.is('>');
  if (closer || found.is(')')) {
    if (closer && depth_ > 0 && missing_closes(*found.begin) >= 0) {
      unclosed_list(field, found);
      return false;
    }
    Diagnostic* const diagnostic = reporter_.error<Code::mismatched_close>(span(found), found.text(), "["sv);
    reporter_.note<NoteKind::opened_here>(diagnostic, span(list_start_, list_start_ + 1), "["sv);
    reporter_.fix(diagnostic, span(found), "]"sv);
    if (closer) ++missing_closes(*found.begin);
    p_ = found.end;
    return false;
  }
  if (found.kind == TokenKind::foreign && lookalike(found)) {
    const char meant = lookalike_ascii(found);
    if (meant == ']') return false;
    p_ = skip_blank(p_, end_);
    if (*p_ == ']') {
      ++p_;
      return false;
    }
    return meant == ',';
  }
  Diagnostic* const diagnostic = reporter_.error<Code::expected_comma>(span(found), found.text());
  if (element_starts(field, found)) {
    reporter_.fix(diagnostic, span(last_value_end_, last_value_end_), ","sv);
    return true;
  }
  const Token next = token(found.end);
  if (found.is(';') && element_starts(field, next)) {
    reporter_.fix(diagnostic, span(found), ","sv);
    p_ = next.begin;
    return true;
  }
  p_ = found.end;
  return next_after_bad_element(found.begin);
}

// ---- leftovers

// A template's variable that was never filled in; p_ then stands behind it.
bool Parser::placeholder(const Token& found) noexcept {
  const char* const p = found.begin;
  // Longer ones are none.
  constexpr std::ptrdiff_t longest = 64;
  const char* const end = end_ - p < longest ? end_ : p + longest;
  const auto behind_text = [this, end](const char* from, std::string_view text) -> const char* {
    const char first = text.front();
    const char* q =
        text == unclosed_placeholder_.close && from < unclosed_placeholder_.until ? unclosed_placeholder_.until : from;
    for (; end - q >= static_cast<std::ptrdiff_t>(text.size()) && *q != '\n'; ++q) {
      if (*q == first && (text.size() == 1 || q[1] == text[1])) return q + text.size();
    }
    unclosed_placeholder_ = {q, text};
    return nullptr;
  };
  const auto behind_name = [](const char* from) {
    while (is(*from, name_start | digit) || *from == '.' || *from == '-') ++from;
    return from;
  };
  const char* behind = nullptr;
  if (found.is('$')) {
    if (p[1] == '{' || p[1] == '(') {
      behind = behind_text(p + 2, p[1] == '{' ? "}"sv : ")"sv);
    } else if (is(p[1], name_start)) {
      behind = behind_name(p + 1);
    }
  } else if (found.is('{') && (p[1] == '{' || p[1] == '%')) {
    behind = behind_text(p + 2, p[1] == '{' ? "}}"sv : "%}"sv);
  } else if (found.is('<') && is(p[1], name_start)) {
    const char* const name_end = behind_name(p + 1);
    if (*name_end == '>') behind = name_end + 1;
  } else if (found.is('@') && is(p[1], name_start)) {
    const char* const name_end = behind_name(p + 1);
    if (*name_end == '@') behind = name_end + 1;
  } else if (found.is('%') && p[1] == '(') {
    behind = behind_text(p + 2, ")"sv);
    if (behind != nullptr && is(*behind, name_start)) ++behind;
  } else if (found.is('%') && is(p[1], name_start)) {
    const char* const name_end = behind_name(p + 1);
    if (*name_end == '%') behind = name_end + 1;
  }
  if (behind == nullptr) return false;
  reporter_.error<Code::template_placeholder>(span(p, behind),
                                              std::string_view(p, static_cast<std::size_t>(behind - p)));
  p_ = behind;
  return true;
}

char Parser::lookalike_ascii(const Token& found) const noexcept {
  return ascii_of(read_utf8({found.begin, static_cast<std::size_t>(end_ - found.begin)}).code_point);
}

// A character that looks like an ASCII one, or a run of such blanks or digits; p_ then stands behind it.
bool Parser::lookalike(const Token& found) noexcept {
  const Utf8Character character = read_utf8({found.begin, static_cast<std::size_t>(end_ - found.begin)});
  const char ascii = character.size == 0 ? '\0' : ascii_of(character.code_point);
  if (ascii == '\0') return false;
  lookalike_ = reporter_.error<Code::lookalike_character>(span(found), character.code_point, ascii_text(ascii));
  p_ = found.end;
  // What ends a number, or stands between brackets that are none, is one too many.
  const bool behind_number = ascii == '.' && found.begin > begin_ && is(found.begin[-1], digit);
  const bool nothing = is_nothing(character.code_point);
  if (behind_number || nothing) {
    reporter_.fix(lookalike_, span(found), ""sv);
    return true;
  }
  if (ascii == '(' || ascii == ')') return true;
  add_lookalike_fix(found);
  const bool run = ascii == ' ' || is(ascii, digit);
  for (Token next = token_at(p_, end_); run && next.kind == TokenKind::foreign; next = token_at(p_, end_)) {
    const char more = lookalike_ascii(next);
    if (more != ' ' && !is(more, digit)) break;
    add_lookalike_fix(next);
    p_ = next.end;
  }
  return true;
}

void Parser::add_lookalike_fix(const Token& character) noexcept {
  if (character.kind == TokenKind::foreign) {
    reporter_.fix(lookalike_, span(character), ascii_text(lookalike_ascii(character)));
  }
}

// A number token with a fault: reports it, and leaves p_ behind all of what belongs to it.
void Parser::number_fault(const Token& number) noexcept {
  const char* run = number.end;
  while (is(*run, name_start | digit | point)) ++run;
  look_ahead(number.begin, run);
  const std::string_view text(number.begin, static_cast<std::size_t>(run - number.begin));
  const Span at = span(number.begin, run);
  p_ = run;
  if (number.fault == TokenFault::not_octal) {
    Diagnostic* const diagnostic =
        reporter_.error<Code::not_an_octal_digit>(at, text, std::string_view(number.fault_at, 1));
    const char* p = number.begin;
    while (*p == '0') ++p;
    if (run == number.end) reporter_.fix(diagnostic, span(number.begin, p), ""sv);
  } else if (number.fault == TokenFault::no_hex_digits) {
    reporter_.error<Code::hex_digits_missing>(at, number.text());
  } else if (number.fault == TokenFault::no_exponent_digits) {
    reporter_.error<Code::exponent_digits_missing>(at, text);
  } else if (number.fault == TokenFault::text_behind_number) {
    const std::string_view rest(number.end, static_cast<std::size_t>(run - number.end));
    const Token name = token_at(number.end, end_);
    Diagnostic* const diagnostic =
        reporter_.error<Code::text_behind_number>(span(number.end, run), number.text(), rest);
    if (find_field(*frame().schema, name.text()) != nullptr) {
      reporter_.fix(diagnostic, span(number.end, number.end), " "sv);
      p_ = number.end;
    } else if (name.end == run && *number.end != '_' && (rest.size() > 1 || is_among(rest[0], "uUlLdDfF"sv))) {
      // A unit, or a suffix of other languages. One letter may be part of the number: 1k, 0x1G
      reporter_.fix(diagnostic, span(number.end, run), ""sv);
    }
  } else {
    // A point behind it.
    Diagnostic* const diagnostic = reporter_.error<Code::malformed_number>(at, text);
    const char* digits = number.begin;
    while (digits[0] == '0' && is(digits[1], digit)) ++digits;
    bool decimal = digits != number.begin && is(number.end[1], digit);
    for (const char* p = number.end + 1; decimal && p != run; ++p) decimal = is(*p, digit);
    if (decimal) {
      // 06.0
      reporter_.fix(diagnostic, span(number.begin, digits), ""sv);
      return;
    }
    if (number.end + 1 == run) reporter_.fix(diagnostic, span(number.end, run), ""sv);
  }
}

}  // namespace distillcfg::detail
