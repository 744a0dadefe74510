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
// another gives. Ordered by first member. Expected time linear in the names' sizes, times the numbers
// in a name.
[[nodiscard]] std::vector<NamePattern> name_patterns(std::span<const std::string_view> names);

}  // namespace distillcfg::render
