// What every target does around its invariants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::fuzz {

using Invariants = void (*)(std::string_view input);

// The one place through which every input of every target goes: what is to be bounded for a whole
// input is measured here.
inline void require_bounded(std::string_view input, Invariants invariants) { invariants(input); }

inline int run_target(const std::uint8_t* data, std::size_t size, Invariants invariants) {
  require_bounded({reinterpret_cast<const char*>(data), size}, invariants);
  return 0;
}

}  // namespace distillcfg::fuzz
