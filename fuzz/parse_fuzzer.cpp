// The libFuzzer target. Every input is tried in every mode, so that a corpus holds plain quant.cfg
// texts and any tool can read it.
//
// Build by hand, with clang 14 or later (meson builds the same, see fuzz/meson.build), all on one line:
//
//     clang++ -std=c++20 -g -O1 -Iinclude -DDISTILLCFG_WITH_MESSAGES
//         -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
//         fuzz/parse_fuzzer.cpp fuzz/invariants.cpp fuzz/render_invariants.cpp
//         fuzz/config_entries.cpp fuzz/diagnostics_checks.cpp fuzz/require.cpp
//         src/*.cpp src/recovery/*.cpp src/text/*.cpp src/render/*.cpp -lfmt -o parse_fuzzer
//
// Without messages, leave out -DDISTILLCFG_WITH_MESSAGES, render_invariants.cpp, src/render and
// -lfmt. README.md says how to run it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  distillcfg::fuzz::require_invariants(text);
#ifdef DISTILLCFG_WITH_MESSAGES
  if (size <= 16 * 1024) distillcfg::fuzz::require_render_invariants(text);
#endif
  return 0;
}
