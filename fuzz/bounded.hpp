// Work that is bounded by the size of its input.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "require.hpp"
#include "steps.hpp"
#include "support/output.hpp"

namespace distillcfg::fuzz {

// Only programs that count have it.
[[gnu::weak]] std::uint64_t steps_taken() noexcept;

// Sanitizers add steps of their own.
#if defined(__clang__) && defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr std::uint64_t steps_of_sanitizers = 4;
#else
inline constexpr std::uint64_t steps_of_sanitizers = 1;
#endif
#else
inline constexpr std::uint64_t steps_of_sanitizers = 1;
#endif

// Runs one pass, and requires that it takes no more steps than it may, where they are counted.
// `most_steps` is asked when it has run.
template <class Run, class MostSteps>
[[nodiscard]] auto require_bounded(Run run, MostSteps most_steps) {
  const bool counts = steps_taken != nullptr;
  const std::uint64_t before = counts ? steps_taken() : 0;
  auto result = run();
  DISTILLCFG_REQUIRE(!counts || steps_taken() - before <= steps_of_sanitizers * most_steps(),
                     "a pass takes a bounded number of steps");
  return result;
}

// Runs a pass that writes: `write` gets a sink that appends to `output`, which is empty. `read` is how many
// bytes the pass may look at.
template <class Write>
[[nodiscard]] auto require_bounded_writing(std::size_t read, std::string& output, Write write) {
  return require_bounded([&] { return write(test::sink_to(output)); },
                         [&] { return most_write_steps(read, output.size()); });
}

// How often a pass may ask the system for memory, for texts of `size` bytes.
[[nodiscard]] constexpr std::size_t most_allocations(std::size_t size) noexcept {
  return 8 + 2 * static_cast<std::size_t>(std::bit_width(size));
}

}  // namespace distillcfg::fuzz
