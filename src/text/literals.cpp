#include "text/literals.hpp"

namespace distillcfg::detail {

namespace {

bool is_head_surrogate(std::uint32_t code_point) noexcept { return code_point >= 0xD800 && code_point < 0xDC00; }
bool is_trail_surrogate(std::uint32_t code_point) noexcept { return code_point >= 0xDC00 && code_point < 0xE000; }

// How many hex digits stand at text[from], at most `most`, and their value.
struct HexDigits {
  std::uint32_t count;
  std::uint32_t value;
};
HexDigits hex_digits(std::string_view text, std::size_t from, std::uint32_t most) noexcept {
  HexDigits digits{0, 0};
  while (digits.count < most && from + digits.count < text.size() &&
         is(text[from + digits.count], digit | hex_letter)) {
    digits.value = digits.value * 16 + hex_value(text[from + digits.count]);
    ++digits.count;
  }
  return digits;
}

Escape fault(Code code, std::uint32_t size) noexcept { return {code, size, 0, {}}; }

Escape single(char byte) noexcept { return {Code::none, 2, 1, {byte}}; }

Escape octal_escape(std::string_view text) noexcept {
  std::uint32_t value = 0;
  std::uint32_t size = 1;
  while (size < 4 && size < text.size() && is(text[size], octal_digit)) {
    value = value * 8 + static_cast<unsigned>(text[size] - '0');
    ++size;
  }
  if (value > 0xFF) return fault(Code::octal_escape_too_large, size);
  return {Code::none, size, 1, {static_cast<char>(value)}};
}

Escape unicode_escape(std::string_view text) noexcept {
  const std::uint32_t wanted = text[1] == 'u' ? 4 : 8;
  const HexDigits digits = hex_digits(text, 2, wanted);
  if (digits.count < wanted || digits.value > 0x10FFFF) {
    return fault(wanted == 4 ? Code::short_unicode_escape : Code::bad_long_unicode_escape, 2 + digits.count);
  }
  Escape escape;
  escape.size = 2 + wanted;
  std::uint32_t code_point = digits.value;
  if (is_head_surrogate(code_point) && escape.size + 1 < text.size() && text[escape.size] == '\\' &&
      text[escape.size + 1] == 'u') {
    const HexDigits trail = hex_digits(text, escape.size + 2, 4);
    if (trail.count == 4 && is_trail_surrogate(trail.value)) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (trail.value - 0xDC00);
      escape.size += 6;
    }
  }
  escape.written = static_cast<std::uint32_t>(write_utf8(code_point, escape.bytes));
  return escape;
}

}  // namespace

Escape read_escape(std::string_view text) noexcept {
  if (text.size() < 2) return fault(Code::unknown_escape, 1);
  switch (text[1]) {
    case 'a': return single('\a');
    case 'b': return single('\b');
    case 'f': return single('\f');
    case 'n': return single('\n');
    case 'r': return single('\r');
    case 't': return single('\t');
    case 'v': return single('\v');
    case '\\':
    case '?':
    case '\'':
    case '"': return single(text[1]);
    case 'x': {
      const HexDigits digits = hex_digits(text, 2, 2);
      if (digits.count == 0) return fault(Code::hex_escape_without_digits, 2);
      return {Code::none, 2 + digits.count, 1, {static_cast<char>(digits.value)}};
    }
    case 'u':
    case 'U': return unicode_escape(text);
    default:
      if (is(text[1], octal_digit)) return octal_escape(text);
      // The whole character behind the backslash, where it is one.
      const std::uint32_t size = read_utf8({text.data() + 1, text.size() - 1}).size;
      return fault(Code::unknown_escape, 1 + (size == 0 ? 1 : size));
  }
}

}  // namespace distillcfg::detail
