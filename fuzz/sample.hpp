// Chooses, of what is too much to try with every input, what to try with this one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "support/random.hpp"

namespace distillcfg::fuzz {

// FNV-1a.
inline std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U;
  return hash ^ hash >> 29;
}

// Draws that depend on the input alone: an input that failed fails again, and many inputs try all
// there is. Where an input is made smaller its draws change; with DISTILLCFG_FUZZ_EVERYTHING in the
// environment nothing is left out.
class Sample {
 public:
  explicit Sample(std::string_view input) : random_(hash_of(input)) {}

  // 0 <= result < bound; bound is not 0.
  [[nodiscard]] std::size_t below(std::size_t bound) {
    return random_.below(static_cast<std::uint32_t>(std::min<std::uint64_t>(bound, UINT32_MAX)));
  }
  [[nodiscard]] std::uint64_t number() {
    const std::uint64_t high = random_.below(UINT32_MAX);
    return high << 32U | random_.below(UINT32_MAX);
  }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0 || everything(); }

 private:
  [[nodiscard]] static bool everything() {
    static const bool set = std::getenv("DISTILLCFG_FUZZ_EVERYTHING") != nullptr;
    return set;
  }

  test::Random random_;
};

}  // namespace distillcfg::fuzz
