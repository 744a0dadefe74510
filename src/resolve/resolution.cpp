#include "distillcfg/resolve.hpp"
#include "resolve/sources.hpp"

namespace distillcfg {

namespace {

template <class T>
Effective<T> effective(const Field<T>& field, Origin from) noexcept {
  if (!field.has_value()) return {field.value, Origin::defaults, absent};
  return {field.value, from, field.at};
}

}  // namespace

const AMCTDistillConfig& Resolution::config() const noexcept {
  const Document empty;
  return config_ == nullptr ? empty.config() : *config_;
}

const Model& Resolution::model() const noexcept {
  const ModelDocument empty;
  return model_ == nullptr ? empty.model() : *model_;
}

bool Resolution::quantized(const Layer& layer) const noexcept {
  const bool skipped =
      layer.skip_layer != Layer::none || skip_type_[static_cast<std::size_t>(layer.layer_class)] != Layer::none;
  return !skipped && (!layer.reserved_name || default_config_);
}

Rule Resolution::rule(const Layer& layer) const noexcept {
  Rule rules[max_lost + 1];
  return detail::matching_rules(*config_, layer, skip_type_[static_cast<std::size_t>(layer.layer_class)],
                                type_override_[static_cast<std::size_t>(layer.layer_class)], rules) == 0
             ? Rule{}
             : rules[0];
}

std::size_t Resolution::lost(const Layer& layer, Rule (&rules)[max_lost]) const noexcept {
  Rule all[max_lost + 1];
  const std::size_t count =
      detail::matching_rules(*config_, layer, skip_type_[static_cast<std::size_t>(layer.layer_class)],
                             type_override_[static_cast<std::size_t>(layer.layer_class)], all);
  for (std::size_t i = 1; i < count; ++i) rules[i - 1] = all[i];
  return count == 0 ? 0 : count - 1;
}

EffectiveData Resolution::data(const Layer& layer) const noexcept {
  EffectiveData result;
  if (!quantized(layer)) return result;
  const detail::Source source = detail::source_of(*config_, rule(layer));
  if (source.data == nullptr || !source.data->ulq_quantize.has_value()) return result;
  const Field<ActULQquantize>& ulq = source.data->ulq_quantize;
  result.algo = {DataAlgorithm::ulq_quantize, source.from, ulq.at};
  result.dst_type = effective(ulq->dst_type, source.from);
  result.has_fixed_min = ulq->fixed_min.has_value();
  result.fixed_min = effective(ulq->fixed_min, source.from);
  if (ulq->clip_max_min.has_value()) {
    result.has_clip = true;
    result.clip_max = effective(ulq->clip_max_min->clip_max, source.from);
    result.clip_min = effective(ulq->clip_max_min->clip_min, source.from);
  }
  return result;
}

EffectiveWeight Resolution::weight(const Layer& layer) const noexcept {
  EffectiveWeight result;
  result.channel_wise.value = layer.layer_class == LayerClass::Conv2d;
  if (!quantized(layer)) return result;
  const detail::Source source = detail::source_of(*config_, rule(layer));
  if (source.weight == nullptr) return result;
  const Field<WeightAlgorithm>& algorithm = source.weight->weights_quant_algo;
  const auto take = [&](const auto& settings, WeightAlgorithmName name) {
    result.algo = {name, source.from, algorithm.at};
    result.dst_type = effective(settings.dst_type, source.from);
    if (settings.channel_wise.has_value()) result.channel_wise = effective(settings.channel_wise, source.from);
  };
  if (const auto* const arq = std::get_if<ARQDistill>(&algorithm.value)) {
    take(*arq, WeightAlgorithmName::arq_distill);
  } else if (const auto* const ulq = std::get_if<WtsULQDistill>(&algorithm.value)) {
    take(*ulq, WeightAlgorithmName::ulq_distill);
  }
  return result;
}

}  // namespace distillcfg
