#!/usr/bin/env bash
# tidy.sh BUILD [CLANG-TIDY OPTION...]
#
# Runs clang-tidy on the library and the tool, with the compile commands of the build directory
# BUILD, which must have been set up with clang 19. Any finding fails.
set -euo pipefail
build=$(realpath "$1")
shift
cd "$(dirname "$0")/.."

# Tests compile the core again in other ways; those are not looked at.
mkdir -p "$build/tidy"
python3 - "$build" << 'END'
import json, sys
with open(sys.argv[1] + '/compile_commands.json', encoding='utf-8') as file:
    commands = [command for command in json.load(file) if not command['output'].startswith('tests/')]
with open(sys.argv[1] + '/tidy/compile_commands.json', 'w', encoding='utf-8') as file:
    json.dump(commands, file)
END

find src -name '*.cpp' -print0 |
  xargs -0 --max-args=1 --max-procs="$(nproc)" clang-tidy-19 -p "$build/tidy" --quiet --warnings-as-errors='*' "$@"
