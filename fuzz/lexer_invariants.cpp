#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "invariants.hpp"
#include "require.hpp"
#include "support/test_memory.hpp"
#include "support/utf8.hpp"
#include "text/lexer.hpp"
#include "text/literals.hpp"
#include "text/numbers.hpp"
#include "text/shortest.hpp"

namespace distillcfg::fuzz {

namespace {

using detail::Token;
using detail::TokenFault;
using detail::TokenKind;

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// White space and comments, by the grammar.
bool is_blank(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '#') {
      at = text.find('\n', at);
      if (at == std::string_view::npos) return true;
    } else if (!is_one_of(text[at], " \t\n\v\f\r")) {
      return false;
    }
  }
  return true;
}

bool is_number(TokenKind kind) { return kind == TokenKind::integer || kind == TokenKind::floating; }

bool is_of_its_kind(const Token& token) {
  const std::string_view text = token.text();
  const char first = text.empty() ? '\0' : text.front();
  constexpr std::string_view digits = "0123456789";
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  std::size_t at = 0;
  switch (token.kind) {
    case TokenKind::end: return text.empty();
    case TokenKind::identifier:
      return is_one_of(first, letters) &&
             text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
                 std::string_view::npos;
    case TokenKind::integer:
      return is_one_of(first, digits) && text.find_first_not_of("0123456789abcdefABCDEFxX") == std::string_view::npos;
    case TokenKind::floating:
      return (is_one_of(first, digits) || first == '.') &&
             text.find_first_not_of("0123456789.eE+-fF") == std::string_view::npos;
    case TokenKind::string:
      return (first == '"' || first == '\'') &&
             (token.fault != TokenFault::none || (text.size() > 1 && text.back() == first));
    case TokenKind::symbol:
      return text.size() == 1 && first >= 0x20 && static_cast<unsigned char>(first) < 0x80 &&
             !is_one_of(first, digits) && !is_one_of(first, letters) && !is_one_of(first, " #\"'");
    case TokenKind::control:
      for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20) return false;
      }
      return !text.empty();
    case TokenKind::foreign:
      return static_cast<unsigned char>(first) >= 0x80 && test::decode_utf8(text, at) != 0 && at == text.size();
  }
  return false;
}

void require_token(const Token& token, std::string_view text) {
  const char* const end = text.data() + text.size();
  DISTILLCFG_REQUIRE(token.begin >= text.data() && token.begin <= token.end && token.end <= end,
                     "a token lies in the text");
  DISTILLCFG_REQUIRE((token.kind == TokenKind::end) == (token.begin == end), "the end is the end");
  DISTILLCFG_REQUIRE(token.kind == TokenKind::end || token.begin != token.end, "a token holds a byte");
  DISTILLCFG_REQUIRE(is_of_its_kind(token), "a token's bytes are those of its kind");
  DISTILLCFG_REQUIRE((token.fault != TokenFault::none) == (token.fault_at != nullptr), "a fault has a place");
  if (token.fault_at == nullptr) return;
  DISTILLCFG_REQUIRE(token.fault_at >= token.begin && token.fault_at <= token.end,
                     "a fault lies in or behind its token");
  DISTILLCFG_REQUIRE(is_number(token.kind) || token.kind == TokenKind::string, "numbers and strings alone have faults");
}

// A token without a fault is the same where nothing else stands.
void require_same_alone(const Token& token) {
  const test::PaddedText alone(token.text());
  const Token again = detail::next_token(alone.begin(), alone.end());
  DISTILLCFG_REQUIRE(again.kind == token.kind && again.fault == TokenFault::none && again.text() == token.text(),
                     "a token alone is the same token");
}

// strtod rounds to double as the format asks for, and takes no suffix.
void require_number(const Token& token) {
  std::string text(token.text());
  if (token.kind == TokenKind::integer) {
    std::uint64_t value = 0;
    const bool fits = detail::read_integer(text, UINT32_MAX, value);
    errno = 0;
    const unsigned long long expected = std::strtoull(text.c_str(), nullptr, 0);
    const bool is_large = errno != 0 || expected > UINT32_MAX;
    DISTILLCFG_REQUIRE(fits == !is_large, "an integer is in range or not");
    DISTILLCFG_REQUIRE(value == (is_large ? UINT32_MAX : expected), "an integer has its value");
    if (text.front() == '0' && text.size() > 1) return;
  } else if (text.back() == 'f' || text.back() == 'F') {
    text.pop_back();
  }
  const float value = detail::read_float(token.text());
  const double wide = std::strtod(text.c_str(), nullptr);
  // numbers.hpp: from half a unit above FLT_MAX on, infinite.
  const float expected = wide > 3.4028235677973366e38   ? HUGE_VALF
                         : wide > 3.4028234663852886e38 ? 3.4028234663852886e38F
                                                        : static_cast<float>(wide);
  DISTILLCFG_REQUIRE(std::bit_cast<std::uint32_t>(value) == std::bit_cast<std::uint32_t>(expected),
                     "a number has the value that strtod gives, rounded to float");
  char written[detail::float_text_size];
  const std::string printed(written, detail::write_float(value, written));
  DISTILLCFG_REQUIRE(std::strtof(printed.c_str(), nullptr) == value, "a float that was written reads back");
  char repr[detail::repr_size];
  const std::string shortest(repr, detail::write_repr(value, repr));
  if (std::isfinite(value)) {
    DISTILLCFG_REQUIRE(std::strtod(shortest.c_str(), nullptr) == static_cast<double>(value),
                       "Python's form of a float reads back as the same double");
  }
}

void require_escapes(std::string_view literal) {
  const std::string_view inside = literal.substr(1, literal.size() - 2);
  for (std::size_t at = 0; at < inside.size();) {
    if (inside[at] != '\\') {
      ++at;
      continue;
    }
    const detail::Escape escape = detail::read_escape(inside.substr(at));
    DISTILLCFG_REQUIRE(escape.size > 0 && escape.size <= inside.size() - at, "an escape lies in its literal");
    DISTILLCFG_REQUIRE(escape.written <= sizeof escape.bytes, "an escape writes at most four bytes");
    DISTILLCFG_REQUIRE(escape.fault != Code::none || escape.written > 0, "a sound escape writes something");
    at += escape.size;
  }
}

}  // namespace

void require_lexer_invariants(std::string_view input) {
  set_situation("tokens");
  const test::PaddedText padded(input);
  const std::string_view text = padded.view();
  const char* p = padded.begin();
  for (;;) {
    const Token token = detail::next_token(p, padded.end());
    require_token(token, text);
    DISTILLCFG_REQUIRE(token.begin >= p && is_blank({p, static_cast<std::size_t>(token.begin - p)}),
                       "between tokens there is nothing but blanks");
    if (token.kind == TokenKind::end) break;
    if (token.fault == TokenFault::none) {
      require_same_alone(token);
      if (is_number(token.kind)) require_number(token);
      if (token.kind == TokenKind::string) require_escapes(token.text());
    }
    p = token.end;
  }
}

}  // namespace distillcfg::fuzz
