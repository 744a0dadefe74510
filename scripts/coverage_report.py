#!/usr/bin/env python3
"""What `llvm-cov export` says of the library, for scripts/measure_coverage.sh.

Counts of functions that are compiled several times (templates, inline functions, several programs) are added
up place by place; llvm-cov itself takes the best covered one instead. Neither a branch that the compiler
decides (if constexpr, sizeof) is one, nor that to the default which a switch over all of an enum lacks.
"""

import argparse
import collections
import json
import os
import re
import sys

# Some tests need 2 GiB of memory, or depend on which thread is first: a place may be missed now and then.
SLACK = 1

FLOOR_HEAD = """\
# What no test reaches: lines, branches, conditions (MC/DC) of each file; files without any are not listed.
# scripts/measure_coverage.sh compares it with what it finds and fails where a number has grown by more than one;
# with --update it writes the numbers anew and keeps the reasons.
# A reason says why no test of that measurement reaches the file's places; without one they wait for a test.
"""


class File:
    def __init__(self):
        self.lines = {}  # line -> count
        self.branches = {}  # (line, column, end line, end column) -> [taken, not taken]
        self.conditions = {}  # (place of the decision, index) -> shown to matter by itself


def read_lines(file, segments):
    by_line = collections.defaultdict(list)
    for segment in segments:
        by_line[segment[0]].append(segment)
    wrapped = None
    for line in range(segments[0][0], segments[-1][0] + 1) if segments else ():
        # line, column, count, has count, is entry, is gap
        here = by_line.get(line, [])
        starts = [s[2] for s in here if s[3] and s[4] and not s[5]]
        skipped = bool(here) and not here[0][3] and here[0][4]
        if not skipped and (starts or (wrapped and wrapped[3])):
            file.lines[line] = max(starts + ([wrapped[2]] if wrapped and wrapped[3] else []))
        if here:
            wrapped = here[-1]


def count_around(regions, place):
    """The count of the innermost region that holds `place`."""
    best = None
    for line, column, end_line, end_column, count, *_ in regions:
        if (line, column) <= place[:2] and place[2:] <= (end_line, end_column):
            if best is None or (line, column) >= best[0]:
                best = ((line, column), count)
    return best[1] if best else 0


def read(path, root):
    with open(path, encoding="utf-8") as stream:
        data = json.load(stream)["data"][0]
    files = collections.defaultdict(File)
    name_of = lambda path: os.path.relpath(path, root)
    functions = {}
    for entry in data["files"]:
        read_lines(files[name_of(entry["filename"])], entry["segments"])
    for function in data["functions"]:
        name = name_of(function["filenames"][0])
        if name not in files:
            continue
        file = files[name]
        regions = [r for r in function["regions"] if r[5] == 0 and r[7] == 0]
        if regions:
            place = (name, *regions[0][:4])
            functions[place] = functions.get(place, 0) + function["count"]
        folded = set()
        for branch in function["branches"]:
            place = tuple(branch[:4])
            if branch[6] != 0:
                continue  # in a macro, which is seen where it is used
            if branch[4] == branch[5] == 0 and count_around(regions, place) > 0:
                folded.add(place)
                continue
            counts = file.branches.setdefault(place, [0, 0])
            counts[0] += branch[4]
            counts[1] += branch[5]
        for record in function.get("mcdc_records", ()):
            place, covered = tuple(record[:4]), record[-1]
            inside = sorted(tuple(b[:4]) for b in function["branches"] if place[:2] <= tuple(b[:2]) and tuple(b[2:4]) <= place[2:])
            for index, shown in enumerate(covered):
                if len(inside) == len(covered) and inside[index] in folded:
                    continue
                key = (place, index)
                file.conditions[key] = file.conditions.get(key, False) or shown
    for name, file in files.items():
        with open(os.path.join(root, name), encoding="utf-8") as stream:
            drop_what_is_no_code(file, stream.read().encode().split(b"\n"))
    return files, functions


# Known when the library is built.
CONSTANTS = {"remembers_steps", "!remembers_steps", "with_details", "!with_details", "behind == Behind::checked"}


def drop_what_is_no_code(file, source):
    for place in list(file.branches):
        # The default that a switch does not have.
        if source[place[0] - 1][: place[1] - 1].endswith(b"switch ("):
            del file.branches[place]
    for line in list(file.lines):
        # Behind a return.
        if source[line - 1].strip() == b"}" and file.lines[line] == 0:
            del file.lines[line]
    for (place, index) in list(file.conditions):
        text = b" ".join(source[place[0] - 1 : place[2]])[place[1] - 1 :].decode()
        conditions = [condition.strip(" (") for condition in re.split(r"&&|\|\|", text)]
        if conditions[index : index + 1] and conditions[index] in CONSTANTS:
            del file.conditions[place, index]


def uncovered(file):
    return (
        [line for line, count in file.lines.items() if count == 0],
        [(place, side) for place, counts in file.branches.items() for side in (0, 1) if counts[side] == 0],
        [key for key, shown in file.conditions.items() if not shown],
    )


def totals(file):
    return len(file.lines), 2 * len(file.branches), len(file.conditions)


def percent(missing, total):
    return 100.0 if total == 0 else 100.0 * (total - missing) / total


def read_floor(path):
    floor = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as stream:
            for line in stream:
                match = re.match(r"([^#\s]\S*)\s+(\d+)\s+(\d+)\s+(\d+)\s*(.*)", line)
                if match:
                    floor[match[1]] = ([int(match[i]) for i in (2, 3, 4)], match[5])
    return floor


def show_places(name, file, root):
    with open(os.path.join(root, name), encoding="utf-8") as stream:
        source = stream.read().split("\n")
    lines, branches, conditions = uncovered(file)
    for line in sorted(lines):
        print(f"{name}:{line}: never runs: {source[line - 1].strip()}")
    for (line, column, end_line, end_column), side in sorted(branches):
        text = source[line - 1][column - 1 : end_column - 1 if end_line == line else None]
        print(f"{name}:{line}:{column}: never {'true' if side == 0 else 'false'}: {text}")
    for (place, index) in sorted(conditions):
        text = source[place[0] - 1][place[1] - 1 : place[3] - 1 if place[2] == place[0] else None]
        print(f"{name}:{place[0]}:{place[1]}: condition {index + 1} of: {text}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--floor", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--uncovered", nargs="*")
    parser.add_argument("export")
    options = parser.parse_args()

    files, functions = read(options.export, options.root)
    if options.uncovered is not None:
        for name in sorted(files):
            if not options.uncovered or any(part in name for part in options.uncovered):
                show_places(name, files[name], options.root)
        return 0

    kinds = ("lines", "branches", "conditions")
    found = {}
    print(f"{'':36}" + "".join(f"{kind:>22}" for kind in kinds))
    sums = [[0, 0] for _ in kinds]
    for name in sorted(files):
        found[name] = [len(places) for places in uncovered(files[name])]
        row = ""
        for total, missing, both in zip(totals(files[name]), found[name], sums):
            both[0] += missing
            both[1] += total
            row += f"{missing:6} of {total:5} {percent(missing, total):6.2f} %" if missing else f"{'-':>6} of {total:5}         "
        print(f"{name:36}{row}")
    for kind, (missing, total) in zip(kinds, sums):
        print(f"{kind}: {percent(missing, total):.2f} % ({missing} of {total} not reached)")
    missing = sum(count == 0 for count in functions.values())
    print(f"functions: {percent(missing, len(functions)):.2f} % ({missing} of {len(functions)} not reached)")

    floor = read_floor(options.floor)
    if options.update:
        with open(options.floor, "w", encoding="utf-8") as stream:
            stream.write(FLOOR_HEAD)
            for name, counts in found.items():
                if any(counts):
                    reason = floor.get(name, ([], ""))[1]
                    stream.write(f"{name:34}{counts[0]:5}{counts[1]:5}{counts[2]:5}  {reason}".rstrip() + "\n")
        return 0
    fallen = False
    for name, counts in found.items():
        for kind, before, now in zip(kinds, floor.get(name, ([0, 0, 0], ""))[0], counts):
            if now > before + SLACK:
                print(f"FAIL {name}: {now} {kind} not reached; {os.path.basename(options.floor)} says {before}")
                fallen = True
    if fallen:
        print("scripts/measure_coverage.sh --uncovered FILE lists the places.")
    return fallen


if __name__ == "__main__":
    sys.exit(main())
