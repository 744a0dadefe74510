#include "render/display.hpp"

#include <algorithm>
#include <array>

#include "render/unicode_tables.hpp"
#include "text/characters.hpp"

namespace distillcfg::render {
namespace {

constexpr std::uint8_t byte_columns = 4;  // \xNN

// Few ranges reach into any one page.
constexpr std::size_t page_size = 64;
constexpr std::size_t pages = 0x20000 / page_size;  // the last one holds all that is behind, too

// For each page the first range that does not end before it.
constexpr auto first_ranges = [] {
  std::array<std::uint16_t, pages> result{};
  std::size_t range = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    while (special_ranges[range].last < page * page_size) ++range;
    result[page] = static_cast<std::uint16_t>(range);
  }
  return result;
}();

// Noncharacters: U+FDD0..U+FDEF and the last two code points of each plane.
bool is_noncharacter(char32_t c) noexcept { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFEU) == 0xFFFEU; }

Kind kind_of(char32_t c) noexcept {
  if (is_noncharacter(c)) return Kind::hidden;
  std::size_t i = first_ranges[std::min(c / page_size, pages - 1)];
  while (special_ranges[i].last < c) ++i;
  return special_ranges[i].first <= c ? special_ranges[i].kind : Kind::plain;
}

// \u{NNNN}: four hex digits or, beyond U+FFFF, as many as it takes.
std::uint8_t escaped_columns(char32_t c) noexcept { return c > 0xFFFFF ? 10 : c > 0xFFFF ? 9 : 8; }

std::string_view tail(std::string_view text, std::size_t from) noexcept {
  return {text.data() + from, text.size() - from};
}

// What a glyph takes of a budget of columns. Combining characters count too, or a text of nothing
// but them would be shown whole however long it is.
std::size_t cost(const Glyph& glyph) noexcept { return std::max<std::size_t>(glyph.columns, 1); }

}  // namespace

Glyph glyph_at(std::string_view text, std::size_t at) noexcept {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first >= 0x20 && first < 0x7F) return {first, Form::itself, 1, 1};
  if (first < 0x80) return {first, Form::byte, 1, byte_columns};
  const detail::Utf8Character character = detail::read_utf8(tail(text, at));
  if (character.size == 0) return {first, Form::byte, 1, byte_columns};
  const char32_t c = character.code_point;
  const auto size = static_cast<std::uint8_t>(character.size);
  switch (kind_of(c)) {
    case Kind::hidden: return {c, Form::code_point, size, escaped_columns(c)};
    case Kind::combining: return {c, Form::itself, size, 0};
    case Kind::wide: return {c, Form::itself, size, 2};
    case Kind::plain: break;
  }
  return {c, Form::itself, size, 1};
}

PlacedGlyph glyph_around(std::string_view text, std::size_t at) noexcept {
  // UTF-8 synchronises itself: a well-formed character that reaches over text[at] starts at most
  // three bytes before, and whoever reads from the front takes it whole too.
  const auto continues = [text](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80; };
  std::size_t start = at;
  while (start > 0 && at - start < 3 && continues(start)) --start;
  const Glyph glyph = glyph_at(text, start);
  if (glyph.size > at - start) return {start, glyph};
  return {at, glyph_at(text, at)};
}

void Shown::add_glyph(std::string_view text, std::size_t at, const Glyph& glyph) {
  switch (glyph.form) {
    case Form::itself: text_.append(text.data() + at, glyph.size); break;
    case Form::byte: append("\\x{:02X}", static_cast<std::uint32_t>(glyph.code_point)); break;
    case Form::code_point: append("\\u{{{:04X}}}", static_cast<std::uint32_t>(glyph.code_point)); break;
  }
}

void Shown::add(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Glyph glyph = glyph_at(text, i);
    add_glyph(text, i, glyph);
    i += glyph.size;
  }
}

void Shown::add_shortened(std::string_view text, std::size_t columns) {
  // If it comes to shortening, the front keeps two thirds of the columns and the end the rest: in
  // names of layers, the end tells them apart.
  const std::size_t end_columns = columns / 3;
  const std::size_t front_columns = columns - end_columns - 1;
  std::size_t used = 0;
  std::size_t front_size = text_.size();
  for (std::size_t i = 0; i < text.size();) {
    const Glyph glyph = glyph_at(text, i);
    used += cost(glyph);
    if (used > columns) {
      std::size_t from = text.size();
      // What stands behind the front takes more columns than the end has, so this stops there.
      for (std::size_t back = 0;;) {
        const auto [start, glyph_before] = glyph_around(text, from - 1);
        back += cost(glyph_before);
        if (back > end_columns) break;
        from = start;
      }
      text_.resize(front_size);
      text_ += "…";
      add(tail(text, from));
      return;
    }
    add_glyph(text, i, glyph);
    i += glyph.size;
    if (used <= front_columns) front_size = text_.size();
  }
}

void Shown::add_json_string(std::string_view text) {
  text_ += '"';
  for (std::size_t i = 0; i < text.size();) {
    const Glyph glyph = glyph_at(text, i);
    const auto c = static_cast<std::uint32_t>(glyph.code_point);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += static_cast<char>(c);
    } else if (c == '\n') {
      text_ += "\\n";
    } else if (c == '\t') {
      text_ += "\\t";
    } else if (glyph.form == Form::itself) {
      add_glyph(text, i, glyph);
    } else if (glyph.form == Form::byte && c >= 0x80) {
      append("\\\\x{:02X}", c);
    } else if (c <= 0xFFFF) {
      append("\\u{:04X}", c);
    } else {
      // JSON writes it as two surrogates.
      append("\\u{:04X}\\u{:04X}", 0xD7C0U + (c >> 10U), 0xDC00U + (c & 0x3FFU));
    }
    i += glyph.size;
  }
  text_ += '"';
}

Shown display(std::string_view text) {
  Shown result;
  result.add(text);
  return result;
}

Shown display_shortened(std::string_view text, std::size_t columns) {
  Shown result;
  result.add_shortened(text, columns);
  return result;
}

}  // namespace distillcfg::render
