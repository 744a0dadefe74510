// The lines of a text, for finding many places in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "distillcfg/diagnostics.hpp"

namespace distillcfg::render {

// Reads the text once, when the first place is asked for; each place then takes O(log lines).
class SourceLines {
 public:
  explicit SourceLines(std::string_view text) noexcept : text_(text) {}

  // Line and column of an offset; one past the end of the text counts as its end.
  [[nodiscard]] Position position(std::uint32_t offset);

  // The line that holds an offset, without its LF and a CR before that, and where it starts.
  struct Line {
    std::string_view text;
    std::uint32_t begin;
  };
  [[nodiscard]] Line line_at(std::uint32_t offset);

  // The bytes of a span, as far as the text has them.
  [[nodiscard]] std::string_view bytes(Span span) const noexcept;

 private:
  [[nodiscard]] std::size_t line_index(std::uint32_t offset);

  std::string_view text_;
  std::vector<std::uint32_t> starts_;  // offset of each line; empty: not read yet
};

}  // namespace distillcfg::render
