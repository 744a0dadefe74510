// A quant.cfg, printed and read back, and laid out in other ways.
#include "invariants.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return distillcfg::fuzz::run_target(data, size, distillcfg::fuzz::require_round_trip_invariants);
}
