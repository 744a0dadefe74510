// Which part of a configuration a layer's settings are read from.
#pragma once

#include <cstddef>
#include <cstdint>

#include "distillcfg/ast.hpp"
#include "distillcfg/resolve.hpp"

namespace distillcfg::detail {

// Settings for data and weights from one source; nullptr: it does not have them.
struct Source {
  Origin from = Origin::defaults;
  const DistillDataQuantConfig* data = nullptr;
  const DistillWeightQuantConfig* weight = nullptr;
};

// The rules that match a layer, in order of precedence; returns how many.
inline std::size_t matching_rules(const AMCTDistillConfig& config, const Layer& layer, std::uint32_t skip_type,
                                  std::uint32_t type_override, Rule (&rules)[5]) noexcept {
  std::size_t count = 0;
  const auto add = [&](Origin from, std::uint32_t index, const auto& list) {
    if (index != Layer::none) rules[count++] = {from, index, list[index].at};
  };
  add(Origin::skip_layer, layer.skip_layer, config.quant_skip_layers);
  add(Origin::skip_type, skip_type, config.quant_skip_layer_types);
  add(Origin::layer_override, layer.layer_override, config.distill_override_layers);
  add(Origin::type_override, type_override, config.distill_override_layer_types);
  const bool has_data = config.distill_data_quant_config.has_value();
  if (has_data || config.distill_weight_quant_config.has_value()) {
    rules[count++] = {Origin::global, 0,
                      has_data ? config.distill_data_quant_config.at() : config.distill_weight_quant_config.at()};
  }
  return count;
}

template <class Settings>
Source source_in(Origin from, const Settings& settings) noexcept {
  return {from, settings.distill_data_quant_config.get(), settings.distill_weight_quant_config.get()};
}

// An override of a layer, or of all layers of a class.
struct Override {
  const Field<Text>& name;
  std::uint32_t at;
  Source source;
};

// The overrides of one kind, so that what is done to both is compiled once.
class Overrides {
 public:
  // `from` is layer_override or type_override.
  Overrides(const AMCTDistillConfig& config, Origin from) noexcept : config_(config), from_(from) {}

  [[nodiscard]] std::uint32_t size() const noexcept {
    return from_ == Origin::layer_override ? config_.distill_override_layers.size()
                                           : config_.distill_override_layer_types.size();
  }
  [[nodiscard, gnu::pure]] Override operator[](std::uint32_t i) const noexcept;

  class Iterator {
   public:
    Iterator(const Overrides& overrides, std::uint32_t index) noexcept : overrides_(overrides), index_(index) {}
    Override operator*() const noexcept { return overrides_[index_]; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.index_ == b.index_; }

   private:
    const Overrides& overrides_;
    std::uint32_t index_;
  };
  [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {*this, size()}; }

 private:
  const AMCTDistillConfig& config_;
  Origin from_;
};

// Where a rule's settings stand. A rule replaces all others: nothing is inherited.
inline Source source_of(const AMCTDistillConfig& config, const Rule& rule) noexcept {
  switch (rule.from) {
    case Origin::layer_override: return source_in(rule.from, config.distill_override_layers[rule.index].value);
    case Origin::type_override: return source_in(rule.from, config.distill_override_layer_types[rule.index].value);
    case Origin::global: return source_in(rule.from, config);
    case Origin::skip_layer:
    case Origin::skip_type:
    case Origin::defaults: break;
  }
  return {};
}

// A data type and the field that sets it; `at` is `absent` for the default.
inline Field<DataType> data_type_of(const DistillDataQuantConfig* data) noexcept {
  if (data == nullptr) return Default{DataType::INT8};
  return data->ulq_quantize->dst_type;
}
inline Field<DataType> data_type_of(const DistillWeightQuantConfig* weight) noexcept {
  if (weight == nullptr) return Default{DataType::INT8};
  const WeightAlgorithm& algorithm = weight->weights_quant_algo.value;
  if (const auto* const arq = std::get_if<ARQDistill>(&algorithm)) return arq->dst_type;
  if (const auto* const ulq = std::get_if<WtsULQDistill>(&algorithm)) return ulq->dst_type;
  return Default{DataType::INT8};
}
inline Field<bool> channel_wise_of(const DistillWeightQuantConfig* weight) noexcept {
  if (weight == nullptr) return {};
  const WeightAlgorithm& algorithm = weight->weights_quant_algo.value;
  if (const auto* const arq = std::get_if<ARQDistill>(&algorithm)) return arq->channel_wise;
  if (const auto* const ulq = std::get_if<WtsULQDistill>(&algorithm)) return ulq->channel_wise;
  return {};
}

}  // namespace distillcfg::detail
