// fmt at the price of its declarations: format.cpp alone compiles what they stand for.
#pragma once

#include <fmt/core.h>

#include <string>

namespace distillcfg::render {

void append_format(std::string& text, fmt::string_view format, fmt::format_args arguments);

template <class... Arguments>
[[nodiscard]] std::string formatted(fmt::format_string<const Arguments&...> format, const Arguments&... arguments) {
  std::string result;
  append_format(result, format, fmt::make_format_args(arguments...));
  return result;
}

}  // namespace distillcfg::render
