// A quant.cfg and a model, from text to config.json in one buffer.
#include "invariants.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return distillcfg::fuzz::run_target(data, size, distillcfg::fuzz::require_pipeline_invariants);
}
