#!/usr/bin/env python3
"""Writes unicode_tables.hpp from the Unicode Character Database that Python carries.

    python3 src/render/unicode_tables.py > src/render/unicode_tables.hpp
"""

import sys
import unicodedata

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt), which unicodedata lacks.
DEFAULT_IGNORABLE = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]
ignorable = {c for first, last in DEFAULT_IGNORABLE for c in range(first, last + 1)}


def is_hidden(c):
    return c >= 0x80 and (unicodedata.category(chr(c)) in ("Cc", "Cf", "Zl", "Zp") or c in ignorable)


def is_combining(c):
    # Medial vowels and final consonants of Hangul join the syllable before them.
    jamo = 0x1160 <= c <= 0x11FF or 0xD7B0 <= c <= 0xD7FF
    return (unicodedata.category(chr(c)) in ("Mn", "Me") or jamo) and not is_hidden(c)


def is_wide(c):
    # Planes 2 and 3 are wide throughout (EastAsianWidth.txt); of other unassigned code points Python says nothing true.
    if unicodedata.category(chr(c)) == "Cn":
        return 0x20000 <= c <= 0x3FFFD
    return unicodedata.east_asian_width(chr(c)) in ("W", "F") and not is_hidden(c) and not is_combining(c)


def ranges(has_property):
    """Ranges with the property; a gap of nothing but unassigned code points splits none."""
    result = []
    for c in range(0x80, 0x110000):
        if 0xD800 <= c <= 0xDFFF or not has_property(c):
            continue
        if result and all(unicodedata.category(chr(g)) == "Cn" for g in range(result[-1][1] + 1, c)):
            result[-1][1] = c
        else:
            result.append([c, c])
    return result


def table():
    rows = [(first, last, kind) for kind, has_property in (("hidden", is_hidden), ("combining", is_combining), ("wide", is_wide))
            for first, last in ranges(has_property)]
    lines, line = [], "   "
    for row in sorted(rows) + [(0x110000, 0x110000, "plain")]:
        cell = "{0x%04X, 0x%04X, %s}" % row
        if len(line) + len(cell) + 2 > 120:
            lines.append(line)
            line = "   "
        line += " " + cell + ","
    lines.append(line)
    return "\n".join(lines)


sys.stdout.write(f"""\
// Written by unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.
#pragma once

#include <array>
#include <cstdint>

namespace distillcfg::render {{

enum class Kind : std::uint8_t {{
  plain,
  hidden,     // a terminal shows it as nothing or obeys it: C1 controls, format characters (bidirectional controls
              // among them), line and paragraph separators, and all that is ignorable by default
  combining,  // takes no column of its own
  wide,       // takes two columns: East_Asian_Width W and F
}};

struct CodePointRange {{
  char32_t first;
  char32_t last;
  Kind kind;
}};

// clang-format off

// All that are not plain, in order, and one behind all code points.
inline constexpr auto special_ranges = [] {{
  using enum Kind;
  return std::to_array<CodePointRange>({{
{table()}
  }});
}}();

// clang-format on

}}  // namespace distillcfg::render
""")
