// What AMCT would say.
#include "render/amct_error.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "render/python_repr.hpp"

namespace distillcfg {

namespace {

constexpr std::string_view texts[] = {
    "",
#define AMCT(name, text) text,
#include "distillcfg/diagnostics.def"
};

using Names = std::span<const std::string_view>;

// A list, or a dict of keys, each with its value behind it.
void append_names(std::string& out, Names names, bool is_dict, std::size_t kept) {
  // Quotes count, or many empty names would be few bytes.
  std::size_t end = names.size();
  for (std::size_t size = 0; end > 0 && size < kept;) size += names[--end].size() + 2;
  const std::size_t start = out.size();
  out += is_dict ? '{' : '[';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (out.size() - start >= kept && i < end) i = end;
    if (i != 0) {
      const bool is_value = is_dict && i % 2 == 1;
      out += is_value ? ": " : ", ";
    }
    render::append_python_repr(out, names[i], kept);
  }
  out += is_dict ? '}' : ']';
}

void append_filled(std::string& out, std::string_view placeholder, Names names, std::size_t kept) {
  if (placeholder == "list" || placeholder == "dict") {
    append_names(out, names, placeholder == "dict", kept);
    return;
  }
  const auto index = static_cast<std::size_t>(placeholder[0] - '0');
  if (index >= names.size() || names[index].data() == nullptr) {
    out += "None";  // as Python formats it
    return;
  }
  std::string_view name = names[index];
  out += render::cut_front(name, kept);
  out += name;
}

}  // namespace

std::string render::ends_of_amct_error(const Diagnostic& diagnostic, std::size_t kept) {
  std::string message;
  std::string_view text = texts[static_cast<std::size_t>(diagnostic.amct)];
  for (;;) {
    const std::size_t open = text.find('{');
    message += text.substr(0, open);
    if (open == std::string_view::npos) return message;
    const std::size_t close = text.find('}', open);
    append_filled(message, text.substr(open + 1, close - open - 1), diagnostic.amct_names, kept);
    text.remove_prefix(close + 1);
  }
}

std::string amct_error_of(const Diagnostic& diagnostic) { return render::ends_of_amct_error(diagnostic, SIZE_MAX); }

}  // namespace distillcfg
