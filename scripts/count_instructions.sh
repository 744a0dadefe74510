#!/usr/bin/env bash
# count_instructions.sh [--update]
#
# Counts the instructions of fixed tasks under callgrind and compares them with
# bench/instruction_counts.txt: fails where one has changed by more than 2 %, in either direction.
# --update writes the file anew. Unlike times, the counts are the same on a busy machine; they are
# those of g++ 12 on x86-64.
set -euo pipefail
root=$(dirname "$(dirname "$(realpath "$0")")")
build=$root/build/counts
counts=$root/bench/instruction_counts.txt
cd "$root"

"$root/scripts/install_dependencies.sh" full
if [[ $(uname -m) != x86_64 ]]; then
  echo "The counts are those of x86-64; this is $(uname -m)." >&2
  exit 1
fi
[[ -f $build/build.ninja ]] || CXX=g++-12 meson setup "$build" -Dbenchmarks=true -Dtests=false -Dmessages=false
meson compile -C "$build" bench/counted_task

# The C library chooses its memcpy and its like by the processor: not here.
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-FSRM,-BMI2,-SSE4_2
new=$(
  "$build/bench/counted_task" | while read -r task; do
    log=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=counted \
      "$build/bench/counted_task" "$task" 2>&1) || { echo "$log" >&2; exit 1; }
    echo "$task $(sed -n 's/.*Collected : //p' <<< "$log")"
  done
)

if [[ ${1:-} == --update ]]; then
  {
    echo "# Instructions of bench/counted_task.cpp's tasks: g++ 12, x86-64, buildtype=release."
    echo "# Written by scripts/count_instructions.sh --update"
    column -t <<< "$new"
  } > "$counts"
  cat "$counts"
  exit
fi

awk -v limit=2 '
  /^#/ { next }
  FNR == NR { before[$1] = $2; next }
  {
    if (!($1 in before)) { printf "FAIL  %-24s %10d  has no count yet\n", $1, $2; bad = 1; next }
    change = 100 * ($2 - before[$1]) / before[$1]
    outside = change > limit || change < -limit
    printf "%-5s %-24s %10d -> %10d  %+.2f %%\n", outside ? "FAIL" : "ok", $1, before[$1], $2, change
    bad = bad || outside
    delete before[$1]
  }
  END {
    for (task in before) { printf "FAIL  %-24s is no task any more\n", task; bad = 1 }
    if (bad) print "\nInstruction counts have changed by more than " limit " %. If that is meant, run\n" \
                   "scripts/count_instructions.sh --update and commit bench/instruction_counts.txt."
    exit bad
  }' "$counts" - <<< "$new"
