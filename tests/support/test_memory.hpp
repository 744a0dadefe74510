// Memory that watches its users: allocators that count, check and fail, and texts and buffers that
// end where their memory ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

#include "distillcfg/memory.hpp"

namespace distillcfg::test {

// The longest view that the C++ library lets a test make up: libc++ may be built to refuse what is longer
// than any memory.
#ifdef _LIBCPP_VERSION
inline constexpr std::size_t largest_view = PTRDIFF_MAX;
#else
inline constexpr std::size_t largest_view = SIZE_MAX;
#endif

// An allocator over the heap. It fails where it is told to, and refuses what no test needs.
class TestAllocator {
 public:
  TestAllocator() = default;
  TestAllocator(const TestAllocator&) = delete;
  TestAllocator& operator=(const TestAllocator&) = delete;
  ~TestAllocator() {
    for (const auto& [memory, block] : live_) {
      ::operator delete (memory, block.size, std::align_val_t{block.alignment});
    }
  }

  Allocator allocator() { return {allocate, release, this}; }
  Memory memory() { return Memory(allocator()); }

  // Call number `call`, counted from 0, fails; with `and_later` all behind it fail too.
  void fail_at(std::uint64_t call, bool and_later) {
    fail_at_ = call;
    fail_later_ = and_later;
  }

  // The sizes that were asked for, in order, refused ones included.
  [[nodiscard]] const std::vector<std::size_t>& asked() const { return asked_; }
  [[nodiscard]] std::size_t calls() const { return asked_.size(); }
  [[nodiscard]] std::size_t refused() const { return refused_; }
  [[nodiscard]] std::size_t live_blocks() const { return live_.size(); }
  [[nodiscard]] std::size_t live_bytes() const { return live_bytes_; }
  // Releases of what was never allocated, or with another size or alignment.
  [[nodiscard]] std::size_t wrong_releases() const { return wrong_releases_; }
  [[nodiscard]] bool all_returned() const { return live_.empty() && wrong_releases_ == 0; }

 private:
  static constexpr std::size_t largest = std::size_t{1} << 30U;

  struct Block {
    std::size_t size;
    std::size_t alignment;
  };

  static void* allocate(void* context, std::size_t size, std::size_t alignment) {
    auto& self = *static_cast<TestAllocator*>(context);
    const std::uint64_t call = self.asked_.size();
    self.asked_.push_back(size);
    const bool fails = call == self.fail_at_ || (self.fail_later_ && call > self.fail_at_);
    if (fails || size > largest) {
      ++self.refused_;
      return nullptr;
    }
    void* const memory = ::operator new (size, std::align_val_t{alignment});
    std::memset(memory, 0xA5, size);  // nobody may count on zeros
    self.live_[memory] = {size, alignment};
    self.live_bytes_ += size;
    return memory;
  }

  static void release(void* context, void* memory, std::size_t size, std::size_t alignment) {
    auto& self = *static_cast<TestAllocator*>(context);
    const auto found = self.live_.find(memory);
    if (found == self.live_.end() || found->second.size != size || found->second.alignment != alignment) {
      ++self.wrong_releases_;
      return;
    }
    self.live_bytes_ -= size;
    std::memset(memory, 0xDD, size);
    ::operator delete (memory, size, std::align_val_t{alignment});
    self.live_.erase(found);
  }

  std::uint64_t fail_at_ = UINT64_MAX;
  bool fail_later_ = false;
  std::vector<std::size_t> asked_;
  std::size_t refused_ = 0;
  std::size_t live_bytes_ = 0;
  std::size_t wrong_releases_ = 0;
  std::map<void*, Block> live_;
};

// A buffer of `size` bytes that starts `offset` bytes behind a 64-byte boundary and ends where its
// memory ends, so that a sanitizer sees every byte written past it.
class TestBuffer {
 public:
  explicit TestBuffer(std::size_t size, std::size_t offset = 0)
      : size_(size), offset_(offset), bytes_(static_cast<std::byte*>(::operator new(offset + size, alignment))) {
    std::memset(bytes_, 0xA5, offset + size);
  }
  TestBuffer(const TestBuffer&) = delete;
  TestBuffer& operator=(const TestBuffer&) = delete;
  ~TestBuffer() { ::operator delete(bytes_, alignment); }

  [[nodiscard]] std::span<std::byte> span() const { return {bytes_ + offset_, size_}; }
  [[nodiscard]] Memory memory() const { return Memory(span()); }
  [[nodiscard]] bool contains(const void* p, std::size_t size) const {
    const auto first = reinterpret_cast<std::uintptr_t>(bytes_ + offset_);
    const auto at = reinterpret_cast<std::uintptr_t>(p);
    return at >= first && at - first <= size_ && size <= size_ - (at - first);
  }

 private:
  static constexpr std::align_val_t alignment{64};

  std::size_t size_;
  std::size_t offset_;
  std::byte* bytes_;
};

// A copy of a text with exactly the zero bytes behind it that the parser may read.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : size_(text.size()), bytes_(std::make_unique<char[]>(text.size() + source_padding)) {
    if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
  }

  [[nodiscard]] const char* begin() const { return bytes_.get(); }
  [[nodiscard]] const char* end() const { return bytes_.get() + size_; }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace distillcfg::test
