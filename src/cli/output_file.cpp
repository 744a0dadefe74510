#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace distillcfg::cli {
namespace {

constexpr unsigned mode_of_new_files = 0666;  // less the umask
constexpr unsigned mode_while_replacing = 0600;

// The folder of a path, with the slash; empty for the current one.
std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1));
}

// What a path leads to if it names a symbolic link, whether that exists or not. Sets `error` for links
// that go round in circles.
std::string followed(std::string path, int& error) {
  constexpr int most_links = 40;
  std::vector<char> target(std::size_t{1} << 16U);
  for (int i = 0; i < most_links; ++i) {
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return path;
    const std::string_view link(target.data(), static_cast<std::size_t>(size));
    path = link.starts_with('/') ? std::string(link) : folder_of(path) + std::string(link);
  }
  error = ELOOP;
  return path;
}

int open_again(const char* path, int flags, unsigned mode) noexcept {
  int descriptor = -1;
  do {
    descriptor = ::open(path, flags, mode);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

}  // namespace

OutputFile::OutputFile(const char* path) : path_(path == nullptr ? "" : path), out_(STDOUT_FILENO) {
  if (path_ == "-") path_ = {};
  if (path == nullptr || std::string_view(path) == "-") {
    descriptor_ = STDOUT_FILENO;
    return;
  }
  open();
  out_ = FileSink(descriptor_);
}

void OutputFile::open() {
  target_ = followed(std::string(path_), error_);
  if (error_ != 0) return;
  struct stat about {};
  if (::stat(target_.c_str(), &about) != 0) {
    if (errno == ENOENT) {
      open_temporary(false, mode_of_new_files);
    } else {
      error_ = errno;
    }
    return;
  }
  if (S_ISREG(about.st_mode)) {
    // Who may not write to a file may not replace it either, whoever owns the folder.
    if (::access(target_.c_str(), W_OK) != 0) {
      error_ = errno;
      return;
    }
    open_temporary(true, mode_while_replacing);
    if (error_ != 0) return;
    // Before its mode, which a change of owner would reduce. That only root can keep the owner is no failure.
    if (about.st_uid != ::geteuid() || about.st_gid != ::getegid()) {
      [[maybe_unused]] const int kept = ::fchown(descriptor_, about.st_uid, about.st_gid);
    }
    if (::fchmod(descriptor_, about.st_mode & 07777U) != 0) error_ = errno;
    return;
  }
  descriptor_ = open_again(target_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
  if (descriptor_ < 0) error_ = errno;
}

void OutputFile::open_temporary(bool replaces, unsigned mode) {
  constexpr int most_tries = 100;
  const std::string folder = folder_of(target_);
  if (!replaces && target_.size() == folder.size()) {
    // "": there is no such file; "folder/": there is no such folder.
    error_ = ENOENT;
    return;
  }
  for (int i = 0; i < most_tries; ++i) {
    std::uint64_t random = 0;
    if (::getentropy(&random, sizeof random) != 0) break;
    std::string name = fmt::format("{}.distillcfg-{:016x}.tmp", folder, random);
    descriptor_ = open_again(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (descriptor_ >= 0) {
      temporary_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  error_ = errno;
}

bool OutputFile::commit() {
  if (error_ != 0 || !out_.flush()) return false;
  if (temporary_.empty()) return true;
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) {
    error_ = errno;
    return false;
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if ((closed != 0 && errno != EINTR) || std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    error_ = errno;
    return false;
  }
  temporary_.clear();
  return true;
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace distillcfg::cli
