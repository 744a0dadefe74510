#include "cli/configuration.hpp"

#include "cli/large_memory.hpp"

namespace distillcfg::cli {

Configuration::Configuration(const char* path, const Options& options, const ModelInput* model)
    : input_(path, options), findings_(input_.diagnostics()) {
  if (input_.ok() && model != nullptr) {
    resolution_ =
        resolve(input_.document().config(), model->model(),
                {.config_text = text(), .int4 = options.int4, .limits = limits_of(options), .memory = large_memory()});
    is_resolved_ = true;
    findings_.append(resolution_.diagnostics());
  } else if (input_.ok()) {
    validation_ =
        validate(input_.document().config(),
                 {.text = text(), .int4 = options.int4, .limits = limits_of(options), .memory = large_memory()});
    findings_.append(validation_);
    findings_.sort_by_place();
  }
  findings_.drop_explained();
  findings_.limit(limits_of(options));
}

const Diagnostic& graph_needed_error() noexcept {
  static constexpr Diagnostic error = [] {
    Diagnostic result;
    result.code = Code::graph_needed;
    return result;
  }();
  return error;
}

}  // namespace distillcfg::cli
