// Changes to texts that know the schema: most of what they make is still nearly right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace distillcfg::fuzz {

// Changes a few fields, values, brackets, separators or blanks of an input. Texts of one schema are
// told from those of the other by their names; an input may hold several (sections.hpp). The result
// has at most `max_size` bytes, and is the same for the same arguments everywhere. Takes time linear
// in the size of the input.
[[nodiscard]] std::string mutate(std::string_view input, std::size_t max_size, std::uint64_t seed);

// The same with a field of another input put in.
[[nodiscard]] std::string cross_over(std::string_view input, std::string_view other, std::size_t max_size,
                                     std::uint64_t seed);

}  // namespace distillcfg::fuzz
