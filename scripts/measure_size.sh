#!/usr/bin/env bash
# measure_size.sh BUILD
#
# Measures what the library costs, in the directory BUILD, and prints the rows of README's tables in
# "Size": flash on a Cortex-M4, with each option and without, memory of the example there, and static
# programs on this machine, with distillcfg and with libprotobuf. Needs install_dependencies.sh full.
set -euo pipefail
build=$(realpath -m "$1")
cd "$(dirname "$0")/.."
flags=(-mcpu=cortex-m4 -mthumb -Os -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -std=c++20)
flags+=(-ffreestanding -Iinclude)
rm -rf "$build"
mkdir -p "$build"

# build_core NAME OPTION...: the core for the Cortex-M4.
build_core() {
  local name=$1
  shift
  {
    meson setup "$build/$name" --cross-file scripts/cross/cortex-m4.ini -Dmessages=false -Dtests=false "$@"
    meson compile -C "$build/$name"
  } > "$build/$name.log"
}

# flash NAME STEP: bytes of program and constants, and of initial values.
flash() {
  arm-none-eabi-g++ "${flags[@]}" "-DSTEP=$2" scripts/size/firmware.cpp examples/cortex-m/memory_functions.cpp \
    "$build/$1/src/libdistillcfg.a" -nostdlib -Wl,--gc-sections -Wl,--entry=main -lgcc -o "$build/program.elf"
  arm-none-eabi-size "$build/program.elf" | awk 'NR == 2 {print $1 + $2}'
}

# memory NAME: static memory and stack of the example.
memory() {
  arm-none-eabi-g++ "${flags[@]}" examples/cortex-m/*.cpp examples/cortex-m/texts.S "$build/$1/src/libdistillcfg.a" \
    -nostdlib -Wl,--gc-sections -T examples/cortex-m/firmware.ld -lgcc -o "$build/example.elf"
  timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none -chardev stdio,id=out \
    -semihosting-config enable=on,chardev=out -kernel "$build/example.elf" | awk '/^used: / {print $2, $6}'
}

# Commas between thousands.
thousands() { sed -E ':a; s/\b([0-9]+)([0-9]{3})\b/\1,\2/; ta'; }

# row NAME TITLE: a row of the first table.
row() {
  local -a cells
  local empty step static stack
  empty=$(flash "$1" 0)
  for step in 1 2 3 4; do cells+=("$(($(flash "$1" "$step") - empty))"); done
  read -r static stack < <(memory "$1")
  printf "| %s | %s | %s | %s | %s | %s | %s |\n" "$2" "${cells[@]}" "$static" "$stack" | thousands
}

build_core full
build_core no_recovery -Drecovery=false
build_core no_details -Ddetails=false
build_core no_fast_path -Dfast_path=false
build_core small -Drecovery=false -Ddetails=false -Dfast_path=false
build_core small_lto -Drecovery=false -Ddetails=false -Dfast_path=false -Db_lto=true
echo "| options | parse, validate | + resolve | + config.json | parse, validate, print | memory | stack |"
echo "|---|---:|---:|---:|---:|---:|---:|"
row full "all"
row no_recovery "\`recovery=false\`"
row no_details "\`details=false\`"
row no_fast_path "\`fast_path=false\`"
row small "all three false"
row small_lto "all three false, \`b_lto=true\`"

# This machine: static programs over an empty one.
native=(g++ -std=c++20 -O2 -static -ffunction-sections -fdata-sections '-Wl,--gc-sections' -s)
{
  meson setup "$build/native" -Dmessages=false -Dtests=false
  meson compile -C "$build/native"
  protoc --proto_path=bench "--cpp_out=$build" quant.proto
} > "$build/native.log"
"${native[@]}" scripts/size/empty.cpp -o "$build/empty"
"${native[@]}" -Iinclude scripts/size/distillcfg.cpp "$build/native/src/libdistillcfg.a" -o "$build/distillcfg"
"${native[@]}" "-I$build" scripts/size/textformat.cpp "$build/quant.pb.cc" -lprotobuf -lpthread -o "$build/textformat"
over_empty() {
  size "$build/empty" "$build/$1" | awk 'NR == 2 {empty = $1 + $2} NR == 3 {print $1 + $2 - empty}'
}
echo
echo "| static program | bytes over an empty one |"
echo "|---|---:|"
printf "| distillcfg | %s |\n" "$(over_empty distillcfg)" | thousands
printf "| libprotobuf, TextFormat | %s |\n" "$(over_empty textformat)" | thousands
