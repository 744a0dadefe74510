#include "render/rules.hpp"

#include <cstdint>

namespace distillcfg::render {

Tally tally_of(const Resolution& resolution) {
  const AMCTDistillConfig& config = resolution.config();
  Tally tally;
  std::size_t first[static_cast<std::size_t>(Origin::defaults) + 1] = {};
  const auto add_list = [&](Origin from, const auto& list) {
    first[static_cast<std::size_t>(from)] = tally.rules.size();
    std::uint32_t index = 0;
    for (const auto& element : list) tally.rules.push_back({{from, index++, element.at}, 0});
  };
  add_list(Origin::skip_layer, config.quant_skip_layers);
  add_list(Origin::skip_type, config.quant_skip_layer_types);
  add_list(Origin::layer_override, config.distill_override_layers);
  add_list(Origin::type_override, config.distill_override_layer_types);
  first[static_cast<std::size_t>(Origin::global)] = tally.rules.size();
  const bool has_data = config.distill_data_quant_config.has_value();
  if (has_data || config.distill_weight_quant_config.has_value()) {
    const std::uint32_t at = has_data ? config.distill_data_quant_config.at() : config.distill_weight_quant_config.at();
    tally.rules.push_back({{Origin::global, 0, at}, 0});
  }

  RuleUse defaults;
  for (const Layer& layer : resolution.layers()) {
    const Rule rule = resolution.rule(layer);
    RuleUse& use =
        rule.from == Origin::defaults ? defaults : tally.rules[first[static_cast<std::size_t>(rule.from)] + rule.index];
    const bool quantized = resolution.quantized(layer);
    // A reserved name decides, and no rule.
    if (quantized || !layer.reserved_name) ++use.layers;
    if (!quantized) {
      ++tally.skipped;
      continue;
    }
    ++tally.quantized;
    ++(resolution.data(layer).dst_type.value == DataType::INT4 ? tally.int4 : tally.int8);
  }
  if (defaults.layers != 0) tally.rules.push_back(defaults);
  return tally;
}

}  // namespace distillcfg::render
