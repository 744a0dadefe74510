// What is wrong with a file, as data: code, severity, place, arguments, notes, fixes. Turning it
// into words is render.hpp's work; a program that wants codes and places needs only this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "distillcfg/list.hpp"

namespace distillcfg {

// The rows' names are common words: a program's own macros of these names are put aside.
#pragma push_macro("DIAG")
#pragma push_macro("NOTE")
#pragma push_macro("AMCT")
#undef DIAG
#undef NOTE
#undef AMCT

enum class Severity : std::uint8_t { error, warning, note };

// Stable numbers: what the tool prints as D2001 is Code::unknown_field.
enum class Code : std::uint16_t {
  none = 0,
#define DIAG(number, name, severity, arguments, english, chinese) name = number,
#include "distillcfg/diagnostics.def"
};

enum class NoteKind : std::uint8_t {
#define NOTE(name, arguments, english, chinese) name,
#include "distillcfg/diagnostics.def"
};

// What AMCT would raise; diagnostics.def has the texts.
enum class AmctError : std::uint8_t {
  none,
#define AMCT(name, text) name,
#include "distillcfg/diagnostics.def"
};

#pragma pop_macro("DIAG")
#pragma pop_macro("NOTE")
#pragma pop_macro("AMCT")

// No place in the text: Span::begin and Span::end of a diagnostic about the file as a whole.
inline constexpr std::uint32_t no_place = 0xFFFF'FFFF;

// Bytes begin <= i < end of the text as it is on disk. begin == end marks a point between bytes.
struct Span {
  std::uint32_t begin = no_place;
  std::uint32_t end = no_place;

  [[nodiscard]] constexpr bool has_place() const noexcept { return begin != no_place; }
  friend constexpr bool operator==(const Span&, const Span&) noexcept = default;
};

// One value for a {0} of a message. `kind` is the letter that diagnostics.def gives it.
struct Argument {
  char kind = 't';
  std::uint64_t number = 0;  // for n, c, b
  std::string_view text;     // for t, q; borrows from the text, the arena or the schema
};

inline constexpr std::size_t max_arguments = 4;

// A further place that explains a diagnostic.
struct Note {
  NoteKind kind{};
  Span at;
  Argument arguments[max_arguments];
};

// An edit: the bytes of `at` are to be replaced by `text`. All fixes of one diagnostic belong
// together, do not overlap, and are ordered by place.
struct Fix {
  Span at;
  std::string_view text;
};

struct Diagnostic {
  Code code = Code::none;
  Severity severity = Severity::error;
  std::uint32_t number = 0;  // in the order in which the diagnostics were found
  Span at;
  Argument arguments[max_arguments];
  std::string_view suggestion;  // "did you mean …?"; empty: nothing near
  List<Note> notes{FirstChunk{2}};
  List<Fix> fixes;
  // On what AMCT refuses too: which error it raises, and the names in its text (data() == nullptr:
  // None). Several diagnostics may share one error of AMCT's.
  AmctError amct = AmctError::none;
  std::span<const std::string_view> amct_names;
  // What the diagnostics of one run are ordered by before their places: with a model, the number of
  // AMCT's check and the layer.
  std::uint64_t rank = 0;
};

// An upper bound on the arena bytes that each diagnostic takes that is kept, with its notes and fixes.
inline constexpr std::uint64_t diagnostic_bound = 2048;

// The name of a code as diagnostics.def has it ("unknown_field"), or "" for a number that is none.
[[nodiscard]] std::string_view name_of(Code code) noexcept;
// The severity that a code has where neither semantics nor what is known of a network lower or raise it.
[[nodiscard]] Severity severity_of(Code code) noexcept;
// The letters of its arguments.
[[nodiscard]] std::string_view argument_kinds(Code code) noexcept;

namespace detail {
class Reporter;
}

// The diagnostics of one pass, ordered by rank and place; what has no place stands first. Move-only.
// They borrow from the text, and live in the memory of the result that holds them.
class [[nodiscard]] Diagnostics {
 public:
  Diagnostics() noexcept = default;
  Diagnostics(Diagnostics&& other) noexcept : Diagnostics() { *this = std::move(other); }
  Diagnostics& operator=(Diagnostics&& other) noexcept {
    order_ = std::exchange(other.order_, nullptr);
    count_ = std::exchange(other.count_, 0);
    errors_ = std::exchange(other.errors_, 0);
    warnings_ = std::exchange(other.warnings_, 0);
    kept_errors_ = std::exchange(other.kept_errors_, 0);
    kept_warnings_ = std::exchange(other.kept_warnings_, 0);
    last_resort_ = std::exchange(other.last_resort_, {});
    has_last_resort_ = std::exchange(other.has_last_resort_, false);
    arena_ = std::move(other.arena_);
    return *this;
  }
  Diagnostics(const Diagnostics&) = delete;
  Diagnostics& operator=(const Diagnostics&) = delete;

  // True if any error was found, kept or not.
  [[nodiscard]] bool has_errors() const noexcept { return errors_ != 0; }
  // How many were found, whether kept or not.
  [[nodiscard]] std::uint32_t errors() const noexcept { return errors_; }
  [[nodiscard]] std::uint32_t warnings() const noexcept { return warnings_; }
  // How many of them were not kept, for Limits or for want of memory.
  [[nodiscard]] std::uint32_t errors_not_kept() const noexcept { return errors_ - kept_errors_; }
  [[nodiscard]] std::uint32_t warnings_not_kept() const noexcept { return warnings_ - kept_warnings_; }

  // Those that were kept.
  [[nodiscard]] std::uint32_t size() const noexcept { return count_ + (has_last_resort_ ? 1 : 0); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  // 0 <= i < size(); not checked.
  [[nodiscard]] const Diagnostic& operator[](std::uint32_t i) const noexcept {
    if (!has_last_resort_) return *order_[i];
    return i == 0 ? last_resort_ : *order_[i - 1];
  }

 private:
  friend class detail::Reporter;

  Diagnostic** order_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t errors_ = 0;
  std::uint32_t warnings_ = 0;
  std::uint32_t kept_errors_ = 0;
  std::uint32_t kept_warnings_ = 0;
  // Of a pass that returns nothing but its diagnostics.
  Arena arena_;
  // The one diagnostic that needs no memory: that there was none, or that the text is too large.
  Diagnostic last_resort_;
  bool has_last_resort_ = false;
};

// A line and a column of a text, both counted from 1; columns count bytes.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

// Where byte `offset` (at most text.size()) stands. Reads the text up to there. Only LF ends a line.
[[nodiscard]] Position position_of(std::string_view text, std::uint32_t offset) noexcept;

}  // namespace distillcfg
