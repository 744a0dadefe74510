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

namespace distillcfg::cli {

// How diagnostics look on a stream.
[[nodiscard]] inline RenderOptions render_options(const Options& options, int descriptor) {
  RenderOptions result;
  result.language = options.language;
  result.warnings_as_errors = options.warnings_as_errors;
  result.limit_hint = choose(options.language, "--max-errors 0 shows all", "--max-errors 0 显示全部");
  const bool is_terminal = ::isatty(descriptor) == 1;
  if (options.color == Color::automatic) {
    const char* const no_color = std::getenv("NO_COLOR");
    const char* const terminal = std::getenv("TERM");
    result.color = is_terminal && (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
                   std::string_view(terminal) != "dumb";
  } else {
    result.color = options.color == Color::always;
  }
  winsize window{};
  if (is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) {
    // Line numbers stand before the source.
    constexpr int gutter = 8;
    result.width = static_cast<std::size_t>(std::max(window.ws_col - gutter, 40));
  }
  return result;
}

// Writes the diagnostics of one file after another to a stream.
class Report {
 public:
  Report(const Options& options, int descriptor)
      : out_(descriptor), format_(options.format), render_(render_options(options, descriptor)) {
    if (format_ == Format::json) json_.emplace(out_.sink(), render_);
  }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  [[nodiscard]] Format format() const noexcept { return format_; }
  [[nodiscard]] FileSink& out() noexcept { return out_; }

  void add(const Input& input) {
    const bool ok = input.status() == status_ok && !(render_.warnings_as_errors && input.diagnostics().warnings() > 0);
    add(input.path(), ok, input.diagnostics(), input.document().text());
  }
  // A failed write shows in finish().
  void add(std::string_view path, bool ok, const Diagnostics& diagnostics, std::string_view text) {
    switch (format_) {
      case Format::text: (void)render_text(diagnostics, path, text, render_, out_.sink()); break;
      case Format::gcc: (void)render_gcc(diagnostics, path, text, render_, out_.sink()); break;
      case Format::json: json_->add(path, ok, diagnostics, text); break;
    }
  }

  // To be called once, at the end. Returns false if not everything could be written.
  [[nodiscard]] bool finish() {
    if (json_.has_value()) (void)json_->finish();
    return out_.flush();
  }

 private:
  FileSink out_;
  Format format_;
  RenderOptions render_;
  std::optional<JsonReport> json_;
};

}  // namespace distillcfg::cli
