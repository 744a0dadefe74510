#include "render/columns.hpp"

#include <algorithm>
namespace distillcfg::render {

std::size_t columns_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Glyph glyph = glyph_at(text, i);
    columns += glyph.columns;
    i += glyph.size;
  }
  return columns;
}

void Columns::write(Shown& out) const {
  constexpr std::size_t gap = 2;
  std::vector<std::size_t> widths;
  for (const std::vector<Cell>& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i].text.view()));
  }
  for (const std::vector<Cell>& row : rows_) {
    out += indent_;
    std::size_t missing = 0;  // spaces that are owed before the next text
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Cell& cell = row[i];
      if (!cell.text.empty()) {
        out.repeat(missing, " ");
        missing = 0;
        out += cell.color;
        out += cell.text;
        if (!cell.color.empty()) out += reset_;
      }
      // A column without a text takes no room.
      if (widths[i] != 0) missing += widths[i] - columns_of(cell.text.view()) + gap;
    }
    out += "\n";
  }
}

}  // namespace distillcfg::render
