// A JSON checker that shares nothing with the library: says whether a text is one JSON value by
// RFC 8259, in UTF-8, without duplicates of keys being looked for.
#pragma once

#include <cstddef>
#include <string_view>

#include "support/utf8.hpp"

namespace distillcfg::fuzz {

class JsonChecker {
 public:
  explicit JsonChecker(std::string_view text) : text_(text) {}

  [[nodiscard]] bool is_valid() {
    skip_space();
    if (!value(0)) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  static constexpr int deepest = 64;

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  [[nodiscard]] bool value(int depth) {
    if (depth > deepest) return false;
    switch (peek()) {
      case '{': return members(depth, '}', true);
      case '[': return members(depth, ']', false);
      case '"': return string();
      case 't': return take("true");
      case 'f': return take("false");
      case 'n': return take("null");
      default: return number();
    }
  }

  [[nodiscard]] bool members(int depth, char close, bool keys) {
    ++at_;
    skip_space();
    if (take(close)) return true;
    while (true) {
      skip_space();
      if (keys) {
        if (!string()) return false;
        skip_space();
        if (!take(':')) return false;
        skip_space();
      }
      if (!value(depth + 1)) return false;
      skip_space();
      if (take(close)) return true;
      if (!take(',')) return false;
    }
  }

  [[nodiscard]] bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\') {
        if (!escape()) return false;
      } else if (test::decode_utf8(text_, at_) == test::malformed) {
        return false;
      }
    }
    return false;
  }

  // A surrogate must come as a pair: readers refuse half of one, or replace it.
  [[nodiscard]] bool escape() {
    ++at_;
    const char c = peek();
    ++at_;
    if (c != 'u') return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    unsigned unit = 0;
    if (!hex4(unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    if (unit > 0xDBFF || !take("\\u")) return false;
    return hex4(unit) && unit >= 0xDC00 && unit <= 0xDFFF;
  }

  [[nodiscard]] bool hex4(unsigned& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i) {
      const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(peek());
      if (at_ == text_.size() || digit == std::string_view::npos) return false;
      unit = unit << 4 | static_cast<unsigned>(digit > 15 ? digit - 6 : digit);
      ++at_;
    }
    return true;
  }

  [[nodiscard]] bool digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ != start;
  }

  [[nodiscard]] bool number() {
    static_cast<void>(take('-'));
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) static_cast<void>(take('-'));
      return digits();
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace distillcfg::fuzz
