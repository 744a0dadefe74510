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

struct ExpectedNote {
  std::string name;
  bool has_place = false;
  Position place;
  std::string culprit;
};

struct ExpectedDiagnostic {
  std::string severity;
  std::string code;
  bool has_place = false;
  Position place;
  std::string culprit;
  FixWanted fix = FixWanted::either;
  std::optional<std::string> fixed_line;
  std::string amct;
  std::vector<ExpectedNote> notes;  // none: there may be any
};

struct Expectation {
  std::uint32_t errors = 0;
  std::uint32_t warnings = 0;
  std::vector<ExpectedDiagnostic> diagnostics;
};

using Expectations = std::map<std::string, Expectation>;

// Takes LINE:COLUMN, or "-" for no place, and the bytes that are underlined off the front of `line`.
template <class Expected>
bool take_place(std::string_view& line, Expected& expected) {
  if (line.starts_with("- ")) {
    line.remove_prefix(2);
  } else {
    expected.has_place = true;
    if (!take_number(line, expected.place.line) || !line.starts_with(':')) return false;
    line.remove_prefix(1);
    if (!take_number(line, expected.place.column) || !line.starts_with(' ')) return false;
    line.remove_prefix(1);
  }
  return take_quoted(line, expected.culprit);
}

inline bool read_diagnostic(std::string_view line, ExpectedDiagnostic& expected) {
  expected.severity = take_until(line, ' ');
  expected.code = take_until(line, ' ');
  if (!take_place(line, expected)) return false;
  if (line.empty()) return true;
  expected.fix = line == " no-fix" ? FixWanted::no : FixWanted::yes;
  if (line == " no-fix" || line == " fix") return true;
  if (!line.starts_with(" fix ")) return false;
  line.remove_prefix(5);
  return take_quoted(line, expected.fixed_line.emplace()) && line.empty();
}

// A line of a case: a diagnostic, or what the one above it must hold.
inline bool read_line(std::string_view line, std::vector<ExpectedDiagnostic>& diagnostics) {
  if (!line.starts_with("  ")) return read_diagnostic(line, diagnostics.emplace_back());
  line.remove_prefix(2);
  if (diagnostics.empty()) return false;
  const std::string_view kind = take_until(line, ' ');
  if (kind == "amct") return take_quoted(line, diagnostics.back().amct) && line.empty();
  if (kind != "note") return false;
  ExpectedNote& note = diagnostics.back().notes.emplace_back();
  note.name = take_until(line, ' ');
  return take_place(line, note) && line.empty();
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
      if (current == nullptr || !read_line(rest, current->diagnostics)) return std::string(line);
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

inline const char* name_of(NoteKind kind) {
  constexpr const char* names[] = {
#define NOTE(name, arguments, english, chinese) #name,
#include "distillcfg/diagnostics.def"
  };
  return names[static_cast<std::size_t>(kind)];
}

// LINE:COLUMN "BYTES", as expectations have it.
inline std::string described(bool has_place, Position at, std::string_view bytes) {
  const std::string place = has_place ? std::to_string(at.line) + ':' + std::to_string(at.column) : "-";
  return place + ' ' + quoted(bytes.substr(0, 200));
}
inline std::string described(Span at, std::string_view text) {
  if (!at.has_place()) return described(false, {}, "");
  if (at.end < at.begin || at.end > text.size()) return "outside the text";
  return described(true, position_of(text, at.begin), text.substr(at.begin, at.end - at.begin));
}

// What is wrong with the notes of a diagnostic and with what it says of AMCT.
inline std::string complaints(const ExpectedDiagnostic& want, const Diagnostic& found, std::string_view text) {
  std::string wrong;
  if (const std::string amct = amct_error_of(found); amct != want.amct) {
    wrong +=
        "  " + shown(found.code) + ": expected of AMCT " + quoted(want.amct) + "\n     found " + quoted(amct) + '\n';
  }
  if (want.notes.empty()) return wrong;
  std::string wanted;
  std::string have;
  for (const ExpectedNote& note : want.notes) {
    wanted += "\n      " + note.name + ' ' + described(note.has_place, note.place, note.culprit);
  }
  for (const Note& note : found.notes) {
    have += "\n      " + std::string(name_of(note.kind)) + ' ' + described(note.at, text);
  }
  if (have != wanted)
    wrong += "  " + shown(found.code) + ": expected the notes" + wanted + "\n     found" + have + '\n';
  return wrong;
}

// What is wrong with the diagnostics of a text, one line each; empty if they are as expected.
// `errors_of` says how many errors a text has.
template <class ErrorsOf>
std::string complaints(const Expectation& expected, const Findings& findings, std::string_view text,
                       ErrorsOf errors_of) {
  std::string wrong;
  const auto complain = [&wrong](const std::string& what) { wrong += "  " + what + '\n'; };

  if (findings.errors() != expected.errors || findings.warnings() != expected.warnings) {
    complain("expected " + std::to_string(expected.errors) + " errors and " + std::to_string(expected.warnings) +
             " warnings, found " + std::to_string(findings.errors()) + " and " + std::to_string(findings.warnings()));
  }
  if (findings.size() != expected.diagnostics.size()) {
    complain("expected " + std::to_string(expected.diagnostics.size()) + " diagnostics to be kept, found " +
             std::to_string(findings.size()));
  }

  std::vector<Fix> all_fixes;
  std::uint64_t errors_without_fix = findings.errors_not_kept();
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Diagnostic& found = findings[i];
    const std::vector<Fix> fixes(found.fixes.begin(), found.fixes.end());
    all_fixes.insert(all_fixes.end(), fixes.begin(), fixes.end());
    if (found.severity == Severity::error && fixes.empty()) ++errors_without_fix;

    const std::optional<std::string> fixed = with_fixes(text, fixes);
    if (!fixed) complain(shown(found.code) + ": its fixes overlap, or lie outside the text");
    const std::string have =
        std::string(name_of(found.severity)) + ' ' + shown(found.code) + ' ' + described(found.at, text);
    if (i >= expected.diagnostics.size()) {
      complain("not expected: " + have);
      continue;
    }
    const ExpectedDiagnostic& want = expected.diagnostics[i];
    const std::string wanted =
        want.severity + ' ' + want.code + ' ' + described(want.has_place, want.place, want.culprit);
    if (have != wanted) complain("expected " + wanted + "\n     found " + have);
    wrong += complaints(want, found, text);
    if (want.fix == FixWanted::yes && fixes.empty()) complain(have + ": has no fix");
    if (want.fix == FixWanted::no && !fixes.empty()) complain(have + ": has a fix, which can only be a guess");
    if (want.fixed_line && fixed && !fixes.empty() && line_of(*fixed, want.place.line) != *want.fixed_line) {
      complain(have + ": the line is fixed to\n           " + quoted(line_of(*fixed, want.place.line)) +
               "\n   and not to " + quoted(*want.fixed_line));
    }
  }

  const std::optional<std::string> fixed = with_fixes(text, all_fixes);
  if (!fixed) {
    complain("the fixes of all diagnostics overlap");
  } else if (!all_fixes.empty()) {
    if (const std::uint64_t left = errors_of(*fixed); left != errors_without_fix) {
      complain("with all fixes made, " + std::to_string(left) + " errors are left and not " +
               std::to_string(errors_without_fix));
    }
  }
  return wrong;
}

}  // namespace distillcfg::test
