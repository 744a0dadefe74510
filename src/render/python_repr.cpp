#include "render/python_repr.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "render/printable_table.hpp"
#include "text/characters.hpp"

namespace distillcfg::render {

namespace {

template <class Ranges>
bool holds(const Ranges& ranges, std::uint32_t code_point) {
  const auto after = std::upper_bound(std::begin(ranges), std::end(ranges), code_point,
                                      [](std::uint32_t c, const auto& range) { return c < range.first; });
  return after != std::begin(ranges) && code_point <= std::prev(after)->last;
}

bool is_printable(std::uint32_t code_point) {
  if (code_point < 0x7F) return code_point >= ' ';
  return code_point < 0x10000 ? !holds(unprintable_in_plane_0, code_point) : !holds(unprintable_above, code_point);
}

void append_hex(std::string& out, char letter, std::uint32_t number, int digits) {
  out += '\\';
  out += letter;
  for (int i = digits - 1; i >= 0; --i) out += "0123456789abcdef"[number >> (4 * i) & 0xFU];
}

void append_escape(std::string& out, std::uint32_t code_point) {
  if (code_point < 0x100) {
    append_hex(out, 'x', code_point, 2);
  } else if (code_point < 0x10000) {
    append_hex(out, 'u', code_point, 4);
  } else {
    append_hex(out, 'U', code_point, 8);
  }
}

void append_escaped(std::string& out, std::string_view text, char quote) {
  while (!text.empty()) {
    const char c = text[0];
    const detail::Utf8Character character = detail::read_utf8(text);
    const std::uint32_t size = std::max(character.size, std::uint32_t{1});
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (character.size == 0) {
      append_escape(out, static_cast<unsigned char>(c));
    } else if (is_printable(character.code_point)) {
      out += text.substr(0, size);
    } else {
      append_escape(out, character.code_point);
    }
    text.remove_prefix(size);
  }
}

}  // namespace

std::string_view cut_front(std::string_view& text, std::size_t kept) {
  if (text.size() / 2 <= kept) return {};
  const std::string_view front = text.substr(0, kept);
  text.remove_prefix(text.size() - kept);
  return front;
}

void append_python_repr(std::string& out, std::string_view text, std::size_t kept) {
  constexpr auto missing = std::string_view::npos;
  const char quote = text.find('\'') != missing && text.find('"') == missing ? '"' : '\'';
  out += quote;
  append_escaped(out, cut_front(text, kept), quote);
  append_escaped(out, text, quote);
  out += quote;
}

}  // namespace distillcfg::render
