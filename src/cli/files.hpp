// Files and streams.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "distillcfg/distillcfg.hpp"
#include "render/display.hpp"

namespace distillcfg::cli {

// Whether both are of one file, whatever its names.
[[nodiscard]] inline bool is_same(const struct stat& a, const struct stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

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

// A file, read; or why it could not be.
class SourceFile {
 public:
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  [[nodiscard]] std::string_view path() const noexcept { return path_; }
  [[nodiscard]] bool was_read() const noexcept { return was_read_; }

 protected:
  // `path` "-" is standard input.
  SourceFile(const char* path, const Options& options);
  ~SourceFile() = default;

  [[nodiscard]] std::string_view bytes() const noexcept { return text_.view(); }
  [[nodiscard]] const Diagnostics& failure() const noexcept { return failure_; }

 private:
  const char* path_;
  bool was_read_ = false;
  PaddedText text_;
  render::Shown reason_;
  Arena arena_;
  Diagnostics failure_;
};

// A file, read and parsed as a Parsed; or why it could not be read.
template <class Parsed>
class ParsedFile : public SourceFile {
 public:
  [[nodiscard]] const Parsed& document() const noexcept { return document_; }
  [[nodiscard]] std::string_view text() const noexcept { return document_.text(); }
  [[nodiscard]] bool ok() const noexcept { return was_read() && document_.ok(); }
  [[nodiscard]] const Diagnostics& diagnostics() const noexcept {
    return was_read() ? document_.diagnostics() : failure();
  }

 protected:
  using SourceFile::SourceFile;
  ~ParsedFile() = default;

  Parsed document_;
};

// A quant.cfg.
class Input : public ParsedFile<Document> {
 public:
  Input(const char* path, const Options& options);
};

// The description of a network.
class ModelInput : public ParsedFile<ModelDocument> {
 public:
  ModelInput(const char* path, const Options& options);

  [[nodiscard]] const Model& model() const noexcept { return document_.model(); }
};

[[nodiscard]] inline Limits limits_of(const Options& options) noexcept {
  return {options.max_errors, options.max_errors};
}

// status_trouble if something was not read, or not to the end; else whether there are errors, before
// --werror.
[[nodiscard]] Status status_of(const Findings& findings) noexcept;

// Writes to a descriptor through a buffer.
class FileSink {
 public:
  explicit FileSink(int descriptor) noexcept : descriptor_(descriptor) {}

  // For the renderers, whose Output takes nothing but Shown, and for the library's own forms of text:
  // print and write_config_json leave no byte unescaped that a terminal obeys.
  [[nodiscard]] Sink sink() noexcept { return {&FileSink::take, this}; }
  bool write(const render::Shown& text);
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
[[nodiscard]] render::Shown reason_of(int error, Language language);

// The line that says that standard output, or the file at `path`, could not be written; and to say it on
// standard error.
[[nodiscard]] render::Shown output_failure(int error, Language language, std::string_view path = {});
void report_output_failure(int error, Language language);

}  // namespace distillcfg::cli
