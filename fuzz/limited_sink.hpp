// A sink that refuses.
#pragma once

#include <cstddef>

#include "distillcfg/sink.hpp"
#include "require.hpp"

namespace distillcfg::fuzz {

// Takes `room` bytes, then refuses.
struct LimitedSink {
  std::size_t room;
  std::size_t taken = 0;
  bool refused = false;

  static bool write(void* context, const char*, std::size_t size) {
    auto& self = *static_cast<LimitedSink*>(context);
    DISTILLCFG_REQUIRE(!self.refused, "a sink that has refused is not asked again");
    self.refused = size > self.room - self.taken;
    self.taken += self.refused ? 0 : size;
    return !self.refused;
  }
};

// Of a writer that writes `size` bytes, and is called again with a sink that takes no more than half of them.
template <class Write>
void require_refusal_is_reported(std::size_t size, Write write) {
  if (size == 0) return;
  LimitedSink sink{size / 2};
  const WriteResult result = write(Sink{LimitedSink::write, &sink});
  DISTILLCFG_REQUIRE(sink.refused && result.code == Code::output_failed, "a sink's refusal is reported");
}

}  // namespace distillcfg::fuzz
