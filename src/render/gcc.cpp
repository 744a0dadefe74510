// One line for each diagnostic and note, for editors and CI: path:line:column: error: message [D2001]
#include <string_view>

#include "distillcfg/render.hpp"
#include "render/display.hpp"
#include "render/output.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"

namespace distillcfg {

WriteResult render_gcc(const Findings& findings, std::string_view path, std::string_view text,
                       const RenderOptions& options, Sink sink) {
  render::Output out(sink);
  render::SourceLines lines(text);
  const render::Shown shown_path = render::display(path);
  const render::Palette palette = render::palette(options);

  const auto line = [&](Span at, Severity severity, const render::Shown& message) {
    render::Shown& to = out.text();
    to += palette.path;
    to += shown_path;
    if (at.has_place()) {
      const Position place = lines.position(at.begin);
      to.append(":{}:{}", place.line, place.column);
    }
    to.append(":{} {}{}:{} {}{}{}\n", palette.reset, render::severity_color(severity, palette),
              render::severity_word(severity, render::english_words), palette.reset, palette.message, message,
              palette.reset);
  };

  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Diagnostic& diagnostic = findings[i];
    line(diagnostic.at, render::severity_in(diagnostic, options),
         render::shown("{} [{}]", render::message(diagnostic, options.language), render::code_text(diagnostic.code)));
    for (const Note& note : diagnostic.notes) {
      // A note without a place belongs where its diagnostic is, or readers of this form lose it.
      line(note.at.has_place() ? note.at : diagnostic.at, Severity::note, render::message(note, options.language));
    }
    if (!out.flush_if_large()) break;
  }
  const render::NotShown rest = render::not_shown(findings, options);
  if (rest.errors > 0) line({}, Severity::note, render::more_text(rest.errors, Severity::error, options));
  if (rest.warnings > 0) line({}, Severity::note, render::more_text(rest.warnings, Severity::warning, options));
  return out.finish();
}

}  // namespace distillcfg
