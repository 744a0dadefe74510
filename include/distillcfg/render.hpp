// Diagnostics as words. The only part of the library that needs fmt; it lives in the archive
// distillcfg-render.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "distillcfg/diagnostics.hpp"
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

// As a compiler shows them: header, source line, underline, fixes and notes, for each kept
// diagnostic; then how many more there were. `path` is shown as it is, made safe. `text` must be
// the text that was diagnosed (Document::text()). Of a line longer than options.width no more is
// shown than that. Time: O(text.size()) once, then O(width + log lines) for each place.
//
//     quant.cfg:2:1: error: AMCTDistillConfig has no field named 'batch'; did you mean 'batch_num'? [D2001]
//        2 | batch: 4
//          | ^~~~~
WriteResult render_text(const Diagnostics& diagnostics, std::string_view path, std::string_view text,
                        const RenderOptions& options, Sink sink);

// One line for each diagnostic and note: path:line:column: severity: message [D2001]. Severities are
// in English whatever the language, for the programs that read this form.
WriteResult render_gcc(const Diagnostics& diagnostics, std::string_view path, std::string_view text,
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

  // Adds the entry of one file. `text` must be the text that was diagnosed.
  void add(std::string_view path, bool ok, const Diagnostics& diagnostics, std::string_view text);
  // Ends the document; call it once, after the last add.
  [[nodiscard]] WriteResult finish();

 private:
  void write(std::string_view json);

  Sink sink_;
  RenderOptions options_;
  WriteResult result_;
  bool first_ = true;
};

}  // namespace distillcfg
