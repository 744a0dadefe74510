#!/usr/bin/env bash
# fuzz.sh TARGET|all RUNS [LIBFUZZER OPTION...]
#
# Builds the fuzz targets with clang (CXX; else clang 19) and the sanitizers and executes one of
# them, or all, as many at once as there are processors, RUNS times (-1: without end) from its seeds in
# fuzz/corpus on. New inputs go to build/fuzz/corpus/TARGET; one that fails, to build/fuzz. The target
# `differential` needs libprotobuf, has build/fuzz-differential, and is not one of `all`. CXX counts when
# the folder is set up. fuzz/README.md says what the targets are, and what must be installed.
set -euo pipefail
if [[ $# -lt 2 ]]; then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
target=$1
runs=$2
shift 2
root=$(dirname "$(dirname "$(realpath "$0")")")
build=$root/build/fuzz

options=()
if [[ $target == differential ]]; then
  build+=-differential
  options+=(-Ddifferential=true)
fi
if [[ ! -f $build/build.ninja ]]; then
  CXX=${CXX:-clang++-19} meson setup "$build" "$root" -Dfuzz=true -Dtests=false -Dtool=false "${options[@]}" \
    -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dcpp_args=-fno-sanitize-recover=all
fi

# fuzz TARGET [LIBFUZZER OPTION...]
fuzz() {
  local name=$1 folder
  shift
  local -a seeds=()
  # Configurations are good seeds for whatever reads text.
  for folder in "$name" parse; do
    [[ -d $root/fuzz/corpus/$folder ]] || continue
    seeds+=("$root/fuzz/corpus/$folder")
    case $name in
      model | parse | pipeline | resolve) break ;;
    esac
  done
  mkdir -p "$build/corpus/$name"
  echo "== $name"
  "$build/fuzz/${name}_fuzzer" -runs="$runs" -max_len=4096 -timeout=10 -artifact_prefix="$build/$name-" \
    -print_final_stats=1 -dict="$root/fuzz/distillcfg.dict" "$@" "$build/corpus/$name" "${seeds[@]}"
}

if [[ $target != all ]]; then
  meson compile -C "$build" "${target}_fuzzer"
  fuzz "$target" "$@"
  exit
fi
targets=(lexer model parse pipeline render resolve round_trip)
meson compile -C "$build" "${targets[@]/%/_fuzzer}"
# What each prints stays together.
export -f fuzz
export root build runs
# shellcheck disable=SC2016
printf '%s\n' "${targets[@]}" |
  xargs -P "$(nproc)" -I TARGET bash -c '
    fuzz TARGET "$@" > "$build/TARGET.log" 2>&1
    status=$?
    cat "$build/TARGET.log"
    exit "$status"' _ "$@"
