// So fmt is compiled here, and who links the archive needs no fmt.
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY
#endif

#include "render/format.hpp"

#include <fmt/format.h>

#include <iterator>

namespace distillcfg::render {

void append_format(std::string& text, fmt::string_view format, fmt::format_args arguments) {
  fmt::vformat_to(std::back_inserter(text), format, arguments);
}

}  // namespace distillcfg::render
