#!/bin/bash
# build.sh
#
# Builds all fuzz targets but `differential` as OSS-Fuzz and ClusterFuzzLite ask for it: with CXX, CXXFLAGS and
# LIB_FUZZING_ENGINE, from SRC/distillcfg or, without SRC, from here, to OUT, by way of WORK. Beside
# each target go its seeds, dictionary and options. Needs fmt's headers and zip.
#
#     CXX=clang++-19 CXXFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address' LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
#     OUT=/tmp/out WORK=/tmp/work fuzz/oss-fuzz/build.sh
set -euo pipefail
: "${CXX:=clang++}" "${CXXFLAGS=}" "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}" "${OUT:?}" "${WORK:?}"
if [[ -n ${SRC:-} ]]; then
  cd "$SRC/distillcfg"
else
  cd "$(dirname "$0")/../.."
fi
mkdir -p "$OUT" "$WORK"

# Flags are several words.
read -r -a flags <<< "$CXXFLAGS"
read -r -a engine <<< "$LIB_FUZZING_ENGINE"
# Before clang 19, sized operator delete has to be asked for.
flags+=(-std=c++20 -fsized-deallocation -Iinclude -Isrc -Itests -Ifuzz)

compile() {
  local object=$WORK/${1//\//_}.o
  "$CXX" "${flags[@]}" -c "$1" -o "$object"
  echo "$object"
}

targets=()
sources=()
for source in src/*.cpp src/recovery/*.cpp src/render/*.cpp src/resolve/*.cpp src/text/*.cpp fuzz/*.cpp; do
  case $source in
    # The other half of a choice; programs; and what needs libprotobuf.
    src/recovery/first_error.cpp | fuzz/generate_dictionary.cpp | fuzz/*_main.cpp | fuzz/*_test.cpp) ;;
    fuzz/differential_fuzzer.cpp) ;;
    fuzz/custom_mutator.cpp) ;;
    fuzz/*_fuzzer.cpp) targets+=("$(basename "$source" _fuzzer.cpp)") ;;
    *) sources+=("$source") ;;
  esac
done

rm -f "$WORK/libfuzzed.a"
pids=()
objects=()
running=0
for source in "${sources[@]}" fuzz/custom_mutator.cpp; do
  compile "$source" > /dev/null &
  pids+=($!)
  objects+=("$WORK/${source//\//_}.o")
  if ((++running == $(nproc))); then
    wait "${pids[0]}"
    pids=("${pids[@]:1}")
    running=$((running - 1))
  fi
done
for pid in "${pids[@]}"; do wait "$pid"; done

mutator=${objects[-1]}
unset 'objects[-1]'
ar rcs "$WORK/libfuzzed.a" "${objects[@]}"

for target in "${targets[@]}"; do
  name=${target}_fuzzer
  # Only libFuzzer calls the mutator; where there is another engine it does no harm.
  "$CXX" "${flags[@]}" "fuzz/$name.cpp" "$mutator" "$WORK/libfuzzed.a" "${engine[@]}" -o "$OUT/$name"
  cp fuzz/distillcfg.dict "$OUT/$name.dict"
  printf '[libfuzzer]\nmax_len = 4096\ntimeout = 10\n' > "$OUT/$name.options"
  corpus=fuzz/corpus/$target
  [[ -d $corpus ]] || corpus=fuzz/corpus/parse
  rm -f "$OUT/${name}_seed_corpus.zip"
  zip -q -j -r "$OUT/${name}_seed_corpus.zip" "$corpus"
done
