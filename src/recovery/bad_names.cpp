// What stands where a field's name should, or is none: what was meant, and where to go on.
#include <cstring>

#include "ascii_text.hpp"
#include "parser.hpp"
#include "recovery/brackets.hpp"
#include "recovery/lookalikes.hpp"
#include "reflect.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"
#include "text/similarity.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

// ---- names that the schema lacks

Parser::Next Parser::unknown_field(Step& step, const char* start, const Token& name) noexcept {
  if (options_.allow_unknown) return skip_unknown_field(name);
  if (!may_recover()) return Next::again;
  if (foreign_format(name) || semicolon_comment(start, name)) return Next::again;
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
  if (cut_off) {
    depth_ = 0;
    state_ = frame().schema->first_state;
  }
  return next;
}

namespace {

char latin_of(std::uint32_t code_point) noexcept {
  if (code_point >= 0xFF21 && code_point <= 0xFF5A) return static_cast<char>(code_point - 0xFF21 + 'A');
  if (code_point >= 0xFF10 && code_point <= 0xFF19) return static_cast<char>(code_point - 0xFF10 + '0');
  return ascii_among(lookalike_letters, code_point);
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
      // In front of a word it is none of it; and a run of them, which is passed one at a time, is not read each time.
      const bool nothing = word.size != 0 && size != 0 && is_nothing(character.code_point);
      c = size == 0 ? '\0' : latin_of(character.code_point);
      if (c == '\0' && !nothing) break;
      if (word.first_foreign == nullptr) word.first_foreign = p;
    } else if (!is(c, name_start | digit) && !(c == '-' && is(p[1], name_start | digit))) {
      break;
    }
    if (c == '\0') {
      p += size;
      continue;
    }
    if (word.size == sizeof word.latin) {
      word.readable = false;
      break;
    }
    word.latin[word.size++] = c;
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
  const MessageSchema* const belongs_in = near == nullptr ? message_with(name.text()) : nullptr;
  const bool cut_off = second.kind == TokenKind::end;
  if (near == nullptr && belongs_in == nullptr && !cut_off) near = field_of_words(schema, name.text());
  Diagnostic* const diagnostic = reporter_.error<Code::unknown_field>(span(name), name.text(), schema.name);
  if (near != nullptr) {
    if (diagnostic != nullptr) diagnostic->suggestion = near->name;
    reporter_.fix(diagnostic, span(name), near->name);
  } else if (belongs_in != nullptr) {
    reporter_.note<NoteKind::field_stands_in>(diagnostic, {}, name.text(), belongs_in->name);
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
    const bool nothing = is_nothing(character.code_point);
    const std::string_view latin = nothing ? " "sv : ascii_text(latin_of(character.code_point));
    if (!reported) {
      diagnostic = reporter_.error<Code::lookalike_character>(span(p, p + character.size), character.code_point, latin);
      reported = true;
    }
    reporter_.fix(diagnostic, span(p, p + character.size), nothing ? ""sv : latin);
    p += character.size;
  }
  return reported;
}

// Reads what follows a name as the field that was meant by it, where that fits; skips it where not.
Parser::Next Parser::read_as(Step& step, const char* start, const FieldSchema* field, const Token& name) noexcept {
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

// The one field that has all words of the name, in any order: clip_min for min_clip, and
// quant_skip_layers for skip_layers.
const FieldSchema* Parser::field_of_words(const MessageSchema& schema, std::string_view name) const noexcept {
  if (!reporter_.wants_suggestions() || name.size() > longest_similar_name) return nullptr;
  // The part of a name from `start` to the next '_'.
  const auto word_at = [](std::string_view words, std::size_t start) {
    const char* const p = words.data() + start;
    return std::string_view(p, static_cast<std::size_t>(find_byte(p, words.data() + words.size(), '_') - p));
  };
  const auto has_word = [word_at](std::string_view words, std::string_view word) {
    for (std::size_t start = 0; start <= words.size();) {
      const std::string_view one = word_at(words, start);
      if (one == word) return true;
      start += one.size() + 1;
    }
    return false;
  };
  const FieldSchema* found = nullptr;
  for (const FieldSchema& field : schema.fields) {
    bool has_all = true;
    for (std::size_t start = 0; start <= name.size() && has_all;) {
      const std::string_view word = word_at(name, start);
      has_all = !word.empty() && has_word(field.name, word);
      start += word.size() + 1;
    }
    if (!has_all) continue;
    // That has no further word is the nearer one; else they must be one.
    if (field.name.size() == name.size()) return &field;
    if (found != nullptr) return nullptr;
    found = &field;
  }
  return found;
}

// The message that does have such a field, looked for from the present one down, then from the root.
const MessageSchema* Parser::message_with(std::string_view name) const noexcept {
  if (!reporter_.wants_suggestions()) return nullptr;
  // Breadth first; a schema has fewer messages than states.
  const MessageSchema* queue[max_states];
  for (const MessageSchema* const top : {frame().schema, frames_[0].schema}) {
    std::size_t size = 1;
    queue[0] = top;
    for (std::size_t i = 0; i < size; ++i) {
      if (find_field(*queue[i], name) != nullptr) return queue[i];
      for (const FieldSchema& field : queue[i]->fields) {
        bool queued = field.message == nullptr;
        for (std::size_t j = 0; j < size && !queued; ++j) queued = queue[j] == field.message;
        if (!queued) queue[size++] = field.message;
      }
    }
  }
  return nullptr;
}

void Parser::doubt_names() noexcept {
  frame().names_in_doubt = true;
  names_in_doubt_ = true;
}

// ---- where a field's name should stand, and something else does

Parser::Next Parser::not_a_field(Step& step, const char* start, const char* p) noexcept {
  if (!may_recover()) return Next::again;
  reporter_.set_quiet(repeats_last_error(p));
  const Next next = other_than_name(step, start, token_at(p, end_));
  reporter_.set_quiet(false);
  return next;
}

Parser::Next Parser::other_than_name(Step& step, const char* start, const Token& found) noexcept {
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
    default: break;  // a symbol
  }
  if (foreign_comment(found)) return Next::again;
  if (placeholder(found)) {
    doubt_names();
    resync();
    return Next::again;
  }
  const bool behind_comma = separator_ != nullptr && separator_ >= start && *separator_ == ',';
  if (depth_ > 0 && frame().in_list() && missing_closes(frame().close) > 0 &&
      (found.is(']') || (is_opener(found) && behind_comma))) {
    // The element's own closing bracket is missing.
    const FieldSchema& field = *frame().field;
    infer_closes(start, depth_ - 1);
    list_start_ = frames_[depth_ + 1].list_start;
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
    const Frame& before = frames_[depth_ + 1];
    const bool behind_message = behind_comma && before.closed_at != nullptr && !before.in_list() &&
                                before.field->label == Label::repeated && before.closed_at + 1 == start;
    if (behind_message) return separate_messages(found);
    if (depth_ > 0 && state_ == frame().schema->first_state) return doubled_opener(found);
  }
  Diagnostic* const diagnostic = reporter_.error<Code::expected_field_name>(span(found), found.text());
  // "6.0%"
  if (found.is('%') && found.begin == start && found.begin > begin_ && is(found.begin[-1], digit)) {
    reporter_.fix(diagnostic, span(found), ""sv);
  }
  doubt_names();
  p_ = is_opener(found) ? behind_balanced(found.begin) : found.end;
  resync();
  return Next::again;
}

// "field: { }, { }" without the brackets of a list.
Parser::Next Parser::separate_messages(const Token& opener) noexcept {
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
  // A name that was written otherwise than names are may go on behind its first token.
  if (is_opener(first)) {
    reporter_.fix(diagnostic, span(first.begin, first.begin), "["sv);
    if (!token(end).is(']')) reporter_.fix(diagnostic, span(end, end), "]"sv);
  }
  list_start_ = first.begin;
  p_ = opener.end;
  open(*before.field, opener.begin, closer_of(*opener.begin), true);
  return Next::again;
}

// "{{": the second brace is one too many, and perhaps its closing one too.
Parser::Next Parser::doubled_opener(const Token& opener) noexcept {
  const char close = closer_of(*opener.begin);
  int& missing = missing_closes(close);
  // What is to be said of each in a run of them is said at once.
  for (Token next = opener;; next = {TokenKind::symbol, TokenFault::none, p_, p_ + 1, nullptr}) {
    if (next.begin != opener.begin && placeholder(next)) {
      doubt_names();
      resync();
      return Next::again;
    }
    Diagnostic* const diagnostic = reporter_.error<Code::expected_field_name>(span(next), next.text());
    reporter_.fix(diagnostic, span(next), ""sv);
    p_ = next.end;
    if (missing <= 0) {
      const char* const behind = behind_balanced(next.begin);
      if (behind == end_ && end_[-1] != close) return Next::again;
      ignore_close(behind - 1);
      reporter_.fix(diagnostic, span(behind - 1, behind), ""sv);
      return Next::again;
    }
    --missing;
    if (*p_ != *opener.begin) return Next::again;
  }
}

void Parser::ignore_close(const char* brace) noexcept {
  // Some may have been skipped.
  while (ignored_count_ != 0 && ignored_closes_[ignored_count_ - 1] < p_) --ignored_count_;
  if (ignored_count_ < max_depth) ignored_closes_[ignored_count_++] = brace;
}

Parser::Next Parser::wrong_close(Step& step, const Token& close) noexcept {
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
    // What stands on both sides is not to become one word.
    const bool joins = close.begin != begin_ && is(close.begin[-1], name_start | digit) && is(*p_, name_start | digit);
    if (!seems_to_close(close.begin)) reporter_.fix(diagnostic, span(close.begin, p_), joins ? " "sv : ""sv);
    missing_closes(*close.begin) += static_cast<int>(p_ - close.begin);
    return Next::again;
  }
  Diagnostic* const diagnostic =
      reporter_.error<Code::mismatched_close>(span(close), close.text(), text_of(opener_of(frame().close)));
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
    reporter_.fix(diagnostic, span(first), "#"sv);
    p_ = line_end(p);
    return;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::extra_separator>(span(first), first.text());
  reporter_.fix(diagnostic, span(first.begin, last_end), ""sv);
}

// "; a remark": the ';' passed for a separator, and the remark's first word for a field's name.
bool Parser::semicolon_comment(const char* start, const Token& name) noexcept {
  if (separator_ == nullptr || separator_ < start || *separator_ != ';' || !first_on_line(separator_) ||
      on_new_line(separator_, name.begin) || starts_field(name)) {
    return false;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::foreign_comment>(span(separator_, separator_ + 1), ";"sv);
  reporter_.fix(diagnostic, span(separator_, separator_ + 1), "#"sv);
  p_ = line_end(name.begin);
  return true;
}

Parser::Next Parser::quoted_name(Step& step, const char* start, const Token& name) noexcept {
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
    reporter_.fix(diagnostic, span(value_start_, value_start_), "["sv);
    const Token close = token(last);
    if (!close.is(']')) reporter_.fix(diagnostic, span(last, last), "]"sv);
    p_ = close.is(']') ? close.end : last;
    return Next::again;
  }
  if (name.fault != TokenFault::none && !line_ends) {
    unterminated_string(name);
    return Next::again;
  }
  // A quote that stands alone at the end of a line, or a string that belongs to nothing.
  const char* const tail = tail_of(name);
  const bool lone = name.fault == TokenFault::unterminated && tail == name.begin + 1;
  const Span at = lone ? span(name.begin, name.begin + 1) : span(name);
  Diagnostic* const diagnostic =
      reporter_.error<Code::expected_field_name>(at, lone ? std::string_view(name.text().data(), 1) : name.text());
  if (lone) {
    reporter_.fix(diagnostic, at, ""sv);
    count_closes(tail, name.end);
    p_ = tail;
    return Next::again;
  }
  doubt_names();
  p_ = name.end;
  resync();
  return Next::again;
}

Parser::Next Parser::number_for_name(Step& step, const char* start, const Token& number) noexcept {
  const bool behind_comma = separator_ != nullptr && *separator_ == ',' && number.begin == separator_ + 1;
  if (behind_comma && is(separator_[-1], digit)) {
    Diagnostic* const diagnostic = reporter_.error<Code::decimal_comma>(span(separator_, separator_ + 1));
    // "1,000" for an integer: there the comma has no place at all.
    const FieldSchema* const field = find_field(*frame().schema, token(name_).text());
    const bool integer = field != nullptr && field->type == FieldType::uint32;
    const char* behind = number.begin;
    while (is(*behind, digit)) ++behind;
    const bool thousands = behind - number.begin == 3;
    const bool fraction = *behind == '.';
    if (integer || fraction) {
      if (thousands) reporter_.fix(diagnostic, span(separator_, separator_ + 1), ""sv);
    } else {
      reporter_.fix(diagnostic, span(separator_, separator_ + 1), "."sv);
    }
    while (fraction && is(*behind, digit | name_start | point)) ++behind;
    p_ = behind > number.end ? behind : number.end;
    return Next::again;
  }
  const Token behind = token(number.end);
  if (number.fault != TokenFault::none) {
    number_fault(number);
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
Parser::Next Parser::bracketed_name(const Token& bracket) noexcept {
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

Parser::Next Parser::lookalike_for_name(Step& step, const char* start, const Token& character) noexcept {
  const Word word = read_word(character.begin, end_);
  const FieldSchema* const meant =
      word.size > 0 && word.readable ? nearest_field(*frame().schema, word.text()) : nullptr;
  if (meant != nullptr) {
    static_cast<void>(report_homoglyph(character.begin, word.end));
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

void Parser::control_characters(const Token& control) noexcept {
  // A file in UTF-16 without a mark at its start is full of NULs.
  const bool every_other = offset(control.begin) == 1 && end_ - begin_ >= 4 && begin_[1] == 0 && begin_[3] == 0;
  if (every_other || (offset(control.begin) == 0 && end_ - begin_ >= 4 && begin_[0] == 0 && begin_[2] == 0)) {
    reporter_.error<Code::utf16_text>(span(begin_, begin_ + 2));
    stop();
    return;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::control_character>(span(control.begin, control.begin + 1),
                                                                          static_cast<unsigned char>(*control.begin));
  const char* end = control.begin;
  while (end != control.end && !is(*end, white_space)) ++end;
  // What a terminal takes for a command: ESC [ 31 m
  if (*control.begin == 0x1B && *end == '[') {
    ++end;
    while (is(*end, digit) || *end == ';') ++end;
    if (is(*end, name_start)) ++end;
  }
  reporter_.fix(diagnostic, span(control.begin, end), ""sv);
  p_ = end > control.end ? end : control.end;
}

}  // namespace distillcfg::detail
