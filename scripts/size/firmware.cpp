// What scripts/measure_size.sh links for a Cortex-M4: parse and validate, and more as STEP says.
// 0 is the empty program that the others are compared with.
#ifndef STEP
#define STEP 0
#endif

#if STEP > 0
#include <cstddef>
#include <string_view>

#include "distillcfg/config_json.hpp"
#include "distillcfg/diagnostics.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"

using namespace distillcfg;

namespace {

alignas(std::max_align_t) std::byte memory[3][1024];
[[maybe_unused]] Model model;
volatile std::uint32_t result;

[[maybe_unused]] bool count(void* context, const char*, std::size_t size) {
  *static_cast<std::size_t*>(context) += size;
  return true;
}

}  // namespace
#endif

int main() {
#if STEP > 0
  const std::string_view text(reinterpret_cast<const char*>(0x1000), 100);
  const Document document = borrow_padded(text, {.memory = Memory(memory[0])});
  if (!document.ok()) return static_cast<int>(document.diagnostics()[0].code);
  const Diagnostics validation = validate(document.config(), {.text = text, .memory = Memory(memory[1])});
  result = validation.size();
  [[maybe_unused]] std::size_t size = 0;
#if STEP == 2 || STEP == 3
  const Resolution resolution = resolve(document.config(), model, {.config_text = text, .memory = Memory(memory[2])});
  for (const Layer& layer : resolution.layers()) {
    result = static_cast<std::uint32_t>(resolution.data(layer).dst_type.value);
    result = static_cast<std::uint32_t>(resolution.weight(layer).dst_type.value);
  }
#endif
#if STEP == 3
  if (!write_config_json(resolution, {count, &size}).ok()) return 1;
#endif
#if STEP == 4
  if (!print(document.config(), {count, &size}).ok()) return 1;
#endif
  result = static_cast<std::uint32_t>(size);
#endif
  return 0;
}
