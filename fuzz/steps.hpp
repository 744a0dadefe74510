// Steps of the library, counted: what stands for time wherever time itself would depend on the machine.
//
// A step is a basic block of the library's compiled code, counted by calls that the compiler puts at
// the start of each (-fsanitize-coverage=trace-pc, which g++ and clang have). So no loop can be
// forgotten. What memcpy, memmove, memcmp and memset do counts as a step for each 16 bytes. Programs that
// count are linked with --wrap for all of these.
#pragma once

#include <cstdint>

namespace distillcfg::fuzz {

// Steps taken since the program's start. Always 0 where the library was compiled without counting. For
// one thread.
[[nodiscard]] std::uint64_t steps_taken() noexcept;

// What the passes promise (docs/security.md): no more than this, whatever the input. `read` is the size of
// the texts, `written` that of the output.
inline constexpr std::uint64_t fixed_steps = 65'536;
constexpr std::uint64_t most_parse_steps(std::uint64_t read) noexcept { return 8 * fixed_steps + 128 * read; }
constexpr std::uint64_t most_validate_steps(std::uint64_t read) noexcept { return fixed_steps + 128 * read; }
constexpr std::uint64_t most_resolve_steps(std::uint64_t read) noexcept { return 8 * fixed_steps + 512 * read; }
constexpr std::uint64_t most_write_steps(std::uint64_t read, std::uint64_t written) noexcept {
  return fixed_steps + 16 * read + 64 * written;
}

}  // namespace distillcfg::fuzz
