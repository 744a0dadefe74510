// String values that are not one plain literal: adjacent literals are one value, and escapes are decoded.
#include <cstring>

#include "parser.hpp"
#include "text/literals.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

namespace {

// A string literal's bytes between its quotes.
std::string_view content_of(Token literal) noexcept {
  return {literal.begin + 1, static_cast<std::size_t>(literal.end - literal.begin) - 2};
}

}  // namespace

void Parser::continue_string() noexcept {
  p_ = string_start_;
  read_literals(*string_);
}

bool Parser::string_follows(const char* p) const noexcept {
  p = skip_blank(p, end_);
  return *p == '"' || *p == '\'';
}

// One or more adjacent literals from p_ on, as one value.
void Parser::read_literals(Text& value) noexcept {
  const char* const start = p_;
  string_end_ = nullptr;
  // First how long it is at most, and whether all its literals are whole.
  std::size_t size = 0;
  bool plain = true;
  const char* literals_end = start;
  int count = 0;
  for (Token literal = next_token(start, end_); literal.kind == TokenKind::string;
       literal = next_token(literals_end, end_)) {
    literals_end = literal.end;
    if (literal.fault != TokenFault::none) {
      unterminated_string(literal);
      return;
    }
    const std::string_view content = content_of(literal);
    size += content.size();
    const char* const content_end = content.data() + content.size();
    plain = plain && find_byte(content.data(), content_end, '\\') == content_end;
    ++count;
  }
  p_ = literals_end;
  if (plain && count == 1) {
    value = content_of(next_token(start, end_));
  } else {
    char* const bytes = static_cast<char*>(reporter_.arena().allocate(size, 1));
    if (bytes == nullptr) {
      out_of_memory();
      return;
    }
    char* out = bytes;
    const std::uint32_t errors = reporter_.errors();
    const char* p = start;
    for (int i = 0; i < count; ++i) {
      const Token literal = next_token(p, end_);
      p = literal.end;
      out = decode(content_of(literal), out);
    }
    if (reporter_.errors() != errors) return;
    value = std::string_view(bytes, static_cast<std::size_t>(out - bytes));
  }
  const std::size_t valid = valid_utf8_prefix(value);
  if (valid == value.size()) return;
  report_bad_utf8(start, valid, value.view()[valid]);
  value = {};
}

// Writes the value of one literal's content, and reports its bad escapes.
char* Parser::decode(std::string_view content, char* out) noexcept {
  bool unknown_escape = false;
  const char* p = content.data();
  const char* const end = p + content.size();
  while (p != end) {
    const char* const backslash = find_byte(p, end, '\\');
    const auto run = static_cast<std::size_t>(backslash - p);
    std::memcpy(out, p, run);
    out += run;
    p += run;
    if (p == end) break;
    const Escape escape = read_escape({p, static_cast<std::size_t>(end - p)});
    if (escape.fault != Code::none && !(escape.fault == Code::unknown_escape && unknown_escape)) {
      bad_escape(escape, content, p);
      // A path with backslashes is one mistake, however many it has.
      unknown_escape |= escape.fault == Code::unknown_escape;
    }
    std::memcpy(out, escape.bytes, escape.written);
    out += escape.written;
    p += escape.size;
  }
  return out;
}

// Byte `decoded_at` of the value of the literals from `start` on makes it malformed: points at the source
// of that byte, a raw byte or an escape.
void Parser::report_bad_utf8(const char* start, std::size_t decoded_at, char byte) noexcept {
  std::size_t decoded = 0;
  for (const char* literal_start = start;;) {
    const Token literal = token(literal_start);
    const std::string_view content = content_of(literal);
    for (std::size_t j = 0; j < content.size();) {
      std::size_t step = 1;
      std::size_t written = 1;
      if (content[j] == '\\') {
        const Escape escape = read_escape({content.data() + j, content.size() - j});
        step = escape.size;
        written = escape.written;
      }
      if (decoded + written > decoded_at) {
        const char* const at = content.data() + j;
        const bool surrogate = step > 1 && (at[1] == 'u' || at[1] == 'U');
        if (surrogate) {
          reporter_.error<Code::lone_surrogate>(span(at, at + step), std::string_view(at, step));
        } else {
          bad_utf8(span(at, at + step), byte, step == 1);
        }
        return;
      }
      decoded += written;
      j += step;
    }
    literal_start = literal.end;
  }
}

}  // namespace distillcfg::detail
