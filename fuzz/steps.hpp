// Steps of the library, counted: what stands for time wherever time itself would depend on the machine.
//
// A step is a basic block of the library's compiled code, counted by calls that the compiler puts at
// the start of each (-fsanitize-coverage=trace-pc, which g++ and clang have). So no loop can be
// forgotten. What memcpy, memmove, memcmp and memset do counts as a step for each 16 bytes where the
// program is linked with --wrap for them.
#pragma once

#include <cstdint>

namespace distillcfg::fuzz {

// Steps taken since the program's start. Always 0 where the library was compiled without counting. For
// one thread.
[[nodiscard]] std::uint64_t steps_taken() noexcept;

}  // namespace distillcfg::fuzz
