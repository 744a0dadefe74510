// What is wrong with names and structure, and where to go on.
#include <cstring>

#include "ascii_text.hpp"
#include "parser.hpp"
#include "reflect.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"
#include "text/similarity.hpp"

namespace distillcfg::detail {

namespace {

bool is_closer(Token token) noexcept { return token.is('}') || token.is('>'); }
bool is_opener(Token token) noexcept { return token.is('{') || token.is('<'); }
char closer_of(char opener) noexcept { return opener == '{' ? '}' : opener == '<' ? '>' : ']'; }
char opener_of(char closer) noexcept { return closer == '}' ? '{' : closer == '>' ? '<' : '['; }

// A character as a text that lives on.
std::string_view text_of(char c) noexcept {
  switch (c) {
    case '{': return "{";
    case '}': return "}";
    case '<': return "<";
    case '>': return ">";
    case ':': return ":";
    default: return "";
  }
}

bool same_run(const char* p, char c, int count) noexcept {
  for (int i = 0; i < count; ++i) {
    if (p[i] != c) return false;
  }
  return true;
}

}  // namespace

// ---- duplicates

bool Parser::again(const FieldSchema& field, const char* name) noexcept {
  // A brace too many may have closed the message that this belongs to.
  if (reopen(field.name)) {
    p_ = name;
    return true;
  }
  const char* const message = frame().message;
  const bool strict = options_.semantics == Semantics::strict;
  // Of a message that is given again, what stands in it is no further mistake; where the values
  // are merged, those that are overwritten are.
  if (frame().again && (strict || field.type == FieldType::message)) return false;
  const std::uint32_t first = place_in(field.storage == Storage::boxed ? boxed_in(message, field) : message, field);
  Diagnostic* const diagnostic = reporter_.report<Code::duplicate_field>(
      strict ? Severity::error : Severity::warning, span(token(name)), field.name, frame().schema->name);
  if (first < offset(end_)) reporter_.note<NoteKind::first_set_here>(diagnostic, span(token(begin_ + first)), field.name);
  return false;
}

void Parser::other_member(const FieldSchema& field, const char* name) noexcept {
  const std::uint32_t first = place_in(frame().message, field);
  const Token other = token(begin_ + first);
  const bool strict = options_.semantics == Semantics::strict;
  Diagnostic* const diagnostic = reporter_.report<Code::oneof_conflict>(
      strict ? Severity::error : Severity::warning, span(token(name)), field.name, other.text(), field.oneof);
  reporter_.note<NoteKind::oneof_member_here>(diagnostic, span(other), other.text());
}

// ---- names that the schema lacks

Parser::Next Parser::unknown_field(Step& step, const char* start, Token name) noexcept {
  if (options_.allow_unknown) return skip_unknown_field(name);
  if (foreign_format(name) || semicolon_comment(name)) return Next::again;
  if (reopen(name.text())) {
    p_ = name.begin;
    return Next::again;
  }
  for (int above = depth_ - 1; above >= 0; --above) {
    if (find_field(*frames_[above].schema, name.text()) == nullptr || missing_closes() <= 0) continue;
    infer_closes(start, above);
    p_ = name.begin;
    return Next::again;
  }
  // A text that ends with this word was cut off, which is one mistake.
  const bool cut_off = token(name.end).kind == TokenKind::end;
  reporter_.set_quiet(repeats_last_error(name.begin) && !starts_field(name));
  const Next next = misspelt_name(step, start, name);
  reporter_.set_quiet(false);
  if (cut_off) depth_ = 0;
  return next;
}

namespace {

// Letters of other scripts that look like Latin ones.
struct Homoglyph {
  std::uint32_t code_point;
  char latin;
};
constexpr Homoglyph homoglyphs[] = {
    {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'},
    {0x0456, 'i'}, {0x0455, 's'}, {0x0458, 'j'}, {0x0501, 'd'}, {0x04BB, 'h'}, {0x051B, 'q'}, {0x051D, 'w'},
    {0x03BF, 'o'}, {0x03B1, 'a'}, {0x03BD, 'v'}, {0x03C1, 'p'}, {0x03B9, 'i'}, {0x0131, 'i'}, {0x0410, 'A'},
    {0x0412, 'B'}, {0x0415, 'E'}, {0x041A, 'K'}, {0x041C, 'M'}, {0x041D, 'H'}, {0x041E, 'O'}, {0x0420, 'P'},
    {0x0421, 'C'}, {0x0422, 'T'}, {0x0425, 'X'}, {0x0406, 'I'}};

char latin_of(std::uint32_t code_point) noexcept {
  if (code_point >= 0xFF21 && code_point <= 0xFF5A) return static_cast<char>(code_point - 0xFF21 + 'A');
  if (code_point >= 0xFF10 && code_point <= 0xFF19) return static_cast<char>(code_point - 0xFF10 + '0');
  if (code_point == 0xFF3F) return '_';
  for (const Homoglyph& known : homoglyphs) {
    if (known.code_point == code_point) return known.latin;
  }
  return '\0';
}

// A word that runs on past what the lexer takes for a name, in Latin letters.
struct Word {
  char latin[longest_similar_name];
  std::size_t size = 0;
  const char* end = nullptr;
  const char* first_foreign = nullptr;  // the first letter of another script
  bool readable = true;                 // every letter has a Latin form, and there is room for all

  [[nodiscard]] std::string_view text() const noexcept { return {latin, size}; }
};
Word read_word(const char* p, const char* end) noexcept {
  Word word;
  while (p != end) {
    char c = *p;
    std::uint32_t size = 1;
    if (static_cast<unsigned char>(c) >= 0x80) {
      const Utf8Character character = read_utf8({p, static_cast<std::size_t>(end - p)});
      size = character.size;
      c = size == 0 ? '\0' : latin_of(character.code_point);
      if (c == '\0') break;
      if (word.first_foreign == nullptr) word.first_foreign = p;
    } else if (!is(c, name_start | digit) && !(c == '-' && is(p[1], name_start | digit))) {
      break;
    }
    if (word.size == sizeof word.latin) {
      word.readable = false;
    } else {
      word.latin[word.size++] = c;
    }
    p += size;
  }
  word.end = p;
  return word;
}

}  // namespace

// A name that no field has: the one that was meant, if it can be seen.
Parser::Next Parser::misspelt_name(Step& step, const char* start, Token name) noexcept {
  const MessageSchema& schema = *frame().schema;
  const Word word = read_word(name.begin, end_);
  if (word.end > name.end && word.readable) {
    // Letters of another script within it, or '-' for '_'.
    const FieldSchema* const meant = nearest_field(schema, word.text());
    if (meant != nullptr && word.first_foreign != nullptr) {
      static_cast<void>(report_homoglyph(word.first_foreign, word.end));
      return read_as(step, start, meant, {TokenKind::identifier, TokenFault::none, name.begin, word.end, nullptr});
    }
    if (word.first_foreign == nullptr) name.end = word.end;
  }
  const FieldSchema* near = nearest_field(schema, name.text());
  // "group size" for group_size.
  const Token second = token(name.end);
  if (near == nullptr && second.kind == TokenKind::identifier && !on_new_line(name.end, second.begin) &&
      starts_field(second) && second.begin == name.end + 1) {
    char joined[longest_similar_name];
    const std::string_view first_text = name.text();
    const std::string_view second_text = second.text();
    if (first_text.size() + 1 + second_text.size() <= sizeof joined) {
      std::memcpy(joined, first_text.data(), first_text.size());
      joined[first_text.size()] = '_';
      std::memcpy(joined + first_text.size() + 1, second_text.data(), second_text.size());
      near = find_field(schema, {joined, first_text.size() + 1 + second_text.size()});
      if (near != nullptr) name.end = second.end;
    }
  }
  Diagnostic* const diagnostic = reporter_.error<Code::unknown_field>(span(name), name.text(), schema.name);
  if (near != nullptr) {
    if (diagnostic != nullptr) diagnostic->suggestion = near->name;
    reporter_.fix(diagnostic, span(name), near->name);
  } else {
    note_where_it_belongs(diagnostic, name.text());
  }
  return read_as(step, start, near, name);
}

// A letter of another script at `p`, within the word that ends at `end`; the rest of such letters
// are fixed along.
bool Parser::report_homoglyph(const char* p, const char* end) noexcept {
  Diagnostic* diagnostic = nullptr;
  bool reported = false;
  while (p != end) {
    if (static_cast<unsigned char>(*p) < 0x80) {
      ++p;
      continue;
    }
    const Utf8Character character = read_utf8({p, static_cast<std::size_t>(end_ - p)});
    const std::string_view latin = ascii_text(latin_of(character.code_point));
    if (!reported) {
      diagnostic = reporter_.error<Code::lookalike_character>(span(p, p + character.size), character.code_point, latin);
      reported = true;
    }
    reporter_.fix(diagnostic, span(p, p + character.size), latin);
    p += character.size;
  }
  return reported;
}

// Reads what follows a name as the field that was meant by it, where that fits; skips it where not.
Parser::Next Parser::read_as(Step& step, const char* start, const FieldSchema* field, Token name) noexcept {
  p_ = name.end;
  if (field != nullptr) {
    Token value = token(name.end);
    const bool colon = value.is(':');
    if (colon) value = token(value.end);
    const bool message = field->type == FieldType::message;
    const bool list = field->label == Label::repeated && value.is('[');
    const bool fits = message ? is_opener(value) || list : colon && !is_opener(value);
    const bool free = field->label == Label::repeated || field->storage == Storage::oneof_member ||
                      singular_value(frame().message, *field) == nullptr;
    if (fits && free) {
      const Next next = value_step(step, start, *field, name);
      step.length = 0;
      return next;
    }
  }
  doubt_names();
  resync();
  return Next::again;
}

const FieldSchema* Parser::nearest_field(const MessageSchema& schema, std::string_view name) const noexcept {
  if (!reporter_.wants_suggestions()) return nullptr;
  const FieldSchema* nearest = nullptr;
  unsigned least = unlike;
  for (const FieldSchema& field : schema.fields) {
    const unsigned d = distance(name, field.name);
    // Of a very short name, two letters are most of it.
    if (d > name.size() / 3) continue;
    if (d < least) {
      least = d;
      nearest = &field;
    } else if (d == least) {
      nearest = nullptr;
    }
  }
  return nearest;
}

// The message that does have such a field, looked for from the root down.
void Parser::note_where_it_belongs(Diagnostic* diagnostic, std::string_view name) noexcept {
  if (diagnostic == nullptr || !reporter_.wants_suggestions()) return;
  const MessageSchema* found = nullptr;
  // Breadth first; a schema has fewer messages than states.
  const MessageSchema* queue[max_states];
  std::size_t size = 1;
  queue[0] = frames_[0].schema;
  for (std::size_t i = 0; i < size && found == nullptr; ++i) {
    if (find_field(*queue[i], name) != nullptr) found = queue[i];
    for (const FieldSchema& field : queue[i]->fields) {
      bool queued = field.message == nullptr;
      for (std::size_t j = 0; j < size && !queued; ++j) queued = queue[j] == field.message;
      if (!queued) queue[size++] = field.message;
    }
  }
  if (found != nullptr) reporter_.note<NoteKind::field_stands_in>(diagnostic, {}, name, found->name);
}

void Parser::doubt_names() noexcept {
  frame().names_in_doubt = true;
  names_in_doubt_ = true;
}

// ---- where a field's name should stand, and something else does

Parser::Next Parser::not_a_field(Step& step, const char* start, const char* p) noexcept {
  reporter_.set_quiet(repeats_last_error(p));
  const Next next = other_than_name(step, start, token_at(p, end_));
  reporter_.set_quiet(false);
  return next;
}

Parser::Next Parser::other_than_name(Step& step, const char* start, Token found) noexcept {
  p_ = found.begin;
  if (found.kind == TokenKind::end) {
    reporter_.set_quiet(false);
    end_within_message(start);
    return Next::again;
  }
  if (foreign_format(found) || yaml_document(found) || merge_conflict(found)) return Next::again;
  switch (found.kind) {
    case TokenKind::control: control_characters(found); return Next::again;
    case TokenKind::foreign: return lookalike_for_name(step, start, found);
    case TokenKind::string: return quoted_name(step, start, found);
    case TokenKind::integer:
    case TokenKind::floating: return number_for_name(step, start, found);
    case TokenKind::end:
    case TokenKind::identifier:
    case TokenKind::symbol: break;
  }
  if (foreign_comment(found)) return Next::again;
  if (placeholder(found)) {
    doubt_names();
    resync();
    return Next::again;
  }
  const bool behind_comma = separator_ != nullptr && separator_ >= start && *separator_ == ',';
  if (depth_ > 0 && frame().in_list && missing_closes(frame().close) > 0 &&
      (found.is(']') || (is_opener(found) && behind_comma))) {
    // The element's own closing bracket is missing.
    const FieldSchema& field = *frame().field;
    infer_closes(start, depth_ - 1);
    p_ = found.begin;
    if (found.is(']')) {
      p_ = found.end;
    } else {
      read_elements(field);
    }
    return Next::again;
  }
  if (is_closer(found) || (depth_ > 0 && (found.is(']') || found.is(')')) && missing_closes(frame().close) > 0)) {
    return wrong_close(step, found);
  }
  if (found.is(',') || found.is(';')) {
    extra_separators(found.begin);
    return Next::again;
  }
  if (found.is('[')) return bracketed_name(found);
  if (is_opener(found)) {
    const Frame& before = frames_[depth_ + 1 < max_depth ? depth_ + 1 : depth_];
    const bool behind_message = behind_comma && before.closed_at != nullptr && before.field != nullptr && !before.in_list &&
                                before.field->label == Label::repeated && before.closed_at + 1 == start;
    if (behind_message) return separate_messages(found);
    if (depth_ > 0 && state_ == frame().schema->first_state) return doubled_opener(found);
  }
  Diagnostic* const diagnostic = reporter_.error<Code::expected_field_name>(span(found), found.text());
  // "6.0%"
  if (found.is('%') && found.begin == start && found.begin > begin_ && is(found.begin[-1], digit)) {
    reporter_.fix(diagnostic, span(found), "");
  }
  doubt_names();
  p_ = is_opener(found) ? behind_balanced(found.begin) : found.end;
  resync();
  return Next::again;
}

// "field: { }, { }" without the brackets of a list.
Parser::Next Parser::separate_messages(Token opener) noexcept {
  const Frame before = frames_[depth_ + 1];
  const Token name = token(before.name);
  Token first = token(name.end);
  if (first.is(':')) first = token(first.end);
  Diagnostic* const diagnostic = reporter_.error<Code::missing_list_bracket>(span(opener), before.field->name);
  const char* end = behind_balanced(opener.begin);
  for (Token next = token(end); next.is(','); next = token(end)) {
    const Token element = token(next.end);
    if (!is_opener(element)) break;
    end = behind_balanced(element.begin);
  }
  reporter_.fix(diagnostic, span(first.begin, first.begin), "[");
  if (!token(end).is(']')) reporter_.fix(diagnostic, span(end, end), "]");
  list_start_ = first.begin;
  bracketless_list_ = true;
  p_ = opener.end;
  open_element(*before.field, opener.begin, closer_of(*opener.begin));
  return Next::again;
}

// "{{": the second brace is one too many, and perhaps its closing one too.
Parser::Next Parser::doubled_opener(Token opener) noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::expected_field_name>(span(opener), opener.text());
  reporter_.fix(diagnostic, span(opener), "");
  p_ = opener.end;
  if (missing_closes(closer_of(*opener.begin)) > 0) {
    --missing_closes(closer_of(*opener.begin));
    return Next::again;
  }
  const char* const behind = behind_balanced(opener.begin);
  if (behind != end_ || end_[-1] == closer_of(*opener.begin)) {
    ignored_close_ = behind - 1;
    reporter_.fix(diagnostic, span(behind - 1, behind), "");
  }
  return Next::again;
}

Parser::Next Parser::wrong_close(Step& step, Token close) noexcept {
  p_ = close.end;
  if (depth_ == 0 && close.is('}') && transparent_braces_ > 0) {
    --transparent_braces_;
    return Next::again;
  }
  const bool bracket = is_closer(close);
  const bool stands_for_close = depth_ > 0 && missing_closes(frame().close) > 0;
  if (!stands_for_close) {
    // A run of them, as of a prompt, is one mistake.
    while (*p_ == *close.begin) ++p_;
    Diagnostic* const diagnostic = reporter_.error<Code::stray_close>(span(close), close.text());
    reporter_.fix(diagnostic, span(close.begin, p_), "");
    missing_closes(*close.begin) += static_cast<int>(p_ - close.begin);
    return Next::again;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::mismatched_close>(
      span(close), close.text(), text_of(opener_of(frame().close)));
  reporter_.note<NoteKind::opened_here>(diagnostic, span(token(frame().name)), token(frame().name).text());
  reporter_.fix(diagnostic, span(close), text_of(frame().close));
  --missing_closes(frame().close);
  if (bracket) ++missing_closes(*close.begin);
  step = {close.begin, nullptr, 0, 0, frame().close};
  return Next::step;
}

void Parser::extra_separators(const char* p) noexcept {
  const Token first = token_at(p, end_);
  const char* last_end = first.end;
  for (Token next = token(first.end); next.is(',') || next.is(';'); next = token(next.end)) last_end = next.end;
  const Token behind = token(last_end);
  p_ = last_end;
  if (first.is(';') && first_on_line(p) && !on_new_line(p, behind.begin) && !starts_field(behind)) {
    Diagnostic* const diagnostic = reporter_.error<Code::foreign_comment>(span(first), first.text());
    reporter_.fix(diagnostic, span(first), "#");
    p_ = line_end(p);
    return;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::extra_separator>(span(first), first.text());
  reporter_.fix(diagnostic, span(first.begin, last_end), "");
}

// "; a remark": the ';' passed for a separator, and the remark's first word for a field's name.
bool Parser::semicolon_comment(Token name) noexcept {
  if (separator_ == nullptr || *separator_ != ';' || !first_on_line(separator_) ||
      skip_blank(separator_ + 1, end_) != name.begin || on_new_line(separator_, name.begin) || starts_field(name)) {
    return false;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::foreign_comment>(span(separator_, separator_ + 1), ";");
  reporter_.fix(diagnostic, span(separator_, separator_ + 1), "#");
  p_ = line_end(name.begin);
  return true;
}

Parser::Next Parser::quoted_name(Step& step, const char* start, Token name) noexcept {
  const Token behind = token(name.end);
  const bool line_ends = on_new_line(name.end, behind.begin) || behind.kind == TokenKind::end;
  if (name.fault == TokenFault::none && (behind.is(':') || is_opener(behind))) {
    const std::string_view inner(name.begin + 1, name.text().size() - 2);
    Diagnostic* const diagnostic = reporter_.error<Code::quoted_field_name>(span(name), name.text());
    const FieldSchema* const field = find_field(*frame().schema, inner);
    if (field != nullptr) reporter_.fix(diagnostic, span(name), field->name);
    return read_as(step, start, field, name);
  }
  // "a", "b" without the brackets of a list.
  const bool listed = separator_ != nullptr && separator_ >= start && *separator_ == ',' && string_end_ == start &&
                      value_start_ == string_start_;
  if (name.fault == TokenFault::none && listed) {
    const char* last = name.end;
    for (Token next = token(last); next.is(','); next = token(last)) {
      const Token value = token(next.end);
      if (value.kind != TokenKind::string || value.fault != TokenFault::none) break;
      last = value.end;
    }
    const Token field = token(name_);
    Diagnostic* const diagnostic = reporter_.error<Code::missing_list_bracket>(span(name), field.text());
    reporter_.fix(diagnostic, span(value_start_, value_start_), "[");
    reporter_.fix(diagnostic, span(last, last), "]");
    p_ = last;
    return Next::again;
  }
  if (name.fault != TokenFault::none && !line_ends) {
    unterminated_string(name);
    return Next::again;
  }
  // A quote that stands alone at the end of a line, or a string that belongs to nothing.
  const bool lone = name.fault == TokenFault::unterminated && skip_blank(name.begin + 1, end_) >= name.end;
  const Span at = lone ? span(name.begin, name.begin + 1) : span(name);
  Diagnostic* const diagnostic =
      reporter_.error<Code::expected_field_name>(at, lone ? name.text().substr(0, 1) : name.text());
  if (lone) reporter_.fix(diagnostic, at, "");
  if (!lone) doubt_names();
  p_ = name.end;
  resync();
  return Next::again;
}

Parser::Next Parser::number_for_name(Step& step, const char* start, Token number) noexcept {
  const bool behind_comma = separator_ != nullptr && *separator_ == ',' && number.begin == separator_ + 1;
  if (behind_comma && separator_ > begin_ && is(separator_[-1], digit)) {
    Diagnostic* const diagnostic = reporter_.error<Code::decimal_comma>(span(separator_, separator_ + 1));
    // "1,000" for an integer: there the comma has no place at all.
    const FieldSchema* const field = find_field(*frame().schema, token(name_).text());
    const bool integer = field != nullptr && field->type == FieldType::uint32;
    reporter_.fix(diagnostic, span(separator_, separator_ + 1), integer ? "" : ".");
    p_ = number.end;
    return Next::again;
  }
  const Token behind = token(number.end);
  if (number.fault != TokenFault::none) {
    static_cast<void>(number_fault(number));
  } else if (number.kind == TokenKind::integer && (behind.is(':') || is_opener(behind))) {
    Diagnostic* const diagnostic =
        reporter_.error<Code::field_number>(span(number), number.text(), frame().schema->name);
    std::uint64_t value = 0;
    static_cast<void>(read_integer(number.text(), UINT32_MAX, value));
    for (const FieldSchema& field : frame().schema->fields) {
      if (field.number != value) continue;
      if (diagnostic != nullptr) diagnostic->suggestion = field.name;
      reporter_.fix(diagnostic, span(number), field.name);
      return read_as(step, start, &field, number);
    }
  } else {
    reporter_.error<Code::expected_field_name>(span(number), number.text());
  }
  doubt_names();
  p_ = p_ < number.end ? number.end : p_;
  resync();
  return Next::again;
}

// "[a.b.c]", an extension's name, or a field's name in brackets.
Parser::Next Parser::bracketed_name(Token bracket) noexcept {
  const char* const behind = behind_bracketed_name(bracket.begin);
  if (behind != nullptr && options_.allow_unknown) {
    return skip_unknown_field({TokenKind::symbol, TokenFault::none, bracket.begin, behind, nullptr});
  }
  if (behind == nullptr) {
    reporter_.error<Code::expected_field_name>(span(bracket), bracket.text());
    p_ = behind_balanced(bracket.begin);
  } else {
    const std::string_view inner(bracket.begin + 1, static_cast<std::size_t>(behind - bracket.begin) - 2);
    Diagnostic* const diagnostic =
        reporter_.error<Code::extension_name>(span(bracket.begin, behind), inner, frame().schema->name);
    if (find_field(*frame().schema, inner) != nullptr) reporter_.fix(diagnostic, span(bracket.begin, behind), inner);
    p_ = behind;
  }
  doubt_names();
  resync();
  return Next::again;
}

Parser::Next Parser::lookalike_for_name(Step& step, const char* start, Token character) noexcept {
  const Word word = read_word(character.begin, end_);
  const FieldSchema* const meant =
      word.size > 0 && word.readable ? nearest_field(*frame().schema, word.text()) : nullptr;
  if (meant != nullptr) {
    static_cast<void>(report_homoglyph(word.first_foreign, word.end));
    return read_as(step, start, meant, {TokenKind::identifier, TokenFault::none, character.begin, word.end, nullptr});
  }
  if (!lookalike(character)) {
    // Words of another script, or a comment without its '#': one mistake, to the end of the line.
    const Utf8Character read = read_utf8({character.begin, static_cast<std::size_t>(end_ - character.begin)});
    if (read.size == 0) {
      reporter_.error<Code::invalid_byte>(span(character), static_cast<unsigned char>(*character.begin));
    } else {
      reporter_.error<Code::non_ascii_character>(span(character), read.code_point);
    }
    doubt_names();
    p_ = character.end;
    while (static_cast<unsigned char>(*p_) >= 0x80) ++p_;
    resync();
    return Next::again;
  }
  switch (lookalike_ascii(character)) {
    case '}':
      --missing_closes('}');  // the character was not counted as one
      if (depth_ > 0) {
        step = {character.begin, nullptr, 0, 0, frame().close};
        return Next::step;
      }
      break;
    case '#': p_ = line_end(p_); break;
    case ' ':
    case ',':
    case ';': break;
    default:
      doubt_names();
      resync();
      break;
  }
  return Next::again;
}

void Parser::control_characters(Token control) noexcept {
  // A file in UTF-16 without a mark at its start is full of NULs.
  const bool every_other = offset(control.begin) == 1 && end_ - begin_ >= 4 && begin_[1] == 0 && begin_[3] == 0;
  if (every_other || (offset(control.begin) == 0 && end_ - begin_ >= 4 && begin_[0] == 0 && begin_[2] == 0)) {
    reporter_.error<Code::utf16_text>(span(begin_, begin_ + 2));
    stop();
    return;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::control_character>(
      span(control.begin, control.begin + 1), static_cast<unsigned char>(*control.begin));
  const char* end = control.begin;
  while (end != control.end && !is(*end, white_space)) ++end;
  // What a terminal takes for a command: ESC [ 31 m
  if (*control.begin == 0x1B && *end == '[') {
    ++end;
    while (is(*end, digit) || *end == ';') ++end;
    if (is(*end, name_start)) ++end;
  }
  reporter_.fix(diagnostic, span(control.begin, end), "");
  p_ = end > control.end ? end : control.end;
}

// ---- other formats, remarks, leftovers

// True if the text was never meant to be a quant.cfg, or starts with what no text format has;
// either is reported once.
bool Parser::foreign_format(Token first) noexcept {
  const Token behind = token(first.end);
  if (depth_ == 0 && first.kind == TokenKind::identifier) {
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
  if (skip_blank(begin_, end_) != first.begin) return false;
  const auto byte = [this](int i) { return end_ - begin_ > i ? static_cast<unsigned char>(begin_[i]) : 0U; };
  if (first.begin == begin_) {
    if ((byte(0) == 0xFF && byte(1) == 0xFE) || (byte(0) == 0xFE && byte(1) == 0xFF)) {
      reporter_.error<Code::utf16_text>(span(begin_, begin_ + 2));
      stop();
      return true;
    }
    if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) {
      Diagnostic* const diagnostic = reporter_.error<Code::byte_order_mark>(span(begin_, begin_ + 3));
      reporter_.fix(diagnostic, span(begin_, begin_ + 3), "");
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
    const bool json = behind.kind == TokenKind::string || (first.is('[') && behind.is('{')) ||
                      (first.is('{') && behind.is('}') && token(behind.end).kind == TokenKind::end);
    if (json) {
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

bool Parser::yaml_document(Token first) noexcept {
  if (depth_ == 0 && first.is('-') && first_on_line(first.begin) && same_run(first.begin, '-', 3) &&
      skip_white_space(first.begin + 3) >= line_end(first.begin)) {
    reporter_.error<Code::text_is_yaml>(span(first.begin, first.begin + 3));
    stop();
    return true;
  }
  return false;
}

void Parser::braces_around_file(Span at, const char* begin, Token open) noexcept {
  Diagnostic* const diagnostic = reporter_.error<Code::braces_around_file>(at);
  const char* const behind = behind_balanced(open.begin);
  reporter_.fix(diagnostic, span(begin, open.end), "");
  if (token(behind).kind == TokenKind::end && behind[-1] == closer_of(*open.begin)) {
    reporter_.fix(diagnostic, span(behind - 1, behind), "");
  }
  ++transparent_braces_;
  p_ = open.end;
}

// A statement that only a .proto file has.
bool Parser::proto_statement(Token first) const noexcept {
  if (first.kind != TokenKind::identifier) return false;
  const Token behind = token(first.end);
  const std::string_view word = first.text();
  return (word == "syntax" && behind.is('=')) ||
         ((word == "message" || word == "package" || word == "enum" || word == "option") &&
          behind.kind == TokenKind::identifier && !on_new_line(first.end, behind.begin)) ||
         (word == "import" && behind.kind == TokenKind::string);
}

// A message's value in YAML: indented lines, or a list of '-'. Only in a text without any brace.
bool Parser::is_yaml(Token value) noexcept {
  count_brackets();
  if (opens_ != 0) return false;
  if (!(value.is('-') || starts_field(value)) || !first_on_line(value.begin)) return false;
  reporter_.error<Code::text_is_yaml>(span(value));
  stop();
  return true;
}

bool Parser::merge_conflict(Token marker) noexcept {
  constexpr int marker_size = 7;
  const char* const p = marker.begin;
  if (marker.kind != TokenKind::symbol || (p != begin_ && p[-1] != '\n')) return false;
  const bool opens = same_run(p, '<', marker_size);
  if (!opens && !same_run(p, '=', marker_size) && !same_run(p, '>', marker_size) && !same_run(p, '|', marker_size)) {
    return false;
  }
  p_ = line_end(p);
  if (!opens && conflict_end_ != nullptr) {
    // The first of the sides was read; the others are other versions of the same lines.
    if (p < conflict_end_) p_ = conflict_end_;
    conflict_end_ = nullptr;
    return true;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::merge_conflict>(span(p, p + marker_size));
  conflict_end_ = nullptr;
  if (!opens) return true;
  for (const char* line = p_; line != end_;) {
    line = *line == '\n' ? line + 1 : line;
    if (same_run(line, '<', marker_size)) break;
    const bool ends = same_run(line, '>', marker_size);
    if (ends || same_run(line, '=', marker_size) || same_run(line, '|', marker_size)) {
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

bool Parser::foreign_comment(Token found) noexcept {
  const char* const p = found.begin;
  const bool slashes = p[0] == '/' && p[1] == '/';
  const bool block = p[0] == '/' && p[1] == '*';
  const bool dashes = p[0] == '-' && p[1] == '-';
  if (!slashes && !block && !dashes) return false;
  if (slashes && depth_ == 0 && skip_blank(begin_, end_) == p) {
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
    reporter_.fix(diagnostic, span(p, p + 2), "#");
    return true;
  }
  for (const char* q = p + 2; q != end_; ++q) {
    if (q[0] != '*' || q[1] != '/') continue;
    p_ = q + 2;
    // One whole line: the remark can stay as one.
    if (p_ <= end_of_line && skip_white_space(p_) >= end_of_line) {
      reporter_.fix(diagnostic, span(p, p + 2), "#");
      reporter_.fix(diagnostic, span(q, q + 2), "");
    }
    break;
  }
  return true;
}

// ---- between a name and its value

Parser::Next Parser::bad_message(Step& step, const FieldSchema& field, Token name, const char* p) noexcept {
  const Token found = token_at(p, end_);
  const Token colon = token(name.end);
  const char* const before = colon.is(':') ? colon.end : name.end;
  p_ = p;
  if (found.is('=') || found.is(':')) {
    const char* behind = found.end;
    while (*behind == '=' || *behind == ':') ++behind;
    Diagnostic* const diagnostic = reporter_.error<Code::wrong_separator>(
        span(found.begin, behind), field.name, found.is('=') ? found.text() : "::");
    reporter_.fix(diagnostic, span(found.begin, behind), colon.is(':') ? "" : ":");
    const Next next = value_step(step, name.begin, field, {name.kind, name.fault, name.begin, behind, nullptr});
    step.length = 0;
    return next;
  }
  const auto enter = [&](const char* inside, char close) {
    step = {name.begin, &field, 0, 0, close};
    p_ = inside;
    return Next::step;
  };
  if (found.kind == TokenKind::foreign && lookalike(found)) {
    const char meant = lookalike_ascii(found);
    if (meant == ':' || meant == ' ') {
      const Next next = value_step(step, name.begin, field, {name.kind, name.fault, name.begin, p_, nullptr});
      step.length = 0;
      return next;
    }
    if (meant == '{') {
      ++missing_closes('}');  // the character was not counted as an opening one
      return enter(found.end, '}');
    }
    resync();
    return Next::again;
  }
  if (placeholder(found)) {
    resync();
    return Next::again;
  }
  if (found.is('[')) {
    list_for_single_value(field, found);
    return Next::again;
  }
  if (is_yaml(found)) return Next::again;
  const bool same_line = !on_new_line(before, found.begin) && found.kind != TokenKind::end;
  const auto belongs = [&](Token next) {
    return starts_field(next) && find_field(*field.message, next.text()) != nullptr;
  };
  // With what its fields are closed shows with what it was to be opened.
  const char close = missing_closes('}') < 0 || missing_closes('>') >= 0 ? '}' : '>';
  const std::string_view opener = close == '}' ? " {" : " <";
  if (belongs(found) || (is_closer(found) && missing_closes(*found.begin) < 0)) {
    Diagnostic* const diagnostic = reporter_.error<Code::expected_message>(span(name), field.name, found.text());
    reporter_.fix(diagnostic, span(before, before), opener);
    ++missing_closes(is_closer(found) ? *found.begin : close);
    return enter(found.begin, is_closer(found) ? *found.begin : close);
  }
  Diagnostic* const diagnostic =
      reporter_.error<Code::expected_message>(same_line ? span(found) : span(name), field.name, found.text());
  state_ = field.state;
  if (!same_line || is_closer(found)) return Next::again;
  // Something else stands where the brace should: on the same line, before the brace, or in its place.
  const char* q = found.begin;
  while (!on_new_line(before, q) && token(q).kind != TokenKind::end) {
    const Token next = token(q);
    if (on_new_line(before, next.begin)) break;
    if (is_opener(next)) {
      reporter_.fix(diagnostic, span(found.begin, next.begin), "");
      return enter(next.end, closer_of(*next.begin));
    }
    if (starts_field(next) && q != found.begin && !belongs(next)) break;
    if (belongs(next)) break;
    q = next.end;
  }
  const Token behind = token(q);
  if (belongs(behind) && missing_closes(close) < 0) {
    const bool one_sign = found.kind == TokenKind::symbol && skip_blank(found.end, end_) == behind.begin;
    if (one_sign) reporter_.fix(diagnostic, span(found), close == '}' ? "{" : "<");
    ++missing_closes(close);
    return enter(behind.begin, close);
  }
  // "(" may have its counterpart, which then stands for the brace.
  if (belongs(behind) && found.is('(')) {
    reporter_.fix(diagnostic, span(found), "{");
    ++missing_closes('}');
    return enter(behind.begin, '}');
  }
  resync();
  return Next::again;
}

// Whether a scalar value may start with the token.
bool Parser::is_value(Token found) const noexcept {
  return found.kind == TokenKind::string || found.kind == TokenKind::integer || found.kind == TokenKind::floating ||
         found.is('-') || found.is('[') || (found.kind == TokenKind::identifier && !starts_field(found));
}

Parser::Next Parser::bad_colon(Step& step, const FieldSchema& field, Token name, const char* p) noexcept {
  const Token found = token_at(p, end_);
  const bool same_line = !on_new_line(name.end, p);
  p_ = p;
  const auto read_value_at = [&](const char* value) {
    p_ = skip_blank(value, end_);
    if (field.label == Label::repeated && *p_ == '[') {
      read_list(field);
      return Next::again;
    }
    step = {name.begin, &field, 0, 0, '\0'};
    return Next::step;
  };
  if (found.kind == TokenKind::foreign && lookalike(found)) {
    const char meant = lookalike_ascii(found);
    if (meant == ':') return read_value_at(found.end);
    if (meant == ' ') {
      const Next next = value_step(step, name.begin, field, {name.kind, name.fault, name.begin, p_, nullptr});
      step.length = 0;
      return next;
    }
    state_ = field.state;
    resync();
    return Next::again;
  }
  // The same name once more.
  if (found.kind == TokenKind::identifier && found.text() == name.text() && same_line) {
    Diagnostic* const diagnostic = reporter_.error<Code::expected_value>(span(name), field.name, found.text());
    reporter_.fix(diagnostic, span(name.begin, found.begin), "");
    const Next next = value_step(step, name.begin, field, found);
    step.length = 0;
    return next;
  }
  // Other signs that people write for the colon: = == := -> => . , ;
  if (found.kind == TokenKind::symbol && same_line) {
    constexpr std::string_view signs = "=:->.,;~|";
    const char* behind = p;
    while (behind != end_ && signs.find(*behind) != std::string_view::npos && !(*behind == '-' && is(behind[1], digit)) &&
           !(*behind == '.' && is(behind[1], digit))) {
      ++behind;
    }
    const Token value = token(behind);
    if (behind != p && *p != ':' && is_value(value) && !on_new_line(p, value.begin)) {
      const std::string_view sign(p, static_cast<std::size_t>(behind - p));
      Diagnostic* const diagnostic = reporter_.error<Code::wrong_separator>(span(p, behind), field.name, sign);
      reporter_.fix(diagnostic, span(p, behind), ":");
      return read_value_at(behind);
    }
  }
  if (is_value(found) && (same_line || found.kind != TokenKind::identifier)) {
    Diagnostic* const diagnostic = reporter_.error<Code::missing_colon>(span(name), field.name);
    reporter_.fix(diagnostic, span(name.end, name.end), ":");
    return read_value_at(p);
  }
  name_ = name.begin;
  state_ = field.state;
  // The field counts as given: what is missing is its value.
  if (field.label != Label::repeated) place_in(frame().message, field) = offset(name.begin);
  bad_value(field, found);
  return Next::again;
}

// ---- brackets

void Parser::count_brackets() noexcept {
  if (brackets_counted_) return;
  brackets_counted_ = true;
  for (Token next = token(begin_); next.kind != TokenKind::end; next = token(next.end)) {
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

// The text ends within a message.
void Parser::end_within_message(const char* last) noexcept {
  // What was accounted for has been reported.
  if (missing_closes() <= 0 && reporter_.errors() != 0) {
    depth_ = 0;
    state_ = frame().schema->first_state;
    return;
  }
  infer_closes(last, 0);
}

// Which bracket behind the message at `depth` + 1 is not closed: the one whose closing bracket would
// have to stand further to the right than the one that is taken for it; else the innermost that is open.
Parser::Unclosed Parser::find_unclosed(int depth, const char* last) const noexcept {
  const Frame& innermost = frame();
  const Unclosed fallback{token(innermost.name), last, innermost.close};
  struct Open {
    Token name;
    std::uint32_t indent;
    char close;
  };
  Open open[max_depth];
  int size = 0;
  Token name = token(frames_[depth + 1].name);
  const char* previous_end = name.begin;
  const auto indent_of = [this](const char* p) {
    const char* start = p;
    while (start != begin_ && start[-1] != '\n') --start;
    const char* text = start;
    while (*text == ' ' || *text == '\t') ++text;
    return static_cast<std::uint32_t>(text - start);
  };
  for (Token next = name; next.kind != TokenKind::end && next.begin < last; next = token(next.end)) {
    if (next.kind == TokenKind::identifier) name = next;
    if (is_opener(next)) {
      if (size == max_depth) return fallback;
      const Token of = name.end <= next.begin ? name : next;
      open[size++] = {of, indent_of(of.begin), closer_of(*next.begin)};
    } else if (is_closer(next) && size > 0) {
      const Open& top = open[--size];
      if (first_on_line(next.begin) && indent_of(next.begin) < top.indent) return {top.name, previous_end, top.close};
      if (size == 0) return fallback;
    }
    previous_end = next.end;
  }
  return fallback;
}

// Closes the messages below `depth`, whose closing brackets are missing behind `last`.
void Parser::infer_closes(const char* last, int depth) noexcept {
  const Unclosed unclosed = find_unclosed(depth, last);
  Diagnostic* const diagnostic = reporter_.error<Code::unclosed_message>(
      span(unclosed.last, unclosed.last), unclosed.name.text(), text_of(unclosed.close));
  reporter_.note<NoteKind::opened_here>(diagnostic, span(unclosed.name), unclosed.name.text());
  // All that are missing, innermost first.
  constexpr std::string_view braces = " } } } } } } } }";
  constexpr std::string_view angles = " > > > > > > > >";
  for (int i = depth_; i > depth;) {
    const char close = i == depth_ ? unclosed.close : frames_[i].close;
    int run = 1;
    while (i - run > depth && frames_[i - run].close == close) ++run;
    reporter_.fix(diagnostic, span(unclosed.last, unclosed.last),
                  {(close == '}' ? braces : angles).data(), static_cast<std::size_t>(2 * run)});
    i -= run;
  }
  for (int i = depth_; i > depth; --i) --missing_closes(frames_[i].close);
  const std::uint16_t behind = frames_[depth + 1].field->state;
  depth_ = depth;
  state_ = behind;
}

// Which closing bracket of a message that was closed too early is the one too many: one that stands
// behind another on its line but closes what an earlier line opened; else the message's own.
const char* Parser::find_extra_close(const Frame& closed) const noexcept {
  const char* openers[max_depth];
  int size = 0;
  Token previous{};
  for (Token next = token(closed.name); next.begin <= closed.closed_at; next = token(next.end)) {
    if (is_opener(next)) {
      if (size == max_depth) break;
      openers[size++] = next.begin;
    } else if (is_closer(next) && size > 0) {
      const char* const opener = openers[--size];
      const bool same_line = !on_new_line(previous.end, next.begin);
      if (is_closer(previous) && same_line && on_new_line(opener, next.begin)) return next.begin;
    }
    previous = next;
  }
  return closed.closed_at;
}

// The field `name` is unknown here, but the message that was closed last has it, and the text has a
// closing brace too many: that one. Opens the message again.
bool Parser::reopen(std::string_view name) noexcept {
  if (depth_ + 1 >= max_depth) return false;
  Frame& closed = frames_[depth_ + 1];
  if (closed.closed_at == nullptr || missing_closes() >= 0 || find_field(*closed.schema, name) == nullptr) return false;
  const char* const at_closer = find_extra_close(closed);
  const Span at = span(at_closer, at_closer + 1);
  Diagnostic* const diagnostic = reporter_.error<Code::stray_close>(at, text_of(*at_closer));
  reporter_.fix(diagnostic, at, "");
  ++missing_closes(*at_closer);
  closed.closed_at = nullptr;
  ++depth_;
  state_ = closed.schema->fields.back().state;
  return true;
}

// A message was closed without a required field, which follows behind a brace too many.
bool Parser::closed_too_early() noexcept {
  const Frame closed = frame();
  Token next = token(p_);
  if (next.kind != TokenKind::identifier || !starts_field(next) || closed.in_list) return false;
  const FieldSchema* const field = find_field(*closed.schema, next.text());
  if (field == nullptr || field->label != Label::required || place_in(closed.message, *field) != absent) return false;
  --depth_;
  if (reopen(next.text())) return true;
  ++depth_;
  return false;
}

// ---- finding the next field

bool Parser::starts_field(Token found) const noexcept {
  if (found.kind != TokenKind::identifier) return false;
  const Token behind = token(found.end);
  return behind.is(':') || is_opener(behind);
}

bool Parser::on_new_line(const char* from, const char* to) const noexcept {
  for (; from < to; ++from) {
    if (*from == '\n') return true;
  }
  return false;
}

bool Parser::first_on_line(const char* p) const noexcept {
  while (p != begin_ && (p[-1] == ' ' || p[-1] == '\t')) --p;
  return p == begin_ || p[-1] == '\n';
}

// The LF that ends the line, or the end of the text.
const char* Parser::line_end(const char* p) const noexcept {
  while (p != end_ && *p != '\n') ++p;
  return p;
}

// Behind what closes the bracket at `open`, or the end of the text.
const char* Parser::behind_balanced(const char* open) const noexcept {
  std::uint32_t depth = 0;
  for (Token next = token_at(open, end_);; next = token(next.end)) {
    if (next.kind == TokenKind::end) return next.end;
    if (is_opener(next) || next.is('[')) ++depth;
    if ((is_closer(next) || next.is(']')) && --depth == 0) return next.end;
  }
}

// Whether what stands at p is, in all likelihood, the rest of the last mistake: on its line, with
// nothing that was read in between.
bool Parser::repeats_last_error(const char* p) const noexcept {
  return quiet_end_ != nullptr && p < quiet_end_ && name_ == quiet_name_;
}

void Parser::resync() noexcept {
  const char* p = p_;
  // Until something of the value was passed, it may stand on the next line.
  bool colon = false;
  for (;;) {
    const Token next = token(p);
    if (next.kind == TokenKind::end || is_closer(next)) break;
    if (on_new_line(p, next.begin) && (!colon || next.kind == TokenKind::identifier)) break;
    if (starts_field(next)) break;
    if (next.is(',') || next.is(';')) {
      p = next.end;
      break;
    }
    const bool bracket = is_opener(next) || next.is('[');
    colon = next.is(':') || next.is('=');
    p = bracket ? behind_balanced(next.begin) : next.end;
    if (bracket) break;
  }
  p_ = p;
  quiet_end_ = line_end(p);
  quiet_name_ = name_;
}

}  // namespace distillcfg::detail
