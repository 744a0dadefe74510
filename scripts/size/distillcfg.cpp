// Reads standard input as a quant.cfg with distillcfg, and says whether it is one.
#include <cstddef>
#include <cstdio>
#include <string_view>

#include "distillcfg/parse.hpp"

int main() {
  static char text[1 << 20];
  alignas(std::max_align_t) static std::byte memory[distillcfg::arena_bound(sizeof text)];
  const std::size_t size = std::fread(text, 1, sizeof text, stdin);
  return distillcfg::parse(std::string_view(text, size), {.memory = distillcfg::Memory(memory)}).ok() ? 0 : 1;
}
