// What must hold of the diagnostics of any text.
#pragma once

#include <string>
#include <string_view>

#include "distillcfg/diagnostics.hpp"
#include "distillcfg/parse.hpp"

namespace distillcfg::fuzz {

// Requires of the diagnostics that a pass gave for `text`: counts that agree with what is kept, order
// by rank and place, spans inside the text, arguments of the kinds that diagnostics.def gives, and
// fixes that can be applied.
void require_sound(const Diagnostics& diagnostics, std::string_view text, const Limits& limits);

// Requires that what parse found has the severities that its options give.
void require_severities(const Diagnostics& diagnostics, const ParseOptions& options);

// Whether both say the same in every detail.
[[nodiscard]] bool same_diagnostics(const Diagnostics& a, const Diagnostics& b);

// Whether a diagnostic of that code was kept.
[[nodiscard]] bool contains(const Diagnostics& diagnostics, Code code);

// The text with all fixes of one diagnostic made.
[[nodiscard]] std::string with_fixes(std::string_view text, const Diagnostic& diagnostic);

}  // namespace distillcfg::fuzz
