// A program that uses the core alone, as firmware would: no heap, no exceptions, no C++ library to
// link with. Ends with status 0 if all is well.
#include <cstddef>

// A program may have macros of any name.
#define DIAG(text) text
#define NOTE 2
#define AMCT 3

#include "distillcfg/ast.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"

static_assert(DIAG(1) == 1 && NOTE == 2 && AMCT == 3);

namespace {

constexpr char text[] = "batch_num: 2 quant_skip_layers: 'fc'";
alignas(std::max_align_t) std::byte memory[distillcfg::arena_bound(sizeof text)];

bool count_bytes(void* context, const char*, std::size_t size) {
  *static_cast<std::size_t*>(context) += size;
  return true;
}

}  // namespace

// Without a C library, some compilers do not know `main` as what a program starts with.
extern "C" int run() {
  const distillcfg::Document document =
      distillcfg::parse({text, sizeof text - 1}, {.memory = distillcfg::Memory(memory)});
  if (!document.ok()) return 1;
  std::size_t printed = 0;
  if (!distillcfg::print(document.config(), {count_bytes, &printed}).ok()) return 2;
  return printed == 37 ? 0 : 3;
}

int main() { return run(); }
