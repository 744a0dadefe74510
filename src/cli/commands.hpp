// The commands. Each returns the tool's exit status.
#pragma once

#include "cli/options.hpp"

namespace distillcfg::cli {

[[nodiscard]] Status run_check(const Options& options);
[[nodiscard]] Status run_print(const Options& options);
[[nodiscard]] Status run_resolve(const Options& options);
[[nodiscard]] Status run_explain(const Options& options);
[[nodiscard]] Status run_diff(const Options& options);

}  // namespace distillcfg::cli
