// Diagnostics as a compiler shows them:
//
//     quant.cfg:3:5: error: DistillGroup has no field named 'start_layer'; did you mean … [D2001]
//        3 |   start_layer: "conv1"
//          |   ^~~~~~~~~~~
//          = help: …
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/render.hpp"
#include "render/amct_error.hpp"
#include "render/display.hpp"
#include "render/output.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"

namespace distillcfg {
namespace {

using render::Form;
using render::Glyph;
using render::Literal;
using render::Output;
using render::Palette;
using render::Shown;
using render::SourceLines;
using render::Words;

constexpr std::size_t tab_stop = 8;
constexpr std::size_t smallest_width = 40;
constexpr std::size_t smallest_gutter = 4;
constexpr Literal ellipsis = "…";  // one column
constexpr std::size_t amct_columns = 200;
// More than so many columns: each takes at most four bytes, and one character may be cut.
constexpr std::size_t amct_bytes = 4 * (amct_columns + 2);

constexpr std::size_t amct_errors = 1
#define AMCT(name, text) +1
#include "distillcfg/diagnostics.def"
    ;

// Columns of a glyph that starts in `column`, counted from 0.
std::size_t columns_at(const Glyph& glyph, std::size_t column) noexcept {
  if (glyph.form == Form::byte && glyph.code_point == '\t') return tab_stop - column % tab_stop;
  return glyph.columns;
}

// What a glyph takes of the width: combining characters count too, so that the width bounds bytes.
std::size_t cost_at(const Glyph& glyph, std::size_t column) noexcept {
  return std::max<std::size_t>(columns_at(glyph, column), 1);
}

// The part of a line that is shown: bytes begin <= i < end.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<Glyph> glyphs;
};

// From `begin`, as much of the line as fits.
Window forward(std::string_view line, std::size_t begin, std::size_t width) {
  Window window{begin, begin, {}};
  std::size_t used = 0;
  std::size_t column = 0;
  while (window.end < line.size()) {
    const Glyph glyph = render::glyph_at(line, window.end);
    used += cost_at(glyph, column);
    if (used > width) break;
    column += columns_at(glyph, column);
    window.end += glyph.size;
    window.glyphs.push_back(glyph);
  }
  return window;
}

// From `end` to the front, as much as fits; a tab counts as its most.
std::size_t backward(std::string_view line, std::size_t end, std::size_t width) noexcept {
  std::size_t used = 0;
  std::size_t begin = end;
  while (begin > 0) {
    const auto [start, glyph] = render::glyph_around(line, begin - 1);
    used += line[start] == '\t' ? tab_stop : cost_at(glyph, 0);
    if (used > width) break;
    begin = start;
  }
  return begin;
}

// The whole line if it fits; else a part that has the focus, and something before and behind it.
// Takes O(width), however long the line is.
Window choose_window(std::string_view line, std::size_t focus, std::size_t width) {
  Window window = forward(line, 0, width);
  if (window.end == line.size()) return window;
  // An ellipsis takes a column at each end that is cut.
  const std::size_t start = focus < line.size() ? render::glyph_around(line, focus).start : line.size();
  const std::size_t begin = backward(line, start, width / 3);
  window = forward(line, begin, begin > 0 ? width - 2 : width - 1);
  if (window.end < line.size()) return window;
  return forward(line, std::min(begin, backward(line, line.size(), width - 1)), width - 1);
}

// One line of source with what stands under it.
struct Excerpt {
  Shown source;
  std::size_t caret = 0;  // column of the first mark
  std::size_t marks = 1;
};

Excerpt excerpt_of(const SourceLines::Line& line, Span span, std::size_t width) {
  const std::size_t size = line.text.size();
  const std::size_t begin = std::min<std::size_t>(span.begin - line.begin, size);
  const std::size_t end = std::clamp<std::size_t>(span.end - line.begin, begin, size);
  const Window window = choose_window(line.text, begin, width);

  Excerpt excerpt;
  if (window.begin > 0) excerpt.source += ellipsis;
  // Tab stops are counted from where the shown part starts.
  const std::size_t first_column = window.begin > 0 ? 1 : 0;
  std::size_t column = first_column;
  bool reached = false;
  std::size_t caret_end = 0;
  std::size_t i = window.begin;
  for (const Glyph& glyph : window.glyphs) {
    const std::size_t columns = columns_at(glyph, column - first_column);
    if (!reached && i + glyph.size > begin) {
      reached = true;
      excerpt.caret = column;
      caret_end = column + (end > begin ? columns : 0);
    } else if (reached && i < end) {
      caret_end = column + columns;
    }
    if (glyph.form == Form::byte && glyph.code_point == '\t') {
      excerpt.source.repeat(columns, " ");
    } else {
      excerpt.source.add_glyph(line.text, i, glyph);
    }
    column += columns;
    i += glyph.size;
  }
  if (!reached) excerpt.caret = column;
  if (caret_end > excerpt.caret) excerpt.marks = caret_end - excerpt.caret;
  if (window.end < size) excerpt.source += ellipsis;
  return excerpt;
}

class TextRenderer {
 public:
  TextRenderer(std::string_view path, std::string_view text, const RenderOptions& options, Sink sink)
      : out_(sink),
        lines_(text),
        path_(render::display(path)),
        words_(render::words(options.language)),
        palette_(render::palette(options)),
        options_(options) {}

  WriteResult run(const Findings& findings) {
    for (std::size_t i = 0; i < findings.size(); ++i) {
      show(findings[i]);
      if (!out_.flush_if_large()) break;
    }
    const render::NotShown rest = render::not_shown(findings, options_);
    show_rest(rest.errors, Severity::error);
    show_rest(rest.warnings, Severity::warning);
    return out_.finish();
  }

 private:
  void show(const Diagnostic& diagnostic) {
    set_gutter(diagnostic);
    header(diagnostic.at, render::severity_in(diagnostic, options_), render::message(diagnostic, options_.language),
           render::code_text(diagnostic.code));
    excerpt(diagnostic.at);
    show_fixes(diagnostic);
    for (const Note& note : diagnostic.notes) {
      const Shown message = render::message(note, options_.language);
      if (note.at.has_place()) {
        header(note.at, Severity::note, message, {});
        excerpt(note.at);
      } else {
        remark(words_.note, palette_.note, message);
      }
    }
    show_amct_error(diagnostic);
  }

  // Diagnostics that share one error of AMCT's share its names too: it is shown with the first. Those of one kind
  // share one error at most, but the kinds may alternate.
  void show_amct_error(const Diagnostic& diagnostic) {
    if (diagnostic.amct == AmctError::none) return;
    const std::string_view* const names = diagnostic.amct_names.data();
    const std::string_view*& last = last_amct_names_[static_cast<std::size_t>(diagnostic.amct)];
    if (names != nullptr && names == last) return;
    last = names;
    const std::string error = render::ends_of_amct_error(diagnostic, amct_bytes);
    remark("AMCT", palette_.dim, render::display_shortened(error, amct_columns));
  }

  // One width of line numbers for all excerpts of a diagnostic.
  void set_gutter(const Diagnostic& diagnostic) {
    std::uint32_t last = 0;
    const auto reach = [this, &last](Span at) {
      if (at.has_place()) last = std::max(last, lines_.position(at.begin).line);
    };
    reach(diagnostic.at);
    for (const Note& note : diagnostic.notes) reach(note.at);
    gutter_ = std::max(smallest_gutter, std::to_string(last).size());
  }

  void header(Span at, Severity severity, const Shown& message, const Shown& code) {
    Shown& text = out_.text();
    text += palette_.path;
    text += path_;
    if (at.has_place()) {
      const Position place = lines_.position(at.begin);
      append(":{}:{}", place.line, place.column);
    }
    append("{}: {}", palette_.reset, render::severity_color(severity, palette_));
    text += render::severity_word(severity, words_);
    text += words_.colon;
    text += palette_.reset;
    append("{}{}{}", palette_.message, message, palette_.reset);
    if (!code.empty()) append(" [{}]", code);
    text += "\n";
  }

  void excerpt(Span at) {
    if (!at.has_place()) return;
    const SourceLines::Line line = lines_.line_at(at.begin);
    const Excerpt shown = excerpt_of(line, at, std::max(options_.width, smallest_width));
    append("{:>{}} |", lines_.position(at.begin).line, gutter_);
    if (!shown.source.empty()) append(" {}", shown.source);
    append("\n{:{}} | ", Literal(), gutter_);
    Shown& text = out_.text();
    text.repeat(shown.caret, " ");
    text += palette_.caret;
    text += "^";
    text.repeat(shown.marks - 1, "~");
    text += palette_.reset;
    text += "\n";
  }

  // A line that hangs below an excerpt.
  void remark(Literal word, Literal color, const Shown& message) {
    append("{:{}} = {}{}{}{}{}\n", Literal(), gutter_, color, word, words_.colon, palette_.reset, message);
  }

  void show_fixes(const Diagnostic& diagnostic) {
    const List<Fix>& fixes = diagnostic.fixes;
    if (fixes.size() == 1) {
      // Of what the message has said already, no word.
      const Fix& fix = fixes[0];
      const bool said = !fix.text.empty() && fix.at == diagnostic.at && fix.text == diagnostic.suggestion;
      if (!said) show_edit(diagnostic.at, fix.at, fix.text);
    } else if (fixes.size() > 1 && !show_as_one(diagnostic)) {
      for (const Fix& fix : fixes) show_edit(diagnostic.at, fix.at, fix.text);
    }
  }

  // Shows the fixes as one edit if they are close together: '"x"' instead of 'x' says more than that
  // two quotes are to be inserted.
  bool show_as_one(const Diagnostic& diagnostic) {
    constexpr std::size_t close = 40;
    const List<Fix>& fixes = diagnostic.fixes;
    const Span all{fixes[0].at.begin, fixes[fixes.size() - 1].at.end};
    const std::string_view old_text = lines_.bytes(all);
    if (old_text.size() > close || old_text.find('\n') != std::string_view::npos) return false;
    std::string new_text;
    std::uint32_t done = all.begin;
    for (const Fix& fix : fixes) {
      new_text += lines_.bytes({done, fix.at.begin});
      new_text += fix.text;
      done = fix.at.end;
    }
    if (new_text.empty() || new_text.find('\n') != std::string::npos) return false;
    show_edit(diagnostic.at, all, new_text);
    return true;
  }

  void show_edit(Span diagnosed, Span at, std::string_view new_text) {
    Shown edit;
    if (new_text.empty()) {
      edit.append(words_.remove, quoted(lines_.bytes(at)));
    } else if (at.begin == at.end) {
      edit.append(words_.insert, quoted(new_text));
    } else {
      edit.append(words_.replace, quoted(lines_.bytes(at)), quoted(new_text));
    }
    if (at.begin < diagnosed.begin || at.begin > diagnosed.end) {
      const Position place = lines_.position(at.begin);
      edit.append(words_.at_place, place.line, place.column);
    }
    remark(words_.help, palette_.help, edit);
  }

  // A text in quotes; by its name what could not be seen there.
  [[nodiscard]] Shown quoted(std::string_view text) const {
    if (text == " ") return words_.space;
    if (text == "\n") return words_.line_break;
    if (!text.empty()) {
      const Glyph glyph = render::glyph_at(text, 0);
      if (glyph.size == text.size() && glyph.size > 1) {
        Shown name = render::code_point_text(glyph.code_point, options_.language);
        if (!name.view().starts_with('\'')) return name;
      }
    }
    // White space around it says nothing to who reads the edit, unless it is all there is.
    constexpr std::string_view white_space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(white_space);
    if (first != std::string_view::npos) {
      text = text.substr(first, text.find_last_not_of(white_space) + 1 - first);
    }
    return render::shown("'{}'", render::display_shortened(text, render::max_argument_columns));
  }

  void show_rest(std::uint64_t count, Severity severity) {
    if (count == 0) return;
    header(Span{}, Severity::note, render::more_text(count, severity, options_), {});
  }

  template <render::Safe... Arguments>
  void append(render::Format<std::type_identity_t<Arguments>...> format, const Arguments&... arguments) {
    out_.text().append(format, arguments...);
  }

  Output out_;
  SourceLines lines_;
  Shown path_;
  const Words& words_;
  Palette palette_;
  const RenderOptions& options_;
  std::size_t gutter_ = smallest_gutter;
  std::array<const std::string_view*, amct_errors> last_amct_names_{};
};

}  // namespace

WriteResult render_text(const Findings& findings, std::string_view path, std::string_view text,
                        const RenderOptions& options, Sink sink) {
  return TextRenderer(path, text, options, sink).run(findings);
}

}  // namespace distillcfg
