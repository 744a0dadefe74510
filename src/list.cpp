#include "distillcfg/list.hpp"

#include <cstring>

namespace distillcfg::detail {

void ListBase::Cursor::enter_chunk(std::uint32_t k, std::size_t stride) noexcept {
  if (index_ == list_->size_) return;
  // An array without elements was adopted as the first one.
  if (list_->chunk_capacity(k) == 0) ++k;
  chunk_ = k;
  element_ = static_cast<char*>(list_->chunk(k));
  chunk_end_ = element_ + list_->chunk_capacity(k) * stride;
}

void* ListBase::append_slot(Arena& arena, std::size_t stride, std::size_t alignment) noexcept {
  if (size_ == UINT32_MAX) return nullptr;
  const Place at = place(size_);
  if (at.index == 0) {
    void* const memory = arena.allocate(chunk_capacity(at.chunk) * stride, alignment);
    if (memory == nullptr) return nullptr;
    if (at.chunk == 0) {
      first_ = memory;
    } else {
      // The table of chunks has room for a power of two, so it is full when their number is one.
      const std::uint32_t have = at.chunk - 1;
      if ((have & (have - 1)) == 0) {
        const std::uint32_t room = have == 0 ? 1 : 2 * have;
        auto** const table = static_cast<void**>(arena.allocate(room * sizeof(void*), alignof(void*)));
        if (table == nullptr) return nullptr;
        if (have != 0) std::memcpy(table, more_, have * sizeof(void*));
        more_ = table;
      }
      more_[have] = memory;
    }
  }
  return element(size_++, stride);
}

}  // namespace distillcfg::detail
