// Diagnostics on their way out, in the form that the options ask for.
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "cli/files.hpp"
#include "cli/options.hpp"
#include "distillcfg/distillcfg.hpp"
#include "reporter.hpp"

namespace distillcfg::cli {

// How diagnostics look on a stream.
[[nodiscard]] inline RenderOptions render_options(const Options& options, int descriptor) {
  RenderOptions result;
  result.language = options.language;
  result.warnings_as_errors = options.warnings_as_errors;
  result.limit_hint = choose(options.language, "--max-errors 0 shows all", "--max-errors 0 显示全部").view();
  const bool is_terminal = ::isatty(descriptor) == 1;
  if (options.color == Color::automatic) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the tool has one thread.
    const char* const no_color = std::getenv("NO_COLOR");
    // NOLINTNEXTLINE(concurrency-mt-unsafe): as above.
    const char* const terminal = std::getenv("TERM");
    result.color = is_terminal && (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
                   std::string_view(terminal) != "dumb";
  } else {
    result.color = options.color == Color::always;
  }
  return result;
}

// Of a terminal that knows it; else 0.
[[nodiscard]] inline std::size_t terminal_width(int descriptor) noexcept {
  winsize window{};
  return ::ioctl(descriptor, TIOCGWINSZ, &window) == 0 ? window.ws_col : 0;
}

// How much of a line of a text fits behind the longest of its line numbers.
[[nodiscard]] inline std::size_t source_width(std::size_t terminal_width, std::string_view text) noexcept {
  constexpr std::size_t smallest = 40;
  std::size_t gutter = std::string_view("12345 | ").size();
  for (auto last = std::ranges::count(text, '\n') + 1; last > 99'999; last /= 10) ++gutter;
  return std::max(terminal_width, gutter + smallest) - gutter;
}

// Writes the diagnostics of one file after another to a stream.
class Report {
 public:
  Report(const Options& options, int descriptor)
      : out_(descriptor),
        format_(options.format),
        render_(render_options(options, descriptor)),
        terminal_width_(terminal_width(descriptor)) {
    if (format_ == Format::json) json_.emplace(out_.sink(), render_);
    if (format_ == Format::sarif) sarif_.emplace(out_.sink(), render_, DISTILLCFG_VERSION);
  }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  [[nodiscard]] Format format() const noexcept { return format_; }
  [[nodiscard]] FileSink& out() noexcept { return out_; }

  // A failed write shows in finish().
  void add(std::string_view path, const Findings& findings, std::string_view text) {
    const bool ok = status_of(findings) == status_ok && !(render_.warnings_as_errors && findings.warnings() > 0);
    add(path, ok, findings, text);
  }
  void add(std::string_view path, bool ok, const Findings& findings, std::string_view text) {
    if (terminal_width_ > 0 && !findings.empty()) render_.width = source_width(terminal_width_, text);
    switch (format_) {
      case Format::text: (void)render_text(findings, path, text, render_, out_.sink()); break;
      case Format::gcc: (void)render_gcc(findings, path, text, render_, out_.sink()); break;
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): made in the constructor for this format.
      case Format::json: json_->add(path, ok, findings, text); break;
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): as above.
      case Format::sarif: sarif_->add(path, findings, text); break;
    }
  }
  // That a file, or standard output for want of a path, could not be written.
  void add_output_failure(int error, std::string_view path = {}) {
    if (format_ == Format::text || format_ == Format::gcc) {
      out_.write(output_failure(error, render_.language, path));
      return;
    }
    // Nothing but the document may stand on this stream, so it must say this as well.
    Arena arena{Memory{}};
    const render::Shown reason = reason_of(error, render_.language);
    Diagnostics failure;
    detail::Reporter reporter(failure, arena, {});
    reporter.error<Code::output_failed>(Span{}, reason.view());
    reporter.finish();
    if (path.empty() && format_ == Format::json) path = "standard output";
    add(path, false, failure, {});
  }

  // To be called once, at the end. Returns false if not everything could be written.
  [[nodiscard]] bool finish() {
    if (json_.has_value()) (void)json_->finish();
    if (sarif_.has_value()) (void)sarif_->finish();
    return out_.flush();
  }

 private:
  FileSink out_;
  Format format_;
  RenderOptions render_;
  std::size_t terminal_width_;  // 0: not known
  std::optional<JsonReport> json_;
  std::optional<SarifReport> sarif_;
};

}  // namespace distillcfg::cli
