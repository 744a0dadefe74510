// What is said of a quant.cfg and, where a model follows, of its resolution, in words and in JSON.
#include "invariants.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return distillcfg::fuzz::run_target(data, size, distillcfg::fuzz::require_render_invariants);
}
