// What must hold of print().
#pragma once

#include <string>
#include <vector>

#include "distillcfg/ast.hpp"
#include "entries.hpp"

namespace distillcfg::fuzz {

// print() into a string; requires that it succeeds.
[[nodiscard]] std::string printed(const AMCTDistillConfig& config);

// Requires that the configuration, whose entries are given, prints in printable ASCII to a text that
// reads back as the same and prints as the same again, and that a sink's refusal is reported. One
// that is complete has all required fields, and is read strictly. Returns the printed form.
std::string require_round_trip(const AMCTDistillConfig& config, const std::vector<Entry>& entries, bool is_complete);

}  // namespace distillcfg::fuzz
