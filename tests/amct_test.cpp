// What AMCT itself does, case by case (tests/amct): the same config.json to the byte, or the same error.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "support/diff.hpp"
#include "support/files.hpp"
#include "support/output.hpp"

namespace distillcfg::test {
namespace {

enum class Outcome { refused, accepted, error, config_json };

struct Case {
  std::string name;
  bool has_config = false;
  std::string model;
  bool any_order = false;
  bool own_rules = false;
  Outcome outcome = Outcome::refused;
  std::string expected;  // the text of the error, or the name of the config.json
};

// One line of cases.tsv; its first lines say how it is made up.
bool read_case(std::string_view line, Case& result) {
  result.name = take_until(line, '\t');
  const std::string_view config = take_until(line, '\t');
  result.has_config = config == "cfg";
  result.model = take_until(line, '\t');
  const std::string_view flag = take_until(line, '\t');
  result.any_order = flag == "any-order";
  result.own_rules = flag == "own-rules";
  if ((!result.has_config && config != "-") || (!result.any_order && !result.own_rules && flag != "-")) return false;
  if (line.starts_with('"')) {
    result.outcome = Outcome::error;
    return take_quoted(line, result.expected) && line.empty();
  }
  result.outcome = line == "refused" ? Outcome::refused : line == "accepted" ? Outcome::accepted : Outcome::config_json;
  if (result.outcome == Outcome::config_json) result.expected = line;
  return !line.empty();
}

std::filesystem::path folder() { return data_folder() / "amct"; }

std::vector<Case> all_cases() {
  const auto file = read_file(folder() / "cases.tsv");
  REQUIRE_MESSAGE(file, "cannot read cases.tsv");
  std::vector<Case> cases;
  std::string_view rest = *file;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    if (line.starts_with('#')) continue;
    cases.emplace_back();
    REQUIRE_MESSAGE(read_case(line, cases.back()), "malformed case: ", line);
  }
  return cases;
}

// What AMCT raises first.
std::string first_amct_error(const Diagnostics& diagnostics) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    if (diagnostics[i].amct != AmctError::none) return amct_error_of(diagnostics[i]);
  }
  return {};
}

// The names between the brackets of a message in order, so that messages can be compared that have
// them in any. (The names hold neither brackets nor commas.)
std::string with_names_in_order(std::string_view message) {
  const std::size_t open = message.find('[');
  const std::size_t close = message.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::string(message);
  std::string_view rest = message.substr(open + 1, close - open - 1);
  std::vector<std::string> names;
  while (!rest.empty()) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    names.emplace_back(take_until(rest, ','));
  }
  std::sort(names.begin(), names.end());
  std::string text(message.substr(0, open + 1));
  for (const std::string& name : names) text += name + ',';
  return text + std::string(message.substr(close));
}

void check_resolution(const Case& wanted, const Resolution& resolution) {
  std::string json;
  const WriteResult written = write_config_json(resolution, sink_to(json));
  const std::string error = first_amct_error(resolution.diagnostics());
  if (wanted.outcome == Outcome::error) {
    CHECK_FALSE(resolution.ok());
    CHECK_FALSE(written.ok());
    CHECK(json.empty());
    if (wanted.any_order) {
      CHECK(with_names_in_order(error) == with_names_in_order(wanted.expected));
    } else {
      CHECK(error == wanted.expected);
    }
    return;
  }
  CHECK(resolution.ok());
  CHECK(error.empty());
  CHECK(written.ok());
  if (wanted.outcome != Outcome::config_json) return;
  const auto expected = read_file(folder() / "json" / (wanted.expected + ".json"));
  REQUIRE_MESSAGE(expected, "there is no ", wanted.expected, ".json");
  if (json != *expected) FAIL_CHECK("config.json differs:\n", diff(*expected, json));
}

void check(const Case& wanted) {
  const auto model_text = read_file(folder() / "models" / (wanted.model + ".textproto"));
  REQUIRE_MESSAGE(model_text, "there is no ", wanted.model, ".textproto");
  const ModelDocument model = parse_model(*model_text);
  REQUIRE(model.ok());

  std::optional<std::string> text = "";
  if (wanted.has_config) text = read_file(folder() / "cfg" / (wanted.name + ".cfg"));
  REQUIRE_MESSAGE(text, "there is no ", wanted.name, ".cfg");
  const Document document = parse(*text, {.semantics = Semantics::amct});
  if (wanted.outcome == Outcome::refused) {
    CHECK_FALSE(document.ok());
    return;
  }
  REQUIRE(document.ok());
  check_resolution(wanted, resolve(document.config(), model.model(),
                                   {.config_text = document.text(), .default_config = !wanted.has_config}));
}

}  // namespace

TEST_CASE("every case ends as in AMCT") {
  const std::vector<Case> cases = all_cases();
  CHECK(cases.size() == 417);
  for (const Case& wanted : cases) {
    const std::string& name = wanted.name;
    CAPTURE(name);
    check(wanted);
  }
}

TEST_CASE("every file belongs to a case") {
  std::set<std::string> files = {"cases.tsv"};
  std::set<std::string> names;
  for (const Case& wanted : all_cases()) {
    CHECK_MESSAGE(names.insert(wanted.name).second, "two cases: ", wanted.name);
    if (wanted.has_config) files.insert("cfg/" + wanted.name + ".cfg");
    files.insert("models/" + wanted.model + ".textproto");
    if (wanted.outcome == Outcome::config_json) files.insert("json/" + wanted.expected + ".json");
  }
  for (const std::string& file : files_below(folder())) CHECK_MESSAGE(files.contains(file), "stale: ", file);
}

}  // namespace distillcfg::test
