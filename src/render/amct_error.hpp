// amct_error_of is declared in render.hpp.
#pragma once

#include <cstddef>
#include <string>

#include "distillcfg/render.hpp"

namespace distillcfg::render {

// The same for who shows no more than `kept` bytes of the front and as many of the end: what lies between may be
// left out, or cut within a character, so that it takes O(kept) whatever the names are.
[[nodiscard]] std::string ends_of_amct_error(const Diagnostic& diagnostic, std::size_t kept);

}  // namespace distillcfg::render
