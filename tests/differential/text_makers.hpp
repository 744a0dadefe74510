// Texts to compare parsers on: made up from the schema, and mutated from others.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "generate_inputs.hpp"

namespace distillcfg::differential {

using bench::Random;

// A configuration with most of what the format allows in it, and a mistake now and then.
[[nodiscard]] std::string random_configuration(Random& random);

// A spelling of a float: short and long decimals, exact midpoints between two floats, subnormals,
// overflow, huge exponents, integers, suffixes. Always well-formed.
[[nodiscard]] std::string random_float(Random& random);

// Changes a few tokens or bytes of texts[i], at times with pieces of other texts.
[[nodiscard]] std::string mutated(Random& random, const std::vector<std::string>& texts, std::size_t i);

}  // namespace distillcfg::differential
