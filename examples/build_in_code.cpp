// Makes a configuration without a text: fills in the structs and prints them. Needs the core alone.
#include <cstdio>

#include "distillcfg/ast.hpp"
#include "distillcfg/print.hpp"

int main() {
  using namespace distillcfg;

  // For the whole network: data as INT8 within [-6, 6], weights by ARQ for each channel.
  Field<DistillDataQuantConfig> data = DistillDataQuantConfig{};
  data->ulq_quantize = ActULQquantize{};
  data->ulq_quantize->clip_max_min = ClipMaxMin{6.0F, -6.0F};
  data->ulq_quantize->dst_type = DataType::INT8;
  ARQDistill arq;
  arq.channel_wise = true;
  Field<DistillWeightQuantConfig> weights = DistillWeightQuantConfig{};
  weights->weights_quant_algo = WeightAlgorithm(arq);

  // Narrower limits for one layer. A list takes its elements from an array, which must outlive it.
  Field<DistillDataQuantConfig> narrow = DistillDataQuantConfig{};
  narrow->ulq_quantize = ActULQquantize{};
  narrow->ulq_quantize->clip_max_min = ClipMaxMin{3.0F, -3.0F};
  Field<DistillOverrideLayer> overrides[] = {DistillOverrideLayer{"backbone.conv1", &narrow, {}}};
  Field<Text> skipped[] = {Text("head.fc"), Text("head.conv")};

  AMCTDistillConfig config;
  config.batch_num = 4U;
  config.distill_data_quant_config = &data;
  config.distill_weight_quant_config = &weights;
  config.distill_override_layers = List<Field<DistillOverrideLayer>>(overrides);
  config.quant_skip_layers = List<Field<Text>>(skipped);

  const auto to_stdout = [](void*, const char* bytes, std::size_t size) {
    return std::fwrite(bytes, 1, size, stdout) == size;
  };
  return print(config, {to_stdout, nullptr}).ok() ? 0 : 1;
}
