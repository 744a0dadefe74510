// distillcfg diff
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "cli/files.hpp"
#include "cli/report.hpp"

namespace distillcfg::cli {

// As diff(1): 0 no difference, 1 differences, 2 trouble.
Status run_diff(const Options& options) {
  const ModelInput model(options.model, options);
  const Findings model_findings(model.diagnostics());
  const ModelInput* const network = model.ok() ? &model : nullptr;
  const Configuration before(options.files[0], options, network);
  const Configuration after(options.files[1], options, network);

  const bool is_sound =
      status_of(model_findings) == status_ok && before.status() == status_ok && after.status() == status_ok;
  Status status = is_sound ? status_ok : status_trouble;
  FileSink out(STDOUT_FILENO);
  if (is_sound) {
    const ComparisonResult result = render_difference({before.resolution(), {before.path(), before.text()}},
                                                      {after.resolution(), {after.path(), after.text()}},
                                                      render_options(options, STDOUT_FILENO), out.sink());
    if (result.differs) status = status_input;
    if (!result.written.ok() || !out.flush()) status = status_trouble;
  }
  Report report(options, STDERR_FILENO);
  before.add_to(report);
  after.add_to(report);
  report.add(model.path(), model_findings, model.text());
  if (out.error() != 0) report.add_output_failure(out.error());
  if (!report.finish()) status = status_trouble;
  return status;
}

}  // namespace distillcfg::cli
