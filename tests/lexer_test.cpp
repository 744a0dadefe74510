// Tokens: every byte at every kind of place, and what is wrong with a token in itself. Each text
// ends where its memory ends, so that a sanitizer sees a search that runs too far.
#include "text/lexer.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "support/test_memory.hpp"
#include "text/scan.hpp"

using namespace distillcfg;
using namespace distillcfg::detail;
using namespace std::string_view_literals;
using distillcfg::test::PaddedText;

namespace {

struct Seen {
  TokenKind kind;
  TokenFault fault;
  std::size_t size;
  std::size_t fault_at;  // where there is a fault
};

Seen first_token(std::string_view text) {
  const PaddedText padded(text);
  const Token token = token_at(padded.begin(), padded.end());
  CHECK(token.begin == padded.begin());
  const bool faulty = token.fault != TokenFault::none;
  CHECK((token.fault_at != nullptr) == faulty);
  return {token.kind, token.fault, static_cast<std::size_t>(token.end - token.begin),
          faulty ? static_cast<std::size_t>(token.fault_at - token.begin) : 0};
}

// That `text` starts with a token of `size` bytes that nothing is wrong with.
void check_token(std::string_view text, TokenKind kind, std::size_t size) {
  CAPTURE(text);
  const Seen seen = first_token(text);
  CHECK(seen.kind == kind);
  CHECK(seen.fault == TokenFault::none);
  CHECK(seen.size == size);
}

void check_fault(std::string_view text, TokenKind kind, std::size_t size, TokenFault fault, std::size_t at) {
  CAPTURE(text);
  const Seen seen = first_token(text);
  CHECK(seen.kind == kind);
  CHECK(seen.fault == fault);
  CHECK(seen.size == size);
  CHECK(seen.fault_at == at);
}

std::size_t blanks_of(std::string_view text) {
  const PaddedText padded(text);
  return static_cast<std::size_t>(skip_blank(padded.begin(), padded.end()) - padded.begin());
}

// The kinds of all tokens, one letter each, with '!' behind those that are faulty.
std::string kinds_of(std::string_view text) {
  const PaddedText padded(text);
  std::string kinds;
  for (Token token = next_token(padded.begin(), padded.end()); token.kind != TokenKind::end;
       token = next_token(token.end, padded.end())) {
    REQUIRE(token.end > token.begin);
    REQUIRE(token.end <= padded.end());
    kinds += "EWIFSYCX"[static_cast<std::size_t>(token.kind)];
    if (token.fault != TokenFault::none) kinds += '!';
    if (kinds.size() > text.size() * 2) break;
  }
  return kinds;
}

bool is_white_space(int byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
bool is_letter(int byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_'; }
bool is_digit(int byte) { return byte >= '0' && byte <= '9'; }

std::string text_of(int byte) { return std::string(1, static_cast<char>(byte)); }

}  // namespace

TEST_CASE("classes of bytes") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const char c = static_cast<char>(byte);
    CHECK(is(c, white_space) == is_white_space(byte));
    CHECK(is(c, name_start) == is_letter(byte));
    CHECK(is(c, digit) == is_digit(byte));
    CHECK(is(c, octal_digit) == (byte >= '0' && byte <= '7'));
    CHECK(is(c, hex_letter) == ((byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F')));
    CHECK(is(c, point) == (byte == '.'));
    CHECK(lower(c) == (byte >= 'A' && byte <= 'Z' ? c + 32 : c));
  }
  for (unsigned value = 0; value < 16; ++value) {
    CHECK(hex_value("0123456789abcdef"[value]) == value);
    CHECK(hex_value("0123456789ABCDEF"[value]) == value);
  }
}

TEST_CASE("every byte as the first of a token") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string text = text_of(byte) + " x";
    const Seen seen = first_token(text);
    TokenKind kind = TokenKind::symbol;
    std::size_t size = 1;
    if (is_letter(byte)) kind = TokenKind::identifier;
    if (is_digit(byte)) kind = TokenKind::integer;
    if (byte < 0x20) kind = TokenKind::control;
    if (byte >= 0x80) kind = TokenKind::foreign;
    if (byte == '"' || byte == '\'') {
      kind = TokenKind::string;
      size = 3;
    }
    CHECK(seen.kind == kind);
    CHECK(seen.size == size);
  }
}

TEST_CASE("every byte alone, and at the end of the text") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string text = text_of(byte);
    if (is_white_space(byte) || byte == '#') {
      CHECK(blanks_of(text) == 1);
      CHECK(kinds_of("a" + text) == "W");
      continue;
    }
    CHECK(blanks_of(text) == 0);
    const std::string kinds = kinds_of(text);
    CHECK(kinds.size() == (byte == '"' || byte == '\'' ? 2 : 1));
    CHECK(kinds_of(" " + text) == kinds);
    CHECK(kinds_of("#\n" + text) == kinds);
  }
}

TEST_CASE("every byte behind a name") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const bool part = is_letter(byte) || is_digit(byte);
    check_token("ab" + text_of(byte) + "c", TokenKind::identifier, part ? 4 : 2);
    check_token("ab" + text_of(byte), TokenKind::identifier, part ? 3 : 2);
  }
}

TEST_CASE("names") {
  check_token("batch_num: 1", TokenKind::identifier, 9);
  check_token("_", TokenKind::identifier, 1);
  check_token("__a0Z9", TokenKind::identifier, 6);
  check_token("batch-num", TokenKind::identifier, 5);
  check_token("a.b", TokenKind::identifier, 1);
  check_token("a\xC3\xBC", TokenKind::identifier, 1);
  for (const std::size_t size : {1U, 15U, 16U, 17U, 63U, 64U, 65U, 10'000U}) {
    check_token(std::string(size, 'n'), TokenKind::identifier, size);
  }
}

TEST_CASE("every byte behind a decimal integer") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    for (const std::string& behind : {std::string(), std::string(" ")}) {
      const std::string text = "12" + text_of(byte) + behind;
      if (is_digit(byte)) {
        check_token(text, TokenKind::integer, 3);
      } else if (byte == '.' || byte == 'f' || byte == 'F') {
        check_token(text, TokenKind::floating, 3);
      } else if (byte == 'e' || byte == 'E') {
        check_fault(text, TokenKind::floating, 3, TokenFault::no_exponent_digits, 3);
      } else if (is_letter(byte)) {
        check_fault(text, TokenKind::integer, 2, TokenFault::text_behind_number, 2);
      } else {
        check_token(text, TokenKind::integer, 2);
      }
    }
  }
}

TEST_CASE("integers") {
  for (const std::string_view text : {"0"sv, "7"sv, "00"sv, "01"sv, "0777"sv, "00000"sv, "4294967296"sv, "0x0"sv,
                                      "0X1f"sv, "0xABCDEFabcdef0123456789"sv}) {
    check_token(text, TokenKind::integer, text.size());
    check_token(std::string(text) + ",", TokenKind::integer, text.size());
    check_token(std::string(text) + "#", TokenKind::integer, text.size());
    check_token(std::string(text) + "\"\"", TokenKind::integer, text.size());
    check_token(std::string(text) + "\xC3\xBC", TokenKind::integer, text.size());
  }
  check_token(std::string(10'000, '9'), TokenKind::integer, 10'000);

  check_fault("0x", TokenKind::integer, 2, TokenFault::no_hex_digits, 2);
  check_fault("0X ", TokenKind::integer, 2, TokenFault::no_hex_digits, 2);
  check_fault("0xg", TokenKind::integer, 2, TokenFault::no_hex_digits, 2);
  check_fault("0x.", TokenKind::integer, 2, TokenFault::no_hex_digits, 2);
  check_fault("08", TokenKind::integer, 2, TokenFault::not_octal, 1);
  check_fault("018", TokenKind::integer, 3, TokenFault::not_octal, 2);
  check_fault("0541823", TokenKind::integer, 7, TokenFault::not_octal, 4);
  check_fault("09.5", TokenKind::integer, 2, TokenFault::not_octal, 1);
  check_fault("0x1g", TokenKind::integer, 3, TokenFault::text_behind_number, 3);
  check_fault("0x1p3", TokenKind::integer, 3, TokenFault::text_behind_number, 3);
  check_fault("012f", TokenKind::integer, 3, TokenFault::text_behind_number, 3);
  check_fault("01e1", TokenKind::integer, 2, TokenFault::text_behind_number, 2);
  check_fault("1_000", TokenKind::integer, 1, TokenFault::text_behind_number, 1);
  check_fault("0b1", TokenKind::integer, 1, TokenFault::text_behind_number, 1);
  check_fault("0x1.", TokenKind::integer, 3, TokenFault::point_behind_number, 3);
  check_fault("00.5", TokenKind::integer, 2, TokenFault::point_behind_number, 2);
}

TEST_CASE("floats") {
  for (const std::string_view text :
       {"1."sv, ".5"sv, "1.5"sv, "0.0"sv, "0."sv, "1e5"sv, "1E+5"sv, "1e-05"sv, "1.e5"sv, ".5e1"sv, "1f"sv, "10F"sv,
        "1.f"sv, ".5f"sv, "1e5F"sv, "0f"sv, "0e5"sv, "1e99999999999999999999"sv}) {
    check_token(text, TokenKind::floating, text.size());
    check_token(std::string(text) + "\n", TokenKind::floating, text.size());
    check_token(std::string(text) + "#c", TokenKind::floating, text.size());
    check_token(std::string(text) + "-", TokenKind::floating, text.size());
    check_fault(std::string(text) + "_", TokenKind::floating, text.size(), TokenFault::text_behind_number, text.size());
  }
  check_fault("1e", TokenKind::floating, 2, TokenFault::no_exponent_digits, 2);
  check_fault("1e+", TokenKind::floating, 3, TokenFault::no_exponent_digits, 3);
  check_fault("1e-x", TokenKind::floating, 3, TokenFault::no_exponent_digits, 3);
  check_fault("1.ef", TokenKind::floating, 4, TokenFault::no_exponent_digits, 3);
  check_fault("1.2.3", TokenKind::floating, 3, TokenFault::point_behind_number, 3);
  check_fault("1e2.3", TokenKind::floating, 3, TokenFault::point_behind_number, 3);
  check_fault(".5.", TokenKind::floating, 2, TokenFault::point_behind_number, 2);
  check_fault("1ff", TokenKind::floating, 2, TokenFault::text_behind_number, 2);
  check_fault("1.5fF", TokenKind::floating, 4, TokenFault::text_behind_number, 4);
  check_fault("1d", TokenKind::integer, 1, TokenFault::text_behind_number, 1);
  check_fault("1.0l", TokenKind::floating, 3, TokenFault::text_behind_number, 3);
  // A point alone is a symbol.
  check_token(".", TokenKind::symbol, 1);
  check_token("..5", TokenKind::symbol, 1);
  check_token(".e5", TokenKind::symbol, 1);
  check_token("-1", TokenKind::symbol, 1);
}

TEST_CASE("every byte within a string") {
  for (const char quote : {'"', '\''}) {
    for (int byte = 0; byte < 256; ++byte) {
      CAPTURE(byte);
      const std::string q(1, quote);
      const std::string text = q + "a" + text_of(byte) + "b" + q;
      if (byte == quote) {
        check_token(text, TokenKind::string, 3);
      } else if (byte == '\n') {
        check_fault(text, TokenKind::string, 2, TokenFault::unterminated, 2);
      } else if (byte == 0) {
        check_fault(text, TokenKind::string, 2, TokenFault::nul_in_string, 2);
      } else {
        check_token(text, TokenKind::string, 5);
      }
      // Behind a backslash: only the line's end and NUL still end it.
      const std::string escaped = q + "a\\" + text_of(byte) + "b" + q;
      if (byte == '\n') {
        check_fault(escaped, TokenKind::string, 3, TokenFault::unterminated, 3);
      } else if (byte == 0) {
        check_fault(escaped, TokenKind::string, 3, TokenFault::nul_in_string, 3);
      } else {
        check_token(escaped, TokenKind::string, 6);
      }
    }
  }
}

TEST_CASE("strings that the text ends in") {
  for (const std::string_view text : {"\""sv, "'"sv, "\"abc"sv, "'abc\""sv, "\"abc\\"sv, "\"abc\\\""sv, "\"abc\\\\"sv,
                                      "\"\xE4\xB8"sv, "\"tab\t"sv, "\"\r"sv}) {
    check_fault(text, TokenKind::string, text.size(), TokenFault::unterminated, text.size());
  }
  check_token("\"\"", TokenKind::string, 2);
  check_token("''''", TokenKind::string, 2);
  check_token("\"\\\\\"", TokenKind::string, 4);
  check_token("\"\\\"\"", TokenKind::string, 4);
  check_token("'\"'", TokenKind::string, 3);
  check_fault("\"abc\0", TokenKind::string, 4, TokenFault::unterminated, 4);  // not the NUL: the literal ends there
  check_fault("\"abc\0"sv, TokenKind::string, 4, TokenFault::nul_in_string, 4);
  check_fault("\"\0\""sv, TokenKind::string, 1, TokenFault::nul_in_string, 1);
}

TEST_CASE("what ends a string, at every place of a vector") {
  for (std::size_t start = 0; start < 20; ++start) {
    for (std::size_t length = 0; length < 70; ++length) {
      CAPTURE(start);
      CAPTURE(length);
      const PaddedText closed(std::string(start, ' ') + '"' + std::string(length, 'x') + "\" y");
      const Token whole = token_at(closed.begin() + start, closed.end());
      REQUIRE(whole.fault == TokenFault::none);
      REQUIRE(whole.text().size() == length + 2);

      const PaddedText open(std::string(start, ' ') + '\'' + std::string(length, '"'));
      const Token cut = token_at(open.begin() + start, open.end());
      REQUIRE(cut.fault == TokenFault::unterminated);
      REQUIRE(cut.end == open.end());

      // Bytes that the search stops at but that do not end the string.
      for (const std::string_view inside : {"\xFF"sv, "\\'"sv, "\xE4\xB8\x80"sv, "\\\\"sv, "\x80"sv, "\\\""sv}) {
        const std::string text = '"' + std::string(length, 'x') + std::string(inside) + "z\" ";
        const PaddedText special(text);
        const Token token = token_at(special.begin(), special.end());
        REQUIRE(token.fault == TokenFault::none);
        REQUIRE(token.text().size() == text.size() - 1);
      }
    }
  }
}

TEST_CASE("bytes beside the special ones do not stop a search") {
  // Words are searched with arithmetic that could borrow from one byte into the next.
  for (int low = 0; low < 256; ++low) {
    for (int high = 1; high < 256; high += 7) {
      const std::string run = text_of(low) + text_of(high) + text_of(low);
      const std::string text = "\"" + run + "aaaaaaaaaaaaaaa\"";
      bool ends = false;
      std::size_t expected = text.size();
      for (std::size_t i = 1; i + 1 < text.size() && !ends; ++i) {
        const char c = text[i];
        if (c == '\\' && text[i + 1] != '\n' && text[i + 1] != '\0') {
          ++i;
        } else if (c == '\n' || c == '\0' || c == '"') {
          ends = true;
          expected = c == '"' ? i + 1 : i;
        }
      }
      if (!ends && text[text.size() - 2] == '\\') continue;
      const PaddedText padded(text);
      const Token token = token_at(padded.begin(), padded.end());
      if (token.text().size() != expected) FAIL_CHECK("bytes " << low << ' ' << high);
    }
  }
}

TEST_CASE("control characters are taken in one run, blanks among them") {
  check_token("\x01"sv, TokenKind::control, 1);
  check_token("\0"sv, TokenKind::control, 1);
  check_token("\x01\x02\0\x1F\t\n\r\x03 \x01"sv, TokenKind::control, 8);
  check_token("\0a"sv, TokenKind::control, 1);
  check_token("\0\0\0\0"sv, TokenKind::control, 4);
  check_token("\x01\x7F"sv, TokenKind::control, 1);
}

TEST_CASE("foreign characters are taken whole, bytes that are none one by one") {
  check_token("\xC3\xBC"sv, TokenKind::foreign, 2);
  check_token("\xEF\xBB\xBF"sv, TokenKind::foreign, 3);
  check_token("\xE4\xB8\x80\xE4\xB8\x80"sv, TokenKind::foreign, 3);
  check_token("\xF0\x9F\x98\x80"sv, TokenKind::foreign, 4);
  check_token("\xF4\x8F\xBF\xBF"sv, TokenKind::foreign, 4);
  for (const std::string_view malformed :
       {"\x80"sv, "\xBF\xBF"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xC3"sv, "\xC3 "sv, "\xE4\xB8"sv, "\xE4\xB8 "sv,
        "\xE0\x80\x80"sv, "\xED\xA0\x80"sv, "\xF0\x80\x80\x80"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv,
        "\xF0\x9F\x98"sv, "\xFE\xFF"sv, "\xFF"sv}) {
    check_token(malformed, TokenKind::foreign, 1);
  }
}

TEST_CASE("the end of the text") {
  const PaddedText empty("");
  const Token end = next_token(empty.begin(), empty.end());
  CHECK(end.kind == TokenKind::end);
  CHECK(end.text().empty());
  CHECK(end.begin == empty.end());
  for (const std::string_view blank : {" "sv, "\n"sv, "# c"sv, "# c\n"sv, " # c\n \t# d"sv, "\v\f\r\n"sv}) {
    const PaddedText padded(blank);
    const Token token = next_token(padded.begin(), padded.end());
    CHECK(token.kind == TokenKind::end);
    CHECK(token.begin == padded.end());
  }
}

TEST_CASE("blanks: six bytes of white space, and comments to LF, NUL or the end") {
  CHECK(blanks_of("") == 0);
  CHECK(blanks_of("x") == 0);
  CHECK(blanks_of(" \t\n\v\f\rx") == 6);
  CHECK(blanks_of("\x1Cx") == 0);
  CHECK(blanks_of("\xC2\xA0x") == 0);
  CHECK(blanks_of("\xE3\x80\x80x") == 0);
  CHECK(blanks_of("# comment") == 9);
  CHECK(blanks_of("# comment\nx") == 10);
  CHECK(blanks_of("#\n#\n #x\n\t\n#") == 11);
  CHECK(blanks_of("# c\rx: 1\ny") == 9);              // CR ends no comment
  CHECK(blanks_of("#\xFF\x01\xC2\x85\x80\ny") == 7);  // nor does any byte but NUL
  CHECK(blanks_of("# a\0b\nc"sv) == 3);
  CHECK(blanks_of("#\0"sv) == 1);
  CHECK(blanks_of("  \0"sv) == 2);
  CHECK(blanks_of("#") == 1);
  CHECK(blanks_of("##\n") == 3);
}

TEST_CASE("runs of blanks of every length, from every place") {
  for (std::size_t start = 0; start < 17; ++start) {
    for (std::size_t length = 0; length < 100; ++length) {
      for (const char c : {' ', '\t', '\n', '\r'}) {
        for (const std::string_view behind :
             {"x"sv, ""sv, "\0"sv, "\x01"sv, "\x0E"sv, "\x08"sv, "\x1F"sv, "!"sv, "\x80"sv, "\x89"sv, "\xA0"sv}) {
          const PaddedText padded(std::string(start, '.') + std::string(length, c) + std::string(behind));
          const char* const from = padded.begin() + start;
          if (skip_blank(from, padded.end()) != from + length) FAIL_CHECK(start << ' ' << length << ' ' << int{c});
        }
      }
      // Indentation behind a line's end, as files have it.
      const PaddedText padded(std::string(start, '.') + '\n' + std::string(length, ' ') + "name");
      if (skip_blank(padded.begin() + start, padded.end()) != padded.end() - 4) FAIL_CHECK(start << ' ' << length);
    }
  }
}

TEST_CASE("comments of every length, from every place") {
  for (std::size_t start = 0; start < 17; ++start) {
    for (std::size_t length = 0; length < 100; ++length) {
      const std::string comment = std::string(start, ' ') + '#' + std::string(length, '\x09') + "\x8A\x0B";
      if (blanks_of(comment) != comment.size()) FAIL_CHECK(start << ' ' << length);
      if (blanks_of(comment + "\nx") != comment.size() + 1) FAIL_CHECK(start << ' ' << length);
      if (blanks_of(comment + std::string("\0x", 2)) != comment.size()) FAIL_CHECK(start << ' ' << length);
    }
  }
}

TEST_CASE("the search for the end of a line") {
  for (std::size_t start = 0; start < 17; ++start) {
    for (std::size_t length = 0; length < 70; ++length) {
      const std::string run = std::string(start, '\n') + std::string(length, '\x0B');
      const PaddedText at_end(run);
      if (find_line_end(at_end.begin() + start) != at_end.end()) FAIL_CHECK(start << ' ' << length);
      const PaddedText at_line_end(run + "\nx");
      if (find_line_end(at_line_end.begin() + start) != at_line_end.end() - 2) FAIL_CHECK(start << ' ' << length);
    }
  }
}

TEST_CASE("comparing remembered bytes") {
  const std::string text(200, 'a');
  for (unsigned size = 1; size <= 64; ++size) {
    for (unsigned shift = 0; shift < 3; ++shift) {
      const PaddedText a(text);
      const PaddedText b(text.substr(0, size + shift));
      CHECK(same_bytes(a.begin(), b.begin() + shift, size));
      for (unsigned at = 0; at < size; ++at) {
        std::string changed = text.substr(0, size + shift);
        changed[at + shift] = 'b';
        const PaddedText c(changed);
        if (same_bytes(a.begin(), c.begin() + shift, size)) FAIL_CHECK(size << ' ' << at);
      }
    }
  }
}

TEST_CASE("tokens in a row") {
  CHECK(kinds_of("batch_num:1 data_dump:true") == "WYIWYW");
  CHECK(kinds_of("a{b<c:\"x\"'y'>};,[]") == "WYWYWYSSYYYYYY");
  CHECK(kinds_of("1.5-2.e1f#c\n.5.5") == "FYFF!F");
  CHECK(kinds_of("1\"a\"2") == "ISI");
  CHECK(kinds_of("\"a\nb\"") == "S!WS!");
  CHECK(kinds_of("\"a\0b\""sv) == "S!CWS!");
  CHECK(kinds_of("0x1g") == "I!W");
  CHECK(kinds_of("a\0\x01 b"sv) == "WCW");
  CHECK(kinds_of("\xEF\xBB\xBF"
                 "a") == "XW");
  CHECK(kinds_of("!$%&()*+/=?@\\^`|~\x7F") == std::string(18, 'Y'));
}

TEST_CASE("whatever the bytes are, tokens cover the text and end within it") {
  std::uint64_t state = 1;
  const std::string_view alphabet = "\"'\\\n\0#.0189xXeEfF+-ab_{}<>[]:;, \t\r\x01\x80\xC3\xBC\xE4\xFF"sv;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    state = state * 6364136223846793005U + 1442695040888963407U;
    const auto size = static_cast<std::size_t>((state >> 33U) % 40);
    while (text.size() < size) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      text += alphabet[static_cast<std::size_t>((state >> 33U) % alphabet.size())];
    }
    const PaddedText padded(text);
    const char* p = padded.begin();
    for (;;) {
      const Token token = next_token(p, padded.end());
      REQUIRE(token.begin >= p);
      REQUIRE(token.end <= padded.end());
      for (const char* blank = p; blank < token.begin; ++blank) {
        if (*blank == '#') blank = find_line_end(blank);
        if (blank < token.begin) REQUIRE(is(*blank, white_space));
      }
      if (token.kind == TokenKind::end) break;
      REQUIRE(token.end > token.begin);
      p = token.end;
    }
  }
}
