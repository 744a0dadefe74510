// The one gate between bytes that nobody has vetted and a terminal.
//
// What renderers and the tool write is made of Shown, which nothing but literals of the program,
// numbers, and texts that have passed through the gate become part of. Text shows every byte of its
// input: printable characters as they are; control bytes, DEL and bytes that are not UTF-8 as \xNN;
// characters that a terminal obeys or shows as nothing (C1 and bidirectional controls, zero-width
// characters, line separators) as \u{NNNN}.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "render/format.hpp"

namespace distillcfg::render {

enum class Form : std::uint8_t {
  itself,
  byte,        // \xNN
  code_point,  // \u{NNNN}
};

// One character of a text, or one byte of it that is not UTF-8.
struct Glyph {
  char32_t code_point;  // of Form::byte: the byte
  Form form;
  std::uint8_t size;     // in bytes of the text
  std::uint8_t columns;  // that its shown form takes: 0 (combining) to 10 (\u{10FFFE})
};

// The glyph that starts at text[at]; at < text.size(). A tab is a control byte like any other.
[[nodiscard]] Glyph glyph_at(std::string_view text, std::size_t at) noexcept;

// The glyph that holds text[at], and where it starts; at < text.size().
struct PlacedGlyph {
  std::size_t start;
  Glyph glyph;
};
[[nodiscard]] PlacedGlyph glyph_around(std::string_view text, std::size_t at) noexcept;

// A string literal. Nothing that is read while the program runs becomes one.
class Literal {
 public:
  constexpr Literal() noexcept = default;
  template <std::size_t size>
  // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions): it is what it is made of.
  consteval Literal(const char (&text)[size]) noexcept : text_(text, size - 1) {}

  [[nodiscard]] constexpr std::string_view view() const noexcept { return text_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

  friend constexpr bool operator==(Literal a, Literal b) noexcept { return a.text_ == b.text_; }

 private:
  std::string_view text_;
};

class Shown;

template <class T>
concept Number = std::integral<T> && !std::same_as<T, char>;

// What may be filled into a format.
template <class T>
concept Safe = Number<T> || std::same_as<T, Literal> || std::same_as<T, Shown>;
template <Safe T>
using Raw = std::conditional_t<Number<T>, T, std::string_view>;

// How fmt is to put Arguments together: a literal, which the compiler checks, or a Literal.
template <Safe... Arguments>
class Format {
 public:
  template <std::size_t size>
  // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions): as of Literal.
  consteval Format(const char (&text)[size]) : text_(text, size - 1) {
#if !defined(__clang__) || __clang_major__ >= 15  // before, clang calls no consteval function from another
    [[maybe_unused]] const fmt::format_string<Raw<Arguments>...> checked(text);
#endif
  }
  // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions): as of Literal.
  constexpr Format(Literal text) noexcept : text_(text.view().data(), text.view().size()) {}

  [[nodiscard]] constexpr fmt::string_view text() const noexcept { return text_; }

 private:
  fmt::string_view text_;
};

// Text that is fit to be shown.
class Shown {
 public:
  Shown() noexcept = default;
  // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions): literals are fit as they are.
  Shown(Literal text) : text_(text.view()) {}

  [[nodiscard]] std::string_view view() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  void clear() noexcept { text_.clear(); }

  // The gate: these append the shown form of a text that may hold anything, or of its glyph at `at`.
  void add(std::string_view text);
  void add_glyph(std::string_view text, std::size_t at, const Glyph& glyph);
  // With … for its middle if it would take more than `columns` (at least 8).
  void add_shortened(std::string_view text, std::size_t columns);
  // A JSON string, quotes included: valid JSON and UTF-8 whatever the text is. Bytes that are not
  // UTF-8 become the four characters \xNN; what a terminal would not show becomes \uNNNN.
  void add_json_string(std::string_view text);

  Shown& operator+=(Literal text) {
    text_ += text.view();
    return *this;
  }
  Shown& operator+=(const Shown& text) {
    text_ += text.text_;
    return *this;
  }
  void repeat(std::size_t count, Literal text) {
    for (; count > 0; --count) text_ += text.view();
  }
  template <Safe... Arguments>
  void append(Format<std::type_identity_t<Arguments>...> format, const Arguments&... arguments) {
    append_raw(format.text(), raw(arguments)...);
  }

  friend bool operator==(const Shown& a, const Shown& b) noexcept { return a.text_ == b.text_; }
  friend bool operator==(const Shown& a, std::string_view b) noexcept { return a.text_ == b; }

 private:
  static std::string_view raw(const Shown& text) noexcept { return text.text_; }
  static std::string_view raw(const Literal& text) noexcept { return text.view(); }
  template <Number T>
  static T raw(T number) noexcept {
    return number;
  }
  template <class... Raws>
  void append_raw(fmt::string_view format, const Raws&... arguments) {
    append_format(text_, format, fmt::make_format_args(arguments...));
  }

  std::string text_;
};

template <Safe... Arguments>
[[nodiscard]] Shown shown(Format<std::type_identity_t<Arguments>...> format, const Arguments&... arguments) {
  Shown result;
  result.append(format, arguments...);
  return result;
}

// The shown form of a text, whole or shortened.
[[nodiscard]] Shown display(std::string_view text);
[[nodiscard]] Shown display_shortened(std::string_view text, std::size_t columns);

}  // namespace distillcfg::render
