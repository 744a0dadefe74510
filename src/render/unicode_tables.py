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


def table(name, comment, has_property):
    cells = ["{0x%04X, 0x%04X}" % tuple(r) for r in ranges(has_property)]
    lines, line = [], "   "
    for cell in cells:
        if len(line) + len(cell) + 2 > 120:
            lines.append(line)
            line = "   "
        line += " " + cell + ","
    lines.append(line)
    body = "\n".join(lines)
    return f"// {comment}\ninline constexpr CodePointRange {name}[] = {{\n{body}\n}};\n"


sys.stdout.write(f"""\
// Written by unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.
#pragma once

namespace distillcfg::render {{

struct CodePointRange {{
  char32_t first;
  char32_t last;
}};

// clang-format off

{table("hidden_ranges", "What a terminal shows as nothing or obeys: C1 controls, format characters (bidirectional controls among" + chr(10) + "// them), line and paragraph separators, and all that is ignorable by default.", is_hidden)}
{table("combining_ranges", "What takes no column of its own.", is_combining)}
{table("wide_ranges", "What takes two columns: East_Asian_Width W and F.", is_wide)}
// clang-format on

}}  // namespace distillcfg::render
""")
