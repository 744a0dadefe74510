#include "distillcfg/memory.hpp"

namespace distillcfg {

namespace {

// Blocks are aligned for whatever stands in an arena; what needs more gets a gap.
constexpr std::size_t block_alignment = alignof(std::max_align_t);
constexpr std::size_t smallest_block = 1024;

}  // namespace

Arena::Arena(const Memory& memory) noexcept : memory_(memory) {
  if (!memory_.is_buffer()) return;
  cursor_ = reinterpret_cast<std::uintptr_t>(memory_.buffer());
  limit_ = cursor_ + memory_.buffer_size();
  reserved_ = memory_.buffer_size();
}

Arena::~Arena() {
  const Allocator& allocator = memory_.allocator();
  while (blocks_ != nullptr) {
    Block* const block = blocks_;
    blocks_ = block->previous;
    allocator.release(allocator.context, block, block->size, block_alignment);
  }
}

void Arena::swap(Arena& other) noexcept {
  std::swap(cursor_, other.cursor_);
  std::swap(limit_, other.limit_);
  std::swap(blocks_, other.blocks_);
  std::swap(reserved_, other.reserved_);
  std::swap(abandoned_, other.abandoned_);
  std::swap(exhausted_, other.exhausted_);
  std::swap(memory_, other.memory_);
}

std::size_t Arena::used() const noexcept { return reserved_ - abandoned_ - (limit_ - cursor_); }

bool Arena::add_block(std::size_t payload) noexcept {
  const Allocator& allocator = memory_.allocator();
  if (allocator.allocate == nullptr || payload > SIZE_MAX - sizeof(Block)) return false;
  const std::size_t size = payload + sizeof(Block);
  if (size > SIZE_MAX - reserved_) return false;
  void* const memory = allocator.allocate(allocator.context, size, block_alignment);
  if (memory == nullptr) return false;
  blocks_ = new (memory) Block{blocks_, size};
  abandoned_ += (limit_ - cursor_) + sizeof(Block);
  reserved_ += size;
  cursor_ = reinterpret_cast<std::uintptr_t>(memory) + sizeof(Block);
  limit_ = reinterpret_cast<std::uintptr_t>(memory) + size;
  return true;
}

bool Arena::reserve(std::size_t bytes) noexcept {
  if (exhausted_) return false;
  return bytes <= limit_ - cursor_ || add_block(bytes);
}

void* Arena::allocate_in_new_block(std::size_t size, std::size_t alignment) noexcept {
  if (!exhausted_ && size <= SIZE_MAX - alignment) {
    const std::size_t needed = size + alignment;
    // Half of what there is already: the number of blocks stays logarithmic.
    std::size_t payload = reserved_ / 2;
    if (payload < smallest_block) payload = smallest_block;
    if (payload < needed) payload = needed;
    // A smaller block may still be had where a large one is refused.
    if (add_block(payload) || (payload > needed && add_block(needed))) return allocate(size, alignment);
  }
  exhausted_ = true;
  abandoned_ += limit_ - cursor_;
  cursor_ = limit_;
  return nullptr;
}

}  // namespace distillcfg
