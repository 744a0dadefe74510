// A quant.cfg and, behind a separator, the model that it is resolved for.
#include "invariants.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return distillcfg::fuzz::run_target(data, size, distillcfg::fuzz::require_resolve_invariants);
}
