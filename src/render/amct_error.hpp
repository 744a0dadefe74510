// What AMCT would say.
#pragma once

#include <string>

#include "distillcfg/diagnostics.hpp"

namespace distillcfg {

// The `Type: message` that AMCT raises for what a diagnostic is about, to the byte; empty if it raises
// none. UTF-8 as far as the names are. Where AMCT lists names in the random order of a Python set, they
// stand in the order of the file.
[[nodiscard]] std::string amct_error_of(const Diagnostic& diagnostic);

}  // namespace distillcfg
