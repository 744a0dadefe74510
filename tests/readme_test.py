#!/usr/bin/env python3
"""readme_test.py TOOL: fails where README.md shows something else than what is there.

A comment before a code block of README.md says what the block must be:

    <!-- file: PATH -->        the file PATH
    <!-- output -->            lines "$ distillcfg ...", each followed by what the command prints

Runs in the project's root. With --update the blocks of files and outputs are written anew.
"""

import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r'<!-- (file|output)(?:: (\S+))? -->\n+```[^\n]*\n(.*?)^```$', re.DOTALL | re.MULTILINE)


def session(block, tool):
    """The commands of a block, with what they print today."""
    lines = []
    for line in block.splitlines():
        if line.startswith('$ '):
            words = line[2:].split()
            assert words[0] == 'distillcfg', line
            run = subprocess.run([tool] + words[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            lines += [line, run.stdout.decode().rstrip('\n')]
    return '\n'.join(line for line in lines if line) + '\n'


def main():
    arguments = sys.argv[1:]
    update = '--update' in arguments
    if update:
        arguments.remove('--update')
    tool = arguments[0]
    readme = pathlib.Path('README.md')
    text = readme.read_text(encoding='utf-8')
    stale = []
    count = 0

    def check(match):
        nonlocal count
        count += 1
        kind, path, block = match.groups()
        wanted = pathlib.Path(path).read_text(encoding='utf-8') if kind == 'file' else session(block, tool)
        if block == wanted:
            return match.group(0)
        stale.append(f'{path or "an output"}:\n{wanted}')
        return match.group(0)[:match.start(3) - match.start(0)] + wanted + '```'

    updated = BLOCK.sub(check, text)
    if count == 0:
        return 'README.md has no block to compare'
    if update:
        readme.write_text(updated, encoding='utf-8')
        return 0
    if stale:
        return 'README.md does not show this:\n\n' + '\n'.join(stale)
    return 0


if __name__ == '__main__':
    sys.exit(main())
