// A configuration as canonical text.
#pragma once

#include "distillcfg/ast.hpp"
#include "distillcfg/sink.hpp"

namespace distillcfg {

// Writes the text that protobuf's C++ TextFormat printer gives for the same message, to the byte:
// fields in the order of their numbers, two spaces a level, one value a line, strings with every
// byte outside 0x20..0x7e escaped, floats with six digits if these read back to the same value and
// nine otherwise. What it writes parses to the same configuration, if that was parsed, or if what code has
// filled in has UTF-8 for text and numbers that the schema knows for enums. Allocates nothing.
WriteResult print(const AMCTDistillConfig& config, Sink sink) noexcept;

}  // namespace distillcfg
