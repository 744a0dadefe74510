// List<T>: the repeated fields of the AST.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <type_traits>

#include "distillcfg/memory.hpp"

namespace distillcfg {

// How many elements a list has room for at first.
struct FirstChunk {
  std::uint32_t capacity;
};

namespace detail {

// A list without its element type: what a table-driven reader can append to. Elements stand in
// chunks that never move. The first chunk holds as many elements as its type says, the next 8, 16 and 32,
// all later ones 64: small lists cost little, and a long one wastes at most one chunk of 64.
class ListBase {
 public:
  static constexpr std::uint32_t growing_chunks = 3;
  static constexpr std::uint32_t smallest_chunk = 8;
  static constexpr std::uint32_t largest_chunk = smallest_chunk << growing_chunks;
  // Elements that stand in the growing chunks together.
  static constexpr std::uint32_t grown = largest_chunk - smallest_chunk;

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  // Element i of a list whose elements have `stride` bytes; not checked.
  [[nodiscard]] void* element(std::uint32_t i, std::size_t stride) const noexcept {
    const Place at = place(i);
    return static_cast<char*>(chunk(at.chunk)) + at.index * stride;
  }
  // Memory for one more element of `stride` bytes, which the caller must construct there; counts
  // it. nullptr if the arena is exhausted or the list holds 2^32 - 1 elements.
  [[nodiscard]] void* append_slot(Arena& arena, std::size_t stride, std::size_t alignment) noexcept;
  // Takes the last element away; its slot is not used again if it was the first of a chunk.
  void drop_last() noexcept { --size_; }
  // The pointer to the first chunk, while that holds all elements; else nullptr.
  [[nodiscard]] void** only_chunk() noexcept { return size_ <= first_capacity_ ? &first_ : nullptr; }

 protected:
  struct Place {
    std::uint32_t chunk;  // 0 is the first chunk
    std::uint32_t index;
  };

  constexpr explicit ListBase(FirstChunk first) noexcept : first_capacity_(first.capacity) {}
  constexpr ListBase(void* elements, std::uint32_t size) noexcept
      : first_(elements), size_(size), first_capacity_(size) {}

  [[nodiscard]] constexpr Place place(std::uint32_t i) const noexcept {
    if (i < first_capacity_) return {0, i};
    const std::uint32_t j = i - first_capacity_;
    if (j >= grown) return {1 + growing_chunks + (j - grown) / largest_chunk, (j - grown) % largest_chunk};
    const auto power = static_cast<std::uint32_t>(std::bit_width(j + smallest_chunk) - 1);
    constexpr auto first_power = static_cast<std::uint32_t>(std::bit_width(smallest_chunk) - 1);
    return {1 + power - first_power, j + smallest_chunk - (1U << power)};
  }
  [[nodiscard]] constexpr std::uint32_t chunk_capacity(std::uint32_t chunk) const noexcept {
    if (chunk == 0) return first_capacity_;
    return chunk > growing_chunks ? largest_chunk : smallest_chunk << (chunk - 1);
  }
  [[nodiscard]] void* chunk(std::uint32_t k) const noexcept { return k == 0 ? first_ : more_[k - 1]; }

  // What iterators over any type of elements share: compiled once, not for each type.
  class Cursor {
   protected:
    constexpr Cursor() noexcept = default;
    constexpr explicit Cursor(std::uint32_t index) noexcept : index_(index) {}

    // The first element of chunk k, or none if the list is empty.
    void enter_chunk(std::uint32_t k, std::size_t stride) noexcept;

    const ListBase* list_ = nullptr;
    char* element_ = nullptr;
    char* chunk_end_ = nullptr;
    std::uint32_t index_ = 0;
    std::uint32_t chunk_ = 0;
  };

  void* first_ = nullptr;
  void** more_ = nullptr;  // the chunks after the first; room for a power of two of them
  std::uint32_t size_ = 0;
  std::uint32_t first_capacity_;
};

}  // namespace detail

// Elements in order, at addresses that never change. Owns nothing: the elements live in an arena,
// or in an array of the caller's that must outlive the list and its copies.
template <class T>
class List : public detail::ListBase {
  static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");

  template <class Element>
  class Iterator : Cursor {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = Element*;
    using reference = Element&;

    constexpr Iterator() noexcept = default;
    // At the first element.
    explicit Iterator(const List& list) noexcept {
      list_ = &list;
      enter_chunk(0, sizeof(T));
    }
    // Behind the last one.
    constexpr explicit Iterator(std::uint32_t size) noexcept : Cursor(size) {}
    reference operator*() const noexcept { return *operator->(); }
    pointer operator->() const noexcept { return reinterpret_cast<pointer>(element_); }
    Iterator& operator++() noexcept {
      ++index_;
      element_ += sizeof(T);
      if (element_ == chunk_end_) enter_chunk(chunk_ + 1, sizeof(T));
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.index_ == b.index_; }
  };

 public:
  using value_type = T;

  constexpr List() noexcept : List(FirstChunk{4}) {}
  constexpr explicit List(FirstChunk first) noexcept : ListBase(first) {}
  // The elements of an array, in place. At most 2^32 - 1 of them.
  constexpr explicit List(std::span<T> elements) noexcept
      : ListBase(elements.data(), static_cast<std::uint32_t>(elements.size())) {}

  // Appends a copy; nullptr if the arena is exhausted.
  T* push_back(Arena& arena, const T& value) noexcept {
    void* slot = append_slot(arena, sizeof(T), alignof(T));
    return slot == nullptr ? nullptr : new (slot) T(value);
  }

  // Element i, 0 <= i < size(); not checked.
  [[nodiscard]] const T& operator[](std::uint32_t i) const noexcept {
    const Place at = place(i);
    return static_cast<const T*>(chunk(at.chunk))[at.index];
  }
  [[nodiscard]] T& operator[](std::uint32_t i) noexcept {
    const Place at = place(i);
    return static_cast<T*>(chunk(at.chunk))[at.index];
  }

  [[nodiscard]] Iterator<const T> begin() const noexcept { return Iterator<const T>(*this); }
  [[nodiscard]] Iterator<const T> end() const noexcept { return Iterator<const T>(size_); }
  [[nodiscard]] Iterator<T> begin() noexcept { return Iterator<T>(*this); }
  [[nodiscard]] Iterator<T> end() noexcept { return Iterator<T>(size_); }
};

}  // namespace distillcfg
