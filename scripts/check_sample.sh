#!/usr/bin/env bash
# check_sample.sh [FILE...]
#
# Builds the tool as build/release/distillcfg and checks the documented sample with it, or FILEs.
set -euo pipefail
root=$(dirname "$(dirname "$(realpath "$0")")")
build=$root/build/release

"$root/scripts/install_dependencies.sh" build
[[ -f $build/build.ninja ]] || meson setup "$build" "$root" -Dtests=false
meson compile -C "$build"

if [[ $# -eq 0 ]]; then
  cd "$root"
  set -- examples/quant.cfg
fi
echo "+ distillcfg check $*"
"$build/distillcfg" check "$@"
