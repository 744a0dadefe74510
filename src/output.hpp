// Gathering bytes for a sink.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "distillcfg/sink.hpp"

namespace distillcfg::detail {

// Writes true or false to memory that has room for five bytes; returns behind it.
inline char* put_bool(char* p, bool value) noexcept {
  std::memcpy(p, value ? "true\0" : "false", 5);
  return p + (value ? 4 : 5);
}

// Hands bytes to a sink in pieces of its buffer's size; remembers the first refusal.
class Output {
 public:
  explicit Output(Sink sink) noexcept : sink_(sink) {}

  void write(std::string_view text) noexcept {
    while (!text.empty()) {
      if (used_ == sizeof buffer_) flush();
      const std::size_t room = sizeof buffer_ - used_;
      const std::size_t count = text.size() < room ? text.size() : room;
      std::memcpy(buffer_ + used_, text.data(), count);
      used_ += count;
      text = {text.data() + count, text.size() - count};
    }
  }
  void write(char c) noexcept {
    if (used_ == sizeof buffer_) flush();
    buffer_[used_++] = c;
  }
  // Room for at least `size` bytes, at most `largest_room`; they are written when taken() is told
  // where they end.
  [[nodiscard]] char* room(std::size_t size) noexcept {
    if (sizeof buffer_ - used_ < size) flush();
    return buffer_ + used_;
  }
  void taken(const char* end) noexcept { used_ = static_cast<std::size_t>(end - buffer_); }
  static constexpr std::size_t largest_room = 512;

  void flush() noexcept {
    if (ok_ && used_ != 0) ok_ = sink_.write(sink_.context, buffer_, used_);
    used_ = 0;
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  // To be called once, at the end.
  [[nodiscard]] WriteResult finish() noexcept {
    flush();
    return {ok_ ? Code::none : Code::output_failed};
  }

 private:
  Sink sink_;
  std::size_t used_ = 0;
  bool ok_ = true;
  char buffer_[largest_room];
};

}  // namespace distillcfg::detail
