#include "cli/large_memory.hpp"

#include <cstdint>
#include <cstdlib>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace distillcfg::cli {

void* allocate_large(std::size_t size) noexcept {
#if defined(MADV_HUGEPAGE)
  constexpr std::size_t large_page = std::size_t{1} << 21U;
  if (size >= 2 * large_page && size <= SIZE_MAX - large_page) {
    const std::size_t rounded = (size + large_page - 1) / large_page * large_page;
    void* const memory = std::aligned_alloc(large_page, rounded);
    // Mere advice: whether it is taken changes nothing but the time.
    if (memory != nullptr) ::madvise(memory, rounded, MADV_HUGEPAGE);
    return memory;
  }
#endif
  return std::malloc(size);
}

Memory large_memory() noexcept {
  return Memory(Allocator{[](void*, std::size_t size, std::size_t) { return allocate_large(size); },
                          [](void*, void* memory, std::size_t, std::size_t) { std::free(memory); }, nullptr});
}

}  // namespace distillcfg::cli
