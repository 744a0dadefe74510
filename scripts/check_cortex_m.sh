#!/usr/bin/env bash
# check_cortex_m.sh BUILD [--run]
#
# Compiles the core for a Cortex-M4 in the directory BUILD, with all options and without, checks what it
# asks of others, and links the example of examples/cortex-m with both, which has neither heap nor C
# library nor operating system. With --run, runs both in QEMU and compares what they say. Prints sizes.
set -euo pipefail
build=$(realpath -m "$1")
run=${2:-}
cd "$(dirname "$0")/.."
example=examples/cortex-m
flags=(-mcpu=cortex-m4 -mthumb -Os -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -std=c++20)
flags+=(-ffreestanding -Wall -Wextra -Wconversion -Wshadow -Werror)
core=(--cross-file scripts/cross/cortex-m4.ini -Dwerror=true -Dmessages=false -Dtests=false)
# The memory functions that compilers call by themselves, helpers of libgcc, and the heap in heap.cpp alone.
allowed='^(memcpy|memmove|memset|memcmp|__aeabi_[a-z0-9]+|__popcount[sd]i2|_Zn.*|_Zd.*|_ZSt7nothrow)$'

rm -rf "$build"
meson setup "$build/full" "${core[@]}"
meson setup "$build/small" "${core[@]}" -Drecovery=false -Ddetails=false -Dfast_path=false
for kind in full small; do
  meson compile -C "$build/$kind"
  archive=$build/$kind/src/libdistillcfg.a
  asked=$(comm -23 <(arm-none-eabi-nm -P "$archive" | awk '$2 ~ /[Uwv]/ && NF < 4 {print $1}' | sort -u) \
    <(arm-none-eabi-nm -P "$archive" | awk '$2 !~ /[Uwv]/ {print $1}' | sort -u))
  if grep -vE "$allowed" <<< "$asked"; then
    echo "the core asks for these, which firmware may lack" >&2
    exit 1
  fi
  arm-none-eabi-g++ "${flags[@]}" -Iinclude "$example"/*.cpp "$example/texts.S" "$archive" \
    -nostdlib -Wl,--gc-sections -T "$example/firmware.ld" -lgcc -o "$build/$kind.elf"
  arm-none-eabi-size "$build/$kind.elf"
  [[ $run == --run ]] || continue
  timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none -chardev stdio,id=out \
    -semihosting-config enable=on,chardev=out -kernel "$build/$kind.elf" | tee "$build/$kind.out"
  diff <(grep -v '^used: ' "$build/$kind.out") "$example/expected.out"
done
[[ $run == --run ]] || exit 0
# used: MEMORY bytes of memory, STACK of stack
read -r _ memory _ _ _ stack _ < <(grep '^used: ' "$build/small.out")
if ((memory + stack > 8192 || stack > 1024)); then
  echo "the small build needs more than 8 KiB of memory, or more than 1 KiB of stack" >&2
  exit 1
fi
