// What every target is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::fuzz {

using Invariants = void (*)(std::string_view input);

inline int run_target(const std::uint8_t* data, std::size_t size, Invariants invariants) {
  invariants({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace distillcfg::fuzz
