#!/usr/bin/env bash
# format.sh [--check]
#
# Lays all C++ sources out anew, or fails where that would change one. Other versions of
# clang-format than this one break lines in other places.
set -euo pipefail
cd "$(dirname "$0")/.."
formatter=clang-format-14

mode=(-i)
if [[ ${1:-} == --check ]]; then
  mode=(--dry-run --Werror --ferror-limit=1)
fi
find include src tests examples fuzz bench scripts \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
  xargs -0 "$formatter" --style=file "${mode[@]}"
