// distillcfg print
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/report.hpp"
#include "reporter.hpp"

namespace distillcfg::cli {

Status run_print(const Options& options) {
  const Input input(options.files.front(), options);
  Status status = input.status();
  FileSink out(STDOUT_FILENO);
  if (status == status_ok) {
    const WriteResult printed = print(input.document().config(), out.sink());
    if (!printed.ok() || !out.flush()) status = status_trouble;
  }

  Report report(options, STDERR_FILENO);
  report.add(input);
  if (out.error() != 0) {
    if (report.format() == Format::json) {
      // Nothing but the document may stand on standard error, so it must say this as well.
      Arena arena{Memory{}};
      Diagnostics failure;
      detail::Reporter reporter(failure, arena, {});
      reporter.error<Code::output_failed>(Span{});
      reporter.finish();
      report.add("standard output", false, failure, {});
    } else {
      report.out().write(output_failure(out.error(), options.language));
    }
  }
  if (!report.finish()) status = status_trouble;
  return status;
}

}  // namespace distillcfg::cli
