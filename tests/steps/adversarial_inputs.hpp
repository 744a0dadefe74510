// Texts that were made to be expensive, of about any size.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace distillcfg::test {

struct AdversarialInput {
  const char* name;
  std::string (*make)(std::size_t bytes);
  // To explain its mistakes, parse looks ahead over much of the text for each: up to the bound of its steps, and
  // until then more for each byte the longer the text is.
  bool looks_ahead = false;
};

// For parse() and what follows it.
[[nodiscard]] const std::vector<AdversarialInput>& adversarial_configs();
// For parse_model().
[[nodiscard]] const std::vector<AdversarialInput>& adversarial_models();

// Configurations and networks for resolve().
struct AdversarialPair {
  const char* name;
  std::string (*config)(std::size_t bytes);
  std::string (*model)(std::size_t bytes);
};
[[nodiscard]] const std::vector<AdversarialPair>& adversarial_pairs();

}  // namespace distillcfg::test
