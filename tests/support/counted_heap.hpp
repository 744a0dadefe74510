// The heap, counted. Replaces the operators of a program, so one of its files may include this.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace distillcfg::test {

inline std::size_t heap_calls = 0;
inline std::size_t heap_blocks = 0;  // that were not given back yet

[[gnu::noinline]] inline void* from_heap(std::size_t size, std::size_t alignment) noexcept {
  ++heap_calls;
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory != nullptr) ++heap_blocks;
  return memory;
}
[[gnu::noinline]] inline void to_heap(void* memory) noexcept {
  if (memory != nullptr) --heap_blocks;
  std::free(memory);
}

inline void* from_heap_or_die(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) noexcept {
  void* const memory = from_heap(size, alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace distillcfg::test

void* operator new(std::size_t size) { return distillcfg::test::from_heap_or_die(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return distillcfg::test::from_heap_or_die(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return distillcfg::test::from_heap(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { distillcfg::test::to_heap(memory); }
void operator delete(void* memory, std::size_t) noexcept { distillcfg::test::to_heap(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { distillcfg::test::to_heap(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { distillcfg::test::to_heap(memory); }
