// distillcfg print
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/report.hpp"

namespace distillcfg::cli {

Status run_print(const Options& options) {
  const Input input(options.files.front(), options);
  const Findings findings(input.diagnostics());
  Status status = status_of(findings);
  FileSink out(STDOUT_FILENO);
  if (status == status_ok) {
    const WriteResult printed = print(input.document().config(), out.sink());
    if (!printed.ok() || !out.flush()) status = status_trouble;
  }

  Report report(options, STDERR_FILENO);
  report.add(input.path(), findings, input.text());
  if (out.error() != 0) report.add_output_failure(out.error());
  if (!report.finish()) status = status_trouble;
  return status;
}

}  // namespace distillcfg::cli
