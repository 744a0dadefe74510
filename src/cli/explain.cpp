// distillcfg explain
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "cli/files.hpp"
#include "cli/report.hpp"

namespace distillcfg::cli {
namespace {

// Names that the model has no layer for, and what is wrong with each.
class UnknownLayers {
 public:
  // Asks the resolver: a configuration that skips these layers says why there are none.
  UnknownLayers(std::vector<Field<Text>> names, const Model& model) : names_(std::move(names)) {
    if (names_.empty()) return;
    config_.quant_skip_layers = List<Field<Text>>(std::span<Field<Text>>(names_));
    resolution_ = resolve(config_, model, {.limits = {.max_errors = 0, .max_warnings = 1}});
    const Diagnostics& found = resolution_.diagnostics();
    for (std::uint32_t i = 0; i < found.size(); ++i) {
      const Code code = found[i].code;
      if (code != Code::unknown_layer && code != Code::unsupported_layer && code != Code::out_of_memory) continue;
      Diagnostic& error = errors_.emplace_back(found[i]);
      // The names were no part of any cfg.
      error.amct = AmctError::none;
      error.amct_names = {};
    }
  }
  UnknownLayers(const UnknownLayers&) = delete;
  UnknownLayers& operator=(const UnknownLayers&) = delete;

  void add_to(Findings& findings) const {
    for (const Diagnostic& error : errors_) findings.append(error);
  }

 private:
  std::vector<Field<Text>> names_;
  AMCTDistillConfig config_;
  Resolution resolution_;
  std::deque<Diagnostic> errors_;
};

}  // namespace

Status run_explain(const Options& options) {
  const ModelInput model(options.model, options);
  Findings model_findings(model.diagnostics());
  const Configuration configuration(options.files.front(), options, model.ok() ? &model : nullptr);
  const Resolution& resolution = configuration.resolution();

  std::vector<const Layer*> layers;
  std::unique_ptr<const UnknownLayers> unknown;
  if (configuration.is_resolved()) {
    std::map<std::string_view, const Layer*> by_name;
    for (const Layer& layer : resolution.layers()) by_name.try_emplace(resolution.name(layer), &layer);
    std::vector<Field<Text>> unknown_names;
    std::set<std::string_view> seen;
    for (std::size_t i = 1; i < options.files.size(); ++i) {
      const std::string_view name = options.files[i];
      if (!seen.insert(name).second) continue;
      if (const auto place = by_name.find(name); place != by_name.end()) {
        layers.push_back(place->second);
      } else {
        unknown_names.emplace_back(Text(name));
      }
    }
    unknown = std::make_unique<const UnknownLayers>(std::move(unknown_names), model.model());
    unknown->add_to(model_findings);
    model_findings.limit(limits_of(options));
  }

  Status status = std::max(configuration.status(), status_of(model_findings));
  // What AMCT would refuse is explained all the same: one may want to know why it would.
  FileSink out(STDOUT_FILENO);
  if (!layers.empty()) {
    const WriteResult written = render_explanation(resolution, {configuration.path(), configuration.text()}, layers,
                                                   render_options(options, STDOUT_FILENO), out.sink());
    if (!written.ok() || !out.flush()) status = status_trouble;
  }
  Report report(options, STDERR_FILENO);
  configuration.add_to(report);
  report.add(model.path(), model_findings, model.text());
  if (out.error() != 0) report.add_output_failure(out.error());
  if (!report.finish()) status = status_trouble;
  return status;
}

}  // namespace distillcfg::cli
