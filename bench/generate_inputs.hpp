// Configurations to measure with: large ones, made from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace distillcfg::bench {

// A small random number generator (SplitMix64) whose numbers are the same everywhere, as those of
// the standard library's distributions are not.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15U;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBU;
    return z ^ (z >> 31);
  }
  // 0 <= result < count; count is not 0.
  std::size_t below(std::size_t count) noexcept { return static_cast<std::size_t>(next() % count); }
  // True `percent` times of a hundred.
  bool chance(unsigned percent) noexcept { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

enum class Layout {
  // One field a line, four spaces a level: as the documented sample is written, and as scripts
  // that fill in a template write.
  regular,
  // As people write: fields shuffled and left out, comments, one-line messages, tabs, < >, lists,
  // separators, escapes and joined literals, numbers in every spelling.
  irregular,
};

// A configuration of global settings, one group, and an override for nearly every of `layers`
// layers. 9, 560 and 46,848 layers give about 4 kB, 240 kB and 20 MB. Same arguments, same bytes.
[[nodiscard]] std::string generate_input(Layout layout, std::size_t layers, std::uint64_t seed);

// The description of a network with those layers in a row, each followed by batch normalisation and
// ReLU; every thirteenth is a Linear without the former.
[[nodiscard]] std::string generate_model(std::size_t layers);

// The description of a network of residual blocks in a row: the input of each goes around its two
// convolutions too, so that there are 2^blocks ways from the first block to the last.
[[nodiscard]] std::string generate_residual_model(std::size_t blocks);

}  // namespace distillcfg::bench
