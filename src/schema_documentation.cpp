#include <cstddef>

#include "distillcfg/schema.hpp"

namespace distillcfg {

namespace {

struct FieldText {
  std::string_view name;
  std::string_view en;
  std::string_view zh;
};

struct MessageText {
  std::string_view name;
  std::string_view en;
  std::string_view zh;
  std::span<const FieldText> fields;
};

constexpr FieldText config_fields[] = {
    {"batch_num", "Number of distillation batches over which IFMR gathers data to compute quantisation factors.",
     "蒸馏batch数量，用于ifmr积累数据计算量化因子。"},
    {"group_size", "Smallest number of distillation units in a distillation block.", "蒸馏block中最小蒸馏单元个数。"},
    {"data_dump", "Whether the inputs and outputs of the teacher network's blocks are dumped.",
     "teacher网络block输入输出dump开关。"},
    {"distill_group", "User-defined distillation structure.", "用户自定义蒸馏结构。"},
    {"distill_data_quant_config", "How data is quantised.", "蒸馏数据量化配置参数。"},
    {"distill_weight_quant_config", "How weights are quantised.", "蒸馏权重量化配置参数。"},
    {"distill_override_layers", "Overrides the quantisation of one layer.", "重写某一层的量化配置。"},
    {"distill_override_layer_types", "Overrides the quantisation of all layers of one type.",
     "重写某一类型层的量化配置。"},
    {"quant_skip_layers", "Layers that are not quantised; they are distilled all the same.",
     "不需要量化的层，仍然做蒸馏。"},
    {"quant_skip_layer_types", "Layer types that are not quantised; they are distilled all the same.",
     "不需要量化的算子类型，仍然需要做蒸馏。"},
};

constexpr FieldText group_fields[] = {
    {"start_layer_name", "First layer of the user-defined distillation structure.", "用户自定义蒸馏结构起始层。"},
    {"end_layer_name", "Last layer of the user-defined distillation structure.", "用户自定义蒸馏结构结束层。"},
};

constexpr FieldText data_fields[] = {
    {"ulq_quantize", "The algorithm for data; only ULQ is supported.", "数据量化的算法，目前仅支持ulq。"},
};

constexpr FieldText ulq_fields[] = {
    {"clip_max_min", "Initial upper and lower limit; initialised by IFMR if it is not given.",
     "初始化的上下限值，如果不配置，默认用ifmr进行初始化。"},
    {"fixed_min",
     "Whether the lower limit stays fixed at 0 and is not learned; by default true behind a ReLU, else false.",
     "是否下限不学习且固定为0。默认ReLu后为true，其他为false。"},
    {"dst_type", "Quantisation bit width, INT8 or INT4; INT8 by default.", "用以选择INT8或INT4量化位宽，默认为INT8。"},
};

constexpr FieldText clip_fields[] = {
    {"clip_max", "Initial upper limit.", "初始上限值。"},
    {"clip_min", "Initial lower limit.", "初始下限值。"},
};

constexpr FieldText weight_fields[] = {
    {"arq_distill", "The ARQ algorithm for weights.", "ARQ权重量化算法。"},
    {"ulq_distill", "The ULQ algorithm for weights.", "ULQ权重量化算法。"},
};

constexpr FieldText arq_fields[] = {
    {"dst_type", "Quantisation bit width, INT8 or INT4; INT8 by default.", "用以选择INT8或INT4量化位宽，默认为INT8。"},
    {"channel_wise", "Whether ARQ works channel by channel.", "是否做channel wise的arq。"},
};

constexpr FieldText weight_ulq_fields[] = {
    {"dst_type", "Quantisation bit width, INT8 or INT4; INT8 by default.", "用以选择INT8或INT4量化位宽，默认为INT8。"},
    {"channel_wise", "Whether ULQ works channel by channel.", "是否做channel wise的ulq。"},
};

constexpr FieldText override_layer_fields[] = {
    {"layer_name", "Name of the layer.", "层名。"},
    {"distill_data_quant_config", "How the layer's data is quantised instead.", "重写的数据层量化参数。"},
    {"distill_weight_quant_config", "How the layer's weights are quantised instead.", "重写的权重层量化参数。"},
};

constexpr FieldText override_type_fields[] = {
    {"layer_type", "Type of the layers.", "层类型。"},
    {"distill_data_quant_config", "How the layers' data is quantised instead.", "重写的数据层量化参数。"},
    {"distill_weight_quant_config", "How the layers' weights are quantised instead.", "重写的权重层量化参数。"},
};

constexpr MessageText messages[] = {
    {"AMCTDistillConfig", "The simplified configuration of AMCT's distillation.", "AMCT蒸馏的简易配置。",
     config_fields},
    {"DistillGroup", "User-defined distillation structure. Only operators of type torch.nn.Module are supported in it.",
     "用户自定义蒸馏结构。蒸馏结构中仅支持torch.nn.Module类型的算子。", group_fields},
    {"DistillDataQuantConfig", "How data is quantised.", "蒸馏数据量化配置。", data_fields},
    {"ActULQquantize", "The ULQ algorithm for data.", "ULQ数据量化算法配置。", ulq_fields},
    {"ClipMaxMin", "Initial upper and lower limit.", "初始上下限。", clip_fields},
    {"DistillWeightQuantConfig", "How weights are quantised.", "蒸馏权重量化配置。", weight_fields},
    {"ARQDistill", "The ARQ algorithm for weights.", "ARQ权重量化算法配置。", arq_fields},
    {"WtsULQDistill", "The ULQ algorithm for weights.", "ULQ权重量化算法配置。", weight_ulq_fields},
    {"DistillOverrideLayer", "Overrides the configuration of one layer.", "重写的层配置。", override_layer_fields},
    {"DistillOverrideLayerType", "Overrides the configuration of all layers of one type.", "重写的层类型配置。",
     override_type_fields},
};

const MessageText* find_text(std::string_view message) noexcept {
  for (const MessageText& text : messages) {
    if (text.name == message) return &text;
  }
  return nullptr;
}

}  // namespace

std::string_view documentation(const MessageSchema& message, Language language) noexcept {
  const MessageText* const text = find_text(message.name);
  if (text == nullptr) return {};
  return language == Language::zh ? text->zh : text->en;
}

std::string_view documentation(const MessageSchema& message, const FieldSchema& field, Language language) noexcept {
  const MessageText* const text = find_text(message.name);
  if (text == nullptr) return {};
  for (const FieldText& known : text->fields) {
    if (known.name == field.name) return language == Language::zh ? known.zh : known.en;
  }
  return {};
}

}  // namespace distillcfg
