// What a resolution hands out.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "distillcfg/distillcfg.hpp"
#include "support/networks.hpp"

namespace distillcfg::test {
namespace {

TEST_CASE("of the rules that lost no more are written than there are") {
  const Case all(
      "distill_override_layer_types { layer_type: 'Linear' distill_weight_quant_config { ulq_distill {} } }"
      "quant_skip_layers: 'fc1' quant_skip_layer_types: 'Linear'"
      "distill_override_layers { layer_name: 'fc1' distill_weight_quant_config { ulq_distill {} } }"
      "distill_override_layers { layer_name: 'conv1' distill_weight_quant_config { ulq_distill {} } }",
      small_net());
  const auto count_of = [&all](std::string_view name) {
    constexpr std::uint32_t untouched = 0xABCD'EF01;
    Rule lost[Resolution::max_lost];
    for (Rule& rule : lost) rule.at = untouched;
    const std::size_t count = all.resolution->lost(all.layer(name), lost);
    for (std::size_t i = count; i < Resolution::max_lost; ++i) CHECK(lost[i].at == untouched);
    return count;
  };
  CHECK(count_of("conv1") == 0);
  CHECK(count_of("fc2") == 1);
  CHECK(count_of("fc1") == 3);
}

}  // namespace
}  // namespace distillcfg::test
