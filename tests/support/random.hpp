// Random numbers that are the same everywhere.
#pragma once

#include <cstdint>
#include <string_view>

namespace distillcfg::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // 0 <= result < bound; bound is not 0.
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state_ >> 33U) % bound;
  }
  template <class... Choices>
  std::string_view one_of(Choices... choices) {
    const std::string_view all[] = {choices...};
    return all[below(sizeof...(choices))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace distillcfg::test
