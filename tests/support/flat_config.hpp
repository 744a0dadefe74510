// A configuration as a flat list of what is set in it, for comparisons. Written by hand from the
// structs, so that it owes nothing to the schema's table.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "distillcfg/ast.hpp"

namespace distillcfg::test {

struct FlatField {
  std::string path;   // distill_group[0].start_layer_name
  std::string value;  // "" for a message
  std::uint32_t at;
};

class Flattener {
 public:
  std::vector<FlatField> fields;

  void add(const AMCTDistillConfig& config) {
    scalar("batch_num", config.batch_num);
    scalar("group_size", config.group_size);
    scalar("data_dump", config.data_dump);
    list("distill_group", config.distill_group);
    boxed("distill_data_quant_config", config.distill_data_quant_config);
    boxed("distill_weight_quant_config", config.distill_weight_quant_config);
    list("distill_override_layers", config.distill_override_layers);
    list("distill_override_layer_types", config.distill_override_layer_types);
    list("quant_skip_layers", config.quant_skip_layers);
    list("quant_skip_layer_types", config.quant_skip_layer_types);
  }

 private:
  static std::string text_of(std::uint32_t value) { return std::to_string(value); }
  static std::string text_of(bool value) { return value ? "true" : "false"; }
  static std::string text_of(float value) { return std::to_string(std::bit_cast<std::uint32_t>(value)); }
  static std::string text_of(DataType value) { return std::to_string(static_cast<std::uint32_t>(value)); }
  static std::string text_of(const Text& value) { return '"' + std::string(value.view()) + '"'; }

  template <class T>
  void scalar(std::string_view name, const Field<T>& field) {
    if (field.has_value()) fields.push_back({prefix_ + std::string(name), text_of(field.value), field.at});
  }

  template <class T>
  void message(std::string_view name, const T& value, std::uint32_t at) {
    fields.push_back({prefix_ + std::string(name), "", at});
    const std::string outer = prefix_;
    prefix_ += std::string(name) + ".";
    members(value);
    prefix_ = outer;
  }

  template <class T>
  void in_place(std::string_view name, const Field<T>& field) {
    if (field.has_value()) message(name, field.value, field.at);
  }

  template <class T>
  void boxed(std::string_view name, const Boxed<T>& box) {
    if (box.has_value()) message(name, *box, box.at());
  }

  template <class T>
  void list(std::string_view name, const List<Field<T>>& list) {
    std::uint32_t i = 0;
    for (const Field<T>& element : list) {
      const std::string indexed = std::string(name) + "[" + std::to_string(i++) + "]";
      if constexpr (std::is_same_v<T, Text>) {
        scalar(indexed, element);
      } else {
        message(indexed, element.value, element.at);
      }
    }
  }

  void members(const DistillGroup& group) {
    scalar("start_layer_name", group.start_layer_name);
    scalar("end_layer_name", group.end_layer_name);
  }
  void members(const DistillDataQuantConfig& config) { in_place("ulq_quantize", config.ulq_quantize); }
  void members(const ActULQquantize& ulq) {
    in_place("clip_max_min", ulq.clip_max_min);
    scalar("fixed_min", ulq.fixed_min);
    scalar("dst_type", ulq.dst_type);
  }
  void members(const ClipMaxMin& clip) {
    scalar("clip_max", clip.clip_max);
    scalar("clip_min", clip.clip_min);
  }
  void members(const DistillWeightQuantConfig& config) {
    const Field<WeightAlgorithm>& field = config.weights_quant_algo;
    // Absent exactly when it holds monostate.
    if (field.has_value() == std::holds_alternative<std::monostate>(field.value)) {
      fields.push_back({prefix_ + "weights_quant_algo", "presence and alternative disagree", field.at});
    }
    if (const auto* arq = std::get_if<ARQDistill>(&field.value)) message("arq_distill", *arq, field.at);
    if (const auto* ulq = std::get_if<WtsULQDistill>(&field.value)) message("ulq_distill", *ulq, field.at);
  }
  void members(const ARQDistill& arq) {
    scalar("dst_type", arq.dst_type);
    scalar("channel_wise", arq.channel_wise);
  }
  void members(const WtsULQDistill& ulq) {
    scalar("dst_type", ulq.dst_type);
    scalar("channel_wise", ulq.channel_wise);
  }
  void members(const DistillOverrideLayer& layer) {
    scalar("layer_name", layer.layer_name);
    boxed("distill_data_quant_config", layer.distill_data_quant_config);
    boxed("distill_weight_quant_config", layer.distill_weight_quant_config);
  }
  void members(const DistillOverrideLayerType& type) {
    scalar("layer_type", type.layer_type);
    boxed("distill_data_quant_config", type.distill_data_quant_config);
    boxed("distill_weight_quant_config", type.distill_weight_quant_config);
  }

  std::string prefix_;
};

inline std::vector<FlatField> flat(const AMCTDistillConfig& config) {
  Flattener flattener;
  flattener.add(config);
  return flattener.fields;
}

// One line a field, with or without places.
inline std::string described(const AMCTDistillConfig& config, bool with_places = true) {
  std::string text;
  for (const FlatField& field : flat(config)) {
    text += field.path + "=" + field.value;
    if (with_places) text += "@" + std::to_string(field.at);
    text += '\n';
  }
  return text;
}

// AMCT's documented sample of a quant.cfg, to the byte.
inline constexpr std::string_view documented_sample =
    R"(batch_num: 1
group_size: 1
data_dump: true

distill_group: {
    start_layer_name: "layer1"
    end_layer_name: "layer2"
}

distill_data_quant_config: {
    ulq_quantize: {
        clip_max_min: {
            clip_max: 6.0
            clip_min: -6.0
        }
        fixed_min: true
        dst_type: INT8
    }
}

distill_weight_quant_config: {
    arq_distill: {
       channel_wise: true
       dst_type: INT8
    }
  }

quant_skip_layers: "layer3"
quant_skip_layer_types: "type1"

distill_override_layers : {
    layer_name: "layer4"
    distill_data_quant_config: {
        ulq_quantize: {
            clip_max_min: {
                clip_max: 3.0
                clip_min: -3.0
            }
            fixed_min: true
            dst_type: INT8
        }
    }
    distill_weight_quant_config: {
        arq_distill: {
           channel_wise: false
           dst_type: INT8     
        }
    }
}

distill_override_layer_types : {
    layer_type: "type2"
    distill_data_quant_config: {
        ulq_quantize: {
            clip_max_min: {
                clip_max: 3.0
                clip_min: -3.0
            }
            fixed_min: true
            dst_type: INT4
        }
    }
    distill_weight_quant_config: {
        ulq_distill: {
           channel_wise: false
           dst_type: INT8     
        }
    }
}
)";

}  // namespace distillcfg::test
