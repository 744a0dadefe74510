// distillcfg resolve
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "cli/files.hpp"
#include "cli/output_file.hpp"
#include "cli/report.hpp"

namespace distillcfg::cli {
namespace {

WriteResult write(const Resolution& resolution, std::string_view text, const Options& options, OutputFile& out) {
  switch (options.product) {
    case Product::table:
      return render_resolution_table(resolution, text, render_options(options, out.descriptor()), out.sink());
    case Product::json: return render_resolution_json(resolution, text, out.sink());
    case Product::amct: break;
  }
  return write_config_json(resolution, out.sink());
}

}  // namespace

Status run_resolve(const Options& options) {
  const ModelInput model(options.model, options);
  Findings model_findings(model.diagnostics());
  const ModelInput* const network = model.ok() ? &model : nullptr;

  // Without a cfg, everything that is found is about the model.
  const std::unique_ptr<Configuration> configuration =
      options.files.empty() ? nullptr : std::make_unique<Configuration>(options.files.front(), options, network);
  const AMCTDistillConfig no_config;
  Resolution default_resolution;
  if (configuration == nullptr && network != nullptr) {
    default_resolution = resolve(no_config, network->model(),
                                 {.default_config = true, .int4 = options.int4, .limits = limits_of(options)});
    model_findings.append(default_resolution.diagnostics());
    model_findings.limit(limits_of(options));
  }
  Findings& findings = configuration == nullptr ? model_findings : configuration->findings();
  const Resolution& resolution = configuration == nullptr ? default_resolution : configuration->resolution();
  const bool is_resolved = configuration == nullptr ? network != nullptr : configuration->is_resolved();
  if (is_resolved && resolution.ok() && options.product == Product::amct && !resolution.has_graph()) {
    findings.append(graph_needed_error());
  }

  Status status = std::max(status_of(findings), status_of(model_findings));
  Report report(options, STDERR_FILENO);
  int error = 0;
  if (status == status_ok) {
    OutputFile out(options.output);
    const std::string_view text = configuration == nullptr ? std::string_view{} : configuration->text();
    if (out.error() != 0 || !write(resolution, text, options, out).ok() || !out.commit()) status = status_trouble;
    error = out.error();
  }
  if (configuration != nullptr) configuration->add_to(report);
  report.add(model.path(), model_findings, model.text());
  if (error != 0) report.add_output_failure(error, options.output == nullptr ? "" : options.output);
  if (!report.finish()) status = status_trouble;
  return status;
}

}  // namespace distillcfg::cli
