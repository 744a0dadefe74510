// How near two names are, for 'did you mean'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::detail {

// Names longer than this are like nothing.
inline constexpr std::size_t longest_similar_name = 128;
inline constexpr unsigned unlike = 3;

// A name with the spellings that count as one made one; where underscores do not count either, without them.
// Empty if it is too long to be like anything.
struct FoldedName {
  char text[longest_similar_name];
  std::size_t size = 0;

  FoldedName(std::string_view name, bool underscores) noexcept;
};

// A name that others are compared with, folded once for all of them.
class SoughtName {
 public:
  explicit SoughtName(std::string_view name) noexcept : size_(name.size()), whole_(name, true), letters_(name, false) {}

  // The number of letters to insert, delete, replace or swap with their neighbour to make one of the
  // other, without regard to case and to '-' for '_'; `unlike` if it is more than two. 0 also if they
  // differ in underscores alone, as batchNum and batch_num do. Time linear in the shorter name.
  [[nodiscard]] unsigned distance_to(std::string_view other) const noexcept;

  // The same for names that users make up: short ones are near to each other by chance, so that `unlike`
  // stands for all but the nearest of them.
  [[nodiscard]] unsigned distance_to_made_up(std::string_view other) const noexcept;

 private:
  std::size_t size_;
  FoldedName whole_;
  FoldedName letters_;
};

// distance_to, where a name is compared with few.
[[nodiscard]] unsigned distance(std::string_view a, std::string_view b) noexcept;

}  // namespace distillcfg::detail
