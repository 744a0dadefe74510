// Two texts compared for a reader.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "quoted.hpp"

namespace distillcfg::test {

inline std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) lines.push_back(take_until(text, '\n'));
  return lines;
}

// The lines that differ, with "-" for those of `expected` and "+" for those of `found`; of a pair of
// long lines only what surrounds their first difference.
inline std::string diff(std::string_view expected, std::string_view found) {
  constexpr std::size_t most_lines = 1000;
  constexpr std::size_t most_columns = 160;
  const std::vector<std::string_view> a = lines_of(expected.substr(0, 200'000));
  const std::vector<std::string_view> b = lines_of(found.substr(0, 200'000));
  if (a == b) return "  the texts differ in their last line end, or behind 200,000 bytes\n";

  std::string text;
  const auto show = [&text](char sign, std::string_view line, std::size_t from) {
    text += std::string("  ") + sign + ' ' + (from == 0 ? "" : "...") + std::string(line.substr(from, most_columns)) +
            (line.size() > from + most_columns ? "...\n" : "\n");
  };
  const auto show_pair = [&show](std::string_view before, std::string_view after) {
    std::size_t same = 0;
    while (same < before.size() && same < after.size() && before[same] == after[same]) ++same;
    const std::size_t from = same > most_columns / 2 ? same - most_columns / 2 : 0;
    show('-', before, from);
    show('+', after, from);
  };

  // The longest common subsequence, which is affordable for texts of this size.
  if (a.size() > most_lines || b.size() > most_lines) {
    std::size_t same = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
    show_pair(same < a.size() ? a[same] : "", same < b.size() ? b[same] : "");
    return text;
  }
  std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
    } else if (i < a.size() && j < b.size() && common[i + 1][j + 1] == common[i][j]) {
      show_pair(a[i++], b[j++]);
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      show('-', a[i++], 0);
    } else {
      show('+', b[j++], 0);
    }
  }
  return text;
}

}  // namespace distillcfg::test
