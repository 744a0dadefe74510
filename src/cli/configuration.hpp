// A quant.cfg, and what is found in it.
#pragma once

#include <string_view>

#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "distillcfg/distillcfg.hpp"

namespace distillcfg::cli {

// Read, parsed and, if that went well, resolved against a model or, without one, validated.
class Configuration {
 public:
  // `model`: nullptr, or one that is ok() and outlives this.
  Configuration(const char* path, const Options& options, const ModelInput* model);
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  [[nodiscard]] std::string_view path() const noexcept { return input_.path(); }
  [[nodiscard]] std::string_view text() const noexcept { return input_.text(); }
  [[nodiscard]] const Findings& findings() const noexcept { return findings_; }
  [[nodiscard]] Findings& findings() noexcept { return findings_; }
  [[nodiscard]] Status status() const noexcept { return status_of(findings_); }
  // Of what did not come to that: empty.
  [[nodiscard]] bool is_resolved() const noexcept { return is_resolved_; }
  [[nodiscard]] const Resolution& resolution() const noexcept { return resolution_; }

  void add_to(Report& report) const { report.add(path(), findings_, text()); }

 private:
  Input input_;
  Diagnostics validation_;
  Resolution resolution_;
  bool is_resolved_ = false;
  Findings findings_;
};

// An error without a place and without arguments; it lives as long as the program.
[[nodiscard]] const Diagnostic& graph_needed_error() noexcept;

}  // namespace distillcfg::cli
