// Sorting in linear time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace distillcfg::detail {

// By 4 bits at a time of what key_of gives, from the lowest on, as far as they differ: linear, stable, and
// without a large table on a small stack. `others` has room for as many items; the two may change places.
template <class Item, class KeyOf>
void sort_by(Item*& items, Item*& others, std::uint32_t count, KeyOf key_of) noexcept {
  constexpr unsigned digit_bits = 4;
  constexpr unsigned digits = 1U << digit_bits;
  decltype(key_of(items[0])) differs = 0;
  for (std::uint32_t i = 1; i < count; ++i) differs |= key_of(items[i]) ^ key_of(items[0]);
  for (unsigned shift = 0; shift < sizeof(differs) * 8; shift += digit_bits) {
    const auto digit_of = [&](Item item) { return static_cast<std::size_t>(key_of(item) >> shift) % digits; };
    if ((differs >> shift) % digits == 0) continue;
    std::uint32_t at[digits] = {};
    for (std::uint32_t i = 0; i < count; ++i) ++at[digit_of(items[i])];
    std::uint32_t sum = 0;
    for (std::uint32_t& start : at) sum += std::exchange(start, sum);
    for (std::uint32_t i = 0; i < count; ++i) others[at[digit_of(items[i])]++] = items[i];
    std::swap(items, others);
  }
}

}  // namespace distillcfg::detail
