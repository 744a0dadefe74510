// SarifReport, to the byte. What stands in it is that of the JSON document, which the goldens hold.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "distillcfg/distillcfg.hpp"
#include "support/diff.hpp"
#include "support/output.hpp"

namespace distillcfg::test {
namespace {

constexpr std::string_view head =
    R"({"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",)"
    R"("version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","language":"en-US","results":[)";

std::string sarif_of(const Findings& findings, std::string_view path, std::string_view text,
                     const RenderOptions& options = {}) {
  std::string out;
  SarifReport report(sink_to(out), options);
  report.add(path, findings, text);
  CHECK(report.finish().ok());
  return out;
}

void check_log(const std::string& log, std::string_view expected) {
  const std::string whole = std::string(head) + std::string(expected);
  if (log != whole) FAIL_CHECK(diff(whole, log), "found:\n", log);
}

// The part of a log between two texts that occur once.
std::string between(const std::string& log, std::string_view from, std::string_view to) {
  const std::size_t begin = log.find(from);
  REQUIRE(begin != std::string::npos);
  const std::size_t end = log.find(to, begin + from.size());
  REQUIRE(end != std::string::npos);
  return log.substr(begin + from.size(), end - begin - from.size());
}

TEST_CASE("SARIF: a log of nothing, and of a file without mistakes") {
  std::string out;
  SarifReport nothing(sink_to(out), {});
  CHECK(nothing.finish().ok());
  check_log(out, R"(],"artifacts":[],"tool":{"driver":{"name":"distillcfg","rules":[]}}}]}
)");
  check_log(sarif_of({}, "a.cfg", "batch_num: 1"), R"(],"artifacts":[
{"location":{"uri":"a.cfg"}}],"tool":{"driver":{"name":"distillcfg","rules":[]}}}]}
)");
}

TEST_CASE("SARIF: results with fixes and notes, and their rules") {
  const Document document = parse(
      "# \u00E9\nbatch: 1 batch_num: 2\n"
      "batch_num: 3");
  std::string out;
  SarifReport report(sink_to(out), {}, "1.2.3");
  report.add("conf/a.cfg", document.diagnostics(), document.text());
  const Document other = parse("bach_num: 1");
  report.add("b.cfg", other.diagnostics(), other.text());
  CHECK(report.finish().ok());
  check_log(out, R"sarif(
{"ruleId":"D2001","ruleIndex":0,"level":"error","message":{"text":"AMCTDistillConfig has no field named 'batch'; did you mean 'batch_num'?"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"conf/a.cfg","index":0},"region":{"startLine":2,"startColumn":1,"endLine":2,"endColumn":6}}}],"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"conf/a.cfg","index":0},"replacements":[{"deletedRegion":{"startLine":2,"startColumn":1,"endLine":2,"endColumn":6},"insertedContent":{"text":"batch_num"}}]}]}]},
{"ruleId":"D2010","ruleIndex":1,"level":"error","message":{"text":"'batch_num' is set more than once in AMCTDistillConfig"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"conf/a.cfg","index":0},"region":{"startLine":2,"startColumn":10,"endLine":2,"endColumn":19}}}],"relatedLocations":[{"id":1,"physicalLocation":{"artifactLocation":{"uri":"conf/a.cfg","index":0},"region":{"startLine":2,"startColumn":1,"endLine":2,"endColumn":6}},"message":{"text":"'batch_num' was already set here"}}]},
{"ruleId":"D2010","ruleIndex":1,"level":"error","message":{"text":"'batch_num' is set more than once in AMCTDistillConfig"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"conf/a.cfg","index":0},"region":{"startLine":3,"startColumn":1,"endLine":3,"endColumn":10}}}],"relatedLocations":[{"id":1,"physicalLocation":{"artifactLocation":{"uri":"conf/a.cfg","index":0},"region":{"startLine":2,"startColumn":10,"endLine":2,"endColumn":19}},"message":{"text":"'batch_num' was already set here"}}]},
{"ruleId":"D2001","ruleIndex":0,"level":"error","message":{"text":"AMCTDistillConfig has no field named 'bach_num'; did you mean 'batch_num'?"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"b.cfg","index":1},"region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":9}}}],"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"b.cfg","index":1},"replacements":[{"deletedRegion":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":9},"insertedContent":{"text":"batch_num"}}]}]}]}],"artifacts":[
{"location":{"uri":"conf/a.cfg"}},
{"location":{"uri":"b.cfg"}}],"tool":{"driver":{"name":"distillcfg","version":"1.2.3","rules":[
{"id":"D2001","name":"unknown-field","shortDescription":{"text":"unknown field"}},
{"id":"D2010","name":"duplicate-field","shortDescription":{"text":"duplicate field"}}]}}}]}
)sarif");
}

TEST_CASE("SARIF: columns count characters") {
  // Two bytes, three, four, and bytes that continue nothing, in more than one block of what is counted ahead.
  const std::string text =
      "quant_skip_layers: '" + std::string(100, 'x') + "\u00E9\u20AC\U0001F600\xFF' foo: 1\nbar: 1";
  const Document document = parse(text, {.semantics = Semantics::amct});
  const std::string log = sarif_of(document.diagnostics(), "a.cfg", document.text());
  CHECK(log.find(R"("region":{"startLine":1,"startColumn":127,"endLine":1,"endColumn":130})") != std::string::npos);
  CHECK(log.find(R"("region":{"startLine":2,"startColumn":1,"endLine":2,"endColumn":4})") != std::string::npos);
}

TEST_CASE("SARIF: columns do not count a byte order mark") {
  const std::string text =
      "\xEF\xBB\xBF"
      "foo: 1\nfoo: 1\xEF\xBB\xBF foo: 1";
  const Document document = parse(text);
  const std::string log = sarif_of(document.diagnostics(), "a.cfg", document.text());
  // The mark itself has no column, but bytes.
  CHECK(log.find(R"({"ruleId":"D1002")") != std::string::npos);
  CHECK(between(log, R"("D1002")", "\n")
            .find(R"("region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":1}}}],"fixes":)") !=
        std::string::npos);
  CHECK(
      between(log, R"("D1002")", "\n").find(R"("replacements":[{"deletedRegion":{"byteOffset":0,"byteLength":3}}])") !=
      std::string::npos);
  CHECK(log.find(R"("region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":4})") != std::string::npos);
  CHECK(log.find(R"("region":{"startLine":2,"startColumn":1,"endLine":2,"endColumn":4})") != std::string::npos);
  // Elsewhere it is a character.
  CHECK(log.find(R"("region":{"startLine":2,"startColumn":9,"endLine":2,"endColumn":12})") != std::string::npos);
}

TEST_CASE("SARIF: notes without a place of their own may say the same") {
  const Document document = parse("batch_num: 1\n");
  const ModelDocument model = parse_model(
      "module { name: 'a' type: 'Linear' } module { name: 'b' type: 'Conv2d' } "
      "node { name: 'x' op_type: 'Relu' output { graph_output: 0 } } graph_output: 'o'");
  REQUIRE(model.ok());
  const Resolution resolution = resolve(document.config(), model.model(), {.config_text = document.text()});
  const std::string log = sarif_of(resolution.diagnostics(), "a.cfg", document.text());
  const std::string notes = between(log, R"("relatedLocations":[)", "]");
  // The elements of the list must differ from each other: each has a number.
  std::size_t same = 0;
  for (std::size_t i = 0; (i = notes.find("it never runs", i)) != std::string::npos; ++i) ++same;
  CHECK(same == 2);
  for (const char* const id : {R"({"id":1,)", R"(,{"id":2,)", R"(,{"id":3,)", R"(,{"id":4,)"}) {
    CAPTURE(std::string(id));
    CHECK(notes.find(id) != std::string::npos);
  }
}

TEST_CASE("SARIF: paths are URIs") {
  const auto uri_of = [](std::string_view path) {
    const std::string log = sarif_of({}, path, "");
    return between(log, R"([
{"location":{"uri":")",
                   R"("}}])");
  };
  CHECK(uri_of("a.cfg") == "a.cfg");
  CHECK(uri_of("../A-z_0~9/a.cfg") == "../A-z_0~9/a.cfg");
  CHECK(uri_of("/etc/a b.cfg") == "file:///etc/a%20b.cfg");
  CHECK(uri_of("//host///a.cfg") == "file:///host/a.cfg");
  CHECK(uri_of("/") == "file:///");
  CHECK(uri_of("./a.cfg") == "a.cfg");
  CHECK(uri_of(".//conf/.//././a.cfg") == "conf/a.cfg");
  CHECK(uri_of("/./conf/./.a.cfg") == "file:///conf/.a.cfg");
  CHECK(uri_of("conf/.") == "conf/");
  CHECK(uri_of("conf//") == "conf/");
  CHECK(uri_of(".") == ".");
  CHECK(uri_of("././") == ".");
  // Standard input, and a file of that name.
  CHECK(uri_of("-") == "-");
  CHECK(uri_of(".//-") == "./-");
  // What stands in front of ".." may be a link.
  CHECK(uri_of("a/../b/..") == "a/../b/..");
  CHECK(uri_of("/a/../.../b") == "file:///a/../.../b");
  CHECK(uri_of("javascript:alert(1)?x#y%41\\") == "javascript%3Aalert%281%29%3Fx%23y%2541%5C");
  CHECK(uri_of("\u00E9\xFF\x01\x7F\"") == "%C3%A9%FF%01%7F%22");
}

TEST_CASE("SARIF: a path stands among the artifacts once, and results may have none") {
  const Document document = parse("foo: 1 foo: 2 foo: 3", {.limits = {2, 2}});
  std::string out;
  SarifReport report(sink_to(out), {});
  report.add("a.cfg", document.diagnostics(), document.text());
  report.add("b.cfg", {}, "");
  report.add("a.cfg", document.diagnostics(), document.text());
  report.add("", document.diagnostics(), document.text());
  CHECK(report.finish().ok());
  CHECK(between(out, R"("artifacts":[)", R"(],"tool")") == R"(
{"location":{"uri":"a.cfg"},"properties":{"errors_not_shown":2,"warnings_not_shown":0}},
{"location":{"uri":"b.cfg"}})");
  std::size_t results = 0;
  std::size_t located = 0;
  for (std::size_t i = 0; (i = out.find(R"({"ruleId":)", i)) != std::string::npos; ++i) ++results;
  for (std::size_t i = 0; (i = out.find(R"("locations":)", i)) != std::string::npos; ++i) ++located;
  CHECK(results == 6);
  CHECK(located == 4);
}

TEST_CASE("SARIF: names in messages are neither placeholders nor links") {
  const Document document =
      parse("quant_skip_layers: '{0} [x] [x](http://a)' quant_skip_layers: '{0} [x] [x](http://a)'");
  const Diagnostics found = validate(document.config(), {.text = document.text()});
  const std::string log = sarif_of(found, "a.cfg", document.text());
  CHECK(log.find(R"('{{0}} [x] [x\\](http://a)')") != std::string::npos);
  CHECK(log.find("x](") == std::string::npos);
  // A backslash loses its meaning behind another one: an odd number of them must stand in front of the bracket.
  for (std::size_t count = 0; count < 6; ++count) {
    const std::string name = "'[x" + std::string(2 * count, '\\') + "](http://a)'";
    const Document named = parse("quant_skip_layers: " + name + " quant_skip_layers: " + name);
    REQUIRE(named.ok());
    const Diagnostics twice = validate(named.config(), {.text = named.text()});
    const std::string message = between(sarif_of(twice, "a.cfg", named.text()), R"("message":{"text":")", R"("})");
    // In JSON each is two.
    const std::string shown = between(message, "[x", "](");
    CHECK(shown == std::string(2 * (count % 2 == 0 ? count + 1 : count), '\\'));
  }
  const Document braces = parse("}");
  CHECK(between(sarif_of(braces.diagnostics(), "a.cfg", braces.text()), R"("message":{"text":")", "\"}").find("'}}'") !=
        std::string::npos);
}

TEST_CASE("SARIF: levels, languages, and what AMCT says") {
  const Document document = parse("foo: 1", {.allow_unknown = true});
  RenderOptions options;
  CHECK(between(sarif_of(document.diagnostics(), "a.cfg", document.text(), options), R"("level":")", R"(")") ==
        "warning");
  options.warnings_as_errors = true;
  options.language = Language::zh;
  const std::string log = sarif_of(document.diagnostics(), "a.cfg", document.text(), options);
  CHECK(between(log, R"("level":")", R"(")") == "error");
  CHECK(between(log, R"("language":")", R"(")") == "zh-CN");
  const Document invalid = parse("batch_num: 0");
  const Diagnostics found = validate(invalid.config(), {.text = invalid.text()});
  CHECK(between(sarif_of(found, "a.cfg", invalid.text()), R"("properties":{"amct_error":")", R"(")") ==
        amct_error_of(found[0]));
}

TEST_CASE("SARIF: a sink that refuses gets nothing more") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "batch: 1\n";
  const Document many = parse(text);
  bool written = false;
  for (int calls = 0; !written; ++calls) {
    struct Refusing {
      int calls_left;
      int calls = 0;
    } state{calls};
    const auto refuse = [](void* context, const char*, std::size_t) {
      auto& self = *static_cast<Refusing*>(context);
      ++self.calls;
      return self.calls_left-- > 0;
    };
    SarifReport report({refuse, &state}, {});
    for (int i = 0; i < 200; ++i) {
      report.add("a" + std::to_string(i) + ".cfg", i == 0 ? Findings(many.diagnostics()) : Findings(), many.text());
    }
    written = report.finish().ok();
    CHECK(state.calls == calls + (written ? 0 : 1));
    REQUIRE(calls < 1000);
  }
}

}  // namespace
}  // namespace distillcfg::test
