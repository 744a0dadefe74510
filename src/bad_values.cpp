// What is wrong with values, and where to go on.
#include <iterator>

#include "parser.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"
#include "text/similarity.hpp"

namespace distillcfg::detail {

namespace {

// Characters that a keyboard, an input method or a word processor puts in place of ASCII ones.
struct Lookalike {
  std::uint32_t code_point;
  char ascii;
};
constexpr Lookalike lookalikes[] = {
    {0x00A0, ' '},  {0x2010, '-'},  {0x2011, '-'},  {0x2012, '-'},  {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
    {0x2019, '\''}, {0x201C, '"'},  {0x201D, '"'},  {0x2212, '-'},  {0x3000, ' '}, {0x3001, ','}, {0x3002, '.'},
    {0x300C, '"'},  {0x300D, '"'},  {0x3010, '['},  {0x3011, ']'},  {0xFEFF, ' '}, {0x200B, ' '}, {0x2009, ' '},
    {0x202F, ' '},  {0x00AB, '"'},  {0x00BB, '"'},  {0x2039, '\''}, {0x203A, '\''}};

// Full-width forms: U+FF01 to U+FF5E are '!' to '~'.
constexpr std::uint32_t full_width_first = 0xFF01;
constexpr std::uint32_t full_width_last = 0xFF5E;

char ascii_of(std::uint32_t code_point) noexcept {
  if (code_point >= full_width_first && code_point <= full_width_last) {
    return static_cast<char>(code_point - full_width_first + '!');
  }
  for (const Lookalike& known : lookalikes) {
    if (known.code_point == code_point) return known.ascii;
  }
  return '\0';
}

// One-character texts that outlive the diagnostics.
constexpr char ascii_characters[] =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
std::string_view ascii_text(char c) noexcept { return {ascii_characters + (c - ' '), 1}; }

bool is_number(Token token) noexcept {
  return token.fault == TokenFault::none && (token.kind == TokenKind::integer || token.kind == TokenKind::floating);
}

// Words that people write for true and false.
struct Word {
  std::string_view written;
  std::string_view meant;
};
constexpr Word bool_words[] = {{"true", "true"},  {"yes", "true"},  {"y", "true"},   {"on", "true"},
                               {"enable", "true"}, {"enabled", "true"}, {"false", "false"}, {"no", "false"},
                               {"n", "false"},    {"off", "false"}, {"disable", "false"}, {"disabled", "false"}};

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
void Parser::bad_value(const FieldSchema& field, Token found) noexcept {
  if (found.kind == TokenKind::foreign && (field.type != FieldType::string || lookalike_ascii(found) != '\0') &&
      lookalike(found)) {
    const char* const quoted = p_ = found.end;
    const char meant = lookalike_ascii(found);
    if (meant == '"' || meant == '\'') {
      // Up to the closing quote of the same kind, if the line has one.
      const char* const end = line_end(quoted);
      for (const char* p = quoted; p < end; ++p) {
        const Token next = token_at(p, end_);
        const char ascii = next.kind == TokenKind::foreign ? lookalike_ascii(next) : *p;
        if (ascii != '"' && ascii != '\'') continue;
        add_closing_quote_fix(next);
        p_ = next.end > end ? end : next.end;
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
  if (found.is(':')) {
    const char* behind = found.end;
    while (*behind == ':') ++behind;
    Diagnostic* const diagnostic = reporter_.error<Code::wrong_separator>(span(found.begin, behind), field.name, "::");
    reporter_.fix(diagnostic, span(found.begin, behind), "");
    p_ = behind;
    resync();
    return;
  }
  if (found.kind == TokenKind::control) {
    control_characters(found);
    resync();
    return;
  }
  const bool new_line = on_new_line(token(name_).end, found.begin);
  const bool nothing = found.kind == TokenKind::end || found.is('}') || found.is('>') || found.is(',') ||
                       found.is(';') || found.is(']') ||
                       (found.kind == TokenKind::identifier && (starts_field(found) || (new_line && field.type != FieldType::string)));
  if (nothing) {
    reporter_.error<Code::expected_value>(span(token(name_)), field.name, found.text());
    p_ = found.is(']') ? found.end : found.begin;
    return;
  }
  if (found.is('[')) {
    list_for_single_value(field, found);
    return;
  }
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
    static_cast<void>(number_fault(found));
  } else if (found.kind == TokenKind::string && found.fault != TokenFault::none) {
    unterminated_string(found);
  } else {
    value_of_other_type(field, found);
  }
}

Diagnostic* Parser::report_type(const FieldSchema& field, Span at, std::string_view found) noexcept {
  switch (field.type) {
    case FieldType::uint32: return reporter_.error<Code::expected_integer>(at, field.name, found);
    case FieldType::float32: return reporter_.error<Code::expected_number>(at, field.name, found);
    case FieldType::boolean: return reporter_.error<Code::expected_bool>(at, field.name, found);
    case FieldType::enumeration: {
      std::string_view names;
      for (const EnumValue& value : field.enumeration->values) {
        names = names.empty() ? value.name : reporter_.join(names, "/", value.name);
      }
      return reporter_.error<Code::unknown_enum_value>(at, field.name, found, names);
    }
    case FieldType::string: return reporter_.error<Code::expected_string>(at, field.name, found);
    case FieldType::message: break;
  }
  return reporter_.error<Code::expected_message>(at, field.name, found);
}

// A whole token, or a sign and a number, of the wrong type.
void Parser::value_of_other_type(const FieldSchema& field, Token found) noexcept {
  const bool sign = found.is('-') || found.is('+');
  const Token number = sign ? token(found.end) : found;
  const bool signed_number = sign && (is_number(number) || number.kind == TokenKind::identifier);
  const Span at = signed_number ? span(found.begin, number.end) : span(found);
  const std::string_view text(begin_ + at.begin, at.end - at.begin);
  p_ = begin_ + at.end;
  if (found.is('+') && signed_number) {
    Diagnostic* const diagnostic = reporter_.error<Code::plus_sign>(span(found));
    reporter_.fix(diagnostic, span(found), "");
    return;
  }
  if (sign && (number.kind == TokenKind::integer || number.kind == TokenKind::floating) &&
      number.fault != TokenFault::none) {
    static_cast<void>(number_fault(number));
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
  Diagnostic* const diagnostic = report_type(field, at, text);
  std::string_view word = text;
  if (found.kind == TokenKind::string) {
    word = {text.data() + 1, text.size() - 2};
    p_ = skip_literals(found);
  }
  std::string_view meant;
  switch (field.type) {
    case FieldType::boolean: meant = reporter_.wants_suggestions() ? meant_bool(word) : std::string_view(); break;
    case FieldType::enumeration:
      meant = reporter_.wants_suggestions() ? meant_enum(*field.enumeration, word) : std::string_view();
      break;
    default: {
      // A number in quotes.
      const Token inner = token_at(word.data(), end_);
      const bool fits = is_number(inner) && (field.type == FieldType::float32 || inner.kind == TokenKind::integer);
      if (found.kind == TokenKind::string && fits && inner.end == word.data() + word.size()) meant = word;
      break;
    }
  }
  if (!meant.empty()) {
    const bool misspelt = found.kind == TokenKind::identifier;
    if (misspelt && diagnostic != nullptr) diagnostic->suggestion = meant;
    reporter_.fix(diagnostic, at, meant);
  }
  if (found.kind == TokenKind::symbol && !signed_number) resync();
}

void Parser::list_for_single_value(const FieldSchema& field, Token bracket) noexcept {
  const char* const behind = behind_balanced(bracket.begin);
  const bool one_line = !on_new_line(bracket.begin, behind);
  Diagnostic* const diagnostic =
      reporter_.error<Code::list_for_single_value>(one_line ? span(bracket.begin, behind) : span(bracket), field.name);
  const Token element = token(bracket.end);
  const Token close = token(element.end);
  if (close.is(']') && element.kind != TokenKind::symbol) {
    reporter_.fix(diagnostic, span(bracket.begin, element.begin), "");
    reporter_.fix(diagnostic, span(element.end, close.end), "");
  }
  p_ = behind;
}

// Words where a string belongs: up to a blank, a bracket, a separator or a quote.
void Parser::unquoted_string(const FieldSchema& field, Token found) noexcept {
  if (found.kind == TokenKind::string) {
    unterminated_string(found);
    return;
  }
  if (found.is('{') || found.is('<')) {
    value_of_other_type(field, found);
    return;
  }
  const char* const start = found.begin;
  const char* p = start;
  bool backslash = false;
  constexpr std::string_view ends = ",;{}<>[]#\"'";
  while (p != end_ && static_cast<unsigned char>(*p) > ' ' && ends.find(*p) == std::string_view::npos) {
    backslash |= *p == '\\';
    ++p;
  }
  if (p == start) p = found.end;
  const std::string_view word(start, static_cast<std::size_t>(p - start));
  const bool only_first_quote_missing = *p == '"' || *p == '\'';
  Diagnostic* const diagnostic = reporter_.error<Code::expected_string>(span(start, p), field.name, word);
  if (!backslash) {
    const std::string_view quote = only_first_quote_missing ? ascii_text(*p) : std::string_view("\"");
    reporter_.fix(diagnostic, span(start, start), quote);
    if (!only_first_quote_missing) reporter_.fix(diagnostic, span(p, p), quote);
  }
  p_ = only_first_quote_missing ? p + 1 : p;
  if (!only_first_quote_missing) resync();
}

void Parser::integer_out_of_range(const FieldSchema& field, Span at, std::uint64_t limit) noexcept {
  reporter_.error<Code::integer_out_of_range>(at, field.name, std::string_view(begin_ + at.begin, at.end - at.begin),
                                              limit);
}

// ---- strings

void Parser::unterminated_string(Token literal) noexcept {
  const char quote = *literal.begin;
  if (literal.fault == TokenFault::nul_in_string) {
    Diagnostic* const diagnostic = reporter_.error<Code::nul_in_string>(span(literal.fault_at, literal.fault_at + 1));
    reporter_.fix(diagnostic, span(literal.fault_at, literal.fault_at + 1), "\\0");
    // On behind the closing quote, if the line has one.
    const char* const end = line_end(literal.fault_at);
    p_ = end;
    for (const char* p = literal.fault_at; p != end; ++p) {
      if (*p != quote) continue;
      p_ = p + 1;
      break;
    }
    return;
  }
  // Brackets and separators at the end of the line stood behind the missing quote.
  const char* tail = literal.end;
  constexpr std::string_view tail_characters = " \t\r,;}>]";
  while (tail > literal.begin + 1 && tail_characters.find(tail[-1]) != std::string_view::npos) --tail;
  if (tail == literal.begin + 1) tail = literal.end;
  while (tail < literal.end && tail == literal.end) ++tail;
  for (const char* p = tail; p != literal.end; ++p) missing_closes_ -= *p == '}' || *p == '>' ? 1 : 0;
  Diagnostic* const diagnostic =
      reporter_.error<Code::unterminated_string>(span(literal.begin, tail), ascii_text(quote));
  const bool continued = tail[-1] == '\\';
  p_ = tail;
  if (literal.end == end_) {
    reporter_.fix(diagnostic, span(tail, tail), ascii_text(quote));
    return;
  }
  // A next line that is no field but has the quote is the rest of the same string.
  const char* const next_line = literal.end + 1;
  const Token next = token(next_line);
  const char* const next_end = line_end(next_line);
  int quotes = 0;
  const char* first_quote = nullptr;
  if (next.begin < next_end && !starts_field(next) && !next.is('}') && !next.is('>')) {
    for (const char* p = next_line; p != next_end; ++p) {
      if (*p != quote) continue;
      first_quote = first_quote == nullptr ? p : first_quote;
      ++quotes;
    }
  }
  if (quotes % 2 == 1) {
    p_ = first_quote + 1;
    return;
  }
  if (!continued) reporter_.fix(diagnostic, span(tail, tail), ascii_text(quote));
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
        if (one.fault == Code::unknown_escape) reporter_.fix(diagnostic, span(p, p), "\\");
        i += backslash ? one.size : 1;
      }
      break;
    }
    case Code::hex_escape_without_digits: reporter_.error<Code::hex_escape_without_digits>(place, text); break;
    case Code::short_unicode_escape:
      reporter_.error<Code::short_unicode_escape>(place, std::string_view(at, 2));
      break;
    case Code::bad_long_unicode_escape:
      reporter_.error<Code::bad_long_unicode_escape>(place, std::string_view(at, 2));
      break;
    default: reporter_.error<Code::octal_escape_too_large>(place, text); break;
  }
}

void Parser::bad_utf8(Span at, char byte, bool raw) noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::string_not_utf8>(at, static_cast<unsigned char>(byte));
  if (raw) reporter_.note<NoteKind::save_as_utf8>(diagnostic, {});
}

// ---- lists

bool Parser::element_starts(const FieldSchema& field, Token found) const noexcept {
  return field.type == FieldType::string ? found.kind == TokenKind::string : found.kind == TokenKind::integer;
}

void Parser::bad_element(const FieldSchema& field, Token found) noexcept {
  p_ = found.begin;
  if (found.is('[')) {
    reporter_.error<Code::nested_list>(span(found), field.name);
    p_ = behind_balanced(found.begin);
  } else if (found.is(',')) {
    Diagnostic* const diagnostic = reporter_.error<Code::extra_separator>(span(found), found.text());
    reporter_.fix(diagnostic, span(found.begin, token(found.end).begin), "");
    while (token(p_).is(',')) p_ = token(p_).end;
  } else if (found.kind == TokenKind::end || starts_field(found) || found.is('}') || found.is('>')) {
    reporter_.error<Code::unclosed_list>(span(list_start_, list_start_ + 1), field.name);
  } else if (field.type == FieldType::message) {
    static_cast<void>(report_type(field, span(found), found.text()));
    p_ = found.end;
  } else {
    bad_value(field, found);
  }
}

// To the end of what was taken for an element.
void Parser::skip_bad_element() noexcept {
  for (;;) {
    const Token next = token(p_);
    const bool ends = next.kind == TokenKind::end || next.is(',') || next.is(']') || next.is('}') || next.is('>') ||
                      next.is(';') || next.kind == TokenKind::string || starts_field(next);
    if (ends) return;
    p_ = next.is('{') || next.is('<') || next.is('[') ? behind_balanced(next.begin) : next.end;
  }
}

// Behind the comma in p_'s list stands the closing bracket. False if another element follows.
bool Parser::trailing_comma() noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::trailing_comma>(span(separator_, separator_ + 1));
  reporter_.fix(diagnostic, span(separator_, separator_ + 1), "");
  ++p_;
  return true;
}

// Neither ',' nor ']' stands behind an element. True if another element follows all the same.
bool Parser::bad_list_separator(const FieldSchema& field, Token found) noexcept {
  p_ = found.begin;
  const bool element = field.type == FieldType::message ? found.is('{') || found.is('<') : element_starts(field, found);
  if (found.kind == TokenKind::end || starts_field(found) || found.is('}') || found.is('>')) {
    Diagnostic* const diagnostic =
        reporter_.error<Code::unclosed_list>(span(list_start_, list_start_ + 1), field.name);
    if (!element) reporter_.note<NoteKind::separate_fields>(diagnostic, span(found), field.name);
    return false;
  }
  if (found.kind == TokenKind::foreign && lookalike(found)) {
    p_ = found.end;
    const char meant = lookalike_ascii(found);
    if (meant == ']') return false;
    p_ = skip_blank(p_, end_);
    return meant == ',' && *p_ != ']';
  }
  Diagnostic* const diagnostic = reporter_.error<Code::expected_comma>(span(found), found.text());
  if (element) {
    reporter_.fix(diagnostic, span(found.begin, found.begin), ", ");
    return true;
  }
  if (found.is(';')) reporter_.fix(diagnostic, span(found), ",");
  p_ = found.end;
  skip_bad_element();
  const Token next = token(p_);
  if (next.is(',') || next.is(']')) p_ = next.end;
  p_ = skip_blank(p_, end_);
  return !next.is(']') && (field.type == FieldType::message ? *p_ == '{' || *p_ == '<' : element_starts(field, token(p_)));
}

// ---- leftovers

// A template's variable that was never filled in; p_ then stands behind it.
bool Parser::placeholder(Token found) noexcept {
  const char* const p = found.begin;
  const char* const end = line_end(p);
  const auto behind_text = [end](const char* from, std::string_view text) -> const char* {
    for (const char* q = from; q + text.size() <= end; ++q) {
      if (std::string_view(q, text.size()) == text) return q + text.size();
    }
    return nullptr;
  };
  const auto behind_name = [](const char* from) {
    while (is(*from, name_start | digit) || *from == '.' || *from == '-') ++from;
    return from;
  };
  const char* behind = nullptr;
  if (found.is('$')) {
    if (p[1] == '{' || p[1] == '(') {
      behind = behind_text(p + 2, p[1] == '{' ? "}" : ")");
    } else if (is(p[1], name_start)) {
      behind = behind_name(p + 1);
    }
  } else if (found.is('{') && (p[1] == '{' || p[1] == '%')) {
    behind = behind_text(p + 2, p[1] == '{' ? "}}" : "%}");
  } else if (found.is('<') && is(p[1], name_start)) {
    const char* const name_end = behind_name(p + 1);
    if (*name_end == '>') behind = name_end + 1;
  } else if (found.is('@') && is(p[1], name_start)) {
    const char* const name_end = behind_name(p + 1);
    if (*name_end == '@') behind = name_end + 1;
  } else if (found.is('%') && p[1] == '(') {
    behind = behind_text(p + 2, ")");
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

char Parser::lookalike_ascii(Token found) const noexcept {
  return ascii_of(read_utf8({found.begin, static_cast<std::size_t>(end_ - found.begin)}).code_point);
}

bool Parser::lookalike(Token found) noexcept {
  const Utf8Character character = read_utf8({found.begin, static_cast<std::size_t>(end_ - found.begin)});
  const char ascii = character.size == 0 ? '\0' : ascii_of(character.code_point);
  if (ascii == '\0') return false;
  lookalike_ = reporter_.error<Code::lookalike_character>(span(found), character.code_point, ascii_text(ascii));
  reporter_.fix(lookalike_, span(found), ascii_text(ascii));
  return true;
}

void Parser::add_closing_quote_fix(Token quote) noexcept {
  if (quote.kind == TokenKind::foreign) reporter_.fix(lookalike_, span(quote), ascii_text(lookalike_ascii(quote)));
}

// A number token with a fault: reports it, and leaves p_ behind all of what belongs to it.
bool Parser::number_fault(Token number) noexcept {
  const char* run = number.begin;
  while (is(*run, name_start | digit | point)) ++run;
  if (run < number.end) run = number.end;
  const std::string_view text(number.begin, static_cast<std::size_t>(run - number.begin));
  const Span at = span(number.begin, run);
  p_ = run;
  switch (number.fault) {
    case TokenFault::not_octal: {
      Diagnostic* const diagnostic =
          reporter_.error<Code::not_an_octal_digit>(at, text, std::string_view(number.fault_at, 1));
      const char* p = number.begin;
      while (*p == '0') ++p;
      if (run == number.end) reporter_.fix(diagnostic, span(number.begin, p), "");
      break;
    }
    case TokenFault::no_hex_digits: reporter_.error<Code::hex_digits_missing>(at, number.text()); break;
    case TokenFault::no_exponent_digits: reporter_.error<Code::exponent_digits_missing>(at, text); break;
    case TokenFault::text_behind_number:
      reporter_.error<Code::text_behind_number>(
          span(number.end, run), number.text(),
          std::string_view(number.end, static_cast<std::size_t>(run - number.end)));
      break;
    case TokenFault::point_behind_number: reporter_.error<Code::malformed_number>(at, text); break;
    case TokenFault::none:
    case TokenFault::unterminated:
    case TokenFault::nul_in_string: return false;
  }
  return true;
}

}  // namespace distillcfg::detail
