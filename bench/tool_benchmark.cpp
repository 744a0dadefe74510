// What a run of the tool costs, start and end of its process included.
//
//     tool_benchmark TOOL [--benchmark_...]
//
// `TOOL check` of the documented sample beside `true`, which does nothing; and of generated inputs of
// 20 MB beside reading the file and parsing it with the library, in memory that is new as a process's
// is. To be run in the project's root. The generated files stand in TMPDIR or /tmp meanwhile.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "distillcfg/parse.hpp"
#include "generate_inputs.hpp"
#include "median_reporter.hpp"
#include "table.hpp"

extern char** environ;

namespace {

using namespace distillcfg;
using namespace distillcfg::bench;
using benchmark::State;

// A file that goes when this does.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    const char* const folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr ? "/tmp" : folder) + "/tool_benchmark.XXXXXX";
    const int descriptor = ::mkstemp(path_.data());
    std::FILE* const file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
    if (file == nullptr) return;
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    ok_ = std::fclose(file) == 0 && written;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool ok_ = false;
};

// Runs a program to its end with its output thrown away. Returns its exit status, or -1.
int run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  const int error = ::posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || ::waitpid(process, &status, 0) != process || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

void measure_run(State& state, const std::vector<std::string>& command) {
  for ([[maybe_unused]] auto iteration : state) {
    if (run(command) != 0) return state.SkipWithError("the program failed");
  }
}

// Memory straight from the system and back. The heap would keep it for the next use, pages and all,
// which a process that starts does not have.
void* take_pages(void*, std::size_t size, std::size_t) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}
void give_pages_back(void*, void* memory, std::size_t size, std::size_t) { ::munmap(memory, size); }

// What a program does that has the library read a file.
bool read_and_parse(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (descriptor < 0 || ::fstat(descriptor, &about) != 0) return false;
  const auto size = static_cast<std::size_t>(about.st_size);
  // The system's pages are zero: so is the padding.
  auto* const text = static_cast<char*>(take_pages(nullptr, size + source_padding, 1));
  bool ok = text != nullptr && ::read(descriptor, text, size) == about.st_size;
  ::close(descriptor);
  if (ok) {
    ok = borrow_padded({text, size}, {.memory = Memory(Allocator{take_pages, give_pages_back, nullptr})}).ok();
  }
  if (text != nullptr) give_pages_back(nullptr, text, size + source_padding, 1);
  return ok;
}

void measure_library(State& state, const std::string& path) {
  for ([[maybe_unused]] auto iteration : state) {
    if (!read_and_parse(path)) return state.SkipWithError("the file cannot be read");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> rest = initialize(argc, argv);
  if (rest.size() != 1) {
    std::fprintf(stderr, "usage: tool_benchmark TOOL\n");
    return 2;
  }
  const std::string& tool = rest[0];
  constexpr std::size_t layers = 46848;
  const TemporaryFile regular(generate_input(Layout::regular, layers, 1));
  const TemporaryFile irregular(generate_input(Layout::irregular, layers, 1));
  if (!regular.ok() || !irregular.ok()) {
    std::fprintf(stderr, "cannot write a temporary file\n");
    return 1;
  }

  const auto add_run = [](const char* name, std::vector<std::string> command) {
    benchmark::RegisterBenchmark(name, [command](State& state) { measure_run(state, command); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  const auto add_library = [](const char* name, const std::string& path) {
    benchmark::RegisterBenchmark(name, [path](State& state) { measure_library(state, path); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  add_run("true", {"/bin/true"});
  add_run("check sample", {tool, "check", "examples/quant.cfg"});
  add_library("library regular", regular.path());
  add_run("check regular", {tool, "check", regular.path()});
  add_library("library irregular", irregular.path());
  add_run("check irregular", {tool, "check", irregular.path()});
  MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);

  Table table(
      "Milliseconds for a run of `distillcfg check`, which parses and validates; beside it `true`, or reading the "
      "file\n"
      "and parsing it with the library in a process that runs already; and how many times as long the tool takes.",
      {"file", "check", "beside", "ms", "ratio"});
  const auto add_row = [&](const char* file, const char* ours, const char* beside, const char* theirs) {
    const double time = reporter.seconds(ours);
    const double other = reporter.seconds(theirs);
    table.add({file, cell(1e3 * time), beside, cell(1e3 * other), times_as_long(time, other)});
  };
  add_row("examples/quant.cfg", "check sample", "true", "true");
  add_row("regular-46848", "check regular", "read and parse", "library regular");
  add_row("irregular-46848", "check irregular", "read and parse", "library irregular");
  table.print();
  return 0;
}
