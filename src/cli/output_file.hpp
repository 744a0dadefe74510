// Where a command's product goes.
#pragma once

#include <string>
#include <string_view>

#include "cli/files.hpp"

namespace distillcfg::cli {

// Standard output, or a file that is replaced as a whole or not at all: it is written under another
// name in the same folder, which commit() then gives the file's own. It keeps the mode of the file that
// it replaces, and a symbolic link stays one. What is no regular file, such as a pipe, is written to.
class OutputFile {
 public:
  // nullptr or "-": standard output.
  explicit OutputFile(const char* path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] Sink sink() noexcept { return out_.sink(); }
  // Puts what was written in its place. Without it, nothing has happened.
  [[nodiscard]] bool commit();
  // errno of what failed, or 0.
  [[nodiscard]] int error() const noexcept { return error_ != 0 ? error_ : out_.error(); }
  // As it was given; empty for standard output.
  [[nodiscard]] std::string_view path() const noexcept { return path_; }

 private:
  void open();
  void open_temporary(bool replaces, unsigned mode);

  std::string_view path_;
  std::string target_;     // what path_ leads to
  std::string temporary_;  // empty: none, or no longer
  int descriptor_ = -1;
  int error_ = 0;
  FileSink out_;
};

}  // namespace distillcfg::cli
