#!/usr/bin/env bash
# check_cortex_m.sh BUILD
#
# Compiles the core for a Cortex-M4 in the directory BUILD and links a program with it that has
# neither heap nor operating system. Prints the program's size.
set -euo pipefail
build=$(realpath -m "$1")
cd "$(dirname "$0")/.."
flags=(-mcpu=cortex-m4 -mthumb -Os -std=c++20 -fno-exceptions -fno-rtti)

rm -rf "$build"
meson setup "$build" --cross-file scripts/cross/cortex-m4.ini -Dwerror=true -Dmessages=false -Dtests=false
meson compile -C "$build"

# No start-up code and no system calls: what would need either fails to link.
arm-none-eabi-g++ "${flags[@]}" -Iinclude tests/packaging/embedded.cpp "$build/src/libdistillcfg.a" \
  -nostartfiles -nodefaultlibs -Wl,--gc-sections -Wl,--entry=main -lc -lgcc -o "$build/embedded.elf"
arm-none-eabi-size "$build/embedded.elf"
