#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "bounded.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/render.hpp"
#include "invariants.hpp"
#include "json_checker.hpp"
#include "known_model.hpp"
#include "limited_sink.hpp"
#include "require.hpp"
#include "sample.hpp"
#include "sections.hpp"
#include "support/output.hpp"
#include "support/terminal.hpp"
#include "support/utf8.hpp"

namespace distillcfg::fuzz {

namespace {

// A path that would break any of the outputs if it were written as it is.
constexpr std::string_view hostile_path("a\"b\\c\x1b[31m\r\n\xff\xe2\x80\xae.cfg");

// Requires that a terminal shows what stands there, colours aside.
void require_shown_as_is(std::string_view output, bool color) {
  DISTILLCFG_REQUIRE(test::first_unfit(output, color) == output.size(),
                     "rendered text is UTF-8 and holds nothing that a terminal obeys");
}

void require_json(const std::string& json) {
  DISTILLCFG_REQUIRE(JsonChecker(json).is_valid(), "what is written is one JSON value");
  for (const char c : json) {
    DISTILLCFG_REQUIRE(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "JSON holds no control byte but LF");
  }
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

void require_messages(const Findings& findings, Language language) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    std::string message = message_of(findings[i], language);
    DISTILLCFG_REQUIRE(!message.empty(), "every diagnostic has a message");
    for (const Note& note : findings[i].notes) message += message_of(note, language);
    DISTILLCFG_REQUIRE(message.find('\n') == std::string::npos, "a message is one line");
    require_shown_as_is(message, false);
    DISTILLCFG_REQUIRE(test::is_utf8(amct_error_of(findings[i])), "AMCT's words are UTF-8 as the names are");
  }
}

// What stands behind the bar of an excerpt, source or underline; nullptr if the line is none.
const char* behind_bar(const std::string& line) {
  const std::size_t bar = line.find_first_not_of(" 0123456789");
  return bar == std::string::npos || bar == 0 || line[bar] != '|' ? nullptr : line.c_str() + bar + 1;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\x1b') {
      at = text.find('m', at) + 1;
    } else {
      static_cast<void>(test::decode_utf8(text, at));
      ++count;
    }
  }
  return count;
}

void require_width(const std::string& shown, std::size_t width) {
  // A blank behind the bar, and a caret behind the line.
  const std::size_t most = std::max<std::size_t>(width, 40) + 2;
  std::istringstream lines(shown);
  for (std::string line; std::getline(lines, line);) {
    const char* const source = behind_bar(line);
    if (source == nullptr) continue;
    DISTILLCFG_REQUIRE(characters(source) <= most, "no more of a source line is shown than the width");
  }
}

// `read` is the size of all texts that the findings are about.
void require_renders(const Findings& findings, std::string_view text, std::size_t read, bool ok,
                     const RenderOptions& options) {
  require_messages(findings, options.language);

  std::string shown;
  DISTILLCFG_REQUIRE(
      require_bounded_writing(read, shown,
                              [&](Sink sink) { return render_text(findings, hostile_path, text, options, sink); })
          .ok(),
      "render_text succeeds where its sink does");
  require_shown_as_is(shown, options.color);
  require_width(shown, options.width);
  DISTILLCFG_REQUIRE(shown.empty() == findings.empty() || findings.errors_not_kept() + findings.warnings_not_kept() > 0,
                     "render_text writes where there is something to say");
  DISTILLCFG_REQUIRE(shown.empty() || shown.back() == '\n', "render_text ends its last line");

  std::string lines;
  DISTILLCFG_REQUIRE(
      require_bounded_writing(read, lines,
                              [&](Sink sink) { return render_gcc(findings, hostile_path, text, options, sink); })
          .ok(),
      "render_gcc succeeds where its sink does");
  require_shown_as_is(lines, options.color);
  DISTILLCFG_REQUIRE(lines.empty() || lines.back() == '\n', "render_gcc ends its last line");
  std::size_t expected = findings.size();
  for (std::size_t i = 0; i < findings.size(); ++i) expected += findings[i].notes.size();
  DISTILLCFG_REQUIRE(occurrences(lines, "\n") >= expected, "render_gcc gives each diagnostic and note a line");

  std::string json;
  const auto write_json = [&](Sink sink) {
    JsonReport report(sink, options);
    report.add(hostile_path, ok, findings, text);
    report.add("", ok, findings, text);
    return report.finish();
  };
  DISTILLCFG_REQUIRE(require_bounded_writing(2 * read, json, write_json).ok(),
                     "JsonReport succeeds where its sink does");
  require_json(json);
  DISTILLCFG_REQUIRE(occurrences(json, "{\"code\":") == 2 * findings.size(),
                     "JsonReport gives every diagnostic once for each file");

  std::string sarif;
  const auto write_sarif = [&](Sink sink) {
    SarifReport report(sink, options);
    report.add(hostile_path, findings, text);
    report.add("", findings, text);
    return report.finish();
  };
  DISTILLCFG_REQUIRE(require_bounded_writing(2 * read, sarif, write_sarif).ok(),
                     "SarifReport succeeds where its sink does");
  require_json(sarif);
  DISTILLCFG_REQUIRE(occurrences(sarif, "{\"ruleId\":") == 2 * findings.size(),
                     "SarifReport gives every diagnostic once for each file");

  require_refusal_is_reported(shown.size(),
                              [&](Sink sink) { return render_text(findings, hostile_path, text, options, sink); });
  require_refusal_is_reported(lines.size(),
                              [&](Sink sink) { return render_gcc(findings, hostile_path, text, options, sink); });
  require_refusal_is_reported(json.size(), write_json);
  require_refusal_is_reported(sarif.size(), write_sarif);
}

void require_resolution_renders(const Resolution& resolution, std::string_view text, std::size_t read,
                                const RenderOptions& options) {
  std::string json;
  DISTILLCFG_REQUIRE(
      require_bounded_writing(read, json, [&](Sink sink) { return render_resolution_json(resolution, text, sink); })
          .ok(),
      "render_resolution_json succeeds where its sink does");
  require_json(json);
  require_refusal_is_reported(json.size(), [&](Sink sink) { return render_resolution_json(resolution, text, sink); });

  std::string table;
  DISTILLCFG_REQUIRE(
      require_bounded_writing(read, table,
                              [&](Sink sink) { return render_resolution_table(resolution, text, options, sink); })
          .ok(),
      "render_resolution_table succeeds where its sink does");
  require_shown_as_is(table, options.color);
  require_refusal_is_reported(table.size(),
                              [&](Sink sink) { return render_resolution_table(resolution, text, options, sink); });

  std::vector<const Layer*> layers;
  for (const Layer& layer : resolution.layers()) layers.push_back(&layer);
  std::string story;
  const auto explain = [&](Sink sink) {
    return render_explanation(resolution, {hostile_path, text}, layers, options, sink);
  };
  DISTILLCFG_REQUIRE(require_bounded_writing(read, story, explain).ok(),
                     "render_explanation succeeds where its sink does");
  require_shown_as_is(story, options.color);
  require_refusal_is_reported(story.size(), explain);
}

// Of one resolution, or from it to that of another text.
void require_difference_renders(const Comparison& before, const Comparison& after, std::size_t read,
                                const RenderOptions& options) {
  std::string shown;
  const ComparisonResult result =
      require_bounded_writing(read, shown, [&](Sink sink) { return render_difference(before, after, options, sink); });
  DISTILLCFG_REQUIRE(result.written.ok(), "render_difference succeeds where its sink does");
  require_shown_as_is(shown, options.color);
  require_refusal_is_reported(shown.size(),
                              [&](Sink sink) { return render_difference(before, after, options, sink).written; });
  const bool same = &before == &after;
  DISTILLCFG_REQUIRE(!same || !result.differs, "what is the same does not differ");
}

void require_all_resolutions_render(const Document& document, const Sections& sections, const RenderOptions& options) {
  const ModelDocument given = parse_model(sections.model, {.semantics = Semantics::amct, .limits = {8, 8}});
  require_renders(given.diagnostics(), given.text(), given.text().size(), given.ok(), options);
  if (!document.ok()) return;
  const ModelDocument known = parse_model(known_model);
  const ModelDocument& model = given.ok() ? given : known;
  const Resolution resolution = resolve(document.config(), model.model(), {.config_text = document.text()});
  const std::size_t read = document.text().size() + model.text().size();
  Findings findings(document.diagnostics());
  findings.append(resolution.diagnostics());
  findings.sort_by_place();
  findings.drop_explained();
  findings.limit({8, 8});
  require_renders(findings, document.text(), read, resolution.ok(), options);
  if (!resolution.ok()) return;
  require_resolution_renders(resolution, document.text(), read, options);
  const Comparison here{resolution, {hostile_path, document.text()}};
  require_difference_renders(here, here, 2 * read, options);
  const Document other = parse(sections.other_config, {.semantics = Semantics::amct});
  if (!other.ok()) return;
  const Resolution there = resolve(other.config(), model.model(), {.config_text = other.text()});
  if (!there.ok()) return;
  require_difference_renders(here, {there, {"other.cfg", other.text()}}, 2 * read + other.text().size(), options);
}

}  // namespace

void require_render_invariants(std::string_view input) {
  // Words cost more than parsing: few diagnostics, and one set of options for each input.
  Sample sample(input);
  const Sections sections = sections_of(input);
  constexpr Semantics all_semantics[] = {Semantics::strict, Semantics::merge, Semantics::amct};
  RenderOptions options;
  options.language = sample.below(2) == 0 ? Language::en : Language::zh;
  options.color = sample.below(2) == 0;
  options.width = sample.below(2) == 0 ? 100 : sample.below(160);
  options.warnings_as_errors = sample.below(4) == 0;
  if (sample.below(4) == 0) options.limit_hint = "--hint";
  const bool is_resolved = sections.has_model;
  const ParseOptions parse_options{
      .semantics = is_resolved ? Semantics::amct : all_semantics[sample.below(std::size(all_semantics))],
      .allow_unknown = sample.below(2) == 0,
      .limits = {8, 8}};
  set_situation("rendering, %s, width %zu", options.language == Language::zh ? "zh" : "en", options.width);
  const Document document = parse(sections.config, parse_options);
  require_renders(document.diagnostics(), document.text(), document.text().size(), document.ok(), options);
  if (is_resolved) require_all_resolutions_render(document, sections, options);
}

}  // namespace distillcfg::fuzz
