// From the one offset that the AST keeps of a field to the bytes to underline.
#pragma once

#include <cstdint>
#include <string_view>

#include "distillcfg/diagnostics.hpp"

namespace distillcfg::detail {

// Spans in a text that was parsed (a ParsedText's, so padded), by reading its tokens again. Without
// a text, and for what no text wrote, spans are points or have no place.
class Places {
 public:
  explicit Places(std::string_view text) noexcept : text_(text) {}

  // All but one are pure, so that where a build drops what they are for, a compiler drops the calls too.

  // The field's name; of an element within [ ], the element's first token.
  [[nodiscard, gnu::pure]] Span name(std::uint32_t at) const noexcept;
  // The field's value; of a message, its name.
  [[nodiscard, gnu::pure]] Span value(std::uint32_t at) const noexcept;
  // As value(), for a string that much points to: moves `at` to it, so that no comment in front of it, which
  // may be of any length, is read again.
  [[nodiscard]] Span shared_string(std::uint32_t& at) const noexcept;
  // The value of a string if it is a single literal, so that an edit can replace it; else no place.
  [[nodiscard, gnu::pure]] Span literal(std::uint32_t at) const noexcept;
  // What to delete so that a string field, or an element of a list of strings, is gone: with its comma,
  // and with its line if nothing else stands there. No place if that is not plain to see.
  [[nodiscard, gnu::pure]] Span removal(std::uint32_t at) const noexcept;
  // The bytes of a span.
  [[nodiscard, gnu::pure]] std::string_view bytes(Span span) const noexcept;

 private:
  [[nodiscard]] bool in_text(std::uint32_t at) const noexcept { return at < text_.size(); }
  [[nodiscard]] bool is_string(std::uint32_t at) const noexcept {
    return in_text(at) && (text_[at] == '"' || text_[at] == '\'');
  }

  std::string_view text_;
};

// Removals of fields in the order of the text, none of which overlaps the one before: all may be made.
class Removals {
 public:
  explicit Removals(const Places& places) noexcept : places_(places) {}

  [[nodiscard]] Span next(std::uint32_t at) noexcept {
    const Span removal = places_.removal(at);
    if (!removal.has_place()) return {};
    const bool overlaps = last_.has_place() && removal.begin < last_.end && last_.begin < removal.end;
    if (overlaps) return {};
    last_ = removal;
    return removal;
  }

 private:
  const Places& places_;
  Span last_;
};

}  // namespace distillcfg::detail
