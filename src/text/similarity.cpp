#include "text/similarity.hpp"

#include "text/characters.hpp"

namespace distillcfg::detail {

namespace {

char folded(char c) noexcept { return c == '-' ? '_' : lower(c); }

bool same_without_underscores(std::string_view a, std::string_view b) noexcept {
  std::size_t i = 0;
  std::size_t j = 0;
  for (;;) {
    while (i < a.size() && folded(a[i]) == '_') ++i;
    while (j < b.size() && folded(b[j]) == '_') ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (folded(a[i++]) != folded(b[j++])) return false;
  }
}

}  // namespace

unsigned distance(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t most = unlike - 1;
  if (a.size() > longest_similar_name || b.size() > longest_similar_name) return unlike;
  if (same_without_underscores(a, b)) return 0;
  if (a.size() > b.size() + most || b.size() > a.size() + most) return unlike;
  // Only the diagonal and `most` cells on either side of it can hold a small distance. Cell d of a
  // row stands for column i + d - most; three rows are enough for a swap.
  constexpr std::size_t width = 2 * most + 1;
  unsigned rows[3][width + 2];
  unsigned* before_last = rows[0];
  unsigned* last = rows[1];
  unsigned* row = rows[2];
  for (unsigned* r : rows) {
    for (std::size_t d = 0; d < width + 2; ++d) r[d] = unlike;
  }
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t d = 0; d < width; ++d) {
      row[d + 1] = unlike;
      if (i + d < most || i + d - most > b.size()) continue;
      const std::size_t j = i + d - most;
      unsigned best = i == 0 && j == 0 ? 0 : unlike;
      const auto take = [&best](unsigned candidate) { best = candidate < best ? candidate : best; };
      if (i > 0) take(last[d + 2] + 1);  // delete a[i-1]
      if (j > 0) take(row[d] + 1);       // insert b[j-1]
      if (i > 0 && j > 0) {
        const bool same = folded(a[i - 1]) == folded(b[j - 1]);
        take(last[d + 1] + (same ? 0 : 1));
        const bool swapped =
            i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]);
        if (swapped) take(before_last[d + 1] + 1);
      }
      row[d + 1] = best;
    }
    unsigned* const oldest = before_last;
    before_last = last;
    last = row;
    row = oldest;
  }
  const unsigned result = last[b.size() + most - a.size() + 1];
  return result < unlike ? result : unlike;
}

unsigned distance_of_made_up(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t least_for_one = 2;
  constexpr std::size_t least_for_two = 5;
  const unsigned result = distance(a, b);
  const std::size_t shorter = a.size() < b.size() ? a.size() : b.size();
  if (result == 0) return result;
  return shorter < (result == 1 ? least_for_one : least_for_two) ? unlike : result;
}

}  // namespace distillcfg::detail
