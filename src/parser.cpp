#include "parser.hpp"

#include <cstring>
#include <limits>

#include "reflect.hpp"
#include "text/numbers.hpp"
#include "text/plain_values.hpp"
#include "text/scan.hpp"

// The path that a well-formed file takes is one loop without calls, except where size counts.
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__)
#define DISTILLCFG_HOT [[gnu::always_inline]] inline
#else
#define DISTILLCFG_HOT
#endif

namespace distillcfg::detail {

using namespace std::string_view_literals;

namespace {

// `value` is an enum; writing it as the integer that it is stored as must not look like one.
void set_enum(void* value, std::uint32_t number) noexcept { std::memcpy(value, &number, sizeof number); }

DISTILLCFG_HOT const char* read_plain(const char* p, const EnumSchema& schema, void* value) noexcept {
  for (const EnumValue& known : schema.values) {
    // The text ends in NUL, which is in no name.
    std::size_t same = 0;
    while (same < known.name.size() && p[same] == known.name[same]) ++same;
    if (same == known.name.size() && !is(p[same], behind_name_class)) {
      set_enum(value, known.number);
      return p + same;
    }
  }
  return nullptr;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lower_case[i]) return false;
  }
  return true;
}

bool is_one_of(std::string_view text, std::string_view a, std::string_view b, std::string_view c) noexcept {
  return text == a || text == b || text == c;
}

}  // namespace

// Behind white space and comments.
DISTILLCFG_HOT const char* Parser::to_token(const char* p) const noexcept {
  p = skip_white_space(p);
  return *p == '#' ? skip_blank_run(p, end_) : p;
}

Parser::Next Parser::find_step(Step& step) noexcept {
  const char* const start = p_;
  const char* p = to_token(start);
  if (!is(*p, name_start) && state_ != frame().schema->first_state) {
    if ((*p == '"' || *p == '\'') && string_end_ == start) {
      continue_string();
      return Next::again;
    }
    if (*p == ',' || *p == ';') {
      separator_ = p;
      p = to_token(p + 1);
    }
  }
  if (is(*p, name_start)) return field_step(step, start, p);
  if (is_ignored_close(p)) {
    p_ = p + 1;
    return Next::again;
  }
  if (depth_ > 0 && *p == frame().close) {
    step = {start, nullptr, 0, 0, *p};
    p_ = p + 1;
    if (p_ - start <= longest_step) step.length = static_cast<std::uint8_t>(p_ - start);
    return Next::step;
  }
  if (p == end_ && depth_ == 0) return Next::done;
  if (reread_element(start)) return Next::reread;
  return not_a_field(step, start, p);
}

DISTILLCFG_HOT Parser::Next Parser::field_step(Step& step, const char* start, const char* name) noexcept {
  const MessageSchema& schema = *frame().schema;
  const char* const name_end = find_name_end(name);
  const auto size = static_cast<std::size_t>(name_end - name);
  const std::uint8_t index = schema.by_name[schema.name_slot(name, size)];
  if (index != 0) [[likely]] {
    const FieldSchema& field = schema.fields[index - 1U];
    if (field.name.size() == size && same_name(field.name.data(), name, size)) [[likely]] {
      const Next next = known_field_step(step, start, field, name, name_end);
      if (next != Next::other) [[likely]]
        return next;
      if (reread_element(start)) return Next::reread;
      return value_step(step, start, field, {TokenKind::identifier, TokenFault::none, name, name_end, nullptr});
    }
  }
  if (reread_element(start)) return Next::reread;
  return unknown_field(step, start, {TokenKind::identifier, TokenFault::none, name, name_end, nullptr});
}

DISTILLCFG_HOT Parser::Next Parser::known_field_step(Step& step, const char* start, const FieldSchema& field,
                                                     const char* name, const char* name_end) noexcept {
  const char* p = to_token(name_end);
  const bool colon = *p == ':';
  if (colon) p = to_token(p + 1);
  const bool message = field.type == FieldType::message;
  if (*p == '[' && field.label == Label::repeated && (colon || message)) [[unlikely]] {
    p_ = p;
    read_list(field);
    return Next::again;
  }
  char close = '\0';
  if (message ? *p != '{' && *p != '<' : !colon) [[unlikely]] {
    p_ = p;
    return Next::other;
  }
  if (message) close = *p++ == '{' ? '}' : '>';
  p_ = p;
  // Where no value stands, a comment may have ended with the text or at a NUL, which another does not.
  if (p - start <= longest_step && *p != '\0') [[likely]] {
    step = {start, &field, static_cast<std::uint8_t>(p - start), static_cast<std::uint8_t>(name - start), close};
  } else {
    // Not worth remembering.
    step = {name, &field, 0, 0, close};
  }
  return Next::step;
}

// The same where something is wrong. A loop, as any number of wrong signs may stand in front of the value.
Parser::Next Parser::value_step(Step& step, const char* start, const FieldSchema& field, Token name) noexcept {
  for (;;) {
    Next next = known_field_step(step, start, field, name.begin, name.end);
    step.length = 0;
    if (next != Next::other) return next;
    next = field.type == FieldType::message ? bad_message(step, field, name, p_) : bad_colon(step, field, name, p_);
    if (next != Next::value) return next;
    start = name.begin;
  }
}

DISTILLCFG_HOT void Parser::read_field(const FieldSchema& field, const char* name) noexcept {
  Frame& top = frame();
  state_ = field.state;
  if (field.storage == Storage::list) {
    if (*p_ != '"' && *p_ != '\'' && !is(*p_, digit)) {
      // A remembered step ends where a single value stood last time.
      p_ = skip_blank(p_, end_);
      if (*p_ == '[') {
        read_list(field);
        end_turn();  // as where no step was remembered
        return;
      }
    }
    void* const element = append(field, name);
    if (element == nullptr) return;
    value_start_ = p_;
    name_ = name;
    read_scalar(field, element);
    if (watched_) learnt_.shapes.saw_value(field.type, static_cast<char*>(element), value_start_, p_);
    return;
  }
  std::uint32_t& at = place_in(top.message, field);
  if (at != absent) [[unlikely]]
    report_duplicate(field, name);
  at = offset(name);
  name_ = name;
  const char* const start = p_;
  read_scalar(field, member_of(top.message, field));
  if (watched_) [[unlikely]] {
    learnt_.shapes.saw_place(at, name);
    learnt_.shapes.saw_value(field.type, member_of(top.message, field), start, p_);
  }
}

DISTILLCFG_HOT void Parser::read_scalar(const FieldSchema& field, void* value) noexcept {
  const char* const p = p_;
  const char* behind = nullptr;
  switch (field.type) {
    case FieldType::string: {
      auto* const text = static_cast<Text*>(value);
      if (*p == '"' || *p == '\'') {
        const char* const special = find_string_special(p + 1, *p);
        if (*special == *p) {
          *text = std::string_view(p + 1, static_cast<std::size_t>(special - p - 1));
          behind = special + 1;
        }
      }
      if (behind == nullptr) {
        if (*p == '"' || *p == '\'') {
          read_literals(*text);
          return;
        }
        break;
      }
      string_ = text;
      string_start_ = p;
      string_end_ = behind;
      break;
    }
    case FieldType::boolean:
      if (remembers_steps) behind = read_plain(p, *static_cast<bool*>(value));
      break;
    case FieldType::enumeration: behind = read_plain(p, *field.enumeration, value); break;
    case FieldType::float32: behind = read_plain(p, *static_cast<float*>(value)); break;
    case FieldType::uint32:
      if (remembers_steps) behind = read_plain(p, *static_cast<std::uint32_t*>(value));
      break;
    case FieldType::message: break;
  }
  if (behind != nullptr) [[likely]] {
    p_ = behind;
    return;
  }
  read_unusual_scalar(field, value);
}

void Parser::read_again(const FieldSchema& field, void* value) noexcept { read_scalar(field, value); }

// Spellings of a value that are right but rare. What they are not is a mistake.
void Parser::read_unusual_scalar(const FieldSchema& field, void* value) noexcept {
  // A remembered step ends where the value stood last time; this one may have more blanks.
  const char* const p = skip_blank(p_, end_);
  if (p != p_) {
    p_ = p;
    read_again(field, value);
    return;
  }
  // Not charged to the effort: what is right may be read as a whole, too.
  Token first = next_token(p_, end_);
  Token number = first;
  const bool minus = first.is('-') && (field.type == FieldType::float32 || field.type == FieldType::enumeration);
  if (minus) number = next_token(first.end, end_);
  const std::string_view text = number.text();
  const bool is_integer = number.kind == TokenKind::integer && number.fault == TokenFault::none;
  const bool is_word = number.kind == TokenKind::identifier;
  p_ = number.end;
  switch (field.type) {
    case FieldType::boolean:
    case FieldType::uint32: {
      const bool boolean = field.type == FieldType::boolean;
      std::uint64_t read = 0;
      if (is_integer) {
        const std::uint64_t limit = boolean ? 1 : UINT32_MAX;
        if (!read_integer(text, limit, read)) {
          if (boolean) break;
          integer_out_of_range(field, span(number), limit);
          return;
        }
      } else if (boolean && is_word && is_one_of(text, "true"sv, "True"sv, "t"sv)) {
        read = 1;
      } else if (!(boolean && is_word && is_one_of(text, "false"sv, "False"sv, "f"sv))) {
        break;
      }
      if (boolean) {
        *static_cast<bool*>(value) = read != 0;
      } else {
        *static_cast<std::uint32_t*>(value) = static_cast<std::uint32_t>(read);
      }
      return;
    }
    case FieldType::enumeration: {
      // The names were tried already. A number is judged as int32.
      std::uint64_t read = 0;
      if (!is_integer || !read_integer(text, 0x7FFF'FFFFULL + (minus ? 1 : 0), read) || (minus && read != 0)) break;
      for (const EnumValue& known : field.enumeration->values) {
        if (known.number == read) {
          set_enum(value, known.number);
          return;
        }
      }
      break;
    }
    case FieldType::float32: {
      float read = 0;
      if (is_integer && text.size() > 1 && text[0] == '0') {
        reporter_.error<Code::not_decimal>(span(number), field.name, text);
        return;
      }
      if (is_integer || (number.kind == TokenKind::floating && number.fault == TokenFault::none)) {
        read = read_float(text);
      } else if (is_word && (equals_ignoring_case(text, "inf"sv) || equals_ignoring_case(text, "infinity"sv))) {
        read = std::numeric_limits<float>::infinity();
      } else if (is_word && equals_ignoring_case(text, "nan"sv)) {
        read = std::numeric_limits<float>::quiet_NaN();
      } else {
        break;
      }
      *static_cast<float*>(value) = minus ? -read : read;
      return;
    }
    case FieldType::string:
    case FieldType::message: break;
  }
  p_ = first.begin;
  bad_value(field, first);
}

// ---- lists

void* Parser::append(const FieldSchema& field, const char* place) noexcept {
  void* const element =
      list_in(frame().message, field).append_slot(reporter_.arena(), field.field_size, alignof(void*));
  if (element == nullptr) {
    out_of_memory();
    return nullptr;
  }
  if (field.type == FieldType::message) {
    field.message->construct(element);
  } else if (field.type == FieldType::string) {
    new (element) Field<Text>();
  } else {
    new (element) Field<std::uint32_t>();
  }
  place_in(element, field) = offset(place);
  if (remembers_steps && watched_) {
    void** const chunk = list_in(frame().message, field).only_chunk();
    if (chunk == nullptr) {
      watched_ = false;
    } else if (list_in(frame().message, field).size() == 1) {
      learnt_.shapes.saw_pointer(chunk);
    }
    learnt_.shapes.saw_place(place_in(element, field), place);
  }
  return element;
}

void Parser::read_list(const FieldSchema& field) noexcept {
  watched_ = false;
  name_ = list_start_ = p_;
  state_ = field.state;
  const char* const p = skip_blank(p_ + 1, end_);
  if (*p == ']') {
    p_ = p + 1;
    return;
  }
  p_ = p;
  read_elements(field);
}

// open_message, out of line for recovery.
void Parser::open(const FieldSchema& field, const char* name, char close, bool in_list) noexcept {
  open_message(field, name, close, in_list);
}

// Elements from p_ on, up to the ']'. Comes back for the main loop to read a message.
void Parser::read_elements(const FieldSchema& field) noexcept {
  for (;;) {
    const char* const p = p_;
    const std::uint32_t errors = reporter_.errors();
    const bool message = field.type == FieldType::message;
    if (message && (*p == '{' || *p == '<')) {
      p_ = p + 1;
      open_message(field, p, *p == '{' ? '}' : '>', true);
      return;
    }
    const Token element = token(p);
    if (!message && element_starts(field, element)) {
      void* const value = append(field, p);
      if (value == nullptr) return;
      read_scalar(field, value);
      if (string_end_ == p_ && string_follows(p_)) continue_string();
      last_value_end_ = p_;
    } else {
      if (!bad_element(field, element)) return;
      continue;
    }
    if (stopped_) return;
    if (!(reporter_.errors() == errors ? another_element(field) : next_after_bad_element(p))) return;
  }
}

// Behind an element: whether another one follows, which p_ then stands at.
bool Parser::another_element(const FieldSchema& field) noexcept {
  const char* p = skip_blank(p_, end_);
  if (*p == ']') {
    p_ = p + 1;
    return false;
  }
  if (*p != ',') return bad_list_separator(field, token(p));
  separator_ = p;
  p_ = skip_blank(p + 1, end_);
  if (*p_ != ']') return true;
  trailing_comma();
  return false;
}

// ---- messages

DISTILLCFG_HOT void Parser::open_message(const FieldSchema& field, const char* name, char close,
                                         bool in_list) noexcept {
  Frame& top = frame();
  char* message = nullptr;
  bool repeated = false;
  switch (field.storage) {
    case Storage::in_place: {
      std::uint32_t& at = place_in(top.message, field);
      if (at != absent) {
        report_duplicate(field, name);
        repeated = true;
      } else {
        at = offset(name);
        if (watched_) learnt_.shapes.saw_place(at, name);
      }
      message = member_of(top.message, field);
      break;
    }
    case Storage::boxed: {
      message = boxed_in(top.message, field);
      if (message != nullptr) {
        // A brace too many may have closed the message that this belongs to. No other fields have the name of
        // one in a message of theirs.
        if (reopen({name, field.name.size()})) {
          p_ = name;
          return;
        }
        report_duplicate(field, name);
        repeated = true;
        break;
      }
      message = static_cast<char*>(reporter_.arena().allocate(field.field_size, alignof(void*)));
      if (message == nullptr) {
        out_of_memory();
        return;
      }
      field.message->construct(message);
      place_in(message, field) = offset(name);
      set_box(top.message, field, message);
      if (watched_) {
        learnt_.shapes.saw_pointer(member_of(top.message, field));
        learnt_.shapes.saw_place(place_in(message, field), name);
      }
      break;
    }
    case Storage::list:
      message = static_cast<char*>(append(field, name));
      if (message == nullptr) return;
      break;
    case Storage::oneof_member: {
      std::uint32_t& at = place_in(top.message, field);
      char* const variant = member_of(top.message, field);
      const bool other = at != absent && field.alternative(variant, false) == nullptr;
      if (at != absent) {
        if (other) {
          other_member(field, name);
        } else {
          report_duplicate(field, name);
          repeated = true;
        }
      }
      if (at == absent || other) at = offset(name);
      if (watched_) learnt_.shapes.saw_place(at, name);
      message = static_cast<char*>(field.alternative(variant, true));
      break;
    }
  }
  ++depth_;
  const char* const list_start = in_list ? list_start_ : nullptr;
  frame() = {field.message, message, &field, name, nullptr, list_start, close, false, repeated};
  state_ = field.message->first_state;
}

DISTILLCFG_HOT void Parser::close_message() noexcept {
  // Stays as it is until the next message is opened.
  const Frame& closed = frame();
  frame().closed_at = p_ - 1;
  if (closed.schema->required != 0 && !closed.names_in_doubt) {
    for (const FieldSchema& field : closed.schema->fields.first(closed.schema->required)) {
      if (place_in(closed.message, field) != absent) continue;
      if (options_.semantics == Semantics::strict) {
        if (closed_too_early()) return;
        report_missing(*closed.schema, closed.message, offset(closed.name));
      } else {
        // A later occurrence of the message may still bring it.
        required_in_doubt_ = true;
      }
      break;
    }
  }
  --depth_;
  state_ = closed.field->state;
  last_value_end_ = p_;
  if (!closed.in_list()) return;
  // The element may hold lists of its own.
  list_start_ = closed.list_start;
  if (another_element(*closed.field)) read_elements(*closed.field);
}

// ---- elements of the root's lists, read as a whole where they have a known shape

void Parser::read_element(const FieldSchema& field, const char* name, char close) noexcept {
  // Only in texts without a diagnostic, so that no element is to be explained.
  const bool worthwhile = reporter_.nothing_reported() && learnt_.shapes.worthwhile();
  const char* const open = p_ - 1;
  if (worthwhile) {
    ListBase& list = list_in(frame().message, field);
    const char* const behind = learnt_.shapes.read(field, begin_, name, open, list, reporter_.arena());
    if (behind != nullptr) {
      p_ = behind;
      state_ = field.state;
      element_ = {&field, name, open, behind};
      repeats_ = most_repeats;
      return;
    }
  }
  open_message(field, name, close, false);
  watched_ = worthwhile && !stopped_ && learnt_.shapes.watch(field, open, frame().message, reporter_.arena());
}

// Keeps the shape of the element that was just read, if the next one starts as it does or if texts are to come.
void Parser::keep_shape() noexcept {
  watched_ = false;
  if constexpr (!remembers_steps) return;
  // Behind an error, what was closed may be another element than the one that was watched.
  if (!reporter_.nothing_reported() || required_in_doubt_) return;
  const Frame& element = frames_[1];
  if (!learnt_.for_later) {
    constexpr std::size_t behind_opener = 16;
    const auto size = static_cast<std::size_t>(learnt_.shapes.open() - element.name) + behind_opener;
    const char* const next = to_token(p_);
    if (p_ - element.name < static_cast<std::ptrdiff_t>(size) || !same_text(next, element.name, size)) return;
  }
  learnt_.shapes.keep(*element.field, p_, reporter_.arena());
}

// What is wrong behind an element is explained with what the parser knows from reading it. So if that
// was read as a whole, it is read once more.
bool Parser::reread_element(const char* start) noexcept {
  if (!remembers_steps || element_.behind == nullptr || element_.behind != start) return false;
  const Element element = element_;
  element_ = {};
  list_in(frame().message, *element.field).drop_last();
  p_ = element.open + 1;
  open_message(*element.field, element.name, element.behind[-1], false);
  return true;
}

// ---- the loop

DISTILLCFG_HOT bool Parser::matches(const Step& seen, const char* p) const noexcept {
  if (!same_bytes(p, seen.bytes, seen.length)) return false;
  // A closing bracket may be one that recovery has taken for another's.
  if (seen.field != nullptr) return true;
  return seen.close == frame().close && (ignored_count_ == 0 || !is_ignored_close(p + seen.length - 1));
}

bool Parser::is_ignored_close(const char* p) const noexcept {
  for (int i = 0; i < ignored_count_; ++i) {
    if (ignored_closes_[i] == p) return true;
  }
  return false;
}

// The step from p_ that was seen before, which p_ then stands behind, or nullptr.
DISTILLCFG_HOT const Step* Parser::seen_step() noexcept {
  const Step* const seen = learnt_.steps[state_];
  const std::uint64_t state = std::uint64_t{1} << state_;
  if ((learnt_.known[0] & state) == 0) return nullptr;
  const Step* step = &seen[0];
  if (!matches(*step, p_)) [[unlikely]] {
    step = &seen[1];
    if ((learnt_.known[1] & state) == 0 || !matches(*step, p_)) {
      repeats_ -= 2;
      return nullptr;
    }
  }
  if (repeats_ < most_repeats) ++repeats_;
  p_ += step->length;
  return step;
}

void Parser::run(const MessageSchema& root, void* message) noexcept {
  frames_[0] = {&root, static_cast<char*>(message), nullptr, begin_, nullptr, nullptr, '\0', false, false};
  state_ = root.first_state;
  Step unseen;
  while (!stopped_) {
    const char* const start = p_;
    const bool repeats = remembers_steps && repeats_ > 0;
    const Step* step = repeats ? seen_step() : nullptr;
    if (step == nullptr) {
      const std::uint64_t state = std::uint64_t{1} << state_;
      Step* found = &unseen;
      if (repeats) {
        learnt_.changed |= state;
        // Written where it is kept: to copy what was just written in parts would wait for the stores.
        found = &learnt_.steps[state_][0];
        if ((learnt_.known[0] & state) != 0) {
          learnt_.steps[state_][1] = *found;
          learnt_.known[1] |= state;
          learnt_.known[0] &= ~state;
        }
      } else if (remembers_steps && ++turns_ % second_chance == 0) {
        repeats_ = most_repeats / 2;
      }
      const Next next = find_step(*found);
      if (next == Next::done) break;
      if (next == Next::reread) continue;
      if (next == Next::again) {
        end_turn();
        continue;
      }
      if (ignored_count_ != 0) found->length = 0;
      if (repeats && found->length != 0) learnt_.known[0] |= state;
      step = found;
    }
    const FieldSchema* const field = step->field;
    // What is not to be remembered does not start where the last value ended.
    const char* const name = (step->length != 0 ? start : step->bytes) + step->name;
    if (field == nullptr) {
      close_message();
      if (remembers_steps && watched_ && depth_ == 0) {
        keep_shape();
      }
    } else if (field->type == FieldType::message) {
      if (depth_ == 0 && field->storage == Storage::list) {
        read_element(*field, name, step->close);
        continue;
      }
      // Given again, it may belong to the element in front.
      if (remembers_steps && field->storage == Storage::boxed && boxed_in(frame().message, *field) != nullptr &&
          reread_element(start)) {
        continue;
      }
      open_message(*field, name, step->close, false);
    } else {
      read_field(*field, name);
    }
  }
  // Of a text that was not read to its end, the rest might have brought what is missing.
  if (required_in_doubt_ && !names_in_doubt_ && !stopped_) check_required(root, frames_[0].message, absent);
}

// ---- required fields

void Parser::report_missing(const MessageSchema& schema, const char* message, std::uint32_t at) noexcept {
  const Severity severity = options_.semantics == Semantics::amct ? Severity::warning : Severity::error;
  Diagnostic* const diagnostic =
      reporter_.report<Code::missing_required>(severity, span(token(begin_ + at)), schema.name, std::string_view());
  if (diagnostic == nullptr) return;
  if constexpr (!with_details) return;
  std::string_view& names = diagnostic->arguments[1].text;
  for (const FieldSchema& field : schema.fields) {
    if (field.label != Label::required || place_in(message, field) != absent) continue;
    names = names.empty() ? field.name : reporter_.join(names, ", "sv, field.name);
  }
}

// Everything below a message that was read; as deep as the schema nests.
void Parser::check_required(const MessageSchema& schema, const char* message, std::uint32_t at) noexcept {
  bool missing = false;
  for (const FieldSchema& field : schema.fields) {
    if (field.label == Label::required) {
      missing |= place_in(message, field) == absent;
    } else if (field.storage == Storage::list && field.type == FieldType::message) {
      const ListBase& list = list_in(message, field);
      for (std::uint32_t i = 0; i < list.size(); ++i) {
        const auto* const element = static_cast<const char*>(list.element(i, field.field_size));
        check_required(*field.message, element, place_in(element, field));
      }
    } else if (field.type == FieldType::message) {
      const auto* const value = static_cast<const char*>(singular_value(message, field));
      if (value == nullptr) continue;
      check_required(*field.message, value, place_in(field.storage == Storage::boxed ? value : message, field));
    }
  }
  if (missing) report_missing(schema, message, at);
}

void Parser::out_of_memory() noexcept {
  reporter_.last_resort(Code::out_of_memory, span(p_, p_));
  stop();
}

void Parser::give_up() noexcept {
  if (stopped_) return;
  reporter_.set_quiet(false);
  reporter_.error<Code::beyond_recovery>(span(p_, p_));
  stop();
}

void Parser::end_turn() noexcept {
  spend(1);
  if (effort_left_ == 0) give_up();
}

bool Parser::may_recover() noexcept {
  spend(effort_of_mistake);
  if (effort_left_ == 0) give_up();
  return !stopped_;
}

void Parser::stop() noexcept {
  stopped_ = true;
  p_ = end_;
}

}  // namespace distillcfg::detail
