// Characters that look like ASCII ones, and are what people or their editors write for them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace distillcfg::detail {

struct Lookalike {
  std::uint32_t code_point;
  char ascii;
};

// In order of their code points.
inline constexpr Lookalike lookalike_signs[] = {
    {0x00A0, ' '}, {0x00AB, '"'},  {0x00BB, '"'},  {0x2009, ' '},  {0x200B, ' '},  {0x2010, '-'}, {0x2011, '-'},
    {0x2012, '-'}, {0x2013, '-'},  {0x2014, '-'},  {0x2018, '\''}, {0x2019, '\''}, {0x201C, '"'}, {0x201D, '"'},
    {0x202F, ' '}, {0x2039, '\''}, {0x203A, '\''}, {0x2212, '-'},  {0x3000, ' '},  {0x3001, ','}, {0x3002, '.'},
    {0x300C, '"'}, {0x300D, '"'},  {0x3010, '['},  {0x3011, ']'},  {0xFEFF, ' '}};
// Letters of other scripts.
inline constexpr Lookalike lookalike_letters[] = {
    {0x0131, 'i'}, {0x03B1, 'a'}, {0x03B9, 'i'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x0406, 'I'},
    {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x041A, 'K'}, {0x041C, 'M'}, {0x041D, 'H'}, {0x041E, 'O'},
    {0x0420, 'P'}, {0x0421, 'C'}, {0x0422, 'T'}, {0x0425, 'X'}, {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'},
    {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'},
    {0x04BB, 'h'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'}};

// A zero-width space or a byte order mark, which no one sees.
constexpr bool is_nothing(std::uint32_t code_point) noexcept { return code_point == 0x200B || code_point == 0xFEFF; }

// '\0' if the character is not one of them.
template <std::size_t count>
constexpr char ascii_among(const Lookalike (&lookalikes)[count], std::uint32_t code_point) noexcept {
  std::size_t first = 0;
  for (std::size_t last = count; first < last;) {
    const std::size_t middle = (first + last) / 2;
    if (lookalikes[middle].code_point < code_point) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first < count && lookalikes[first].code_point == code_point ? lookalikes[first].ascii : '\0';
}

template <std::size_t count>
consteval bool finds_each(const Lookalike (&lookalikes)[count]) noexcept {
  for (const Lookalike& known : lookalikes) {
    if (ascii_among(lookalikes, known.code_point) != known.ascii) return false;
  }
  return true;
}
static_assert(finds_each(lookalike_signs));
static_assert(finds_each(lookalike_letters));

}  // namespace distillcfg::detail
