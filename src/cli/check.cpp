// distillcfg check
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "cli/files.hpp"
#include "cli/report.hpp"

namespace distillcfg::cli {
namespace {

// What all files together came to.
struct Total {
  std::uint64_t files = 0;
  std::uint64_t unread = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;

  void add(const Findings& found, const Options& options) {
    (found.has(Code::cannot_read) ? unread : files) += 1;
    errors += found.errors();
    (options.warnings_as_errors ? errors : warnings) += found.warnings();
  }
};

// "1 file", "2 files"
render::Shown counted(std::uint64_t count, render::Literal noun) {
  return render::shown("{} {}{}", count, noun, count == 1 ? render::Literal() : render::Literal("s"));
}

// "2 files checked, 1 could not be read: 3 errors, 1 warning"
render::Shown summary(const Total& total, Language language) {
  render::Shown text;
  if (language == Language::zh) {
    text.append("已检查 {} 个文件", total.files);
    if (total.unread > 0) text.append("，{} 个无法读取", total.unread);
    if (total.errors == 0) {
      text += "：没有错误";
    } else {
      text.append("：{} 个错误", total.errors);
    }
    if (total.warnings > 0) text.append("，{} 个警告", total.warnings);
  } else {
    text.append("{} checked", counted(total.files, "file"));
    if (total.unread > 0) text.append(", {} could not be read", total.unread);
    if (total.errors == 0) {
      text += ": no errors";
    } else {
      text.append(": {}", counted(total.errors, "error"));
    }
    if (total.warnings > 0) text.append(", {}", counted(total.warnings, "warning"));
  }
  text += "\n";
  return text;
}

}  // namespace

Status run_check(const Options& options) {
  Report report(options, STDOUT_FILENO);
  Status status = status_ok;
  Total total;
  const std::unique_ptr<const ModelInput> model =
      options.model == nullptr ? nullptr : std::make_unique<const ModelInput>(options.model, options);
  const ModelInput* const network = model != nullptr && model->ok() ? model.get() : nullptr;
  for (const char* const path : options.files) {
    const Configuration configuration(path, options, network);
    configuration.add_to(report);
    total.add(configuration.findings(), options);
    status = std::max(status, configuration.status());
    if (report.out().error() != 0) break;
  }
  if (model != nullptr) {
    const Findings findings(model->diagnostics());
    report.add(model->path(), findings, model->text());
    total.add(findings, options);
    status = std::max(status, status_of(findings));
  }
  if (options.warnings_as_errors && total.errors > 0) status = std::max(status, status_input);
  if (report.format() == Format::text) report.out().write(summary(total, options.language));
  if (!report.finish()) {
    report_output_failure(report.out().error(), options.language);
    return status_trouble;
  }
  return status;
}

}  // namespace distillcfg::cli
