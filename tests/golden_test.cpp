// The goldens: inputs in tests/goldens with the messages that they yield. The first folder of a
// case's name says how it is run (support/golden_case.hpp). Beside each input NAME.cfg, NAME.recipe (see
// support/quoted.hpp) or, in model/, NAME.textproto stand NAME.txt, what render_text writes, and NAME.json,
// what JsonReport writes; in resolve/ also NAME.config.json, if AMCT would write one.
//
// After a wanted change of messages, run with DISTILLCFG_UPDATE_GOLDENS=1, which writes them anew, and
// review the difference. Such a run always fails, so that no automaton blesses its own output, and it
// leaves alone what contradicts expectations.txt.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "distillcfg/distillcfg.hpp"
#include "support/diff.hpp"
#include "support/expectations.hpp"
#include "support/files.hpp"
#include "support/golden_case.hpp"
#include "support/output.hpp"

namespace distillcfg::test {
namespace {

// The codes that no text yields, with the test that provokes them.
struct Exemption {
  Code code;
  const char* tested_in;
};
constexpr Exemption exemptions[] = {
    {Code::out_of_memory, "limits_test.cpp: every allocation refused in turn, alone and with all behind it"},
    {Code::text_too_large, "limits_test.cpp: a text over the limit is refused before a byte of it is read"},
    {Code::output_failed, "print_test.cpp: a sink that refuses stops the writer at once"},
    {Code::beyond_recovery, "limits_test.cpp: recovery that would look at too much ends the run"},
    {Code::cannot_read, "cli_test.py: test_what_cannot_be_read"},
    {Code::groups_not_searched,
     "groups_test.cpp: groups that cannot be reached are searched for a bounded number of times"},
    {Code::graph_needed, "config_json_test.cpp: no diagnostic of resolve, but what write_config_json returns"},
};

bool update_asked_for() {
  const char* value = std::getenv("DISTILLCFG_UPDATE_GOLDENS");
  return value != nullptr && std::string_view(value) == "1";
}

// A file in two parts, so that NAME.config.json and NAME.model.textproto belong to NAME.
std::pair<std::string, std::string_view> split(std::string_view file) {
  for (const std::string_view extension : {".config.json", ".model.textproto"}) {
    if (file.ends_with(extension)) return {std::string(file.substr(0, file.size() - extension.size())), extension};
  }
  const std::size_t dot = std::min(file.rfind('.'), file.size());
  return {std::string(file.substr(0, dot)), file.substr(dot)};
}

// The names of all cases: the paths of the inputs without their extensions.
std::set<std::string> all_cases() {
  std::set<std::string> names;
  for (const std::string& file : files_below(goldens_folder())) {
    const auto [name, extension] = split(file);
    const bool is_model = extension == ".textproto" && file.starts_with("model/");
    if (extension != ".cfg" && extension != ".recipe" && !is_model) continue;
    CHECK_MESSAGE(names.insert(name).second, "two inputs: ", file);
  }
  return names;
}

std::optional<std::string> input_of(const std::string& name) {
  if (name.starts_with("model/")) return read_file(goldens_folder() / (name + ".textproto"));
  return read_input(goldens_folder(), name);
}

std::string as_text(const Outcome& outcome, std::string_view path) {
  std::string text;
  const WriteResult result = render_text(outcome.findings, path, outcome.text, {.width = 100}, sink_to(text));
  return result.ok() ? text : "render_text failed";
}

std::string as_json(const Outcome& outcome, std::string_view path) {
  std::string text;
  JsonReport report(sink_to(text), {});
  report.add(path, !outcome.findings.has_errors(), outcome.findings, outcome.text);
  return report.finish().ok() ? text : "JsonReport failed";
}

// Compares what was found with the file; or writes the file, where that is asked for.
void check_output(const std::filesystem::path& file, const std::string& found) {
  const std::optional<std::string> expected = read_file(file);
  if (expected == found) return;
  if (update_asked_for()) {
    CHECK_MESSAGE(write_file(file, found), "cannot write ", file.string());
  } else if (!expected) {
    FAIL_CHECK("there is no ", file.string(), "; found\n", found.substr(0, 2000));
  } else {
    FAIL_CHECK("differs from ", file.string(), "\n", diff(*expected, found));
  }
}

void check_outcome(const GoldenCase& golden, const Outcome& outcome, const Expectations& expectations) {
  const std::string& name = golden.name;
  std::string wrong;
  if (const auto expectation = expectations.find(name); expectation == expectations.end()) {
    wrong = "  expectations.txt does not name it\n";
  } else {
    wrong = complaints(expectation->second, outcome.findings, outcome.text, [&golden](std::string_view text) {
      std::uint64_t errors = 0;
      run_case(golden, text, [&errors](const Outcome& fixed) { errors = fixed.findings.errors(); });
      return errors;
    });
  }
  const std::string path = name.substr(name.rfind('/') + 1) + (golden.mode == "model" ? ".textproto" : ".cfg");
  const std::string text = as_text(outcome, path);
  if (!wrong.empty()) {
    FAIL_CHECK("contradicts expectations.txt:\n", wrong, text.substr(0, 2000));
    return;
  }
  check_output(goldens_folder() / (name + ".txt"), text);
  check_output(goldens_folder() / (name + ".json"), as_json(outcome, path));
  const std::filesystem::path config_json = goldens_folder() / (name + ".config.json");
  if (outcome.config_json) {
    check_output(config_json, *outcome.config_json);
  } else {
    CHECK_MESSAGE(!std::filesystem::exists(config_json), "nothing is written, but there is ", config_json.string());
  }
}

void check_case(const std::string& name, const Expectations& expectations) {
  const std::optional<std::string> input = input_of(name);
  REQUIRE_MESSAGE(input, "the recipe is malformed");
  GoldenCase golden;
  REQUIRE_MESSAGE(read_case(name, *input, golden), "no such mode, option or model");
  CHECK(parse_model(golden.model).ok());
  run_case(golden, *input, [&](const Outcome& outcome) { check_outcome(golden, outcome, expectations); });
}

Expectations all_expectations() {
  const auto file = read_file(goldens_folder() / "expectations.txt");
  REQUIRE_MESSAGE(file, "cannot read expectations.txt");
  Expectations expectations;
  const std::string malformed = read_expectations(*file, expectations);
  REQUIRE_MESSAGE(malformed.empty(), "expectations.txt: malformed, or a second time: ", malformed);
  return expectations;
}

}  // namespace

TEST_CASE("every input yields the messages of its golden") {
  const Expectations expectations = all_expectations();
  for (const std::string& golden : all_cases()) {
    CAPTURE(golden);
    check_case(golden, expectations);
  }
  CHECK_FALSE_MESSAGE(update_asked_for(), "goldens have been written; review them and run again without the variable");
}

TEST_CASE("every golden and every expectation has an input") {
  const std::set<std::string> names = all_cases();
  std::set<std::string> models;
  for (const std::string& name : names) {
    if (name.starts_with("resolve/")) models.insert(model_file(name, input_of(name).value_or("")));
  }
  for (const std::string& file : files_below(goldens_folder())) {
    if (file == "expectations.txt") continue;
    const bool is_model = file.starts_with("resolve/") && file.ends_with(".textproto");
    const bool is_used = is_model ? models.contains(file) : names.contains(split(file).first);
    CHECK_MESSAGE(is_used, "stale: ", file);
  }
  for (const auto& expectation : all_expectations()) {
    CHECK_MESSAGE(names.contains(expectation.first), "expectations.txt: no such input: ", expectation.first);
  }
}

TEST_CASE("every single mistake is one message") {
  for (const auto& entry : all_expectations()) {
    const std::string& golden = entry.first;
    CAPTURE(golden);
    if (golden.starts_with("strict/single/")) {
      CHECK(entry.second.errors == 1);
      CHECK(entry.second.warnings == 0);
    } else if (golden.find("/single/") != std::string::npos) {
      CHECK(entry.second.errors + entry.second.warnings == 1);
    }
  }
}

// What AMCT refuses, and nothing else, carries AMCT's error; syntax is not a matter of its messages.
TEST_CASE("every error of a cfg that can be parsed is one of AMCT's") {
  for (const auto& entry : all_expectations()) {
    const std::string& golden = entry.first;
    if (!golden.starts_with("validate/") && !golden.starts_with("resolve/")) continue;
    CAPTURE(golden);
    for (const ExpectedDiagnostic& diagnostic : entry.second.diagnostics) {
      CAPTURE(diagnostic.code);
      const bool is_syntax = diagnostic.code < "D3";
      if (is_syntax || diagnostic.code == "D4022") continue;  // the latter: AMCT may go on for ever
      CHECK((diagnostic.severity == "error") == !diagnostic.amct.empty());
    }
  }
}

TEST_CASE("every code stands in some golden") {
  std::map<std::string, std::string> missing;  // code to name
#define DIAG(number, name, severity, arguments, english, chinese) missing["D" #number] = #name;
#include "distillcfg/diagnostics.def"
  constexpr std::string_view key = R"("code":")";
  std::set<std::string> shown_codes;
  for (const std::string& file : files_below(goldens_folder())) {
    if (!file.ends_with(".json")) continue;
    const std::optional<std::string> json = read_file(goldens_folder() / file);
    REQUIRE(json);
    std::string_view rest = *json;
    for (std::size_t at = rest.find(key); at != std::string_view::npos; at = rest.find(key)) {
      rest.remove_prefix(at + key.size());
      shown_codes.insert(std::string(take_until(rest, '"')));
    }
  }
  for (const Exemption& exemption : exemptions) {
    const std::string code = shown(exemption.code);
    CHECK_MESSAGE(!shown_codes.contains(code), "stale exemption: ", code, ", ", exemption.tested_in);
    missing.erase(code);
  }
  for (const auto& code : missing) {
    CHECK_MESSAGE(shown_codes.contains(code.first), "no golden shows ", code.first, ", ", code.second);
  }
}

}  // namespace distillcfg::test
