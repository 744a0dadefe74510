#include "cli/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/large_memory.hpp"
#include "reporter.hpp"

namespace distillcfg::cli {
namespace {

// Closes the descriptor that a path was opened as; leaves standard input alone.
class OpenFile {
 public:
  explicit OpenFile(const char* path) noexcept {
    if (std::string_view(path) == "-") {
      descriptor_ = STDIN_FILENO;
      return;
    }
    do {
      descriptor_ = ::open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    } while (descriptor_ < 0 && errno == EINTR);
    error_ = descriptor_ < 0 ? errno : 0;
    is_mine_ = descriptor_ >= 0;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (is_mine_) ::close(descriptor_);
  }

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  int descriptor_ = -1;
  int error_ = 0;
  bool is_mine_ = false;
};

// Waits for a descriptor that somebody has made non-blocking. Returns whether to try again.
bool may_retry(int descriptor, short events) noexcept {
  if (errno == EINTR) return true;
  static_assert(EWOULDBLOCK == EAGAIN, "or else it must be compared too");
  if (errno != EAGAIN) return false;
  pollfd waited{descriptor, events, 0};
  return ::poll(&waited, 1, -1) >= 0 || errno == EINTR;
}

}  // namespace

PaddedText::~PaddedText() { std::free(data_); }

bool PaddedText::reserve(std::size_t size) noexcept {
  if (data_ != nullptr && size <= capacity_) return true;
  const std::size_t padded = size + source_padding;
  auto* const grown = static_cast<char*>(data_ == nullptr ? allocate_large(padded) : std::realloc(data_, padded));
  if (grown == nullptr) return false;
  data_ = grown;
  capacity_ = size;
  return true;
}

int PaddedText::read(int descriptor) noexcept {
  constexpr std::size_t most = max_source_size + 1;
  constexpr std::size_t first = std::size_t{1} << 16U;
  if (!reserve(std::max(size_, first))) return ENOMEM;
  while (size_ < most) {
    if (size_ == capacity_ && !reserve(std::min(capacity_ * 2, most))) return ENOMEM;
    const ssize_t got = ::read(descriptor, data_ + size_, capacity_ - size_);
    if (got == 0) break;
    if (got > 0) {
      size_ += static_cast<std::size_t>(got);
    } else if (!may_retry(descriptor, POLLIN)) {
      return errno;
    }
  }
  std::memset(data_ + size_, 0, source_padding);
  return 0;
}

SourceFile::SourceFile(const char* path, const Options& options) : path_(path), arena_(Memory{}) {
  detail::Reporter reporter(failure_, arena_, limits_of(options));
  const OpenFile file(path);
  int error = file.error();
  struct stat about {};
  if (error == 0 && ::fstat(file.descriptor(), &about) != 0) error = errno;
  if (error == 0 && S_ISREG(about.st_mode)) {
    if (static_cast<std::uintmax_t>(about.st_size) > max_source_size) {
      reporter.text_too_large();
      reporter.finish();
      return;
    }
    // One byte more than it holds: the read that finds the end needs room as well.
    if (!text_.reserve(static_cast<std::size_t>(about.st_size) + 1)) error = ENOMEM;
  }
  if (error == 0) error = text_.read(file.descriptor());
  if (error != 0) {
    reason_ = reason_of(error, options.language);
    reporter.error<Code::cannot_read>(Span{}, path_, reason_.view());
    reporter.finish();
    return;
  }
  was_read_ = true;
}

Input::Input(const char* path, const Options& options) : ParsedFile(path, options) {
  if (!was_read()) return;
  document_ = borrow_padded(bytes(), {.semantics = options.semantics,
                                      .allow_unknown = options.allow_unknown,
                                      .limits = limits_of(options),
                                      .memory = large_memory()});
}

ModelInput::ModelInput(const char* path, const Options& options) : ParsedFile(path, options) {
  if (!was_read()) return;
  document_ = borrow_padded_model(
      bytes(), {.allow_unknown = options.allow_unknown, .limits = limits_of(options), .memory = large_memory()});
}

Status status_of(const Findings& findings) noexcept {
  if (findings.has(Code::cannot_read) || findings.has(Code::out_of_memory)) return status_trouble;
  return findings.has_errors() ? status_input : status_ok;
}

bool FileSink::write(const render::Shown& text) { return take(this, text.view().data(), text.size()); }

bool FileSink::take(void* self, const char* data, std::size_t size) {
  auto& sink = *static_cast<FileSink*>(self);
  sink.pending_.append(data, size);
  return sink.pending_.size() < piece || sink.flush();
}

bool FileSink::flush() {
  std::string_view rest = pending_;
  while (error_ == 0 && !rest.empty()) {
    const ssize_t put = ::write(descriptor_, rest.data(), rest.size());
    if (put > 0) {
      rest.remove_prefix(static_cast<std::size_t>(put));
    } else if (put == 0) {
      // Some devices say so of being full.
      error_ = ENOSPC;
    } else if (!may_retry(descriptor_, POLLOUT)) {
      error_ = errno;
    }
  }
  pending_.clear();
  return error_ == 0;
}

render::Shown reason_of(int error, Language language) {
  if (language == Language::zh) {
    switch (error) {
      case ENOENT: return render::Literal("文件不存在");
      case EACCES: return render::Literal("没有权限");
      case EISDIR: return render::Literal("这是一个目录");
      case ENOMEM: return render::Literal("内存不足");
      case ENOSPC: return render::Literal("磁盘空间不足");
      case EPIPE: return render::Literal("管道已关闭");
      default: break;
    }
  }
  return render::display(std::strerror(error));  // NOLINT(concurrency-mt-unsafe): the tool has one thread
}

render::Shown output_failure(int error, Language language, std::string_view path) {
  const render::Shown reason = reason_of(error, language);
  if (path.empty()) {
    return render::shown(
        choose(language, "distillcfg: cannot write to standard output: {}\n", "distillcfg：无法写到标准输出：{}\n"),
        reason);
  }
  return render::shown(choose(language, "distillcfg: cannot write '{}': {}\n", "distillcfg：无法写入 '{}'：{}\n"),
                       render::display(path), reason);
}

void report_output_failure(int error, Language language) {
  FileSink standard_error(STDERR_FILENO);
  standard_error.write(output_failure(error, language));
  // There is nobody left to tell if this fails too.
  (void)standard_error.flush();
}

}  // namespace distillcfg::cli
