#include "diagnostics_checks.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "require.hpp"
#include "support/utf8.hpp"

namespace distillcfg::fuzz {

namespace {

// The letters of the arguments of each kind of note.
constexpr std::string_view note_kinds[] = {
#define NOTE(name, arguments, english, chinese) arguments,
#include "distillcfg/diagnostics.def"
};

std::string_view note_argument_kinds(NoteKind kind) {
  const auto i = static_cast<std::size_t>(kind);
  DISTILLCFG_REQUIRE(i < std::size(note_kinds), "a note is of a kind that diagnostics.def has");
  return note_kinds[i];
}

// Reads every byte, so that a sanitizer sees a view of memory that is gone.
void touch(std::string_view text) {
  unsigned char sum = 0;
  for (const char c : text) sum = static_cast<unsigned char>(sum ^ static_cast<unsigned char>(c));
  volatile unsigned char keep = sum;
  static_cast<void>(keep);
}

void require_span(const Span& span, std::size_t size) {
  if (!span.has_place()) {
    DISTILLCFG_REQUIRE(span.end == no_place, "a span without a begin has no end");
    return;
  }
  DISTILLCFG_REQUIRE(span.begin <= span.end, "a span begins before it ends");
  DISTILLCFG_REQUIRE(span.end <= size, "a span ends inside the text");
}

void require_arguments(const Argument (&arguments)[max_arguments], std::string_view kinds) {
  DISTILLCFG_REQUIRE(kinds.size() <= max_arguments, "diagnostics.def gives at most max_arguments arguments");
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const Argument& argument = arguments[i];
    DISTILLCFG_REQUIRE(argument.kind == kinds[i], "an argument is of the kind that diagnostics.def gives");
    if (argument.kind == 't' || argument.kind == 'q') touch(argument.text);
    if (argument.kind == 'b') DISTILLCFG_REQUIRE(argument.number <= 0xFF, "a byte is one");
    if (argument.kind == 'c') DISTILLCFG_REQUIRE(argument.number <= 0x10FFFF, "a code point is one");
  }
}

void require_fixes(const Diagnostic& diagnostic, std::string_view text) {
  std::size_t behind = 0;
  for (const Fix& fix : diagnostic.fixes) {
    DISTILLCFG_REQUIRE(fix.at.has_place(), "a fix has a place");
    require_span(fix.at, text.size());
    DISTILLCFG_REQUIRE(fix.at.begin >= behind, "fixes are ordered and do not overlap");
    behind = fix.at.end;
    touch(fix.text);
    DISTILLCFG_REQUIRE(text.substr(fix.at.begin, fix.at.end - fix.at.begin) != fix.text, "a fix changes something");
  }
}

void require_severity(const Diagnostic& diagnostic, const ParseOptions& options) {
  const bool merges = options.semantics != Semantics::strict;
  Severity expected = severity_of(diagnostic.code);
  switch (diagnostic.code) {
    case Code::duplicate_field:
    case Code::oneof_conflict:
      if (merges) expected = Severity::warning;
      break;
    case Code::missing_required:
      if (options.semantics == Semantics::amct) expected = Severity::warning;
      break;
    case Code::unknown_field:
      DISTILLCFG_REQUIRE(!options.allow_unknown, "no unknown field is refused where they are allowed");
      break;
    case Code::skipped_unknown_field:
      DISTILLCFG_REQUIRE(options.allow_unknown, "no unknown field is skipped unless they are allowed");
      break;
    default: break;
  }
  DISTILLCFG_REQUIRE(diagnostic.severity == expected, "a severity is that of its code under these semantics");
}

bool same(const Argument (&a)[max_arguments], const Argument (&b)[max_arguments], std::string_view kinds) {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (a[i].kind != b[i].kind || a[i].number != b[i].number || a[i].text != b[i].text) return false;
  }
  return true;
}

bool same(const Diagnostic& a, const Diagnostic& b) {
  if (a.code != b.code || a.severity != b.severity || a.at != b.at || a.suggestion != b.suggestion ||
      a.rank != b.rank || a.amct != b.amct ||
      !std::equal(a.amct_names.begin(), a.amct_names.end(), b.amct_names.begin(), b.amct_names.end()) ||
      a.notes.size() != b.notes.size() || a.fixes.size() != b.fixes.size() ||
      !same(a.arguments, b.arguments, argument_kinds(a.code))) {
    return false;
  }
  for (std::uint32_t i = 0; i < a.notes.size(); ++i) {
    const Note& x = a.notes[i];
    const Note& y = b.notes[i];
    if (x.kind != y.kind || x.at != y.at || !same(x.arguments, y.arguments, note_argument_kinds(x.kind))) return false;
  }
  for (std::uint32_t i = 0; i < a.fixes.size(); ++i) {
    if (a.fixes[i].at != b.fixes[i].at || a.fixes[i].text != b.fixes[i].text) return false;
  }
  return true;
}

}  // namespace

void require_sound(const Diagnostics& diagnostics, std::string_view text, const Limits& limits) {
  std::uint32_t errors = 0;
  std::uint32_t warnings = 0;
  const Diagnostic* previous = nullptr;
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    DISTILLCFG_REQUIRE(!name_of(diagnostic.code).empty(), "a diagnostic has a code of diagnostics.def");
    ++(diagnostic.severity == Severity::error ? errors : warnings);
    require_span(diagnostic.at, text.size());
    require_arguments(diagnostic.arguments, argument_kinds(diagnostic.code));
    touch(diagnostic.suggestion);
    DISTILLCFG_REQUIRE(test::is_utf8(diagnostic.suggestion), "a suggestion is UTF-8");
    for (const Note& note : diagnostic.notes) {
      require_span(note.at, text.size());
      require_arguments(note.arguments, note_argument_kinds(note.kind));
    }
    require_fixes(diagnostic, text);
    for (const std::string_view name : diagnostic.amct_names) touch(name);
    if (previous != nullptr) {
      DISTILLCFG_REQUIRE(previous->rank <= diagnostic.rank, "diagnostics stand in the order of their ranks");
    }
    if (previous != nullptr && previous->rank == diagnostic.rank && previous->at.has_place()) {
      DISTILLCFG_REQUIRE(diagnostic.at.has_place(), "what has no place stands first");
      DISTILLCFG_REQUIRE(previous->at.begin <= diagnostic.at.begin, "diagnostics stand in the order of their places");
    }
    previous = &diagnostic;
  }
  DISTILLCFG_REQUIRE(diagnostics.empty() == (diagnostics.size() == 0), "empty means size 0");
  DISTILLCFG_REQUIRE(diagnostics.has_errors() == (diagnostics.errors() != 0), "has_errors means errors were counted");
  DISTILLCFG_REQUIRE(diagnostics.errors() - diagnostics.errors_not_kept() == errors,
                     "errors kept are the errors there");
  DISTILLCFG_REQUIRE(diagnostics.warnings() - diagnostics.warnings_not_kept() == warnings,
                     "warnings kept are the warnings there");
  DISTILLCFG_REQUIRE(limits.max_errors == 0 || errors <= limits.max_errors, "no more errors are kept than asked for");
  DISTILLCFG_REQUIRE(limits.max_warnings == 0 || warnings <= limits.max_warnings,
                     "no more warnings are kept than asked for");
  DISTILLCFG_REQUIRE(!diagnostics.has_errors() || errors != 0, "of a text that is refused an error is kept");
}

void require_severities(const Diagnostics& diagnostics, const ParseOptions& options) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) require_severity(diagnostics[i], options);
}

bool same_diagnostics(const Diagnostics& a, const Diagnostics& b) {
  if (a.size() != b.size() || a.errors() != b.errors() || a.warnings() != b.warnings()) return false;
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}

bool contains(const Diagnostics& diagnostics, Code code) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    if (diagnostics[i].code == code) return true;
  }
  return false;
}

std::string with_fixes(std::string_view text, const Diagnostic& diagnostic) {
  std::string fixed;
  std::size_t from = 0;
  for (const Fix& fix : diagnostic.fixes) {
    fixed.append(text.substr(from, fix.at.begin - from)).append(fix.text);
    from = fix.at.end;
  }
  return fixed.append(text.substr(from));
}

}  // namespace distillcfg::fuzz
