#!/usr/bin/env python3
"""output_test.py PROGRAM EXPECTED: fails unless PROGRAM succeeds and prints the bytes of the file EXPECTED."""

import pathlib
import subprocess
import sys


def main():
    program, expected = sys.argv[1:]
    result = subprocess.run([program], stdout=subprocess.PIPE, check=False)
    wanted = pathlib.Path(expected).read_bytes()
    if result.returncode != 0:
        return f'{program} ended with status {result.returncode}'
    if result.stdout != wanted:
        sys.stderr.write(f'expected:\n{wanted.decode()}\nprinted:\n{result.stdout.decode(errors="replace")}\n')
        return f'the output of {program} is not that of {expected}'
    return 0


if __name__ == '__main__':
    sys.exit(main())
