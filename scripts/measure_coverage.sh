#!/usr/bin/env bash
# measure_coverage.sh [--update | --uncovered [FILE...]]
#
# Which lines, branches and conditions (MC/DC) of include/ and src/ the tests reach: builds them with clang 19
# in build/coverage, or $COVERAGE_BUILD, runs them and prints the figures of each file. Fails where more than one
# place more stays unreached than tests/coverage_floor.txt has; --update writes that file anew. --uncovered lists
# the places of the last measurement, in the files whose paths hold FILE, without measuring again.
set -euo pipefail
root=$(dirname "$(dirname "$(realpath "$0")")")
build=$(realpath -m "${COVERAGE_BUILD:-$root/build/coverage}")
cd "$root"
report=(python3 scripts/coverage_report.py --root "$root" --floor tests/coverage_floor.txt)

if [[ ${1:-} == --uncovered ]]; then
  shift
  exec "${report[@]}" "$build/export.json" --uncovered "$@"
fi

scripts/install_dependencies.sh full
if [[ ! -f $build/build.ninja ]]; then
  CXX=clang++-19 meson setup "$build" -Doptimization=1 -Ddebug=false -Db_ndebug=true -Dstatic_tool=disabled \
    -Dcpp_args='-fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc' -Dcpp_link_args=-fprofile-instr-generate
fi
meson compile -C "$build"

# Left out: what compiles the core again under other names, what is long, and what counts on several threads at
# once: some of that is lost, and of a condition how often it was false is the difference of two counts.
left_out='^(paths|details|guard pages|threads|three bytes|every .*)$'
run_tests() {
  local -a tests
  mapfile -t tests < <(meson test -C "$build" --no-rebuild --list "$@" 2> /dev/null | sed 's|^.* / ||' | grep -vE "$left_out")
  meson test -C "$build" --no-rebuild --print-errorlogs --timeout-multiplier=5 "${tests[@]}"
}
rm -rf "$build/raw"
# Open to whom the tests run the tool as, too.
mkdir -m 0777 "$build/raw"
# Two programs may have had the same process number.
LLVM_PROFILE_FILE=$build/raw/%m-%p.profraw run_tests --no-suite=python
# These run the tool thousands of times, whose counts are added up in a few files. They also kill it and take its
# disk space away while it writes them, so that some counts are lost: none of those above may be among them.
(umask 0 && LLVM_PROFILE_FILE=$build/raw/%4m.profraw run_tests --suite=python)

llvm-profdata-19 merge "$build"/raw/*.profraw -o "$build/all.profdata"
mapfile -t objects < <(find "$build" -maxdepth 2 -type f -executable ! -name '*.so' \
  ! -name paths_test ! -name details_test ! -name guard_pages_test ! -name bytes_test ! -name steps_test | sort)
llvm-cov-19 export "${objects[0]}" "${objects[@]/#/-object=}" -instr-profile "$build/all.profdata" include src > "$build/export.json"
"${report[@]}" "$build/export.json" "$@"
