// Built only with the archive distillcfg-render; see DISTILLCFG_WITH_MESSAGES in invariants.hpp.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "distillcfg/parse.hpp"
#include "distillcfg/render.hpp"
#include "invariants.hpp"
#include "json_checker.hpp"
#include "require.hpp"
#include "utf8.hpp"

namespace distillcfg::fuzz {

namespace {

// A path that would break any of the outputs if it were written as it is.
constexpr std::string_view hostile_path("a\"b\\c\x1b[31m\r\n\xff\xe2\x80\xae.cfg");

bool append(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
  return true;
}

bool refuse(void*, const char*, std::size_t) { return false; }

// Characters that turn text around on a terminal, or end a line where no line end is written.
bool is_deceptive(std::uint32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C ||
         c == 0x2028 || c == 0x2029 || (c >= 0x80 && c <= 0x9F);
}

// Requires that a terminal shows what stands there: UTF-8, no control byte but LF, and escape
// sequences only where `color` allows those that set colours.
void require_shown_as_is(std::string_view output, bool color) {
  for (std::size_t at = 0; at < output.size();) {
    const std::uint32_t c = decode_utf8(output, at);
    DISTILLCFG_REQUIRE(c != malformed, "rendered text is UTF-8");
    DISTILLCFG_REQUIRE(!is_deceptive(c), "rendered text holds no bidirectional or C1 control");
    if (color && c == 0x1B) {
      DISTILLCFG_REQUIRE(at < output.size() && output[at] == '[', "an escape sequence sets a colour");
      for (++at; at < output.size() && (output[at] == ';' || (output[at] >= '0' && output[at] <= '9')); ++at) {
      }
      DISTILLCFG_REQUIRE(at < output.size() && output[at] == 'm', "an escape sequence sets a colour");
      continue;
    }
    DISTILLCFG_REQUIRE(c == '\n' || (c >= 0x20 && c != 0x7F), "rendered text holds no control byte but LF");
  }
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

void require_messages(const Diagnostics& diagnostics, Language language) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    std::string message = message_of(diagnostics[i], language);
    DISTILLCFG_REQUIRE(!message.empty(), "every diagnostic has a message");
    for (const Note& note : diagnostics[i].notes) message += message_of(note, language);
    DISTILLCFG_REQUIRE(message.find('\n') == std::string::npos, "a message is one line");
    require_shown_as_is(message, false);
  }
}

void require_renders(const Document& document, const RenderOptions& options) {
  const Diagnostics& diagnostics = document.diagnostics();
  const std::string_view text = document.text();
  require_messages(diagnostics, options.language);

  std::string shown;
  DISTILLCFG_REQUIRE(render_text(diagnostics, hostile_path, text, options, Sink{append, &shown}).ok(),
                     "render_text succeeds where its sink does");
  require_shown_as_is(shown, options.color);
  DISTILLCFG_REQUIRE(shown.empty() == diagnostics.empty(), "render_text writes where there is something to say");
  DISTILLCFG_REQUIRE(shown.empty() || shown.back() == '\n', "render_text ends its last line");

  std::string lines;
  DISTILLCFG_REQUIRE(render_gcc(diagnostics, hostile_path, text, options, Sink{append, &lines}).ok(),
                     "render_gcc succeeds where its sink does");
  require_shown_as_is(lines, options.color);
  DISTILLCFG_REQUIRE(lines.empty() || lines.back() == '\n', "render_gcc ends its last line");
  std::size_t expected = diagnostics.size();
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) expected += diagnostics[i].notes.size();
  DISTILLCFG_REQUIRE(occurrences(lines, "\n") >= expected, "render_gcc gives each diagnostic and note a line");

  std::string json;
  JsonReport report(Sink{append, &json}, options);
  report.add(hostile_path, document.ok(), diagnostics, text);
  report.add("", document.ok(), diagnostics, text);
  DISTILLCFG_REQUIRE(report.finish().ok(), "JsonReport succeeds where its sink does");
  DISTILLCFG_REQUIRE(JsonChecker(json).is_valid(), "JsonReport writes one JSON value");
  for (const char c : json) {
    DISTILLCFG_REQUIRE(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "JSON holds no control byte but LF");
  }
  DISTILLCFG_REQUIRE(occurrences(json, "{\"code\":") == 2 * std::size_t{diagnostics.size()},
                     "JsonReport gives every diagnostic once for each file");

  if (!diagnostics.empty()) {
    const Sink refusing{refuse, nullptr};
    DISTILLCFG_REQUIRE(render_text(diagnostics, "a", text, options, refusing).code == Code::output_failed,
                       "render_text reports its sink's refusal");
    DISTILLCFG_REQUIRE(render_gcc(diagnostics, "a", text, options, refusing).code == Code::output_failed,
                       "render_gcc reports its sink's refusal");
  }
}

}  // namespace

void require_render_invariants(std::string_view text) {
  // Words cost more than parsing: one of two ways for each text, and not all diagnostics of one.
  const bool wide = std::hash<std::string_view>()(text) % 2 == 0;
  set_situation("rendering, %s, width %d", wide ? "amct, allow_unknown, zh, colours" : "strict, en", wide ? 100 : 40);
  const Document document =
      parse(text, {.semantics = wide ? Semantics::amct : Semantics::strict, .allow_unknown = wide, .limits = {8, 8}});
  RenderOptions options;
  options.language = wide ? Language::zh : Language::en;
  options.color = wide;
  options.width = wide ? 100 : 40;
  require_renders(document, options);
}

}  // namespace distillcfg::fuzz
