// Fields that the schema lacks, where they are allowed.
//
//   Unknown : (IDENT | "[" IDENT {("." | "/") IDENT} "]") [":"] Skipped     without ":", messages and
//                                                                        lists of them only
//   Skipped : STRING {STRING} | ["-"] (INTEGER | FLOAT | IDENT)
//           | "[" [Skipped {"," Skipped}] "]" | ("<" | "{") {Unknown [";" | ","]} (the matching one)
//
// Within a skipped message every name is skipped, known or not. Strings are not decoded, though
// their escapes must be ones; numbers are not judged beyond their spelling.
//
// Tokens are read by next_token(), not by Parser::token(): each is passed once, so that none counts as an effort
// of recovery, which a text that is accepted must not run out of.
#include "parser.hpp"

namespace distillcfg::detail {

using namespace std::string_view_literals;

namespace {

// What is open within a skipped field, innermost last: two bits each.
class Nesting {
 public:
  enum Kind : unsigned { braces, angles, list, message_list };

  // How many may be open.
  static constexpr std::uint32_t most = 10'004;

  // `deep` is the memory for what nests deeper than most, made at need and used again.
  explicit Nesting(std::uint8_t*& deep) noexcept : deep_(deep) {}

  // Not to be called for more. False if there is no memory.
  bool push(Arena& arena, Kind kind) noexcept {
    if (depth_ == capacity_ && !grow(arena)) return false;
    const std::uint32_t shift = depth_ % 4 * 2;
    std::uint8_t& byte = bits_[depth_ / 4];
    byte = static_cast<std::uint8_t>((byte & ~(3U << shift)) | static_cast<unsigned>(kind) << shift);
    ++depth_;
    return true;
  }
  void pop() noexcept { --depth_; }
  [[nodiscard]] Kind top() const noexcept {
    return static_cast<Kind>(bits_[(depth_ - 1) / 4] >> ((depth_ - 1) % 4 * 2) & 3U);
  }
  [[nodiscard]] std::uint32_t depth() const noexcept { return depth_; }

 private:
  // Few fields nest more than 64 deep; those that do get the rest at once.
  bool grow(Arena& arena) noexcept {
    constexpr std::uint32_t bytes = most / 4;
    if (deep_ == nullptr) deep_ = static_cast<std::uint8_t*>(arena.allocate(bytes, 1));
    if (deep_ == nullptr) return false;
    for (std::uint32_t i = 0; i < sizeof small_; ++i) deep_[i] = small_[i];
    bits_ = deep_;
    capacity_ = most;
    return true;
  }

  std::uint8_t*& deep_;
  std::uint8_t small_[16] = {};
  std::uint8_t* bits_ = small_;
  std::uint32_t capacity_ = sizeof small_ * 4;
  std::uint32_t depth_ = 0;
};

bool names_infinity_or_nan(std::string_view word) noexcept {
  constexpr std::string_view words[] = {"inf", "infinity", "nan"};
  for (const std::string_view known : words) {
    if (word.size() != known.size()) continue;
    std::size_t same = 0;
    while (same < word.size() && lower(word[same]) == known[same]) ++same;
    if (same == word.size()) return true;
  }
  return false;
}

}  // namespace

const char* Parser::behind_bracketed_name(const char* bracket) const noexcept {
  Token next = next_token(bracket + 1, end_);
  for (;;) {
    if (next.kind != TokenKind::identifier) return nullptr;
    next = next_token(next.end, end_);
    if (next.is(']')) return next.end;
    const bool separator = next.is('.') || (options_.allow_unknown && next.is('/'));
    if (!separator) return nullptr;
    next = next_token(next.end, end_);
  }
}

Parser::Next Parser::skip_unknown_field(const Token& name) noexcept {
  Diagnostic* const diagnostic =
      reporter_.report<Code::skipped_unknown_field>(Severity::warning, span(name), name.text(), frame().schema->name);
  const FieldSchema* const near = nearest_field(*frame().schema, name.text());
  if (near != nullptr && diagnostic != nullptr) diagnostic->suggestion = near->name;
  skipped_name_ = name;
  Token opener = next_token(name.end, end_);
  if (opener.is(':')) opener = next_token(opener.end, end_);
  if (skip_value(name.end)) {
    const Token separator = next_token(p_, end_);
    if (separator.is(',') || separator.is(';')) p_ = separator.end;
    // No further separator may follow, as behind an opening brace.
    state_ = frame().schema->first_state;
  } else if (!stopped_) {
    spend(effort_of_mistake);
    doubt_names();
    // Out of the whole field, if the mistake is within its brackets.
    if (opener.is('{') || opener.is('<') || opener.is('[')) p_ = behind_balanced(opener.begin);
    resync();
  }
  return Next::again;
}

// Whether the token is one that may stand in a skipped field; reports what is wrong with it.
bool Parser::skipped_token_ok(const Token& found) noexcept {
  switch (found.kind) {
    case TokenKind::integer:
    case TokenKind::floating:
      if (found.fault == TokenFault::none) return true;
      number_fault(found);
      return false;
    case TokenKind::string: {
      if (found.fault != TokenFault::none) {
        unterminated_string(found);
        return false;
      }
      const std::string_view content(found.begin + 1, found.text().size() - 2);
      const std::uint32_t errors = reporter_.errors();
      for (std::size_t i = 0; i < content.size();) {
        if (content[i] != '\\') {
          ++i;
          continue;
        }
        const Escape escape = read_escape({content.data() + i, content.size() - i});
        // Values that are refused only when a string is decoded.
        const bool only_too_large = escape.fault == Code::octal_escape_too_large ||
                                    (escape.fault == Code::bad_long_unicode_escape && escape.size == 10 &&
                                     content[i + 2] == '0' && content[i + 3] == '0' && content[i + 4] <= '1');
        if (escape.fault != Code::none && !only_too_large && reporter_.errors() == errors) {
          bad_escape(escape, content, content.data() + i);
        }
        i += escape.size;
      }
      return reporter_.errors() == errors;
    }
    case TokenKind::control: control_characters(found); return false;
    case TokenKind::foreign:
    case TokenKind::identifier:
    case TokenKind::symbol:
    case TokenKind::end: break;
  }
  return true;
}

// Behind all literals that follow each other from `first` on.
const char* Parser::skip_literals(const Token& first) noexcept {
  Token literal = first;
  for (Token next = next_token(literal.end, end_); next.kind == TokenKind::string && next.fault == TokenFault::none;
       next = next_token(literal.end, end_)) {
    literal = next;
  }
  return literal.end;
}

// Skips what stands behind a skipped field's name, from p on. False if it is not well-formed, which
// has been reported; p_ then stands at the mistake.
bool Parser::skip_value(const char* p) noexcept {
  static_assert(max_skipped_depth < Nesting::most);
  Nesting open(deep_nesting_);
  Token next = next_token(p, end_);
  bool colon = next.is(':');
  if (colon) next = next_token(next.end, end_);
  // Whether a value is wanted, or (within a message) a name.
  bool value_wanted = true;
  const char* behind_value = p;
  const char* list_comma = nullptr;
  const auto refuse = [&](const Token& found) {
    p_ = found.begin;
    if (found.kind == TokenKind::foreign && lookalike(found)) return false;
    if (found.is(']') && list_comma != nullptr) {
      Diagnostic* const diagnostic = reporter_.error<Code::trailing_comma>(span(list_comma, list_comma + 1));
      reporter_.fix(diagnostic, span(list_comma, list_comma + 1), "");
    } else if (!colon && open.depth() == 0 && is_value(found)) {
      Diagnostic* const diagnostic = reporter_.error<Code::missing_colon>(span(skipped_name_), skipped_name_.text());
      reporter_.fix(diagnostic, span(skipped_name_.end, skipped_name_.end), ":");
      p_ = found.end;
    } else {
      const bool nothing = found.kind == TokenKind::end || starts_field(found) || found.is('}') || found.is('>');
      const bool lacks_all = nothing && open.depth() == 0;
      reporter_.error<Code::expected_value>(lacks_all ? span(skipped_name_) : span(found), skipped_name_.text(),
                                            found.text());
    }
    return false;
  };
  for (;;) {
    const bool in_message = open.depth() > 0 && open.top() <= Nesting::angles;
    p_ = next.begin;
    if (!skipped_token_ok(next)) return false;
    if (value_wanted) {
      const bool messages_only = !colon || (open.depth() > 0 && open.top() == Nesting::message_list);
      if (next.is('{') || next.is('<') || next.is('[')) {
        const Nesting::Kind kind = next.is('{')    ? Nesting::braces
                                   : next.is('<')  ? Nesting::angles
                                   : messages_only ? Nesting::message_list
                                                   : Nesting::list;
        if (open.depth() == max_skipped_depth) {
          reporter_.error<Code::nesting_limit>(span(next), max_skipped_depth);
          stop();
          return false;
        }
        if (!open.push(reporter_.arena(), kind)) {
          out_of_memory();
          return false;
        }
        colon = true;  // of the elements of a list
        value_wanted = next.is('[');
        next = next_token(next.end, end_);
        if (!value_wanted || !next.is(']')) continue;
        open.pop();
        behind_value = next.end;
        next = next_token(next.end, end_);
      } else if (messages_only) {
        return refuse(next);
      } else if (next.kind == TokenKind::string) {
        do {
          behind_value = next.end;
          next = next_token(next.end, end_);
          if (next.kind == TokenKind::string && !skipped_token_ok(next)) return false;
        } while (next.kind == TokenKind::string);
      } else {
        const bool minus = next.is('-');
        if (minus) {
          next = next_token(next.end, end_);
          p_ = next.begin;
          if (!skipped_token_ok(next)) return false;
        }
        const bool scalar = next.kind == TokenKind::integer || next.kind == TokenKind::floating ||
                            (next.kind == TokenKind::identifier && (!minus || names_infinity_or_nan(next.text())));
        if (!scalar) return refuse(next);
        behind_value = next.end;
        next = next_token(next.end, end_);
      }
      value_wanted = false;
      if (open.depth() == 0) {
        p_ = behind_value;
        return true;
      }
      if (open.top() <= Nesting::angles && (next.is(',') || next.is(';'))) next = next_token(next.end, end_);
      continue;
    }
    if (!in_message) {
      // Behind an element of a list.
      if (next.is(',')) {
        list_comma = next.begin;
        value_wanted = true;
        next = next_token(next.end, end_);
        continue;
      }
      if (!next.is(']')) {
        reporter_.error<Code::expected_comma>(span(next), next.text());
        return false;
      }
    } else if (next.is('}') || next.is('>')) {
      if (next.is('}') != (open.top() == Nesting::braces)) {
        reporter_.error<Code::mismatched_close>(span(next), next.text(), next.is('}') ? "<"sv : "{"sv);
        return false;
      }
    } else {
      // A field's name.
      const char* behind = next.kind == TokenKind::identifier ? next.end : nullptr;
      if (next.is('[')) behind = behind_bracketed_name(next.begin);
      if (behind == nullptr) {
        if (next.kind == TokenKind::end) {
          reporter_.error<Code::unclosed_message>(span(behind_value, behind_value), skipped_name_.text(),
                                                  open.top() == Nesting::braces ? "}"sv : ">"sv);
        } else if (next.kind != TokenKind::foreign || !lookalike(next)) {
          reporter_.error<Code::expected_field_name>(span(next), next.text());
        }
        return false;
      }
      next = next_token(behind, end_);
      colon = next.is(':');
      if (colon) next = next_token(next.end, end_);
      value_wanted = true;
      continue;
    }
    // A list or a message is closed, so a value is complete.
    behind_value = next.end;
    open.pop();
    p_ = next.end;
    if (open.depth() == 0) return true;
    next = next_token(next.end, end_);
    if (open.top() <= Nesting::angles && (next.is(',') || next.is(';'))) next = next_token(next.end, end_);
  }
}

}  // namespace distillcfg::detail
