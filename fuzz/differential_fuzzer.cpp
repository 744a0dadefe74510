// A quant.cfg, read by libprotobuf in the same process: the same is accepted, and prints the same.
#include <google/protobuf/stubs/logging.h>

#include <cstdio>

#include "comparison.hpp"
#include "require.hpp"
#include "target.hpp"

namespace {

using namespace distillcfg::differential;
using distillcfg::Semantics;

// libprotobuf reports each mistake to its log.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

void require_no_difference(std::string_view text) {
  const bool too_deep = may_nest_too_deep(text);
  for (const bool allow_unknown : {false, true}) {
    if (allow_unknown && too_deep) continue;
    for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
      const Difference kind =
          difference(expectation(text, semantics, allow_unknown), distillcfg_reads(text, semantics, allow_unknown));
      if (kind == Difference::none) continue;
      std::fputs(description(text, semantics, allow_unknown, kind).c_str(), stderr);
      DISTILLCFG_REQUIRE(false, "distillcfg differs from libprotobuf only where it means to");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return distillcfg::fuzz::run_target(data, size, require_no_difference);
}
