// How a pass makes its Diagnostics.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>

#include "distillcfg/diagnostics.hpp"

namespace distillcfg::detail {

using std::string_view_literals::operator""sv;

constexpr std::string_view argument_kinds_of(Code code) noexcept {
  switch (code) {
// clang-format off
#define DIAG(number, name, severity, arguments, english, chinese) case Code::name: return arguments ""sv;
#include "distillcfg/diagnostics.def"
    // clang-format on
    case Code::none: break;
  }
  return "";
}

constexpr std::string_view argument_kinds_of(NoteKind kind) noexcept {
  switch (kind) {
// clang-format off
#define NOTE(name, arguments, english, chinese) case NoteKind::name: return arguments ""sv;
#include "distillcfg/diagnostics.def"
    // clang-format on
  }
  return "";
}

constexpr Severity default_severity(Code code) noexcept {
  switch (code) {
// clang-format off
#define DIAG(number, name, severity, arguments, english, chinese) case Code::name: return Severity::severity;
#include "distillcfg/diagnostics.def"
    // clang-format on
    case Code::none: break;
  }
  return Severity::note;
}

// Whether values of these types can stand for these letters of diagnostics.def.
template <class... Values>
consteval bool arguments_fit(std::string_view kinds) {
  if (kinds.size() != sizeof...(Values) || kinds.size() > max_arguments) return false;
  std::size_t i = 0;
  return ((std::is_integral_v<Values> == (kinds[i] != 't' && kinds[i] != 'q') && (++i, true)) && ...);
}

template <class Value>
constexpr void set_argument(Argument& argument, char kind, const Value& value) noexcept {
  argument.kind = kind;
  if constexpr (std::is_integral_v<Value>) {
    argument.number = static_cast<std::uint64_t>(value);
  } else {
    argument.text = value;
  }
}

#ifdef DISTILLCFG_NO_DETAILS
inline constexpr bool with_details = false;
#else
inline constexpr bool with_details = true;
#endif

// Counts every diagnostic, keeps those that the limits and the memory allow, and orders them.
// Acceptance is decided by the count alone, so nothing that is not kept is lost.
class Reporter {
 public:
  Reporter(Diagnostics& out, Arena& arena, const Limits& limits) noexcept : out_(out), arena_(arena), limits_(limits) {}
  // For a pass that returns nothing but its diagnostics.
  Reporter(Diagnostics& out, const Memory& memory, const Limits& limits) noexcept : Reporter(out, out.arena_, limits) {
    out.arena_ = Arena(memory);
  }

  // What the diagnostics that follow are ordered by.
  void set_rank(std::uint64_t rank) noexcept { rank_ = rank; }

  // Counts a diagnostic. Returns it, for notes and fixes to be added, or nullptr if it is not kept.
  template <Code code, class... Values>
  Diagnostic* report(Severity severity, Span at, const Values&... values) noexcept {
    Diagnostic* const diagnostic = add(code, severity, at);
    set_arguments<code>(diagnostic, values...);
    return diagnostic;
  }
  template <Code code, class... Values>
  Diagnostic* error(Span at, const Values&... values) noexcept {
    static_assert(default_severity(code) == Severity::error);
    return report<code>(Severity::error, at, values...);
  }

  // The two halves of `report`, where the code is not known before the program runs.
  Diagnostic* add(Code code, Severity severity, Span at) noexcept;
  template <Code code, class... Values>
  static void set_arguments(Diagnostic* diagnostic, [[maybe_unused]] const Values&... values) noexcept {
    constexpr std::string_view kinds = argument_kinds_of(code);
    static_assert(arguments_fit<Values...>(kinds), "the arguments are not those of diagnostics.def");
    if constexpr (with_details) {
      if (diagnostic != nullptr) set_each(diagnostic->arguments, kinds, values...);
    }
  }

  // While quiet, nothing is reported: it follows from an error that was. Never before a first error,
  // so that none is lost.
  void set_quiet(bool quiet) noexcept { quiet_ = out_.errors_ != 0 && quiet; }

  // The following do nothing for nullptr.
  template <NoteKind kind, class... Values>
  void note(Diagnostic* diagnostic, Span at, const Values&... values) noexcept {
    constexpr std::string_view kinds = argument_kinds_of(kind);
    static_assert(arguments_fit<Values...>(kinds), "the arguments are not those of diagnostics.def");
    if constexpr (with_details) {
      if (diagnostic == nullptr) return;
      Note note{kind, at, {}};
      set_each(note.arguments, kinds, values...);
      diagnostic->notes.push_back(arena_, note);
    }
  }
  void fix(Diagnostic* diagnostic, Span at, std::string_view text) noexcept {
    if constexpr (with_details) {
      if (diagnostic != nullptr) diagnostic->fixes.push_back(arena_, {at, text});
    }
  }

  // What AMCT raises. The names must live as long as the diagnostics.
  static void amct(Diagnostic* diagnostic, AmctError error, std::span<const std::string_view> names = {}) noexcept {
    if (diagnostic == nullptr) return;
    diagnostic->amct = error;
    if constexpr (with_details) diagnostic->amct_names = names;
  }
  void amct(Diagnostic* diagnostic, AmctError error, std::initializer_list<std::string_view> names) noexcept;

  // For what happens when there may be no memory left: at most one in each Diagnostics.
  void last_resort(Code code, Span at) noexcept;
  void text_too_large() noexcept;

  // A text that lives as long as the diagnostics: the pieces joined; "" if there is no memory.
  [[nodiscard]] std::string_view join(std::string_view a, std::string_view b, std::string_view c = {}) noexcept;

  // Whether 'did you mean' should still be looked for: it is the costly part of a diagnostic. Counts
  // what is found, not what is kept, so that limits never change how reading goes on.
  [[nodiscard]] bool wants_suggestions() const noexcept {
    return with_details && !quiet_ && std::uint64_t{out_.errors_} + out_.warnings_ <= most_suggestions;
  }

  [[nodiscard]] std::uint32_t errors() const noexcept { return out_.errors_; }
  [[nodiscard]] bool nothing_reported() const noexcept { return (out_.errors_ | out_.warnings_) == 0; }
  [[nodiscard]] Arena& arena() noexcept { return arena_; }

  // Puts the diagnostics in order. To be called once, at the end.
  void finish() noexcept;

 private:
  static constexpr std::uint32_t most_suggestions = 20;

  template <class... Values>
  static void set_each(Argument* arguments, [[maybe_unused]] std::string_view kinds, const Values&... values) noexcept {
    std::size_t i = 0;
    ((set_argument(arguments[i], kinds[i], values), ++i), ...);
  }

  Diagnostics& out_;
  Arena& arena_;
  Limits limits_;
  List<Diagnostic> kept_;
  std::uint64_t rank_ = 0;
  bool quiet_ = false;
};

}  // namespace distillcfg::detail
