#!/usr/bin/env python3
"""Writes printable_table.hpp from the Unicode Character Database that Python carries.

    python3 src/render/generate_printable.py > src/render/printable_table.hpp

The Python that AMCT runs on decides what its messages escape: that table is of Python 3.11, so Unicode 14.
"""

import sys
import unicodedata

# As str.isprintable has it; the space, alone of its category, is printable.
UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")


def ranges(begin, end):
    """Ranges of unprintable code points in begin <= c < end."""
    result = []
    for c in range(begin, end):
        if c == 0x20 or unicodedata.category(chr(c)) not in UNPRINTABLE:
            continue
        if result and result[-1][1] == c - 1:
            result[-1][1] = c
        else:
            result.append([c, c])
    return result


def table(type_name, name, begin, end):
    lines, line = [], "   "
    for cell in ("{0x%04X, 0x%04X}," % tuple(r) for r in ranges(begin, end)):
        if len(line) + len(cell) + 1 > 120:
            lines.append(line)
            line = "   "
        line += " " + cell
    lines.append(line)
    body = "\n".join(lines)
    return f"inline constexpr {type_name} {name}[] = {{\n{body}\n}};\n"


sys.stdout.write(f"""\
// Written by generate_printable.py from Unicode {unicodedata.unidata_version}; do not edit.
//
// The code points that Python's repr escapes, in order: categories {" ".join(UNPRINTABLE)}, the space excepted.
#pragma once

#include <cstdint>

namespace distillcfg::render {{

template <class CodePoint>
struct UnprintableRange {{
  CodePoint first;
  CodePoint last;
}};

// clang-format off

{table("UnprintableRange<std::uint16_t>", "unprintable_in_plane_0", 0, 0x10000)}
{table("UnprintableRange<std::uint32_t>", "unprintable_above", 0x10000, 0x110000)}
// clang-format on

}}  // namespace distillcfg::render
""")
