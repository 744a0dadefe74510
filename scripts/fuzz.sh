#!/usr/bin/env bash
# fuzz.sh RUNS [LIBFUZZER OPTION...]
#
# Builds the fuzz target with clang 19 and the sanitizers and executes it RUNS times, from the
# corpus in fuzz/corpus on. New inputs go to build/fuzz/corpus; one that fails, to build/fuzz.
set -euo pipefail
runs=$1
shift
root=$(dirname "$(dirname "$(realpath "$0")")")
build=$root/build/fuzz

if [[ ! -f $build/build.ninja ]]; then
  CXX=clang++-19 meson setup "$build" "$root" -Dfuzz=true -Dtests=false -Dtool=false \
    -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dcpp_args=-fno-sanitize-recover=all
fi
meson compile -C "$build"
mkdir -p "$build/corpus"
"$build/fuzz/parse_fuzzer" -runs="$runs" -max_len=4096 -timeout=10 -artifact_prefix="$build/" -print_final_stats=1 \
  "$@" -dict="$root/fuzz/quant_cfg.dict" "$build/corpus" "$root/fuzz/corpus/parse"
