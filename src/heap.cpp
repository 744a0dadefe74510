#include <new>

#include "distillcfg/memory.hpp"

namespace distillcfg {

Allocator heap_allocator() noexcept {
  return {[](void*, std::size_t size, std::size_t alignment) -> void* {
            return ::operator new (size, std::align_val_t{alignment}, std::nothrow);
          },
          [](void*, void* memory, std::size_t, std::size_t alignment) {
            ::operator delete (memory, std::align_val_t{alignment});
          },
          nullptr};
}

}  // namespace distillcfg
