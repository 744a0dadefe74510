// How many layers each rule of a configuration decides: of those that have no reserved name.
#pragma once

#include <cstddef>
#include <vector>

#include "distillcfg/resolve.hpp"

namespace distillcfg::render {

struct RuleUse {
  Rule rule;
  std::size_t layers = 0;  // that it decides
};

struct Tally {
  std::size_t quantized = 0;
  std::size_t skipped = 0;
  std::size_t int4 = 0;
  std::size_t int8 = 0;
  // Every rule of the configuration, in order of precedence and of the lists; behind them the
  // defaults, if a layer has nothing else.
  std::vector<RuleUse> rules;
};

[[nodiscard]] Tally tally_of(const Resolution& resolution);

}  // namespace distillcfg::render
