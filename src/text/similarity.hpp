// How near two names are, for 'did you mean'.
#pragma once

#include <cstdint>
#include <string_view>

namespace distillcfg::detail {

// Names longer than this are like nothing.
inline constexpr std::size_t longest_similar_name = 128;
inline constexpr unsigned unlike = 3;

// The number of letters to insert, delete, replace or swap with their neighbour to make one of the
// other, without regard to case and to '-' for '_'; `unlike` if it is more than two. 0 also if they
// differ in underscores alone, as batchNum and batch_num do. Time linear in the shorter name.
[[nodiscard]] unsigned distance(std::string_view a, std::string_view b) noexcept;

// The same for names that users make up: short ones are near to each other by chance, so that `unlike`
// stands for all but the nearest of them.
[[nodiscard]] unsigned distance_of_made_up(std::string_view a, std::string_view b) noexcept;

}  // namespace distillcfg::detail
