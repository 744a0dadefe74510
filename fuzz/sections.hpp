// Several texts in one input.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::fuzz {

// A line that starts with these bytes ends a text, and the next one starts behind it. It is a comment
// of the text format, and may hold numbers:
//
//     batch_num: 2
//     #%% 4096 1 17
//     module { name: "conv" type: "Conv2d" }
//     #%%
//     batch_num: 3
inline constexpr std::string_view separator = "#%%";

// A configuration, the model it is for, and another configuration for it. What is not there is empty.
struct Sections {
  std::string_view config;
  std::string_view model;
  std::string_view other_config;
  // Of the first separator; without them, 0.
  std::array<std::uint32_t, 3> numbers{};
  bool has_model = false;
  bool has_other_config = false;
};

// Cuts `text` at its first separator, and gives the rest of that line. False if there is none; then
// `text` stays as it is.
inline bool cut_at_separator(std::string_view& text, std::string_view& line, std::string_view& behind) {
  for (std::size_t at = 0; (at = text.find(separator, at)) != std::string_view::npos; ++at) {
    if (at != 0 && text[at - 1] != '\n') continue;
    behind = text.substr(at + separator.size());
    line = behind.substr(0, behind.find('\n'));
    behind.remove_prefix(line.size() < behind.size() ? line.size() + 1 : line.size());
    text = text.substr(0, at);
    return true;
  }
  return false;
}

inline Sections sections_of(std::string_view input) {
  Sections sections;
  sections.config = input;
  std::string_view line;
  sections.has_model = cut_at_separator(sections.config, line, sections.model);
  std::size_t i = 0;
  bool in_number = false;
  for (const char c : line) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && in_number && ++i == sections.numbers.size()) break;
    if (is_digit) sections.numbers[i] = sections.numbers[i] * 10 + static_cast<std::uint32_t>(c - '0');
    in_number = is_digit;
  }
  sections.has_other_config = cut_at_separator(sections.model, line, sections.other_config);
  return sections;
}

}  // namespace distillcfg::fuzz
