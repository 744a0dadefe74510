// The goldens: inputs in tests/goldens with the messages that they yield. The first folder of a
// case's name says how it is parsed. Beside each input NAME.cfg (or NAME.recipe, see support/quoted.hpp)
// stand NAME.txt, what render_text writes, and NAME.json, what JsonReport writes.
//
// After a wanted change of messages, run with DISTILLCFG_UPDATE_GOLDENS=1, which writes them anew, and
// review the difference. Such a run always fails, so that no automaton blesses its own output, and it
// leaves alone what contradicts expectations.txt.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "distillcfg/distillcfg.hpp"
#include "support/diff.hpp"
#include "support/expectations.hpp"
#include "support/files.hpp"
#include "support/output.hpp"

namespace distillcfg::test {
namespace {

// The codes that no text yields, with the test that provokes them.
struct Exemption {
  Code code;
  const char* tested_in;
};
constexpr Exemption exemptions[] = {
    {Code::out_of_memory, "limits_test.cpp: memory fails at each allocation in turn"},
    {Code::text_too_large, "limits_test.cpp: a text over 2 GiB"},
    {Code::output_failed, "print_test.cpp: a sink that takes no more"},
    {Code::beyond_recovery, "limits_test.cpp: recovery that would look at too much ends the run"},
    {Code::cannot_read, "cli_test.py: a file that is not there"},
};

std::filesystem::path goldens_folder() { return data_folder() / "goldens"; }

bool update_asked_for() {
  const char* value = std::getenv("DISTILLCFG_UPDATE_GOLDENS");
  return value != nullptr && std::string_view(value) == "1";
}

// The names of all cases: the paths of the inputs without their extensions.
std::set<std::string> all_cases() {
  std::set<std::string> names;
  for (const std::string& file : files_below(goldens_folder())) {
    const std::size_t dot = file.rfind('.');
    const std::string_view extension = std::string_view(file).substr(dot == std::string::npos ? file.size() : dot);
    if (extension != ".cfg" && extension != ".recipe") continue;
    CHECK_MESSAGE(names.insert(file.substr(0, dot)).second, "two inputs: ", file);
  }
  return names;
}

ParseOptions options_for(std::string_view name) {
  const std::string_view mode = take_until(name, '/');
  if (mode == "strict") return {};
  if (mode == "merge") return {.semantics = Semantics::merge};
  if (mode == "amct") return {.semantics = Semantics::amct};
  if (mode == "allow_unknown") return {.allow_unknown = true};
  FAIL("no folder of goldens: ", mode);
  return {};
}

std::string as_text(const Document& document, std::string_view path) {
  std::string text;
  const WriteResult result = render_text(document.diagnostics(), path, document.text(), {.width = 100}, sink_to(text));
  return result.ok() ? text : "render_text failed";
}

std::string as_json(const Document& document, std::string_view path) {
  std::string text;
  JsonReport report(sink_to(text), {});
  report.add(path, document.ok(), document.diagnostics(), document.text());
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

void check_case(const std::string& name, const Expectations& expectations) {
  const std::optional<std::string> input = read_input(goldens_folder(), name);
  REQUIRE_MESSAGE(input, "the recipe is malformed");
  const ParseOptions options = options_for(name);
  const Document document = parse(*input, options);

  std::string wrong;
  if (const auto expectation = expectations.find(name); expectation == expectations.end()) {
    wrong = "  expectations.txt does not name it\n";
  } else {
    wrong = complaints(expectation->second, document, options);
  }
  const std::string path = name.substr(name.rfind('/') + 1) + ".cfg";
  const std::string text = as_text(document, path);
  if (!wrong.empty()) {
    FAIL_CHECK("contradicts expectations.txt:\n", wrong, text.substr(0, 2000));
    return;
  }
  check_output(goldens_folder() / (name + ".txt"), text);
  check_output(goldens_folder() / (name + ".json"), as_json(document, path));
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
  for (const std::string& file : files_below(goldens_folder())) {
    if (file == "expectations.txt") continue;
    CHECK_MESSAGE(names.contains(file.substr(0, file.rfind('.'))), "stale: ", file);
  }
  for (const auto& expectation : all_expectations()) {
    CHECK_MESSAGE(names.contains(expectation.first), "expectations.txt: no such input: ", expectation.first);
  }
}

TEST_CASE("every case of strict/single is one error") {
  for (const auto& entry : all_expectations()) {
    const std::string& golden = entry.first;
    if (!golden.starts_with("strict/single/")) continue;
    CAPTURE(golden);
    CHECK(entry.second.errors == 1);
    CHECK(entry.second.warnings == 0);
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
