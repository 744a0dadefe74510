// What is wrong with a configuration whatever the network is, and what may be.
#pragma once

#include <cstdint>
#include <string_view>

#include "distillcfg/ast.hpp"
#include "distillcfg/diagnostics.hpp"
#include "distillcfg/memory.hpp"

namespace distillcfg {

struct ValidateOptions {
  // The text that the configuration was read from: Document::text(), behind which source_padding zero
  // bytes stand; not another copy without those. Diagnostics then underline values, and quote them as
  // they were written. Empty: places are points.
  std::string_view text = {};
  // The target's AMCT can distil INT4.
  bool int4 = true;
  Limits limits = {};
  // Spreads the names over the hash table; results do not depend on it.
  std::uint64_t hash_seed = 0;
  Memory memory = {};
};

// Errors are what AMCT refuses whatever the network is; warnings are what it refuses if a layer uses
// it, and what it accepts but probably should not. `resolve` knows the network and says which.
//
// The configuration must have been parsed without errors or filled in by code. It and the text must
// outlive the result. A required field that is absent counts as empty, as AMCT reads it. Time is
// linear in the size, whatever the names; memory is at most validate_arena_bound.
//
//     const Diagnostics diagnostics = validate(document.config(), {.text = document.text()});
[[nodiscard]] Diagnostics validate(const AMCTDistillConfig& config, const ValidateOptions& options = {}) noexcept;
Diagnostics validate(const AMCTDistillConfig&&, const ValidateOptions& = {}) = delete;

// An upper bound on the arena bytes that validating takes, diagnostics aside: 2 KiB, and 96 for each name in the
// four lists of the configuration. Each diagnostic that is kept takes up to diagnostic_bound more.
[[nodiscard]] constexpr std::uint64_t validate_arena_bound(const AMCTDistillConfig& config) noexcept {
  const std::uint64_t names = std::uint64_t{config.quant_skip_layers.size()} + config.quant_skip_layer_types.size() +
                              config.distill_override_layers.size() + config.distill_override_layer_types.size();
  return 2048 + 96 * names;
}

}  // namespace distillcfg
