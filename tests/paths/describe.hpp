// What the library makes of a text. The test compiles the core several times, each time under another
// name for its namespace and by other paths through its hot functions.
#pragma once

#include <string>
#include <string_view>

namespace distillcfg::test {
// 0 strict, 1 merge, 2 amct; `model`: the text describes a network.
std::string describe(std::string_view text, unsigned semantics, bool allow_unknown, bool model);
// The same, read with what was learnt of the layouts of all texts before.
std::string describe_next(std::string_view text, unsigned semantics, bool allow_unknown, bool model);
}  // namespace distillcfg::test
