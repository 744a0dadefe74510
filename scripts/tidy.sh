#!/usr/bin/env bash
# tidy.sh BUILD
#
# Runs clang-tidy on the library and the tool, with the compile commands of the build directory
# BUILD, which clang 19 must have been set up for. Any finding fails.
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/.."

find src -name '*.cpp' -print0 |
  xargs -0 --max-args=1 --max-procs="$(nproc)" clang-tidy-19 -p "$build" --quiet --warnings-as-errors='*'
