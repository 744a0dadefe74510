// The tool: arguments in, exit status out.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"

#ifndef DISTILLCFG_VERSION
#error "the build must define DISTILLCFG_VERSION as a string, such as \"0.1.0\""
#endif

namespace distillcfg::cli {
namespace {

Status show(const render::Shown& text, Language language) {
  FileSink out(STDOUT_FILENO);
  out.write(text);
  if (out.flush()) return status_ok;
  report_output_failure(out.error(), language);
  return status_trouble;
}

Status refuse(const Invocation& invocation) {
  const Language language = invocation.options.language;
  FileSink out(STDERR_FILENO);
  render::Shown text;
  text.append(choose(language, "distillcfg: {}\nTry 'distillcfg", "distillcfg：{}\n请参阅 'distillcfg"),
              invocation.error);
  if (invocation.options.command != Command::none) text.append(" {}", command_name(invocation.options.command));
  text += choose(language, " --help'.\n", " --help'。\n");
  out.write(text);
  (void)out.flush();
  return status_trouble;
}

Status run(std::span<const char* const> arguments) {
  const Invocation invocation = read_arguments(arguments);
  const Options& options = invocation.options;
  if (!invocation.error.empty()) return refuse(invocation);
  if (options.help) return show(help_text(options.command, options.language), options.language);
  if (options.version) return show(render::Literal("distillcfg " DISTILLCFG_VERSION "\n"), options.language);
  switch (options.command) {
    case Command::check: return run_check(options);
    case Command::print: return run_print(options);
    case Command::resolve: return run_resolve(options);
    case Command::explain: return run_explain(options);
    case Command::diff: return run_diff(options);
    case Command::none: break;
  }
  return status_trouble;
}

// For when there may be no memory left.
Status give_up(render::Literal message) noexcept {
  // There is nobody left to tell if this fails too.
  [[maybe_unused]] const auto put = ::write(STDERR_FILENO, message.view().data(), message.view().size());
  return status_trouble;
}

// No file that is opened later may take the number of a standard stream that came closed. Reading and
// writing there fail as before, and so they do where the stream is opened by name: what stands in is a folder
// and open for neither.
void occupy_standard_streams() noexcept {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) < 0) (void)::open("/", O_PATH | O_DIRECTORY);
  }
}

}  // namespace
}  // namespace distillcfg::cli

int main(int argc, char** argv) {
  using namespace distillcfg::cli;
  // A reader that goes away, or a file that may grow no further, is an error of write, with a message, not a
  // silent death.
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
  // Without memory even for an exception, there is no catch.
  std::set_terminate([] { ::_exit(give_up("distillcfg: out of memory\n")); });
  occupy_standard_streams();
  try {
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    return run(arguments.subspan(arguments.empty() ? 0 : 1));
  } catch (const std::bad_alloc&) {
    return give_up("distillcfg: out of memory\n");
  } catch (...) {
    return give_up("distillcfg: internal error\n");
  }
}
