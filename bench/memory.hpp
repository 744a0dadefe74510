// Memory for what is measured: counted, or used again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "distillcfg/memory.hpp"

namespace distillcfg::bench {

// Counts what a pass asks its allocator for.
class CountedMemory {
 public:
  CountedMemory() = default;
  CountedMemory(const CountedMemory&) = delete;
  CountedMemory& operator=(const CountedMemory&) = delete;

  [[nodiscard]] Memory memory() noexcept { return Memory(Allocator{&allocate, &release, this}); }
  [[nodiscard]] std::uint64_t allocations() const noexcept { return allocations_; }
  // The most bytes that were held at once.
  [[nodiscard]] std::uint64_t peak() const noexcept { return peak_; }

 private:
  static void* allocate(void* self, std::size_t size, std::size_t alignment) noexcept {
    auto& counted = *static_cast<CountedMemory*>(self);
    ++counted.allocations_;
    counted.held_ += size;
    counted.peak_ = std::max(counted.peak_, counted.held_);
    return ::operator new (size, std::align_val_t{alignment}, std::nothrow);
  }
  static void release(void* self, void* memory, std::size_t size, std::size_t alignment) noexcept {
    static_cast<CountedMemory*>(self)->held_ -= size;
    ::operator delete (memory, std::align_val_t{alignment});
  }

  std::uint64_t allocations_ = 0;
  std::uint64_t held_ = 0;
  std::uint64_t peak_ = 0;
};

// Keeps what is given back for the next request of the same size, as a program does that works on
// one text after another: then no new pages come from the system.
class ReusedMemory {
 public:
  ReusedMemory() = default;
  ReusedMemory(const ReusedMemory&) = delete;
  ReusedMemory& operator=(const ReusedMemory&) = delete;
  ~ReusedMemory() {
    for (const Piece& piece : free_) ::operator delete(piece.memory);
  }

  [[nodiscard]] Memory memory() noexcept { return Memory(Allocator{&allocate, &release, this}); }

 private:
  struct Piece {
    void* memory;
    std::size_t size;
  };

  // Arenas ask for no more than the usual alignment.
  static void* allocate(void* self, std::size_t size, std::size_t) noexcept {
    auto& free = static_cast<ReusedMemory*>(self)->free_;
    const auto fits = std::find_if(free.begin(), free.end(), [size](const Piece& piece) { return piece.size == size; });
    if (fits == free.end()) return ::operator new(size, std::nothrow);
    void* const memory = fits->memory;
    *fits = free.back();
    free.pop_back();
    return memory;
  }
  static void release(void* self, void* memory, std::size_t size, std::size_t) noexcept {
    static_cast<ReusedMemory*>(self)->free_.push_back({memory, size});
  }

  std::vector<Piece> free_;
};

}  // namespace distillcfg::bench
