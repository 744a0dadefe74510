#include "text/similarity.hpp"

#include <cstddef>
#include <cstring>

#include "text/characters.hpp"

namespace distillcfg::detail {

namespace {

bool same(const FoldedName& a, const FoldedName& b) noexcept {
  return a.size == b.size && std::memcmp(a.text, b.text, a.size) == 0;
}

// How far two names go on alike behind a[i] and b[j]: the index in `a` where they part, or where one ends.
std::size_t end_of_likeness(const FoldedName& a, std::size_t i, const FoldedName& b, std::size_t j) noexcept {
  constexpr std::size_t word = 8;
  while (a.size - i >= word && b.size - j >= word && std::memcmp(a.text + i, b.text + j, word) == 0) {
    i += word;
    j += word;
  }
  while (i < a.size && j < b.size && a.text[i] == b.text[j]) {
    ++i;
    ++j;
  }
  return i;
}

}  // namespace

FoldedName::FoldedName(std::string_view name, bool underscores) noexcept {
  if (name.size() > longest_similar_name) return;
  for (const char c : name) {
    const char folded = c == '-' ? '_' : lower(c);
    text[size] = folded;
    size += underscores || folded != '_' ? 1 : 0;
  }
}

// For each number of changes, how far they reach on each diagonal (index in `b` minus index in `a`): by
// another letter, a letter less, a letter more or a swap behind where fewer changes reached. Nearly all of
// the work is then to find where likeness ends.
unsigned SoughtName::distance_to(std::string_view other) const noexcept {
  constexpr std::ptrdiff_t most = unlike - 1;
  if (size_ > longest_similar_name || other.size() > longest_similar_name) return unlike;
  if (same(letters_, FoldedName(other, false))) return 0;
  const FoldedName& from = whole_;
  const auto a_size = static_cast<std::ptrdiff_t>(size_);
  const auto b_size = static_cast<std::ptrdiff_t>(other.size());
  const std::ptrdiff_t last = b_size - a_size;
  if (last > most || last < -most) return unlike;
  const FoldedName to(other, true);
  const auto extend = [&](std::ptrdiff_t i, std::ptrdiff_t d) {
    return static_cast<std::ptrdiff_t>(
        end_of_likeness(from, static_cast<std::size_t>(i), to, static_cast<std::size_t>(i + d)));
  };
  // reach[changes][most + 1 + d]; the cells at both sides are never reached.
  constexpr std::ptrdiff_t nowhere = -8;
  std::ptrdiff_t reach[most + 1][2 * most + 3];
  for (auto& row : reach) {
    for (std::ptrdiff_t& cell : row) cell = nowhere;
  }
  reach[0][most + 1] = extend(0, 0);
  for (std::ptrdiff_t changes = 1; changes <= most; ++changes) {
    for (std::ptrdiff_t d = -changes; d <= changes; ++d) {
      const std::ptrdiff_t* const before = reach[changes - 1] + most + 1 + d;
      std::ptrdiff_t i = before[0] + 1;
      if (before[-1] > i) i = before[-1];
      if (before[1] + 1 > i) i = before[1] + 1;
      const std::ptrdiff_t at = before[0];
      if (at >= 0 && at + 1 < a_size && at + d + 1 < b_size && from.text[at] == to.text[at + d + 1] &&
          from.text[at + 1] == to.text[at + d] && at + 2 > i) {
        i = at + 2;
      }
      if (i > a_size) i = a_size;
      if (i > b_size - d) i = b_size - d;
      if (i < 0 || i + d < 0) continue;
      i = extend(i, d);
      if (d == last && i == a_size) return static_cast<unsigned>(changes);
      reach[changes][most + 1 + d] = i;
    }
  }
  return unlike;
}

unsigned SoughtName::distance_to_made_up(std::string_view other) const noexcept {
  constexpr std::size_t least_for_one = 2;
  constexpr std::size_t least_for_two = 5;
  const unsigned result = distance_to(other);
  if (result == 0) return result;
  const std::size_t shorter = size_ < other.size() ? size_ : other.size();
  return shorter < (result == 1 ? least_for_one : least_for_two) ? unlike : result;
}

unsigned distance(std::string_view a, std::string_view b) noexcept { return SoughtName(a).distance_to(b); }

}  // namespace distillcfg::detail
