#!/usr/bin/env bash
# measure_stack.sh [BUILD-FOLDER] [MESON-OPTION...]
#
# How much stack the core takes: the largest frames of its functions, as the compiler gives them, and how
# deep each pass gets on a thread with 16 KiB, as tests/stack_test.cpp measures it. Fails where a pass takes
# more than its bound, and where a frame has none.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-build/stack}
shift || true

rm -rf "$folder"
meson setup "$folder" -Dmessages=false -Dcpp_args=-fstack-usage "$@" > /dev/null
meson compile -C "$folder" stack_test > /dev/null

# A line of a .su file: place:function, size, and whether that is fixed or bounded; between tabs.
frames=$(find "$folder/src" -name '*.su' -exec cat {} + | sort -t $'\t' -k 2,2nr)
if grep -P '\tdynamic$' <<< "$frames"; then
  echo "These frames have no bound." >&2
  exit 1
fi
echo "The largest frames, in bytes:"
head -n 15 <<< "$frames" | sed -E 's|^[^\t]*/src/||' | awk -F '\t' '{ printf "%7d  %s\n", $2, substr($1, 1, 110) }'
echo
"$folder/tests/stack_test"
