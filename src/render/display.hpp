// Bytes that nobody has vetted, made fit to be shown.
//
// Text shows every byte of its input: printable characters as they are; control bytes, DEL and
// bytes that are not UTF-8 as \xNN; characters that a terminal obeys or shows as nothing (C1 and
// bidirectional controls, zero-width characters, line separators) as \u{NNNN}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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

// Where the glyph starts that holds text[at]; at < text.size().
[[nodiscard]] std::size_t glyph_start(std::string_view text, std::size_t at) noexcept;

// Appends the shown form of the glyph at text[at].
void append_glyph(std::string& out, std::string_view text, std::size_t at, const Glyph& glyph);

// Appends the shown form of a text.
void append_display(std::string& out, std::string_view text);
[[nodiscard]] std::string display(std::string_view text);

// The shown form of a text, with … for its middle if it would take more than `columns` (at least 8).
[[nodiscard]] std::string display_shortened(std::string_view text, std::size_t columns);

// Appends a JSON string, quotes included: valid JSON and UTF-8 whatever the text is. Bytes that are
// not UTF-8 become the four characters \xNN; what a terminal would not show becomes \uNNNN.
void append_json_string(std::string& out, std::string_view text);

}  // namespace distillcfg::render
