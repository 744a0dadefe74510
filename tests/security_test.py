#!/usr/bin/env python3
"""security_test.py: fails where docs/security.md names an assertion that is not there, or promises without one.

Behind "Asserted:" of a promise stand files, each followed by pieces of what it asserts, in quotes: the text of
an invariant, the name of a test, or an expression. Runs in the project's root.
"""

import pathlib
import re
import sys

PROMISE = re.compile(r"^\*\*(\d+)\. (.*?)(?=^\*\*\d+\. |^## |\Z)", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`((?:fuzz|tests|scripts)/[\w/.]+)`")


def words(text):
    """The text with one space for any white space, and literals that C++ or Python joins joined."""
    return re.sub(r"\s+", " ", re.sub(r'"\s*\n\s*"', "", text))


def complaints(number, promise):
    _, found, assertions = promise.partition("Asserted:")
    if not found:
        yield f"promise {number} has no assertion"
        return
    pieces = FILE.split(assertions)
    if len(pieces) == 1:
        yield f"promise {number} names no file"
    for path, quoted in zip(pieces[1::2], pieces[2::2]):
        if not pathlib.Path(path).is_file():
            yield f"promise {number}: there is no {path}"
            continue
        content = words(pathlib.Path(path).read_text(encoding="utf-8"))
        quotes = re.findall(r'"([^"]+)"', quoted)
        if not quotes:
            yield f"promise {number} does not say what {path} asserts"
        for quote in quotes:
            if words(quote) not in content:
                yield f'promise {number}: {path} has no "{words(quote)}"'


def main():
    text = pathlib.Path("docs/security.md").read_text(encoding="utf-8")
    promises = PROMISE.findall(text)
    wrong = [complaint for number, promise in promises for complaint in complaints(number, promise)]
    numbers = [int(number) for number, _ in promises]
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"promises are numbered {numbers}")
    print("\n".join(wrong) or f"{len(numbers)} promises, each asserted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
