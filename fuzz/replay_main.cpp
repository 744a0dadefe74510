// Replays files through a fuzz target without a fuzzer, under any compiler: how a corpus becomes an
// ordinary test.
//
//     replay [-v] FILE|FOLDER...
//
// Folders are read with all their sub-folders. Prints how many inputs ran. Exit status 1 if there
// was none, 2 if one could not be read; a broken invariant aborts, after the input's name was printed.
//
// Build: any fuzz target's sources and this file, without -fsanitize=fuzzer.
#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Some targets have something to do before the first input.
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace {

namespace fs = std::filesystem;

// What runs now, for the signal handler.
const char* current = "";

extern "C" void name_input(int signal_number) {
  std::fputs("while replaying ", stderr);
  std::fputs(current, stderr);
  std::fputs("\n", stderr);
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

bool collect(const fs::path& path, std::vector<fs::path>& files) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    files.push_back(path);
    return true;
  }
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (at->is_regular_file()) files.push_back(at->path());
  }
  if (error) std::fprintf(stderr, "replay: %s: %s\n", path.c_str(), error.message().c_str());
  return !error;
}

bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    std::fprintf(stderr, "replay: cannot read %s\n", path.c_str());
    return false;
  }
  // Memory of exactly this size, so that a sanitizer sees the first byte read behind it.
  const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[bytes.size()]);
  if (!bytes.empty()) std::memcpy(exact.get(), bytes.data(), bytes.size());
  LLVMFuzzerTestOneInput(exact.get(), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
  bool verbose = false;
  bool failed = false;
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "-v") == 0) {
      verbose = true;
    } else if (!collect(argv[i], files)) {
      failed = true;
    }
  }
  std::sort(files.begin(), files.end());
  std::signal(SIGABRT, name_input);
  std::size_t ran = 0;
  for (const fs::path& path : files) {
    current = path.c_str();
    if (verbose) std::fprintf(stderr, "%s\n", current);
    if (replay(path)) {
      ++ran;
    } else {
      failed = true;
    }
  }
  std::printf("%zu inputs replayed\n", ran);
  return failed ? 2 : ran == 0 ? 1 : 0;
}
