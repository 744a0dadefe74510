// Memory between two pages that must not be touched: a byte read or written outside ends the program.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

namespace distillcfg::test {

class GuardedMemory {
 public:
  // At least `size` bytes, in whole pages.
  explicit GuardedMemory(std::size_t size)
      : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))), size_((size + page_ - 1) / page_ * page_) {
    void* const all = mmap(nullptr, size_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    begin_ = static_cast<char*>(all) + page_;
    if (mprotect(begin_, size_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;
  ~GuardedMemory() { munmap(begin_ - page_, size_ + 2 * page_); }

  [[nodiscard]] char* begin() const { return begin_; }
  [[nodiscard]] char* end() const { return begin_ + size_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // A copy of `text` that ends `behind` bytes before the end, all other bytes being `filler`.
  std::string_view place_at_end(std::string_view text, std::size_t behind, char filler) {
    std::memset(begin_, filler, size_);
    char* const at = end() - behind - text.size();
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }
  // The same right behind the first page that must not be touched.
  std::string_view place_at_begin(std::string_view text, char filler) {
    std::memset(begin_, filler, size_);
    if (!text.empty()) std::memcpy(begin_, text.data(), text.size());
    return {begin_, text.size()};
  }

 private:
  std::size_t page_;
  std::size_t size_;
  char* begin_ = nullptr;
};

}  // namespace distillcfg::test
