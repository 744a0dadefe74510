// Tables of results, as Markdown that reads well unformatted too.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace distillcfg::bench {

// "1,234,567"
inline std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

// Three digits that mean something, or all of a larger number: 0.123, 12.3, 1,234. "-": was not measured.
inline std::string cell(double value) {
  if (value <= 0) return "-";
  if (value >= 999.5) return grouped(static_cast<std::uint64_t>(value + 0.5));
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", value < 0.9995 ? 3 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
  return text;
}

// `of` a whole, in percent.
inline std::string share(double part, double of) { return of <= 0 || part <= 0 ? "-" : cell(100 * part / of) + " %"; }

// How many times the second time the first is: "12.3 x".
inline std::string times_as_long(double value, double of) {
  if (of <= 0 || value <= 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f x", value < 9.95 * of ? 2 : 1, value / of);
  return text;
}

class Table {
 public:
  Table(std::string title, std::vector<std::string> columns) : title_(std::move(title)) {
    rows_.push_back(std::move(columns));
  }

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  // The first column is flush left, the others flush right.
  void print() const {
    std::vector<std::size_t> widths(rows_[0].size(), 2);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::printf("\n%s\n\n", title_.c_str());
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      for (std::size_t i = 0; i < rows_[r].size(); ++i) {
        const int width = static_cast<int>(widths[i]);
        std::printf(i == 0 ? "| %-*s " : "| %*s ", width, rows_[r][i].c_str());
      }
      std::printf("|\n");
      if (r != 0) continue;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        std::printf("|%s%s", std::string(widths[i] + 1, '-').c_str(), i == 0 ? "-" : ":");
      }
      std::printf("|\n");
    }
  }

 private:
  std::string title_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace distillcfg::bench
