// Names as small numbers: equal names get the same one.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "distillcfg/memory.hpp"
#include "resolve/arrays.hpp"
#include "resolve/name_tree.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

// A hash table with open addressing over names that live elsewhere. Numbers are given in the order
// of first appearance, so they depend on the names alone, not on the seed.
//
// Who knows the seed can choose names that collide. Each look-up therefore brings a credit that the slots
// looked at in vain use up; when it is spent, a tree takes over whose time no choice of names makes worse.
class Names {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  // Room for `expected` different names at first; grows in the arena. False if there is no memory.
  [[nodiscard]] bool reserve(Arena& arena, std::uint64_t expected, std::uint64_t seed) noexcept {
    arena_ = &arena;
    seed_ = seed;
    return grow(expected < least_capacity ? least_capacity : expected);
  }

  // The number of a name, which is given one if it has none; `none` if there is no memory.
  std::uint32_t add(std::string_view name) noexcept { return add(name, hash_of(name)); }
  // The number of a name, or `none`.
  [[nodiscard]] std::uint32_t find(std::string_view name) noexcept {
    if (tree_.in_use()) return tree_.find(names_, name);
    const std::uint32_t number = slots_[slot_of(name, hash_of(name))].number;
    // Without memory for the tree the table is all there is.
    if (credit_ < 0 && !plant()) credit_ = 0;
    return number;
  }

  // As add and find, for names that mostly come in the order of their numbers: tries a few behind
  // `last`, the number of the name before, at a fraction of the cost.
  std::uint32_t add_behind(std::uint32_t last, std::string_view name) noexcept {
    const std::uint32_t number = look_behind(last, name);
    return number == none ? add(name) : number;
  }
  [[nodiscard]] std::uint32_t find_behind(std::uint32_t last, std::string_view name) noexcept {
    const std::uint32_t number = look_behind(last, name);
    return number == none ? find(name) : number;
  }

  // Adds name_of(element) for each element of a list, and calls store(element, number), and goes on
  // while that is true. False if it was not or there is no memory. Looks ahead, so that the table's memory arrives in
  // time.
  template <class Elements, class NameOf, class Store>
  [[nodiscard]] bool add_each(const Elements& elements, NameOf name_of, Store store) noexcept {
#ifdef DISTILLCFG_NO_FAST_PATH
    for (const auto& element : elements) {
      const std::uint32_t number = add(name_of(element));
      if (number == none || !store(element, number)) return false;
    }
#else
    constexpr std::uint32_t ahead = 16;
    std::uint32_t hashes[ahead] = {};
    auto hashed = elements.begin();
    std::uint32_t count = 0;
    const auto hash_next = [&] {
      const std::uint32_t hash = hash_of(name_of(*hashed));
      hashes[count++ % ahead] = hash;
#if defined(__GNUC__)
      __builtin_prefetch(&slots_[hash & mask_]);
#endif
      ++hashed;
    };
    while (count < ahead && hashed != elements.end()) hash_next();
    std::uint32_t i = 0;
    for (const auto& element : elements) {
      const std::uint32_t hash = hashes[i++ % ahead];
      if (hashed != elements.end()) hash_next();
      const std::uint32_t number = add(name_of(element), hash);
      if (number == none || !store(element, number)) return false;
    }
#endif
    return true;
  }

  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept { return names_[number]; }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

 private:
  struct Slot {
    std::uint32_t hash;
    std::uint32_t number;  // none: free
  };

#ifdef DISTILLCFG_NO_FAST_PATH
  // FNV-1a.
  [[nodiscard]] std::uint32_t hash_of(std::string_view name) const noexcept {
    std::uint32_t hash = 0x811C'9DC5U ^ static_cast<std::uint32_t>(seed_);
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0100'0193U;
    return hash;
  }
#else
  // Eight bytes at a time, multiplied and folded; the last eight overlap.
  [[nodiscard]] std::uint32_t hash_of(std::string_view name) const noexcept {
    constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15U;
    std::uint64_t hash = seed_ ^ name.size() * factor;
    const auto mix = [&hash](std::uint64_t word) {
      hash = (hash ^ word) * factor;
      hash ^= hash >> 32U;
    };
    const char* const p = name.data();
    const std::size_t size = name.size();
    if (size >= 8) {
      std::uint64_t word;
      for (std::size_t i = 0; i < size - 8; i += 8) {
        std::memcpy(&word, p + i, 8);
        mix(word);
      }
      std::memcpy(&word, p + size - 8, 8);
      mix(word);
    } else {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < size; ++i) word = word << 8U | static_cast<unsigned char>(p[i]);
      mix(word);
    }
    hash *= factor;
    return static_cast<std::uint32_t>(hash >> 32U);
  }
#endif
  [[nodiscard]] static bool same(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && same_name(a.data(), b.data(), a.size());
  }

  [[nodiscard]] std::uint64_t slot_of(std::string_view name, std::uint32_t hash) noexcept {
    credit_ += credit_for_each;
    for (std::uint64_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.number == none) return i;
      --credit_;
      if (slot.hash == hash) {
        if (same(names_[slot.number], name)) return i;
        credit_ -= static_cast<std::int64_t>(name.size() / 8);
      }
    }
  }
  [[nodiscard]] std::uint64_t free_slot(std::uint32_t hash) const noexcept {
    std::uint64_t i = hash & mask_;
    while (slots_[i].number != none) i = (i + 1) & mask_;
    return i;
  }

  std::uint32_t add(std::string_view name, std::uint32_t hash) noexcept {
    if (tree_.in_use()) return add_to_tree(name);
    std::uint64_t slot = slot_of(name, hash);
    if (slots_[slot].number != none) return slots_[slot].number;
    if (size_ == capacity_) {
      if (!grow(std::uint64_t{capacity_} * 2)) return none;
      slot = free_slot(hash);
    }
    slots_[slot] = {hash, size_};
    new (names_ + size_) std::string_view(name);
    ++size_;
    if (credit_ < 0 && !plant()) return none;
    return size_ - 1;
  }

  // Moves all names into the tree.
  [[nodiscard]] bool plant() noexcept {
    if (!tree_.reserve(*arena_, capacity_)) return false;
    for (std::uint32_t i = 0; i < size_; ++i) tree_.add(names_, i);
    return true;
  }
  std::uint32_t add_to_tree(std::string_view name) noexcept {
    const std::uint32_t number = tree_.find(names_, name);
    if (number != none) return number;
    if (size_ == capacity_ && !grow(std::uint64_t{capacity_} * 2)) return none;
    new (names_ + size_) std::string_view(name);
    tree_.add(names_, size_);
    return size_++;
  }

  [[nodiscard]] std::uint32_t look_behind(std::uint32_t last, std::string_view name) const noexcept {
    constexpr std::uint32_t most = 4;
    for (std::uint32_t i = last; i < size_ && i - last <= most; ++i) {
      if (same(names_[i], name)) return i;
    }
    return none;
  }

  // Makes room for so many names. What the smaller arrays took is lost in the arena: less than the new ones.
  [[nodiscard]] bool grow(std::uint64_t capacity) noexcept {
    if (capacity > most_names) return false;
    const auto count = static_cast<std::uint32_t>(capacity);
    // The room for names comes last: who finds some there counts on the rest.
    return (tree_.in_use() ? tree_.reserve(*arena_, count) : grow_table(count)) && grow_names(count);
  }
  [[nodiscard]] bool grow_table(std::uint32_t capacity) noexcept {
    std::uint64_t slots = 16;
    while (slots < std::uint64_t{capacity} + capacity / 2) slots *= 2;
    auto* const table = allocate_array<Slot>(*arena_, slots);
    if (table == nullptr) return false;
    std::memset(static_cast<void*>(table), 0xFF, static_cast<std::size_t>(slots) * sizeof(Slot));
    const std::uint64_t old_slots = slots_ == nullptr ? 0 : mask_ + 1;
    const Slot* const old = slots_;
    slots_ = table;
    mask_ = slots - 1;
    for (std::uint64_t i = 0; i < old_slots; ++i) {
      if (old[i].number != none) slots_[free_slot(old[i].hash)] = old[i];
    }
    return true;
  }
  [[nodiscard]] bool grow_names(std::uint32_t capacity) noexcept {
    auto* const names = allocate_array<std::string_view>(*arena_, capacity);
    if (names == nullptr) return false;
    for (std::uint32_t i = 0; i < size_; ++i) new (names + i) std::string_view(names_[i]);
    names_ = names;
    capacity_ = capacity;
    return true;
  }

  static constexpr std::uint32_t least_capacity = 16;
  // Numbers beyond are what the tree marks its leaves with.
  static constexpr std::uint32_t most_names = 0x7FFF'FFFF;
  // Several times what names take that were not chosen to collide.
  static constexpr std::int64_t credit_for_each = 8;

  Arena* arena_ = nullptr;
  Slot* slots_ = nullptr;
  std::string_view* names_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t seed_ = 0;
  std::int64_t credit_ = 0;
  NameTree tree_;
  std::uint32_t capacity_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace distillcfg::detail
