// The inputs of tests/conformance: each is accepted by just those semantics that protobuf accepts it
// in, and prints as protobuf prints it.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "support/files.hpp"
#include "support/output.hpp"

namespace distillcfg::test {
namespace {

constexpr Semantics all_semantics[] = {Semantics::strict, Semantics::merge, Semantics::amct};

struct Verdict {
  std::string name;
  bool accepted[3] = {};  // by the semantics, in the order of all_semantics
  bool stricter = false;  // accepted by protobuf, refused here on purpose
  std::string printed;
};

// One line of verdicts.tsv; its first lines say how it is made up.
bool read_verdict(std::string_view line, const std::filesystem::path& inputs, Verdict& verdict) {
  verdict.name = take_until(line, '\t');
  std::string_view accepted = take_until(line, '\t');
  if (accepted.starts_with("stricter ")) {
    verdict.stricter = true;
    return line.empty();
  }
  if (accepted == "none") return line.empty();
  while (!accepted.empty()) {
    const std::string_view name = take_until(accepted, ' ');
    bool known = false;
    for (std::size_t i = 0; i < 3; ++i) {
      if (name != name_of(all_semantics[i])) continue;
      known = verdict.accepted[i] = true;
    }
    if (!known) return false;
  }
  if (line == "@") {
    const auto recipe = read_file(inputs / (verdict.name + ".printed.recipe"));
    return recipe && make_by_recipe(*recipe, verdict.printed);
  }
  return take_quoted(line, verdict.printed) && line.empty();
}

std::vector<Verdict> read_verdicts(const std::filesystem::path& folder) {
  const auto file = read_file(folder / "verdicts.tsv");
  REQUIRE_MESSAGE(file, "cannot read ", (folder / "verdicts.tsv").string());
  std::vector<Verdict> verdicts;
  std::string_view rest = *file;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    if (line.starts_with('#')) continue;
    verdicts.emplace_back();
    REQUIRE_MESSAGE(read_verdict(line, folder / "inputs", verdicts.back()), "malformed verdict: ", line);
  }
  return verdicts;
}

// What holds of any refused text: there is an error, and it says where.
void check_refusal(const Document& document) {
  const Diagnostics& diagnostics = document.diagnostics();
  std::uint32_t errors = 0;
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    if (diagnostic.severity != Severity::error) continue;
    ++errors;
    INFO(shown(diagnostic.code));
    CHECK(diagnostic.at.has_place());
    CHECK(diagnostic.at.begin <= diagnostic.at.end);
    CHECK(diagnostic.at.end <= document.text().size());
  }
  CHECK(errors != 0);
}

// The text within a message stays short, however long the texts are.
std::string excerpt(const std::string& text) { return text.size() <= 2000 ? text : text.substr(0, 2000) + "..."; }

void check(const Verdict& verdict, Semantics semantics, bool accepted, const std::string& text) {
  const Document document = parse(text, {.semantics = semantics});
  CHECK(document.text() == std::string_view(text));
  if (document.ok() != accepted) {
    std::string found;
    for (std::uint32_t i = 0; i < document.diagnostics().size(); ++i) {
      const Diagnostic& diagnostic = document.diagnostics()[i];
      found += "\n  " + shown(diagnostic.code) + " at byte " + std::to_string(diagnostic.at.begin) + ": " +
               message_of(diagnostic, Language::en);
    }
    FAIL_CHECK("must be ", (accepted ? "accepted" : "refused"), (verdict.stricter ? " (stricter)" : ""), found);
    return;
  }
  if (!accepted) {
    check_refusal(document);
    return;
  }

  const std::string once = printed(document.config());
  if (once != verdict.printed) FAIL_CHECK("prints\n", excerpt(once), "\ninstead of\n", excerpt(verdict.printed));
  // What is printed is read again without a complaint, whatever the semantics, but for what may be
  // missing where required fields are not asked for.
  const Document again = parse(once, {.semantics = semantics == Semantics::amct ? semantics : Semantics::strict});
  CHECK(again.ok());
  CHECK(printed(again.config()) == once);
}

}  // namespace

TEST_CASE("every input is accepted, and printed, as by protobuf") {
  const std::filesystem::path folder = data_folder() / "conformance";
  const std::vector<Verdict> verdicts = read_verdicts(folder);
  CHECK(verdicts.size() == 1421);
  for (const Verdict& verdict : verdicts) {
    const std::string& file = verdict.name;
    CAPTURE(file);
    const auto text = read_input(folder / "inputs", verdict.name);
    REQUIRE_MESSAGE(text, "no such input, or a malformed recipe");
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string semantics = name_of(all_semantics[i]);
      CAPTURE(semantics);
      check(verdict, all_semantics[i], verdict.accepted[i], *text);
    }
  }
}

TEST_CASE("every input has a verdict") {
  const std::filesystem::path folder = data_folder() / "conformance";
  std::set<std::string> names;
  for (const Verdict& verdict : read_verdicts(folder)) {
    CHECK_MESSAGE(names.insert(verdict.name).second, "two verdicts: ", verdict.name);
  }
  for (const std::string& file : files_below(folder / "inputs")) {
    CHECK_MESSAGE(names.contains(file.substr(0, file.find('.'))), "no verdict: ", file);
  }
}

}  // namespace distillcfg::test
