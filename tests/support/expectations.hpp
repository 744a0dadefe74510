// tests/goldens/expectations.txt: what each golden case must yield, in a form that a person writes
// and reviews. Its first lines say how it is made up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "output.hpp"
#include "quoted.hpp"

namespace distillcfg::test {

enum class FixWanted { either, yes, no };

struct ExpectedDiagnostic {
  std::string severity;
  std::string code;
  bool has_place = false;
  Position place;
  std::string culprit;
  FixWanted fix = FixWanted::either;
  std::optional<std::string> fixed_line;
};

struct Expectation {
  std::uint32_t errors = 0;
  std::uint32_t warnings = 0;
  std::vector<ExpectedDiagnostic> diagnostics;
};

using Expectations = std::map<std::string, Expectation>;

inline bool read_diagnostic(std::string_view line, ExpectedDiagnostic& expected) {
  expected.severity = take_until(line, ' ');
  expected.code = take_until(line, ' ');
  if (line.starts_with("- ")) {
    line.remove_prefix(2);
  } else {
    expected.has_place = true;
    if (!take_number(line, expected.place.line) || !line.starts_with(':')) return false;
    line.remove_prefix(1);
    if (!take_number(line, expected.place.column) || !line.starts_with(' ')) return false;
    line.remove_prefix(1);
  }
  if (!take_quoted(line, expected.culprit)) return false;
  if (line.empty()) return true;
  expected.fix = line == " no-fix" ? FixWanted::no : FixWanted::yes;
  if (line == " no-fix" || line == " fix") return true;
  if (!line.starts_with(" fix ")) return false;
  line.remove_prefix(5);
  return take_quoted(line, expected.fixed_line.emplace()) && line.empty();
}

// The name of the first line that is malformed, or that names a case twice; empty if all is well.
inline std::string read_expectations(std::string_view text, Expectations& expectations) {
  Expectation* current = nullptr;
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (line.empty() || line[0] == '#') continue;
    std::string_view rest = line;
    if (rest.starts_with("  ")) {
      rest.remove_prefix(2);
      if (current == nullptr || !read_diagnostic(rest, current->diagnostics.emplace_back())) return std::string(line);
      continue;
    }
    const auto [at, is_new] = expectations.try_emplace(std::string(take_until(rest, ' ')));
    current = &at->second;
    if (!is_new || !take_number(rest, current->errors) || !rest.starts_with(' ')) return std::string(line);
    rest.remove_prefix(1);
    if (!take_number(rest, current->warnings) || !rest.empty()) return std::string(line);
  }
  return "";
}

// The text with the edits of `fixes` made, which must lie in it and not overlap; else nothing.
inline std::optional<std::string> with_fixes(std::string_view text, std::vector<Fix> fixes) {
  std::stable_sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.at.begin < b.at.begin; });
  std::string fixed;
  std::uint32_t done = 0;
  for (const Fix& fix : fixes) {
    if (fix.at.begin < done || fix.at.end < fix.at.begin || fix.at.end > text.size()) return std::nullopt;
    fixed += text.substr(done, fix.at.begin - done);
    fixed += fix.text;
    done = fix.at.end;
  }
  return fixed += text.substr(done);
}

inline std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t i = 1; i < number; ++i) take_until(text, '\n');
  return take_until(text, '\n');
}

// What is wrong with the diagnostics of a document, one line each; empty if they are as expected.
inline std::string complaints(const Expectation& expected, const Document& document, const ParseOptions& options) {
  const Diagnostics& diagnostics = document.diagnostics();
  const std::string_view text = document.text();
  std::string wrong;
  const auto complain = [&wrong](const std::string& what) { wrong += "  " + what + '\n'; };

  if (diagnostics.errors() != expected.errors || diagnostics.warnings() != expected.warnings) {
    complain("expected " + std::to_string(expected.errors) + " errors and " + std::to_string(expected.warnings) +
             " warnings, found " + std::to_string(diagnostics.errors()) + " and " +
             std::to_string(diagnostics.warnings()));
  }
  if (diagnostics.size() != expected.diagnostics.size()) {
    complain("expected " + std::to_string(expected.diagnostics.size()) + " diagnostics to be kept, found " +
             std::to_string(diagnostics.size()));
  }

  std::vector<Fix> all_fixes;
  std::uint32_t errors_without_fix = diagnostics.errors_not_kept();
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& found = diagnostics[i];
    const std::vector<Fix> fixes(found.fixes.begin(), found.fixes.end());
    all_fixes.insert(all_fixes.end(), fixes.begin(), fixes.end());
    if (found.severity == Severity::error && fixes.empty()) ++errors_without_fix;

    const std::optional<std::string> fixed = with_fixes(text, fixes);
    if (!fixed) complain(shown(found.code) + ": its fixes overlap, or lie outside the text");
    const bool inside = found.at.begin <= found.at.end && found.at.end <= text.size();
    if (found.at.has_place() && !inside) {
      complain(shown(found.code) + ": its place lies outside the text");
      continue;
    }
    const Position place = found.at.has_place() ? position_of(text, found.at.begin) : Position{0, 0};
    const std::string_view culprit =
        found.at.has_place() ? text.substr(found.at.begin, found.at.end - found.at.begin) : "";
    const auto describe = [](std::string_view severity, std::string_view code, Position at, std::string_view bytes) {
      return std::string(severity) + ' ' + std::string(code) + ' ' + std::to_string(at.line) + ':' +
             std::to_string(at.column) + ' ' + quoted(bytes.substr(0, 200));
    };
    const std::string have = describe(name_of(found.severity), shown(found.code), place, culprit);
    if (i >= expected.diagnostics.size()) {
      complain("not expected: " + have);
      continue;
    }
    const ExpectedDiagnostic& want = expected.diagnostics[i];
    const std::string wanted =
        describe(want.severity, want.code, want.has_place ? want.place : Position{0, 0}, want.culprit);
    if (have != wanted) complain("expected " + wanted + "\n     found " + have);
    if (want.fix == FixWanted::yes && fixes.empty()) complain(have + ": has no fix");
    if (want.fix == FixWanted::no && !fixes.empty()) complain(have + ": has a fix, which can only be a guess");
    if (want.fixed_line && fixed && !fixes.empty() && line_of(*fixed, place.line) != *want.fixed_line) {
      complain(have + ": the line is fixed to\n           " + quoted(line_of(*fixed, place.line)) + "\n   and not to " +
               quoted(*want.fixed_line));
    }
  }

  const std::optional<std::string> fixed = with_fixes(text, all_fixes);
  if (!fixed) {
    complain("the fixes of all diagnostics overlap");
  } else if (!all_fixes.empty()) {
    const Document again = parse(*fixed, options);
    if (again.diagnostics().errors() != errors_without_fix) {
      complain("with all fixes made, " + std::to_string(again.diagnostics().errors()) + " errors are left and not " +
               std::to_string(errors_without_fix));
    }
  }
  return wrong;
}

}  // namespace distillcfg::test
