// Rows of cells, aligned.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "render/display.hpp"

namespace distillcfg::render {

// How many columns a terminal needs for a text that is fit to be shown.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;

struct Cell {
  Shown text;
  Literal color = {};
};

// All rows are kept, then written with each column as wide as its widest cell.
class Columns {
 public:
  explicit Columns(Literal indent, Literal reset) noexcept : indent_(indent), reset_(reset) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  void write(Shown& out) const;

 private:
  Literal indent_;
  Literal reset_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace distillcfg::render
