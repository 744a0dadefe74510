// What AMCT would say.
#include <span>
#include <string>
#include <string_view>

#include "distillcfg/render.hpp"
#include "render/python_repr.hpp"

namespace distillcfg {

namespace {

constexpr std::string_view texts[] = {
    "",
#define AMCT(name, text) text,
#include "distillcfg/diagnostics.def"
};

using Names = std::span<const std::string_view>;

std::string python_list(Names names) {
  std::string list = "[";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) list += ", ";
    render::append_python_repr(list, names[i]);
  }
  return list + ']';
}

// Of keys, each with its value behind it.
std::string python_dict(Names names) {
  std::string dict = "{";
  for (std::size_t i = 0; i + 1 < names.size(); i += 2) {
    if (i != 0) dict += ", ";
    render::append_python_repr(dict, names[i]);
    dict += ": ";
    render::append_python_repr(dict, names[i + 1]);
  }
  return dict + '}';
}

std::string filled(std::string_view placeholder, Names names) {
  if (placeholder == "list") return python_list(names);
  if (placeholder == "dict") return python_dict(names);
  const auto index = static_cast<std::size_t>(placeholder[0] - '0');
  // As Python formats None.
  if (index >= names.size() || names[index].data() == nullptr) return "None";
  return std::string(names[index]);
}

}  // namespace

std::string amct_error_of(const Diagnostic& diagnostic) {
  std::string message;
  std::string_view text = texts[static_cast<std::size_t>(diagnostic.amct)];
  for (;;) {
    const std::size_t open = text.find('{');
    message += text.substr(0, open);
    if (open == std::string_view::npos) return message;
    const std::size_t close = text.find('}', open);
    message += filled(text.substr(open + 1, close - open - 1), diagnostic.amct_names);
    text.remove_prefix(close + 1);
  }
}

}  // namespace distillcfg
