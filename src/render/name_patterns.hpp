// Names that differ in numbers alone, written as one: layer{1..4}.{0,1}.conv{1,2}
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace distillcfg::render {

// Some of the names, all of those and no others that the pattern stands for.
struct NamePattern {
  std::string text;                    // as the names are, not yet fit to be shown
  std::vector<std::uint32_t> members;  // indices, ascending
};

// Groups names, which must differ from each other, into as few patterns as merging one number after
// another gives; of a name with many numbers, the last eight. Ordered by first member. Names that were made
// to have the same hashes get more patterns than others would, not more time: that is linear in the names'
// sizes, but for sorting the numbers of each pattern.
[[nodiscard]] std::vector<NamePattern> name_patterns(std::span<const std::string_view> names);

}  // namespace distillcfg::render
