// Files and streams.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "distillcfg/distillcfg.hpp"

namespace distillcfg::cli {

// Bytes with source_padding zero bytes behind them, as borrow_padded wants.
class PaddedText {
 public:
  PaddedText() noexcept = default;
  PaddedText(const PaddedText&) = delete;
  PaddedText& operator=(const PaddedText&) = delete;
  ~PaddedText();

  [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }

  // Makes room for `size` bytes in all; false: there is no memory for that.
  [[nodiscard]] bool reserve(std::size_t size) noexcept;
  // Reads what a descriptor holds until its end or max_source_size + 1 bytes. Returns 0 or errno.
  [[nodiscard]] int read(int descriptor) noexcept;

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // without the padding
};

// A quant.cfg, read and parsed; or why it could not be read.
class Input {
 public:
  // `path` "-" is standard input.
  Input(const char* path, const Options& options);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  [[nodiscard]] std::string_view path() const noexcept { return path_; }
  [[nodiscard]] const Document& document() const noexcept { return document_; }
  [[nodiscard]] bool was_read() const noexcept { return was_read_; }
  [[nodiscard]] const Diagnostics& diagnostics() const noexcept {
    return was_read_ ? document_.diagnostics() : failure_;
  }
  // status_trouble if it was not read, to the end; else whether it has errors, before --werror.
  [[nodiscard]] Status status() const noexcept;

 private:
  const char* path_;
  bool was_read_ = false;
  // What the Document borrows comes before it, so that it is destroyed after it.
  PaddedText text_;
  Document document_;
  std::string reason_;
  Arena arena_;
  Diagnostics failure_;
};

// Writes to a descriptor through a buffer.
class FileSink {
 public:
  explicit FileSink(int descriptor) noexcept : descriptor_(descriptor) {}

  [[nodiscard]] Sink sink() noexcept { return {&FileSink::take, this}; }
  bool write(std::string_view text);
  // Returns false if not everything up to now could be written.
  [[nodiscard]] bool flush();
  // errno of what failed, or 0.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 16U;

  static bool take(void* self, const char* data, std::size_t size);

  int descriptor_;
  int error_ = 0;
  std::string pending_;
};

// What an errno means, in words.
[[nodiscard]] std::string_view reason_of(int error, Language language);

// The line that says that standard output could not be written; and to say it on standard error.
[[nodiscard]] std::string output_failure(int error, Language language);
void report_output_failure(int error, Language language);

}  // namespace distillcfg::cli
