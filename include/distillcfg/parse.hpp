// Text in, Document out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "distillcfg/ast.hpp"
#include "distillcfg/diagnostics.hpp"
#include "distillcfg/memory.hpp"

namespace distillcfg {

// Whose reading of the text format is followed where protobuf's own parsers differ.
enum class Semantics : std::uint8_t {
  // TextFormat::Parse of C++: a singular field given twice, both members of a oneof, and a
  // required field that is missing are errors.
  strict,
  // TextFormat::Merge of C++: the last scalar wins, messages merge, the last member of a oneof
  // drops the earlier one (each a warning here); required fields are checked.
  merge,
  // What AMCT itself does: as merge, and a missing required field is only a warning.
  amct,
};

namespace detail {
class KeptLayouts;
class TextReader;

constexpr std::uint64_t arena_bound(std::uint64_t size, std::uint64_t for_each_byte) noexcept {
  return for_each_byte * (size < max_source_size ? size : max_source_size) + 16384;
}
}  // namespace detail

// What parsing has learnt of how texts are laid out, for those who read many that are written alike, as by one
// script or from one template: named in ParseOptions, it spares each text but the first the learning, which takes
// half of the time for one of 4 kB, and little for a long one. Use one for configurations and another one for
// descriptions of networks: of the other kind it forgets all.
//
// Nothing that is read or reported depends on it, but how much of the memory is used may, within arena_bound(). It may
// be used for any texts, one at a time. It holds copies of parts of them, values among these. It means nothing to a
// library that was built without its fast path.
//
//     Layouts layouts;
//     for (const std::string& text : texts) use(parse(text, {.layouts = &layouts}));
class Layouts {
 public:
  Layouts() noexcept;
  Layouts(const Layouts&) = delete;
  Layouts& operator=(const Layouts&) = delete;
  ~Layouts() = default;

  static constexpr std::size_t size = std::size_t{24} * 1024;  // in bytes

 private:
  friend class detail::KeptLayouts;

  alignas(std::max_align_t) std::byte bytes_[size];
};

struct ParseOptions {
  Semantics semantics = Semantics::strict;
  // Accept fields that the schema lacks, as a newer AMCT may add: each gets a warning (D2035) and
  // is skipped. What is accepted is what C++'s TextFormat accepts with AllowUnknownField, nested
  // at most 10,000 levels deep.
  bool allow_unknown = false;
  Limits limits = {};
  Memory memory = {};
  // May be null. It need not outlive the call.
  Layouts* layouts = nullptr;
};

// An upper bound on the arena bytes that parsing a quant.cfg of `size` bytes takes, diagnostics aside: 16 for
// each byte of text and 16 KiB. A buffer of that size holds any text that long without an error or a warning;
// each of these that is kept (see Limits) takes up to diagnostic_bound more. No text is longer than
// max_source_size, so for greater sizes the bound is that of this one.
[[nodiscard]] constexpr std::uint64_t arena_bound(std::uint64_t size) noexcept { return detail::arena_bound(size, 16); }

// A text that was parsed: its diagnostics, and the memory of what was read from it.
//
// Move-only. It owns the arena that everything in it lives in, and moving it moves no byte of
// that: references to its parts stay valid until it is destroyed. Different results may be used on
// different threads at once; one may be read by many.
class [[nodiscard]] ParsedText {
 public:
  ParsedText(ParsedText&& other) noexcept : ParsedText() { *this = std::move(other); }
  ParsedText& operator=(ParsedText&& other) noexcept {
    arena_ = std::move(other.arena_);
    root_ = std::exchange(other.root_, nullptr);
    diagnostics_ = std::move(other.diagnostics_);
    text_ = std::exchange(other.text_, {});
    return *this;
  }
  ParsedText(const ParsedText&) = delete;
  ParsedText& operator=(const ParsedText&) = delete;
  ~ParsedText() = default;

  // True if the text was accepted: no error was found in it.
  [[nodiscard]] bool ok() const noexcept { return !diagnostics_.has_errors(); }

  [[nodiscard]] const Diagnostics& diagnostics() const& noexcept { return diagnostics_; }
  const Diagnostics& diagnostics() const&& = delete;

  // The text that offsets refer to: the result's copy, or what was lent to it. Empty if there was
  // no memory to copy it to.
  [[nodiscard]] std::string_view text() const& noexcept { return text_; }
  std::string_view text() const&& = delete;

  // Bytes of the arena that are in use, and bytes taken from the allocator for it.
  [[nodiscard]] std::size_t arena_used() const noexcept { return arena_.used(); }
  [[nodiscard]] std::size_t arena_reserved() const noexcept { return arena_.reserved(); }

 protected:
  ParsedText() noexcept = default;
  // The root message, or nullptr if there was no memory for it.
  [[nodiscard]] const void* root() const noexcept { return root_; }

 private:
  friend class detail::TextReader;

  Arena arena_;
  const void* root_ = nullptr;
  Diagnostics diagnostics_;
  std::string_view text_;
};

// A parsed quant.cfg.
class [[nodiscard]] Document : public ParsedText {
 public:
  Document() noexcept = default;

  // What was read: everything if ok(), else what could be made out of the text.
  [[nodiscard]] const AMCTDistillConfig& config() const& noexcept;
  const AMCTDistillConfig& config() const&& = delete;
};

// Reads a quant.cfg. Never fails to return: look at Document::ok(). `text` is copied and need not
// outlive the call; it may hold any bytes, and its data() may be null if it is empty. Time and
// memory are linear in its size; no recursion, no exceptions, no locale.
//
//     const Document document = parse("batch_num: 2");
//     if (document.ok()) use(document.config().batch_num.value);
[[nodiscard]] Document parse(std::string_view text, const ParseOptions& options = {}) noexcept;

// The same without the copy, for text in flash. Behind its last byte must stand source_padding
// zero bytes, and it must outlive the Document.
[[nodiscard]] Document borrow_padded(std::string_view text, const ParseOptions& options = {}) noexcept;

}  // namespace distillcfg
