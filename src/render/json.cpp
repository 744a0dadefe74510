// Diagnostics as a JSON document; its keys are promised to users.
#include <string_view>

#include "distillcfg/render.hpp"
#include "render/display.hpp"
#include "render/output.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"

namespace distillcfg {
namespace {

using render::Literal;
using render::Shown;
using render::SourceLines;

void append_place(Shown& out, Span at, SourceLines& lines) {
  if (!at.has_place()) {
    out += R"("line":null,"column":null,"begin":null,"end":null)";
    return;
  }
  const Position place = lines.position(at.begin);
  out.append(R"("line":{},"column":{},"begin":{},"end":{})", place.line, place.column, at.begin, at.end);
}

void append_diagnostic(Shown& out, const Diagnostic& diagnostic, SourceLines& lines, const RenderOptions& options) {
  out.append(R"({{"code":"{}","slug":"{}","severity":"{}","message":)", render::code_text(diagnostic.code),
             render::slug(diagnostic.code),
             render::severity_word(render::severity_in(diagnostic, options), render::english_words));
  out.add_json_string(render::message(diagnostic, options.language).view());
  out += ",";
  append_place(out, diagnostic.at, lines);

  out += R"(,"notes":[)";
  Literal comma;
  for (const Note& note : diagnostic.notes) {
    out += comma;
    out += R"({"message":)";
    out.add_json_string(render::message(note, options.language).view());
    out += ",";
    append_place(out, note.at, lines);
    out += "}";
    comma = ",";
  }

  out += R"(],"fixes":[)";
  comma = {};
  for (const Fix& fix : diagnostic.fixes) {
    out.append(R"({}{{"begin":{},"end":{},"text":)", comma, fix.at.begin, fix.at.end);
    out.add_json_string(fix.text);
    out += "}";
    comma = ",";
  }
  out += "]";
  if (diagnostic.amct != AmctError::none) {
    out += R"(,"amct_error":)";
    out.add_json_string(amct_error_of(diagnostic));
  }
  out += "}";
}

}  // namespace

JsonReport::JsonReport(Sink sink, const RenderOptions& options) : sink_(sink), options_(options) {
  write(R"({"version":1,"files":[)");
}

void JsonReport::write(std::string_view json) {
  if (result_.ok() && !sink_.write(sink_.context, json.data(), json.size())) result_.code = Code::output_failed;
}

void JsonReport::add(std::string_view path, bool ok, const Findings& findings, std::string_view text) {
  if (!result_.ok()) return;
  render::Output out(sink_);
  SourceLines lines(text);
  Shown& json = out.text();
  json += first_ ? Literal("\n{\"path\":") : Literal(",\n{\"path\":");
  first_ = false;
  json.add_json_string(path);
  json.append(R"(,"ok":{},"diagnostics":[)", ok);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    json += i == 0 ? Literal("\n") : Literal(",\n");
    append_diagnostic(json, findings[i], lines, options_);
    if (!out.flush_if_large()) break;
  }
  json += "]";
  const render::NotShown rest = render::not_shown(findings, options_);
  if (rest.errors > 0) json.append(R"(,"errors_not_shown":{})", rest.errors);
  if (rest.warnings > 0) json.append(R"(,"warnings_not_shown":{})", rest.warnings);
  json += "}";
  result_ = out.finish();
}

WriteResult JsonReport::finish() {
  write("]}\n");
  return result_;
}

}  // namespace distillcfg
