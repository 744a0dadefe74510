// Escapes and UTF-8.
#include "text/literals.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "text/characters.hpp"

using namespace distillcfg;
using namespace distillcfg::detail;
using namespace std::string_view_literals;

namespace {

// Reads from memory that ends where the text ends: an escape has no padding to rely on.
Escape escape_of(std::string_view text) {
  const auto bytes = std::make_unique<char[]>(text.size());
  text.copy(bytes.get(), text.size());
  return read_escape({bytes.get(), text.size()});
}

void check_escape(std::string_view text, std::string_view expected, std::size_t size) {
  CAPTURE(text);
  const Escape escape = escape_of(text);
  CHECK(escape.fault == Code::none);
  CHECK(escape.size == size);
  CHECK(std::string_view(escape.bytes, escape.written) == expected);
}

void check_escape(std::string_view text, std::string_view expected) {
  check_escape(text, expected, text.size());
  check_escape(std::string(text) + "~", expected, text.size());
}

void check_fault(std::string_view text, Code fault, std::size_t size) {
  CAPTURE(text);
  const Escape escape = escape_of(text);
  CHECK(name_of(escape.fault) == name_of(fault));
  CHECK(escape.size == size);
  CHECK(escape.written == 0);
}

std::string utf8_of(std::uint32_t code_point) {
  char bytes[4];
  return std::string(bytes, write_utf8(code_point, bytes));
}

}  // namespace

TEST_CASE("escapes of one character") {
  check_escape("\\a", "\a");
  check_escape("\\b", "\b");
  check_escape("\\f", "\f");
  check_escape("\\n", "\n");
  check_escape("\\r", "\r");
  check_escape("\\t", "\t");
  check_escape("\\v", "\v");
  check_escape("\\\\", "\\");
  check_escape("\\?", "?");
  check_escape("\\'", "'");
  check_escape("\\\"", "\"");
}

TEST_CASE("every byte behind a backslash") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string text = {'\\', static_cast<char>(byte), ' '};
    const Escape escape = escape_of(text);
    const auto c = static_cast<char>(byte);
    if ("abfnrtv\\?'\"01234567"sv.find(c) != std::string_view::npos) {
      CHECK(escape.fault == Code::none);
      CHECK(escape.size == 2);
      CHECK(escape.written == 1);
    } else if (c == 'x') {
      CHECK(escape.fault == Code::hex_escape_without_digits);
    } else if (c == 'u') {
      CHECK(escape.fault == Code::short_unicode_escape);
    } else if (c == 'U') {
      CHECK(escape.fault == Code::bad_long_unicode_escape);
    } else {
      CHECK(escape.fault == Code::unknown_escape);
      CHECK(escape.size == 2);
      CHECK(escape.written == 0);
    }
  }
}

TEST_CASE("an unknown escape is underlined with its whole character") {
  check_fault("\\q", Code::unknown_escape, 2);
  check_fault("\\X41", Code::unknown_escape, 2);
  check_fault("\\8", Code::unknown_escape, 2);
  check_fault("\\N{BULLET}", Code::unknown_escape, 2);
  check_fault("\\\xE4\xB8\x80", Code::unknown_escape, 4);
  check_fault("\\\xF0\x9F\x98\x80", Code::unknown_escape, 5);
  check_fault("\\\xE4\xB8", Code::unknown_escape, 2);
  check_fault("\\\xFF", Code::unknown_escape, 2);
  check_fault("\\\x01", Code::unknown_escape, 2);
  check_fault("\\\t", Code::unknown_escape, 2);
  check_fault("\\", Code::unknown_escape, 1);
}

TEST_CASE("octal escapes take up to three digits and hold a byte") {
  for (unsigned value = 0; value < 512; ++value) {
    CAPTURE(value);
    const std::string text = {'\\', static_cast<char>('0' + value / 64), static_cast<char>('0' + value / 8 % 8),
                              static_cast<char>('0' + value % 8)};
    if (value < 256) {
      check_escape(text, std::string(1, static_cast<char>(value)));
      check_escape(text + "1", std::string(1, static_cast<char>(value)), 4);
    } else {
      check_fault(text, Code::octal_escape_too_large, 4);
      check_fault(text + "1", Code::octal_escape_too_large, 4);
    }
  }
  check_escape("\\0", "\0"sv);
  check_escape("\\7", "\7");
  check_escape("\\12", "\n");
  check_escape("\\08", "\0"sv, 2);
  check_escape("\\128", "\n", 3);
  check_escape("\\1234", "S", 4);
}

TEST_CASE("hex escapes take one or two digits") {
  for (unsigned value = 0; value < 256; ++value) {
    for (const char* const digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
      const std::string text = {'\\', 'x', digits[value / 16], digits[value % 16]};
      check_escape(text, std::string(1, static_cast<char>(value)));
      check_escape(text + "0", std::string(1, static_cast<char>(value)), 4);
    }
  }
  check_escape("\\xA", "\n");
  check_escape("\\x1g", "\1", 3);
  check_escape("\\x123", "\x12", 4);
  check_fault("\\x", Code::hex_escape_without_digits, 2);
  check_fault("\\xg", Code::hex_escape_without_digits, 2);
  check_fault("\\x ", Code::hex_escape_without_digits, 2);
}

TEST_CASE("code points of four digits") {
  check_escape("\\u0000", "\0"sv);
  check_escape("\\u0041", "A");
  check_escape("\\u007f", "\x7F");
  check_escape("\\u0080", "\xC2\x80");
  check_escape("\\u07ff", "\xDF\xBF");
  check_escape("\\u0800", "\xE0\xA0\x80");
  check_escape("\\u4E2d", "\xE4\xB8\xAD");
  check_escape("\\ud7ff", "\xED\x9F\xBF");
  check_escape("\\ue000", "\xEE\x80\x80");
  check_escape("\\ufeff", "\xEF\xBB\xBF");
  check_escape("\\uffff", "\xEF\xBF\xBF");
  check_escape("\\u00411", "A", 6);
  for (const std::string_view text : {"\\u"sv, "\\u0"sv, "\\u00"sv, "\\u004"sv}) {
    check_fault(text, Code::short_unicode_escape, text.size());
    check_fault(std::string(text) + "g", Code::short_unicode_escape, text.size());
  }
}

TEST_CASE("code points of eight digits, up to 10ffff") {
  check_escape("\\U00000000", "\0"sv);
  check_escape("\\U00000041", "A");
  check_escape("\\U0000ffff", "\xEF\xBF\xBF");
  check_escape("\\U00010000", "\xF0\x90\x80\x80");
  check_escape("\\U0001F600", "\xF0\x9F\x98\x80");
  check_escape("\\U0010ffff", "\xF4\x8F\xBF\xBF");
  check_escape("\\U000000411", "A", 10);
  for (const std::string_view text : {"\\U00110000"sv, "\\U001FFFFF"sv, "\\U00200000"sv, "\\U01000000"sv,
                                      "\\U10000041"sv, "\\Uffffffff"sv, "\\U80000041"sv}) {
    check_fault(text, Code::bad_long_unicode_escape, 10);
    check_fault(std::string(text) + "0", Code::bad_long_unicode_escape, 10);
  }
  for (std::size_t size = 2; size < 10; ++size) {
    const std::string text = std::string("\\U00000041").substr(0, size);
    check_fault(text, Code::bad_long_unicode_escape, size);
    check_fault(text + "g", Code::bad_long_unicode_escape, size);
  }
}

TEST_CASE("surrogates") {
  // A pair is one character, also with a long first half.
  check_escape("\\ud83d\\ude00", "\xF0\x9F\x98\x80");
  check_escape("\\uD800\\uDC00", "\xF0\x90\x80\x80");
  check_escape("\\udbff\\udfff", "\xF4\x8F\xBF\xBF");
  check_escape("\\U0000d83d\\ude00", "\xF0\x9F\x98\x80");
  // Halves alone give what is no UTF-8, which the check of the whole value finds.
  check_escape("\\ud83d", "\xED\xA0\xBD");
  check_escape("\\ude00", "\xED\xB8\x80");
  check_escape("\\ud83d\\ud83d", "\xED\xA0\xBD", 6);
  check_escape("\\ude00\\ud83d", "\xED\xB8\x80", 6);
  check_escape("\\ud83d\\U0000de00", "\xED\xA0\xBD", 6);
  check_escape("\\ud83d\\u0041", "\xED\xA0\xBD", 6);
  // Right in front of the second halves, and right behind them.
  check_escape("\\ud83d\\udbff", "\xED\xA0\xBD", 6);
  check_escape("\\ud83d\\ue000", "\xED\xA0\xBD", 6);
  check_escape("\\ud83dude00", "\xED\xA0\xBD", 6);
  for (const std::string_view cut : {"\\"sv, "\\u"sv, "\\ud"sv, "\\ude"sv, "\\ude0"sv, "\\ude0g"sv, "\\n"sv}) {
    check_escape("\\ud83d" + std::string(cut), "\xED\xA0\xBD", 6);
  }
}

TEST_CASE("what write_utf8 writes, read_utf8 reads") {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; code_point += code_point < 0x3000 ? 1 : 61) {
    const std::string text = utf8_of(code_point);
    const Utf8Character read = read_utf8(text);
    const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
    if (read.size != (surrogate ? 0 : text.size())) FAIL_CHECK(code_point);
    if (!surrogate && read.code_point != code_point) FAIL_CHECK(code_point);
    if (read_utf8(text + "\x80").size != read.size) FAIL_CHECK(code_point);
    if (read_utf8(std::string_view(text).substr(0, text.size() - 1)).size != 0) FAIL_CHECK(code_point);
  }
  for (const std::uint32_t border : {0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    CHECK(read_utf8(utf8_of(border)).code_point == border);
  }
}

TEST_CASE("every pair of bytes") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const std::uint32_t size = read_utf8(text).size;
      const std::uint32_t expected = first < 0x80                                               ? 1
                                     : first >= 0xC2 && first < 0xE0 && (second & 0xC0) == 0x80 ? 2
                                                                                                : 0;
      if (size != expected) FAIL_CHECK(first << ' ' << second);
    }
  }
}

TEST_CASE("malformed UTF-8") {
  for (const std::string_view text : {""sv,
                                      "\x80"sv,
                                      "\xBF"sv,
                                      "\xC0\xAF"sv,
                                      "\xC1\xBF"sv,
                                      "\xE0\x80\x80"sv,
                                      "\xE0\x9F\xBF"sv,
                                      "\xED\xA0\x80"sv,
                                      "\xED\xBF\xBF"sv,
                                      "\xF0\x80\x80\x80"sv,
                                      "\xF0\x8F\xBF\xBF"sv,
                                      "\xF4\x90\x80\x80"sv,
                                      "\xF5\x80\x80\x80"sv,
                                      "\xF8\x88\x80\x80\x80"sv,
                                      "\xFE"sv,
                                      "\xFF"sv,
                                      "\xE4\xB8 "sv,
                                      "\xE4 \x80"sv,
                                      "\xF0\x9F\x98 "sv,
                                      "\xC3"sv}) {
    CHECK(read_utf8(text).size == 0);
    CHECK(valid_utf8_prefix("ab" + std::string(text)) == 2);
    CHECK(valid_utf8_prefix("\xE4\xB8\xAD" + std::string(text) + "x") == (text.empty() ? 4 : 3));
  }
  CHECK(valid_utf8_prefix("") == 0);
  CHECK(valid_utf8_prefix("plain") == 5);
  CHECK(valid_utf8_prefix("\xC3\xBC\0x"sv) == 4);
  CHECK(valid_utf8_prefix("\xF4\x8F\xBF\xBF") == 4);
}
