// What is wrong between names, values and brackets, and finding the next field.
#include "parser.hpp"
#include "recovery/brackets.hpp"
#include "reflect.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

// ---- between a name and its value

Parser::Next Parser::bad_message(Step& step, const FieldSchema& field, Token& name, const char* p) noexcept {
  if (!may_recover()) return Next::again;
  const Token found = token_at(p, end_);
  const Token colon = token(name.end);
  const char* const before = colon.is(':') ? colon.end : name.end;
  p_ = p;
  if (found.is('=') || found.is(':')) {
    const char* const behind = behind_signs(found.end);
    Diagnostic* const diagnostic = reporter_.error<Code::wrong_separator>(span(found.begin, behind), field.name,
                                                                          found.is('=') ? found.text() : "::"sv);
    reporter_.fix(diagnostic, span(found.begin, behind), colon.is(':') ? ""sv : ":"sv);
    name.end = behind;
    return Next::value;
  }
  const auto enter = [&](const char* inside, char close) {
    step = {name.begin, &field, 0, 0, close};
    p_ = inside;
    return Next::step;
  };
  if (found.kind == TokenKind::foreign && lookalike(found)) {
    const char meant = lookalike_ascii(found);
    if (meant == ':' || meant == ' ') {
      name.end = p_;
      return Next::value;
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
  const auto belongs = [&](const Token& next) {
    return starts_field(next) && find_field(*field.message, next.text()) != nullptr;
  };
  // With what its fields are closed shows with what it was to be opened.
  const char close = missing_closes('}') < 0 || missing_closes('>') >= 0 ? '}' : '>';
  const std::string_view opener = close == '}' ? " {"sv : " <"sv;
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
  for (const char* const line = line_end(before); q <= line;) {
    const Token next = token(q);
    if (next.begin > line || next.kind == TokenKind::end) break;
    if (is_opener(next)) {
      // A name that stands outside of its message is to be moved, not deleted.
      const FieldSchema& first = field.message->fields[0];
      const bool lacks_name = field.message->required != 0 && token(next.end).text() != first.name;
      if (!lacks_name) {
        reporter_.fix(diagnostic, span(found.begin, next.begin), ""sv);
        return enter(next.end, closer_of(*next.begin));
      }
      p_ = next.end;
      open(field, name.begin, closer_of(*next.begin), false);
      doubt_names();
      return Next::again;
    }
    if (starts_field(next) && q != found.begin && !belongs(next)) break;
    if (belongs(next)) break;
    q = next.end;
  }
  const Token behind = token(q);
  if (belongs(behind) && missing_closes(close) < 0) {
    const bool one_sign = found.kind == TokenKind::symbol && skip_blank(found.end, end_) == behind.begin;
    if (one_sign) reporter_.fix(diagnostic, span(found), close == '}' ? "{"sv : "<"sv);
    ++missing_closes(close);
    return enter(behind.begin, close);
  }
  // "(" may have its counterpart, which then stands for the brace.
  if (belongs(behind) && found.is('(')) {
    reporter_.fix(diagnostic, span(found), "{"sv);
    ++missing_closes('}');
    return enter(behind.begin, '}');
  }
  resync();
  return Next::again;
}

Parser::Next Parser::bad_colon(Step& step, const FieldSchema& field, Token& name, const char* p) noexcept {
  if (!may_recover()) return Next::again;
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
      name.end = p_;
      return Next::value;
    }
    state_ = field.state;
    resync();
    return Next::again;
  }
  // The same name once more.
  if (found.kind == TokenKind::identifier && found.text() == name.text() && same_line) {
    Diagnostic* const diagnostic = reporter_.error<Code::expected_value>(span(name), field.name, found.text());
    reporter_.fix(diagnostic, span(name.begin, found.begin), ""sv);
    name = found;
    return Next::value;
  }
  if (const char* const behind = same_line ? behind_wrong_separator(p) : p; behind != p) {
    const std::string_view sign(p, static_cast<std::size_t>(behind - p));
    Diagnostic* const diagnostic = reporter_.error<Code::wrong_separator>(span(p, behind), field.name, sign);
    reporter_.fix(diagnostic, span(p, behind), ":"sv);
    return read_value_at(behind);
  }
  if (is_value(found) && (same_line || found.kind != TokenKind::identifier)) {
    Diagnostic* const diagnostic = reporter_.error<Code::missing_colon>(span(name), field.name);
    reporter_.fix(diagnostic, span(name.end, name.end), ":"sv);
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

// The text ends within a message.
void Parser::end_within_message(const char* last) noexcept {
  // What was accounted for has been reported.
  if (reporter_.errors() != 0 && missing_closes() <= 0) {
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
  struct Open {
    Token name;
    std::ptrdiff_t indent;
    char close;
  };
  Open open[max_depth];
  int size = 0;
  Token name = token(frames_[depth + 1].name);
  const auto indent_of = [](const char* start) {
    const char* text = start;
    while (*text == ' ' || *text == '\t') ++text;
    return text - start;
  };
  // The line that the tokens are on, and how far it is indented.
  const char* line = line_start(name.begin);
  std::ptrdiff_t indent = indent_of(line);
  std::ptrdiff_t indent_of_name = indent;
  Token previous = name;
  previous.end = name.begin;
  const auto in_string = [this](const Token& at_end) {
    return at_end.fault == TokenFault::unterminated && at_end.begin != closed_string_;
  };
  bool all_closed = false;  // nothing is to be found
  bool in_conflict = in_conflict_at(name.begin);
  for (Token next = name; next.kind != TokenKind::end && next.begin < last; next = token(next.end)) {
    if (is_conflict_marker(next)) {
      next.end = behind_marker(next, in_conflict, last);
      continue;
    }
    const char* const previous_line = line;
    for (const char* p = next.begin; p != previous.end; --p) {
      if (p[-1] != '\n') continue;
      line = p;
      break;
    }
    if (line != previous_line) indent = indent_of(line);
    if (next.kind == TokenKind::identifier) {
      name = next;
      indent_of_name = indent;
    }
    if (is_opener(next)) {
      // Of what nests deeper than any schema, nothing can be told.
      if (size == max_depth) return {token(innermost.name), last, innermost.close, true};
      const bool has_name = name.end <= next.begin;
      open[size++] = {has_name ? name : next, has_name ? indent_of_name : indent, closer_of(*next.begin)};
    } else if (is_closer(next) && size > 0 && !all_closed) {
      const Open& top = open[--size];
      if (line + indent == next.begin && indent < top.indent) {
        return {top.name, previous.end, top.close, in_string(previous)};
      }
      all_closed = size == 0;
    }
    previous = next;
  }
  return {token(innermost.name), previous.end < last ? previous.end : last, innermost.close, in_string(previous)};
}

// Closes the messages below `depth`, whose closing brackets are missing behind `last`.
void Parser::infer_closes(const char* last, int depth) noexcept {
  const Unclosed unclosed = find_unclosed(depth, last);
  Diagnostic* const diagnostic = reporter_.error<Code::unclosed_message>(span(unclosed.last, unclosed.last),
                                                                         unclosed.name.text(), text_of(unclosed.close));
  reporter_.note<NoteKind::opened_here>(diagnostic, span(unclosed.name), unclosed.name.text());
  // All that are missing, innermost first.
  constexpr std::string_view braces = " } } } } } } } }";
  constexpr std::string_view angles = " > > > > > > > >";
  for (int i = depth_; i > depth && !unclosed.in_string;) {
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
  bool in_conflict = in_conflict_at(closed.name);
  for (Token next = token(closed.name); next.begin <= closed.closed_at; next = token(next.end)) {
    if (is_conflict_marker(next)) {
      next.end = behind_marker(next, in_conflict, end_);
      continue;
    }
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

// Whether nothing but separators and brackets that close nothing stand between `behind` and the token at `p`.
bool Parser::is_next(const char* behind, const char* p) const noexcept {
  const char* next = skip_blank(behind, end_);
  while (*next == ',' || *next == ';' || *next == '}' || *next == '>') next = skip_blank(next + 1, end_);
  look_ahead(behind, next);
  return next == p;
}

// The field whose `name` stands right behind the message that was closed last is unknown here, but that message has
// it, and the text has a closing brace too many: that one. Opens the message again.
bool Parser::reopen(std::string_view name) noexcept {
  Frame& closed = frames_[depth_ + 1];
  if (remembers_steps && depth_ == 0 && element_.behind != nullptr &&
      (closed.name == nullptr || closed.name < element_.name)) {
    // That was read as a whole.
    const ListBase& list = list_in(frame().message, *element_.field);
    auto* const message = static_cast<char*>(list.element(list.size() - 1, element_.field->field_size));
    const char* const closed_at = element_.behind - 1;
    const Element& element = element_;
    closed = {
        element.field->message, message, element.field, element.name, closed_at, nullptr, *closed_at, false, false};
    element_ = {};
  }
  if (closed.closed_at == nullptr || missing_closes() >= 0 || find_field(*closed.schema, name) == nullptr) return false;
  // It must have stood in the message that is read now, and not in one that was read before.
  if (closed.name < frame().name) return false;
  const std::span<const FieldSchema> fields = frame().schema->fields;
  if (closed.field < fields.data() || closed.field >= fields.data() + fields.size()) return false;
  if (!is_next(closed.closed_at + 1, name.data())) {
    // Nor will it be for what comes later: looked at once.
    closed.closed_at = nullptr;
    return false;
  }
  const char* const at_closer = find_extra_close(closed);
  // What was taken for the closing bracket, as another one or the end of a character, was reported then.
  const bool reported = at_closer == closed.closed_at && *at_closer != closed.close;
  if (!reported) {
    const Span at = span(at_closer, at_closer + 1);
    Diagnostic* const diagnostic = reporter_.error<Code::stray_close>(at, text_of(*at_closer));
    reporter_.fix(diagnostic, at, ""sv);
  }
  ++missing_closes(reported ? closed.close : *at_closer);
  closed.closed_at = nullptr;
  ++depth_;
  state_ = closed.schema->fields.back().state;
  return true;
}

// A message was closed without a required field, which follows behind a brace too many.
bool Parser::closed_too_early() noexcept {
  const Frame closed = frame();
  Token next = token(p_);
  if (next.kind != TokenKind::identifier || !starts_field(next) || closed.in_list()) return false;
  const FieldSchema* const field = find_field(*closed.schema, next.text());
  if (field == nullptr || field->label != Label::required || place_in(closed.message, *field) != absent) return false;
  --depth_;
  if (reopen(next.text())) return true;
  ++depth_;
  return false;
}

// Whether a bracket stands alone and less far to the right than the line in front: it seems to be right where it
// is, and another one to be too many.
bool Parser::seems_to_close(const char* bracket) const noexcept {
  if (!first_on_line(bracket)) return false;
  const char* const line = line_start(bracket);
  if (line == begin_) return false;
  const char* const before = line_start(line - 1);
  const char* const text = skip_white_space(before);
  return text < line && text - before > bracket - line;
}

// ---- finding the next field

bool Parser::first_on_line(const char* p) const noexcept {
  const char* start = p;
  while (start != begin_ && (start[-1] == ' ' || start[-1] == '\t')) --start;
  look_ahead(start, p);
  return start == begin_ || start[-1] == '\n';
}

const char* Parser::line_start(const char* p) const noexcept {
  const char* start = p;
  while (start != begin_ && start[-1] != '\n') --start;
  look_ahead(start, p);
  return start;
}

// The LF that ends the line, or the end of the text.
const char* Parser::line_end(const char* p) const noexcept {
  if (p >= line_start_ && p <= line_end_) return line_end_;
  line_start_ = p;
  line_end_ = find_byte(p, end_, '\n');
  look_ahead(p, line_end_);
  return line_end_;
}

// Behind what closes the bracket at `open`, or the end of the text.
const char* Parser::behind_balanced(const char* open) const noexcept {
  std::uint32_t depth = 0;
  bool in_conflict = in_conflict_at(open);
  for (Token next = token(open);; next = token(next.end)) {
    if (next.kind == TokenKind::end) return next.end;
    if (next.kind != TokenKind::symbol) continue;
    if (is_conflict_marker(next)) {
      next.end = behind_marker(next, in_conflict, end_);
      continue;
    }
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
