// Arrays in an arena, whose sizes come from what was read.
#pragma once

#include <cstddef>
#include <cstdint>

#include "distillcfg/memory.hpp"

namespace distillcfg::detail {

// Room for `count` elements of `size` bytes each, or nullptr.
[[nodiscard]] inline void* allocate_array(Arena& arena, std::uint64_t count, std::size_t size,
                                          std::size_t alignment) noexcept {
  if (count > SIZE_MAX / size) return nullptr;
  return arena.allocate(static_cast<std::size_t>(count) * size, alignment);
}

template <class T>
[[nodiscard]] T* allocate_array(Arena& arena, std::uint64_t count) noexcept {
  return static_cast<T*>(allocate_array(arena, count, sizeof(T), alignof(T)));
}

}  // namespace distillcfg::detail
