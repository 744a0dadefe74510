#!/usr/bin/env bash
# install_dependencies.sh [build | tests | ci | full]
#
# Installs what Debian 12 needs for the tool alone, for the tests too (the default), for .ci/run, or
# for .ci/full. Runs as root or with sudo, and does nothing where all is there already.
set -euo pipefail

packages=(g++ meson ninja-build pkg-config libfmt-dev)
level=${1:-tests}
case $level in
  build | tests | ci | full) ;;
  *)
    echo "usage: $0 [build | tests | ci | full]" >&2
    exit 2
    ;;
esac
if [[ $level != build ]]; then
  packages+=(doctest-dev python3 python3-jsonschema cmake strace)
fi
if [[ $level == ci || $level == full ]]; then
  packages+=(clang-14 clang-format-14 clang-19 clang-tidy-19 libclang-rt-19-dev libc++-19-dev libc++abi-19-dev)
  packages+=(gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib shellcheck)
fi
if [[ $level == full ]]; then
  packages+=(libclang-rt-14-dev libprotobuf-dev protobuf-compiler libbenchmark-dev libsimdjson-dev rapidjson-dev)
  packages+=(valgrind qemu-user qemu-system-arm)
  packages+=(python3-torch python3-torchvision)
  packages+=(g++-aarch64-linux-gnu g++-arm-linux-gnueabihf g++-i686-linux-gnu g++-s390x-linux-gnu llvm-19)
fi

if ! command -v apt-get > /dev/null; then
  echo "$0 knows Debian only; these are the packages, by their names there: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo > /dev/null; then
    echo "Missing: ${missing[*]}. Run this as root, or install sudo." >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
