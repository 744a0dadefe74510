#!/usr/bin/env bash
# run_tests.sh [MESON OPTION...]
#
# Builds everything in build/tests and runs all tests. Options such as -Dwerror=true are kept there.
set -euo pipefail
root=$(dirname "$(dirname "$(realpath "$0")")")
build=$root/build/tests

"$root/scripts/install_dependencies.sh" tests
if [[ ! -f $build/build.ninja ]]; then
  meson setup "$build" "$root" "$@"
elif [[ $# -gt 0 ]]; then
  meson configure "$build" "$@"
fi
meson compile -C "$build"
meson test -C "$build" --print-errorlogs
