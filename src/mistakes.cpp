// What is wrong with names and structure, and where to go on.
#include "parser.hpp"
#include "reflect.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"
#include "text/similarity.hpp"

namespace distillcfg::detail {

namespace {

bool is_closer(Token token) noexcept { return token.is('}') || token.is('>'); }
bool is_opener(Token token) noexcept { return token.is('{') || token.is('<'); }
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

void Parser::again(const FieldSchema& field, const char* name) noexcept {
  const char* const message = frame().message;
  const std::uint32_t first = place_in(field.storage == Storage::boxed ? boxed_in(message, field) : message, field);
  const bool strict = options_.semantics == Semantics::strict;
  Diagnostic* const diagnostic = reporter_.report<Code::duplicate_field>(
      strict ? Severity::error : Severity::warning, span(token(name)), field.name, frame().schema->name);
  if (first < offset(end_)) reporter_.note<NoteKind::first_set_here>(diagnostic, span(token(begin_ + first)), field.name);
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
  const MessageSchema& schema = *frame().schema;
  const FieldSchema* const near = nearest_field(schema, name.text());
  Diagnostic* const diagnostic = reporter_.error<Code::unknown_field>(span(name), name.text(), schema.name);
  if (near != nullptr) {
    if (diagnostic != nullptr) diagnostic->suggestion = near->name;
    reporter_.fix(diagnostic, span(name), near->name);
  } else {
    note_where_it_belongs(diagnostic, name.text());
  }
  return read_as(step, start, near, name);
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
    // Of a very short name, two letters are most.
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
  const Token found = token_at(p, end_);
  p_ = p;
  if (foreign_format(found) || merge_conflict(found)) return Next::again;
  switch (found.kind) {
    case TokenKind::end: end_within_message(start); return Next::again;
    case TokenKind::control: control_characters(found); return Next::again;
    case TokenKind::foreign: return lookalike_for_name(step, found);
    case TokenKind::string: return quoted_name(step, start, found);
    case TokenKind::integer:
    case TokenKind::floating: return number_for_name(step, start, found);
    case TokenKind::identifier:
    case TokenKind::symbol: break;
  }
  if (foreign_comment(found)) return Next::again;
  if (placeholder(found)) {
    doubt_names();
    resync();
    return Next::again;
  }
  if (is_closer(found)) return wrong_close(step, found);
  if (found.is(',') || found.is(';')) {
    extra_separators(p);
    return Next::again;
  }
  if (found.is('[')) return bracketed_name(found);
  reporter_.error<Code::expected_field_name>(span(found), found.text());
  doubt_names();
  p_ = is_opener(found) ? behind_balanced(found.begin) : found.end;
  resync();
  return Next::again;
}

Parser::Next Parser::wrong_close(Step& step, Token close) noexcept {
  p_ = close.end;
  if (depth_ == 0) {
    if (close.is('}') && transparent_braces_ > 0) {
      --transparent_braces_;
      return Next::again;
    }
    Diagnostic* const diagnostic = reporter_.error<Code::stray_close>(span(close), close.text());
    reporter_.fix(diagnostic, span(close), "");
    ++missing_closes_;
    return Next::again;
  }
  Diagnostic* const diagnostic = reporter_.error<Code::mismatched_close>(
      span(close), close.text(), text_of(opener_of(frame().close)));
  reporter_.note<NoteKind::opened_here>(diagnostic, span(token(frame().name)), token(frame().name).text());
  reporter_.fix(diagnostic, span(close), text_of(frame().close));
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
    reporter_.fix(diagnostic, span(separator_, separator_ + 1), ".");
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

Parser::Next Parser::lookalike_for_name(Step& step, Token character) noexcept {
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
  p_ = character.end;
  switch (lookalike_ascii(character)) {
    case '}':
      if (depth_ > 0) {
        --missing_closes_;  // the brace was not counted as one
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
  const Span first = span(control.begin, control.begin + 1);
  Diagnostic* const diagnostic =
      reporter_.error<Code::control_character>(first, static_cast<unsigned char>(*control.begin));
  reporter_.fix(diagnostic, first, "");
  p_ = control.end;
}

// ---- other formats, remarks, leftovers

// True if the text was never meant to be a quant.cfg, or starts with what no text format has;
// either is reported once.
bool Parser::foreign_format(Token first) noexcept {
  const Token behind = token(first.end);
  if (depth_ == 0 && first.kind == TokenKind::identifier) {
    const std::string_view word = first.text();
    const bool statement = (word == "syntax" && behind.is('=')) ||
                           ((word == "message" || word == "package" || word == "enum" || word == "option") &&
                            behind.kind == TokenKind::identifier && !on_new_line(first.end, behind.begin)) ||
                           (word == "import" && behind.kind == TokenKind::string);
    if (statement) {
      reporter_.error<Code::text_is_proto>(span(first));
      stop();
      return true;
    }
    if (word == frame().schema->name && (is_opener(behind) || behind.is(':'))) {
      const Token open = behind.is(':') ? token(behind.end) : behind;
      if (!is_opener(open)) return false;
      reporter_.error<Code::braces_around_file>(span(first));
      ++transparent_braces_;
      p_ = open.end;
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
      reporter_.error<Code::braces_around_file>(span(first));
      ++transparent_braces_;
      p_ = first.end;
      return true;
    }
  }
  if (first.is('-') && same_run(first.begin, '-', 3)) {
    reporter_.error<Code::text_is_yaml>(span(first.begin, first.begin + 3));
    stop();
    return true;
  }
  return false;
}

// A message's value in YAML: indented lines, or a list of '-'. Only in a text without any brace.
bool Parser::is_yaml(Token value) noexcept {
  static_cast<void>(missing_closes());
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
  const bool colon_read = skip_blank(name.end, end_) != p || *p == ':';
  p_ = p;
  if (found.is('=') || found.is(':')) {
    Diagnostic* const diagnostic =
        reporter_.error<Code::wrong_separator>(span(found), field.name, found.is('=') ? found.text() : "::");
    reporter_.fix(diagnostic, span(found), found.is('=') && !colon_read ? ":" : "");
    const Next next = value_step(step, name.begin, field, {name.kind, name.fault, name.begin, found.end, nullptr});
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
    if (meant == ':') {
      const Next next = value_step(step, name.begin, field, {name.kind, name.fault, name.begin, found.end, nullptr});
      step.length = 0;
      return next;
    }
    if (meant == '{') {
      ++missing_closes_;  // the brace was not counted as one
      return enter(found.end, '}');
    }
    p_ = found.end;
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
  const bool inside_of_it = found.kind == TokenKind::identifier && starts_field(found) &&
                            find_field(*field.message, found.text()) != nullptr;
  const bool empty = is_closer(found) && depth_ > 0 && missing_closes() < 0;
  Diagnostic* const diagnostic = reporter_.error<Code::expected_message>(
      inside_of_it || empty || found.kind == TokenKind::end ? span(name) : span(found), field.name, found.text());
  state_ = field.state;
  if (inside_of_it) {
    const char* const behind = colon_read ? skip_blank(name.end, end_) + 1 : name.end;
    reporter_.fix(diagnostic, span(behind, behind), " {");
    ++missing_closes_;
    return enter(found.begin, '}');
  }
  if (empty) {
    ++missing_closes_;
    return enter(found.begin, '}');
  }
  if (!on_new_line(name.end, found.begin)) resync();
  return Next::again;
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
  if (found.is('=')) {
    Diagnostic* const diagnostic = reporter_.error<Code::wrong_separator>(span(found), field.name, found.text());
    reporter_.fix(diagnostic, span(found), ":");
    // "==" and the like are one mistake.
    const char* behind = found.end;
    while (*behind == '=' || *behind == ':') ++behind;
    return read_value_at(behind);
  }
  if (found.kind == TokenKind::foreign && lookalike(found)) {
    if (lookalike_ascii(found) == ':') return read_value_at(found.end);
    p_ = found.end;
    state_ = field.state;
    resync();
    return Next::again;
  }
  const bool value = found.kind == TokenKind::string || found.kind == TokenKind::integer ||
                     found.kind == TokenKind::floating || found.is('-') || found.is('[') ||
                     (found.kind == TokenKind::identifier && same_line && !starts_field(found));
  if (value && !starts_field(found)) {
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

// ---- braces

int Parser::missing_closes() noexcept {
  if (!braces_counted_) {
    braces_counted_ = true;
    for (Token next = token(begin_); next.kind != TokenKind::end; next = token(next.end)) {
      if (is_opener(next)) {
        ++missing_closes_;
        ++opens_;
      } else if (is_closer(next)) {
        --missing_closes_;
      }
    }
  }
  return missing_closes_;
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

// Closes the messages below `depth`, whose closing braces are missing behind `last`.
void Parser::infer_closes(const char* last, int depth) noexcept {
  const Frame& innermost = frame();
  const Token name = token(innermost.name);
  Diagnostic* const diagnostic =
      reporter_.error<Code::unclosed_message>(span(last, last), name.text(), text_of(innermost.close));
  reporter_.note<NoteKind::opened_here>(diagnostic, span(name), name.text());
  reporter_.fix(diagnostic, span(last, last), innermost.close == '}' ? " }" : " >");
  missing_closes_ -= depth_ - depth;
  const std::uint16_t behind = frames_[depth + 1].field->state;
  depth_ = depth;
  state_ = behind;
}

// The field `name` is unknown here, but the message that was closed last has it, and the text has a
// closing brace too many: that one. Opens the message again.
bool Parser::reopen(std::string_view name) noexcept {
  if (depth_ + 1 >= max_depth) return false;
  Frame& closed = frames_[depth_ + 1];
  if (closed.closed_at == nullptr || missing_closes() >= 0 || find_field(*closed.schema, name) == nullptr) return false;
  const Span at = span(closed.closed_at, closed.closed_at + 1);
  Diagnostic* const diagnostic = reporter_.error<Code::stray_close>(at, text_of(*closed.closed_at));
  reporter_.fix(diagnostic, at, "");
  ++missing_closes_;
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
}

}  // namespace distillcfg::detail
