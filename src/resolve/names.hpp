// Names as small numbers: equal names get the same one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "distillcfg/memory.hpp"

namespace distillcfg::detail {

// A hash table with open addressing over names that live elsewhere. Numbers are given in the order
// of first appearance, so they depend on the names alone, not on the seed.
class Names {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  // Room for `most` different names. False if there is no memory.
  [[nodiscard]] bool reserve(Arena& arena, std::uint32_t most, std::uint64_t seed) noexcept {
    seed_ = seed;
    std::uint64_t slots = 16;
    while (slots < std::uint64_t{most} * 2) slots *= 2;
    if (slots > SIZE_MAX / sizeof(Slot)) return false;
    const std::size_t bytes = static_cast<std::size_t>(slots) * sizeof(Slot);
    slots_ = static_cast<Slot*>(arena.allocate(bytes, alignof(Slot)));
    names_ = static_cast<std::string_view*>(arena.allocate(most * sizeof(std::string_view), alignof(std::string_view)));
    if (slots_ == nullptr || names_ == nullptr) return false;
    std::memset(static_cast<void*>(slots_), 0xFF, bytes);
    mask_ = slots - 1;
    return true;
  }

  // The number of a name, which is given one if it has none.
  std::uint32_t add(std::string_view name) noexcept {
    Slot& slot = find_slot(name);
    if (slot.number == none) {
      slot = {hash_of(name), size_};
      new (names_ + size_++) std::string_view(name);
    }
    return slot.number;
  }
  // The number of a name, or `none`.
  [[nodiscard]] std::uint32_t find(std::string_view name) const noexcept {
    return const_cast<Names*>(this)->find_slot(name).number;
  }

  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept { return names_[number]; }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

 private:
  struct Slot {
    std::uint32_t hash;
    std::uint32_t number;  // none: free
  };

  // Eight bytes at a time, multiplied and folded; the last eight overlap.
  [[nodiscard]] std::uint32_t hash_of(std::string_view name) const noexcept {
    constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15U;
    std::uint64_t hash = seed_ ^ name.size() * factor;
    const auto mix = [&hash](std::uint64_t word) {
      hash = (hash ^ word) * factor;
      hash ^= hash >> 32U;
    };
    const char* p = name.data();
    std::size_t left = name.size();
    for (; left >= 8; left -= 8, p += 8) mix(load(p, 8));
    if (left != 0) mix(load(p, left));
    hash *= factor;
    return static_cast<std::uint32_t>(hash >> 32U);
  }
  static std::uint64_t load(const char* p, std::size_t size) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, p, size);
    return word;
  }

  [[nodiscard]] Slot& find_slot(std::string_view name) noexcept {
    const std::uint32_t hash = hash_of(name);
    for (std::uint64_t i = hash & mask_;; i = (i + 1) & mask_) {
      Slot& slot = slots_[i];
      if (slot.number == none || (slot.hash == hash && names_[slot.number] == name)) return slot;
    }
  }

  Slot* slots_ = nullptr;
  std::string_view* names_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t seed_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace distillcfg::detail
