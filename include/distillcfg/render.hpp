// Diagnostics as words. The only part of the library that needs fmt; it lives in the archive
// distillcfg-render.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/diagnostics.hpp"
#include "distillcfg/memory.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/schema.hpp"
#include "distillcfg/sink.hpp"

namespace distillcfg {

struct RenderOptions {
  Language language = Language::en;
  bool color = false;               // ANSI escape sequences; of no concern to JSON
  std::size_t width = 100;          // columns of source shown of a longer line, at least 40
  bool warnings_as_errors = false;  // call warnings errors
  // Stands in parentheses behind "12 more errors not shown": how to see them. Empty: nothing.
  std::string_view limit_hint = {};
};

// The message of a diagnostic or note in one line: UTF-8 in which control bytes, malformed UTF-8
// and bidirectional controls of the source are shown as \xNN or \u{NNNN}. A suggestion is part of it.
[[nodiscard]] std::string message_of(const Diagnostic& diagnostic, Language language);
[[nodiscard]] std::string message_of(const Note& note, Language language);

// The `Type: message` that AMCT raises for what a diagnostic is about, to the byte; empty if it raises
// none. UTF-8 as far as the names are. Where AMCT lists names in the random order of a Python set, they
// stand in the order of the file.
[[nodiscard]] std::string amct_error_of(const Diagnostic& diagnostic);

// What one or several passes found in one text, in the order in which it is shown. Borrows from their
// Diagnostics, which must outlive it.
//
//     Findings findings(document.diagnostics());
//     findings.append(resolution.diagnostics());
class Findings {
 public:
  Findings() noexcept = default;
  Findings(const Diagnostics& diagnostics) { append(diagnostics); }

  void append(const Diagnostics& diagnostics);
  // A single diagnostic; it must outlive this.
  void append(const Diagnostic& diagnostic);
  // Orders them by place; what has no place stands first.
  void sort_by_place();
  // Drops each warning that a required field is missing (D2012) where there is an error about the same
  // message: it says what comes of that.
  void drop_explained();
  // Keeps at most so many of each severity; the others count as not kept.
  void limit(const Limits& limits);

  [[nodiscard]] bool has_errors() const noexcept { return errors_ != 0; }
  [[nodiscard]] bool has(Code code) const noexcept;
  // How many were found, whether kept or not.
  [[nodiscard]] std::uint64_t errors() const noexcept { return errors_; }
  [[nodiscard]] std::uint64_t warnings() const noexcept { return warnings_; }
  [[nodiscard]] std::uint64_t errors_not_kept() const noexcept { return errors_ - kept_errors_; }
  [[nodiscard]] std::uint64_t warnings_not_kept() const noexcept { return warnings_ - kept_warnings_; }

  // Those that were kept.
  [[nodiscard]] std::size_t size() const noexcept { return kept_.size(); }
  [[nodiscard]] bool empty() const noexcept { return kept_.empty(); }
  [[nodiscard]] const Diagnostic& operator[](std::size_t i) const noexcept { return *kept_[i]; }

 private:
  void count_kept() noexcept;

  std::vector<const Diagnostic*> kept_;
  std::uint64_t errors_ = 0;
  std::uint64_t warnings_ = 0;
  std::uint64_t kept_errors_ = 0;
  std::uint64_t kept_warnings_ = 0;
};

// As a compiler shows them: header, source line, underline, fixes and notes, for each kept
// diagnostic; then how many more there were. `path` is shown as it is, made safe. `text` must be
// the text that was diagnosed (Document::text()). Of a line longer than options.width no more is
// shown than that. Time: O(text.size()) once, then O(width + log lines) for each place.
//
//     quant.cfg:2:1: error: AMCTDistillConfig has no field named 'batch'; did you mean 'batch_num'? [D2001]
//        2 | batch: 4
//          | ^~~~~
WriteResult render_text(const Findings& findings, std::string_view path, std::string_view text,
                        const RenderOptions& options, Sink sink);

// One line for each diagnostic and note: path:line:column: severity: message [D2001]. Severities are
// in English whatever the language, for the programs that read this form.
WriteResult render_gcc(const Findings& findings, std::string_view path, std::string_view text,
                       const RenderOptions& options, Sink sink);

// The JSON document that describes the diagnostics of one run over any number of files.
//
//     JsonReport report(sink, options);
//     report.add("quant.cfg", document.ok(), document.diagnostics(), document.text());
//     const WriteResult result = report.finish();
//
// It is valid JSON in UTF-8 whatever bytes the texts and paths hold: a byte that is not UTF-8 stands
// in a string as the four characters \xNN.
class JsonReport {
 public:
  JsonReport(Sink sink, const RenderOptions& options);
  JsonReport(const JsonReport&) = delete;
  JsonReport& operator=(const JsonReport&) = delete;

  // Adds the entry of one file. `text` must be the text that was diagnosed. How many diagnostics were found but not
  // kept stands in it as `errors_not_shown` and `warnings_not_shown`, where there are such.
  void add(std::string_view path, bool ok, const Findings& findings, std::string_view text);
  // Ends the document; call it once, after the last add.
  [[nodiscard]] WriteResult finish();

 private:
  void write(std::string_view json);

  Sink sink_;
  RenderOptions options_;
  WriteResult result_;
  bool first_ = true;
};

// The same as a SARIF 2.1.0 log with one run, for code scanning and editors: a result for each diagnostic with
// its notes as related locations and its fixes as one fix, an artifact for each path, and a rule for each code
// that occurs. Used as a JsonReport, and as valid.
//
// - A path is a URI reference in it, relative as it is given or file:///..., with every other byte as %XX.
// - Columns count code points, not bytes.
// - What AMCT would raise is the property `amct_error` of a result; how many diagnostics were found but not kept,
//   `errors_not_shown` and `warnings_not_shown` of the artifact.
class SarifReport {
 public:
  // `version` is that of the tool, which is called distillcfg (empty: not said), and must outlive this.
  SarifReport(Sink sink, const RenderOptions& options, std::string_view version = {});
  SarifReport(const SarifReport&) = delete;
  SarifReport& operator=(const SarifReport&) = delete;

  // Adds the results of one file; without a path, results that have no place. `text` must be the text that was
  // diagnosed.
  void add(std::string_view path, const Findings& findings, std::string_view text);
  // Ends the document; call it once, after the last add.
  [[nodiscard]] WriteResult finish();

 private:
  struct Artifact {
    std::size_t index;  // in the order in which they were added
    std::uint64_t errors_not_shown = 0;
    std::uint64_t warnings_not_shown = 0;
  };

  [[nodiscard]] std::size_t rule_index(Code code);

  Sink sink_;
  RenderOptions options_;
  std::string_view version_;
  WriteResult result_;
  bool first_ = true;
  std::vector<Code> rules_;                    // in the order of their first results
  std::map<std::string, Artifact> artifacts_;  // by URI
};

// ---- Resolutions. `text` must be the text that the configuration was read from (Document::text()); all
// places are places in it. Each takes time linear in the sizes of the text, of the configuration and of
// the model, apart from finding the lines of places, which takes O(log lines) each.

// A text that was read, and what it is called.
struct NamedText {
  std::string_view path;
  std::string_view text;
};

// The whole resolution as one JSON document; docs/resolution.schema.json describes it. Only for one that
// is ok().
WriteResult render_resolution_json(const Resolution& resolution, std::string_view text, Sink sink);

// The same for people. Layers that get the same for the same reason share a row where their names differ
// in numbers alone and there are many. Only for one that is ok().
WriteResult render_resolution_table(const Resolution& resolution, std::string_view text, const RenderOptions& options,
                                    Sink sink);

// The stories of some layers of the resolution: which rules match, which one decides, where each value
// comes from, what lost, and the layer's distill group.
WriteResult render_explanation(const Resolution& resolution, const NamedText& config,
                               std::span<const Layer* const> layers, const RenderOptions& options, Sink sink);

// What changes for a model from one configuration to another. Both must be ok() and of the same model.
struct Comparison {
  const Resolution& resolution;
  NamedText config;
};
struct [[nodiscard]] ComparisonResult {
  WriteResult written;
  bool differs = false;
};
ComparisonResult render_difference(const Comparison& before, const Comparison& after, const RenderOptions& options,
                                   Sink sink);

}  // namespace distillcfg
