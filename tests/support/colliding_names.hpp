// Names that are chosen to collide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace distillcfg::test {

#ifdef DISTILLCFG_NO_FAST_PATH

// Eight digits whose hashes in the resolver's table (src/resolve/names.hpp, seed 0), FNV-1a, agree in the
// bits that choose one of up to 8,192 slots. One in so many names has such a hash.
inline std::vector<std::string> colliding_names(std::size_t count) {
  constexpr std::uint32_t slots = 8192;
  std::vector<std::string> names;
  for (std::uint32_t number = 0; names.size() < count && number < 100'000'000; ++number) {
    char name[8];
    std::uint32_t hash = 0x811C'9DC5U;
    std::uint32_t rest = number;
    for (char& digit : name) {
      digit = static_cast<char>('0' + rest % 10);
      rest /= 10;
      hash = (hash ^ static_cast<unsigned char>(digit)) * 0x0100'0193U;
    }
    if (hash % slots == 0) names.emplace_back(name, 8);
  }
  return names;
}

#else

// Eight letters and digits whose hashes in the resolver's table (src/resolve/names.hpp, seed 0) are equal,
// so that each name collides with all others: the hash run backwards.
inline std::vector<std::string> colliding_names(std::size_t count) {
  constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15U;
  constexpr std::uint64_t inverse = [] {
    std::uint64_t x = factor;  // correct to 3 bits; each turn doubles them
    for (int i = 0; i < 5; ++i) x *= 2 - factor * x;
    return x;
  }();
  static_assert(factor * inverse == 1);
  std::vector<std::string> names;
  for (std::uint64_t low = 0; names.size() < count && low < 0x1'0000'0000U; ++low) {
    std::uint64_t word = (0x1234'5678ULL << 32U | low) * inverse;
    word ^= word >> 32U;
    word = word * inverse ^ 8 * factor;
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
    if ((word & 0x80 * ones) != 0) continue;
    char name[8];
    std::memcpy(name, &word, 8);
    bool plain = true;
    for (const char c : name) plain = plain && c > ' ' && c != '"' && c != '\\' && c != '\x7F';
    if (plain) names.emplace_back(name, 8);
  }
  return names;
}

#endif

}  // namespace distillcfg::test
