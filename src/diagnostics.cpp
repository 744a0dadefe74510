#include "distillcfg/diagnostics.hpp"

#include "reporter.hpp"

namespace distillcfg {

using namespace std::string_view_literals;

std::string_view name_of(Code code) noexcept {
  switch (code) {
// clang-format off
#define DIAG(number, name, severity, arguments, english, chinese) case Code::name: return #name ""sv;
#include "distillcfg/diagnostics.def"
    // clang-format on
    case Code::none: break;
  }
  return "";
}

Severity severity_of(Code code) noexcept { return detail::default_severity(code); }

std::string_view argument_kinds(Code code) noexcept { return detail::argument_kinds_of(code); }

Position position_of(std::string_view text, std::uint32_t offset) noexcept {
  Position position;
  std::uint32_t line_start = 0;
  for (std::uint32_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++position.line;
      line_start = i + 1;
    }
  }
  position.column = offset - line_start + 1;
  return position;
}

}  // namespace distillcfg
