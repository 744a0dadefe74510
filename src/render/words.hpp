// The words around messages, in each language, and what the renderers share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "distillcfg/render.hpp"
#include "render/display.hpp"

namespace distillcfg::render {

// Texts with {0}, {1} are filled by fmt.
struct Words {
  Literal error;
  Literal warning;
  Literal note;
  Literal help;
  Literal colon;             // between a severity and its message
  Literal end_of_file;       // in place of a token
  Literal did_you_mean;      // {0}: a name
  Literal code_point;        // {0}: a character as it looks, {1}: its number
  Literal named_code_point;  // {0}: a number, {1}: a name
  Literal insert;            // {0}: a text, in quotes or by its name
  Literal remove;            // {0}: likewise
  Literal replace;           // {0}: what stands there, {1}: what should
  Literal space;             // the names of texts that cannot be seen in quotes
  Literal line_break;
  Literal at_place;     // {0}: line, {1}: column
  Literal more_errors;  // {0}: a number, {1}: "s" if it is not 1
  Literal more_warnings;
  Literal hint;  // {0}: a hint in parentheses
};

inline constexpr Words english_words{
    .error = "error",
    .warning = "warning",
    .note = "note",
    .help = "help",
    .colon = ": ",
    .end_of_file = "end of file",
    .did_you_mean = "; did you mean '{0}'?",
    .code_point = "'{0}' ({1})",
    .named_code_point = "{0} ({1})",
    .insert = "insert {0}",
    .remove = "delete {0}",
    .replace = "write {1} instead of {0}",
    .space = "a space",
    .line_break = "a line break",
    .at_place = " at {0}:{1}",
    .more_errors = "{0} more error{1} not shown",
    .more_warnings = "{0} more warning{1} not shown",
    .hint = " ({0})",
};

inline constexpr Words chinese_words{
    .error = "错误",
    .warning = "警告",
    .note = "说明",
    .help = "建议",
    .colon = "：",
    .end_of_file = "文件结尾",
    .did_you_mean = "；是否想写 '{0}'？",
    .code_point = "'{0}' ({1})",
    .named_code_point = "{0} ({1})",
    .insert = "插入 {0}",
    .remove = "删除 {0}",
    .replace = "将 {0} 改为 {1}",
    .space = "空格",
    .line_break = "换行",
    .at_place = "（{0}:{1} 处）",
    .more_errors = "另有 {0} 个错误未显示",
    .more_warnings = "另有 {0} 个警告未显示",
    .hint = "（{0}）",
};

[[nodiscard]] constexpr const Words& words(Language language) noexcept {
  return language == Language::zh ? chinese_words : english_words;
}

[[nodiscard]] constexpr Literal severity_word(Severity severity, const Words& words) noexcept {
  switch (severity) {
    case Severity::error: return words.error;
    case Severity::warning: return words.warning;
    case Severity::note: break;
  }
  return words.note;
}

// What a diagnostic counts as once the options have been heard.
[[nodiscard]] constexpr Severity severity_in(const Diagnostic& diagnostic, const RenderOptions& options) noexcept {
  const bool raised = options.warnings_as_errors && diagnostic.severity == Severity::warning;
  return raised ? Severity::error : diagnostic.severity;
}

// How many errors and warnings were found but not kept, counted as the options say.
struct NotShown {
  std::uint64_t errors;
  std::uint64_t warnings;
};
[[nodiscard]] inline NotShown not_shown(const Findings& findings, const RenderOptions& options) noexcept {
  const std::uint64_t errors = findings.errors_not_kept();
  const std::uint64_t warnings = findings.warnings_not_kept();
  return options.warnings_as_errors ? NotShown{errors + warnings, 0} : NotShown{errors, warnings};
}

// message_of, on its way into more.
[[nodiscard]] Shown message(const Diagnostic& diagnostic, Language language);
[[nodiscard]] Shown message(const Note& note, Language language);

// "D2001"
[[nodiscard]] Shown code_text(Code code);
// "unknown-field"
[[nodiscard]] Shown slug(Code code);

// A character as it looks and its number, or only that and its name if it cannot be seen.
[[nodiscard]] Shown code_point_text(std::uint64_t number, Language language);

// "12 more errors not shown (hint)".
[[nodiscard]] Shown more_text(std::uint64_t count, Severity severity, const RenderOptions& options);

// Texts of a source in a message are cut to this many columns.
inline constexpr std::size_t max_argument_columns = 60;

// ANSI escape sequences, or nothing.
struct Palette {
  Literal path, error, warning, note, help, message, caret, dim, reset;
};
inline constexpr Palette colors{
    .path = "\x1B[1m",
    .error = "\x1B[1;31m",
    .warning = "\x1B[1;35m",
    .note = "\x1B[1;36m",
    .help = "\x1B[1;32m",
    .message = "\x1B[1m",
    .caret = "\x1B[1;32m",
    .dim = "\x1B[2m",
    .reset = "\x1B[0m",
};
[[nodiscard]] constexpr Palette palette(const RenderOptions& options) noexcept {
  return options.color ? colors : Palette{};
}
[[nodiscard]] constexpr Literal severity_color(Severity severity, const Palette& palette) noexcept {
  switch (severity) {
    case Severity::error: return palette.error;
    case Severity::warning: return palette.warning;
    case Severity::note: break;
  }
  return palette.note;
}

}  // namespace distillcfg::render
