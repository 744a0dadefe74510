#include "cli/output_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "render/format.hpp"

namespace distillcfg::cli {
namespace {

constexpr int most_tries = 100;
constexpr unsigned mode_of_new_files = 0666;  // less the umask
constexpr unsigned mode_while_replacing = 0600;

// The folder of a path, with the slash; empty for the current one.
std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1));
}

// What a path leads to if it names a symbolic link, whether that exists or not. Sets `error` for links
// without end, and for links of other users unless these `may_be_of_others`.
std::string followed(std::string path, bool may_be_of_others, int& error) {
  constexpr int most_links = 40;
  std::vector<char> target(std::size_t{1} << 16U);
  for (int i = 0; i < most_links; ++i) {
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return path;
    // One that is gone when its owner is asked for may have been anybody's.
    struct stat about {};
    if (!may_be_of_others &&
        (::lstat(path.c_str(), &about) != 0 || (about.st_uid != ::geteuid() && about.st_uid != 0))) {
      error = EACCES;
      return path;
    }
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

OutputFile::OutputFile(const char* path) : out_(STDOUT_FILENO) {
  if (path == nullptr || std::string_view(path) == "-") {
    descriptor_ = STDOUT_FILENO;
    return;
  }
  open(path);
  out_ = FileSink(descriptor_);
}

void OutputFile::open(const char* path) {
  // Other runs may be replacing the file, so that it is another each time one looks.
  for (int i = 0; i < most_tries; ++i) {
    struct stat found {};
    if (::stat(path, &found) != 0) {
      error_ = errno;
      if (error_ == ENOENT) open_new(path);
      return;
    }
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
      struct stat about {};
      if (::fstat(stream, &about) != 0 || !is_same(found, about)) continue;
      descriptor_ = stream;
      return;
    }
    if (!S_ISREG(found.st_mode)) {
      open_in_place(path, found);
      return;
    }
    // Who may not write to a file may not replace it either, whoever owns the folder.
    if (::access(path, W_OK) != 0) {
      error_ = errno;
      return;
    }
    target_ = followed(path, true, error_);
    if (error_ != 0) return;
    // The system has followed the links too, and may know better whom to trust.
    struct stat target {};
    if (::stat(target_.c_str(), &target) != 0 || !is_same(found, target)) continue;
    replaces_ = true;
    owner_ = found.st_uid;
    group_ = found.st_gid;
    mode_ = found.st_mode;
    open_temporary(mode_while_replacing);
    return;
  }
  // Names in /proc/self/fd lead to files that may no longer have one.
  error_ = ENOENT;
}

void OutputFile::open_new(const char* path) {
  error_ = 0;
  // In a folder where everybody may put a link, nobody shall say where the file is made.
  target_ = followed(path, false, error_);
  if (error_ == 0) open_temporary(mode_of_new_files);
}

void OutputFile::open_in_place(const char* path, const struct stat& found) {
  descriptor_ = open_again(path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
  struct stat opened {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &opened) != 0) {
    error_ = errno;
  } else if (!is_same(found, opened)) {
    // Somebody has put something else there, which is not to be written over.
    error_ = EBUSY;
  }
}

void OutputFile::open_temporary(unsigned mode) {
  const std::string folder = folder_of(target_);
  if (!replaces_ && target_.size() == folder.size()) {
    // "": there is no such file; "folder/": there is no such folder.
    error_ = ENOENT;
    return;
  }
  for (int i = 0; i < most_tries; ++i) {
    std::uint64_t random = 0;
    if (::getentropy(&random, sizeof random) != 0) break;
    std::string name = render::formatted("{}.distillcfg-{:016x}.tmp", folder, random);
    descriptor_ = open_again(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (descriptor_ >= 0) {
      temporary_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  error_ = errno;
}

bool OutputFile::keep_permissions() const noexcept {
  // What may run as its owner was another text: the bits for that are not kept.
  unsigned mode = mode_ & 0777U;
  struct stat made {};
  if (::fstat(descriptor_, &made) != 0) return false;
  if ((made.st_uid != owner_ || made.st_gid != group_) && ::fchown(descriptor_, owner_, group_) != 0 &&
      ::fchown(descriptor_, made.st_uid, group_) != 0) {
    // Its group is another now. Nobody may do more than before, whichever of the groups they are in.
    const unsigned common = mode & mode >> 3U & 07U;
    mode = (mode & 0700U) | common << 3U | common;
  }
  return ::fchmod(descriptor_, mode) == 0;
}

bool OutputFile::commit() {
  if (!out_.flush()) return false;
  if (temporary_.empty()) return true;
  if (replaces_ && !keep_permissions()) {
    error_ = errno;
    return false;
  }
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
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace distillcfg::cli
