// Where a command's product goes.
#pragma once

#include <sys/stat.h>

#include <string>

#include "cli/files.hpp"

namespace distillcfg::cli {

// Standard output, or a file that is replaced as a whole or not at all: it is written under another
// name in the same folder, which commit() then gives the file's own. It keeps the permissions of the file
// that it replaces, and a symbolic link stays one. What is no regular file, such as a pipe, is written to;
// so is what standard output or standard error is, under whichever name.
class OutputFile {
 public:
  // nullptr or "-": standard output.
  explicit OutputFile(const char* path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] Sink sink() noexcept { return out_.sink(); }
  // Puts what was written in its place; for who has no error(). Without it, a file is as it was.
  [[nodiscard]] bool commit();
  // errno of what failed, or 0.
  [[nodiscard]] int error() const noexcept { return error_ != 0 ? error_ : out_.error(); }

 private:
  void open(const char* path);
  void open_new(const char* path);
  void open_in_place(const char* path, const struct stat& found);
  void open_temporary(unsigned mode);
  [[nodiscard]] bool keep_permissions() const noexcept;

  std::string target_;     // what the path leads to
  std::string temporary_;  // empty: none, or no longer
  bool replaces_ = false;
  unsigned owner_ = 0;  // of the file that is replaced, as are the next two
  unsigned group_ = 0;
  unsigned mode_ = 0;
  int descriptor_ = -1;
  int error_ = 0;
  FileSink out_;
};

}  // namespace distillcfg::cli
