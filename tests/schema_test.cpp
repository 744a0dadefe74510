// The schema against the documentation, row by row, and against protobuf's numbers.
#include "distillcfg/schema.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

using namespace distillcfg;

namespace {

constexpr auto optional = Label::optional;
constexpr auto required = Label::required;
constexpr auto repeated = Label::repeated;

// What the documentation says of a field. Its text is given to the letter.
struct FieldRow {
  Label label;
  FieldType type;
  std::string_view message;  // of a message field: its type
  std::string_view name;
  std::uint32_t number;
  std::uint32_t default_value;
  std::string_view oneof;
  std::string_view chinese;
};

struct MessageRow {
  std::string_view name;
  std::string_view chinese;  // without the sentence that only says where to read more
  std::vector<FieldRow> fields;
};

constexpr std::string_view data_config = "DistillDataQuantConfig";
constexpr std::string_view weight_config = "DistillWeightQuantConfig";
constexpr std::string_view bit_width = "用以选择INT8或INT4量化位宽，默认为INT8。";

const std::vector<MessageRow>& documented() {
  static const std::vector<MessageRow> messages = {
      {"AMCTDistillConfig",
       "AMCT蒸馏的简易配置。",
       {{optional, FieldType::uint32, "", "batch_num", 1, 1, "", "蒸馏batch数量，用于ifmr积累数据计算量化因子。"},
        {optional, FieldType::uint32, "", "group_size", 2, 1, "", "蒸馏block中最小蒸馏单元个数。"},
        {optional, FieldType::boolean, "", "data_dump", 3, 0, "", "teacher网络block输入输出dump开关。"},
        {repeated, FieldType::message, "DistillGroup", "distill_group", 10, 0, "", "用户自定义蒸馏结构。"},
        {optional, FieldType::message, data_config, "distill_data_quant_config", 11, 0, "", "蒸馏数据量化配置参数。"},
        {optional, FieldType::message, weight_config, "distill_weight_quant_config", 12, 0, "",
         "蒸馏权重量化配置参数。"},
        {repeated, FieldType::message, "DistillOverrideLayer", "distill_override_layers", 110, 0, "",
         "重写某一层的量化配置。"},
        {repeated, FieldType::message, "DistillOverrideLayerType", "distill_override_layer_types", 111, 0, "",
         "重写某一类型层的量化配置。"},
        {repeated, FieldType::string, "", "quant_skip_layers", 120, 0, "", "不需要量化的层，仍然做蒸馏。"},
        {repeated, FieldType::string, "", "quant_skip_layer_types", 121, 0, "",
         "不需要量化的算子类型，仍然需要做蒸馏。"}}},
      {"DistillGroup",
       "用户自定义蒸馏结构。蒸馏结构中仅支持torch.nn.Module类型的算子。",
       {{required, FieldType::string, "", "start_layer_name", 1, 0, "", "用户自定义蒸馏结构起始层。"},
        {required, FieldType::string, "", "end_layer_name", 2, 0, "", "用户自定义蒸馏结构结束层。"}}},
      {data_config,
       "蒸馏数据量化配置。",
       {{optional, FieldType::message, "ActULQquantize", "ulq_quantize", 1, 0, "data_quant_algo",
         "数据量化的算法，目前仅支持ulq。"}}},
      {"ActULQquantize",
       "ULQ数据量化算法配置。",
       {{optional, FieldType::message, "ClipMaxMin", "clip_max_min", 1, 0, "",
         "初始化的上下限值，如果不配置，默认用ifmr进行初始化。"},
        {optional, FieldType::boolean, "", "fixed_min", 2, 0, "",
         "是否下限不学习且固定为0。默认ReLu后为true，其他为false。"},
        {optional, FieldType::enumeration, "", "dst_type", 3, 1, "", bit_width}}},
      {"ClipMaxMin",
       "初始上下限。",
       {{required, FieldType::float32, "", "clip_max", 1, 0, "", "初始上限值。"},
        {required, FieldType::float32, "", "clip_min", 2, 0, "", "初始下限值。"}}},
      {weight_config,
       "蒸馏权重量化配置。",
       {{optional, FieldType::message, "ARQDistill", "arq_distill", 1, 0, "weights_quant_algo", "ARQ权重量化算法。"},
        {optional, FieldType::message, "WtsULQDistill", "ulq_distill", 2, 0, "weights_quant_algo",
         "ULQ权重量化算法。"}}},
      {"ARQDistill",
       "ARQ权重量化算法配置。",
       {{optional, FieldType::enumeration, "", "dst_type", 1, 1, "", bit_width},
        {optional, FieldType::boolean, "", "channel_wise", 2, 0, "", "是否做channel wise的arq。"}}},
      {"WtsULQDistill",
       "ULQ权重量化算法配置。",
       {{optional, FieldType::enumeration, "", "dst_type", 1, 1, "", bit_width},
        {optional, FieldType::boolean, "", "channel_wise", 2, 0, "", "是否做channel wise的ulq。"}}},
      {"DistillOverrideLayer",
       "重写的层配置。",
       {{required, FieldType::string, "", "layer_name", 1, 0, "", "层名。"},
        {optional, FieldType::message, data_config, "distill_data_quant_config", 10, 0, "", "重写的数据层量化参数。"},
        {optional, FieldType::message, weight_config, "distill_weight_quant_config", 11, 0, "",
         "重写的权重层量化参数。"}}},
      {"DistillOverrideLayerType",
       "重写的层类型配置。",
       {{required, FieldType::string, "", "layer_type", 1, 0, "", "层类型。"},
        {optional, FieldType::message, data_config, "distill_data_quant_config", 10, 0, "", "重写的数据层量化参数。"},
        {optional, FieldType::message, weight_config, "distill_weight_quant_config", 11, 0, "",
         "重写的权重层量化参数。"}}},
  };
  return messages;
}

}  // namespace

TEST_CASE("the messages, the root first, in the order of the documentation") {
  const auto messages = config_messages();
  REQUIRE(messages.size() == documented().size());
  CHECK(messages[0] == &config_schema());
  for (std::size_t i = 0; i < messages.size(); ++i) CHECK(messages[i]->name == documented()[i].name);
}

TEST_CASE("every field as documented") {
  for (std::size_t i = 0; i < documented().size(); ++i) {
    const MessageSchema& message = *config_messages()[i];
    const MessageRow& expected = documented()[i];
    CAPTURE(message.name);
    REQUIRE(message.fields.size() == expected.fields.size());
    bool any_required = false;
    for (std::size_t j = 0; j < message.fields.size(); ++j) {
      const FieldSchema& field = message.fields[j];
      const FieldRow& row = expected.fields[j];
      CAPTURE(field.name);
      CHECK(field.name == row.name);
      CHECK(field.number == row.number);
      CHECK(field.label == row.label);
      CHECK(field.type == row.type);
      CHECK(field.default_value == row.default_value);
      CHECK(field.oneof == row.oneof);
      CHECK((field.storage == Storage::list) == (row.label == repeated));
      REQUIRE((field.message != nullptr) == (row.type == FieldType::message));
      if (field.message != nullptr) CHECK(field.message->name == row.message);
      CHECK((field.enumeration != nullptr) == (row.type == FieldType::enumeration));
      if (j != 0) CHECK(field.number > message.fields[j - 1].number);
      any_required |= row.label == required;
    }
    CHECK((message.required != 0) == any_required);
  }
}

TEST_CASE("a message field refers to one of the messages") {
  const auto messages = config_messages();
  for (const MessageSchema* const message : messages) {
    for (const FieldSchema& field : message->fields) {
      if (field.message == nullptr) continue;
      bool found = false;
      for (const MessageSchema* const known : messages) found |= known == field.message;
      CHECK(found);
    }
  }
}

TEST_CASE("DataType is INT4 = 0, INT8 = 1") {
  for (const MessageSchema* const message : config_messages()) {
    for (const FieldSchema& field : message->fields) {
      if (field.enumeration == nullptr) continue;
      CAPTURE(message->name);
      CAPTURE(field.name);
      CHECK(field.enumeration->name == "DataType");
      REQUIRE(field.enumeration->values.size() == 2);
      CHECK(field.enumeration->values[0].name == "INT4");
      CHECK(field.enumeration->values[0].number == 0);
      CHECK(field.enumeration->values[1].name == "INT8");
      CHECK(field.enumeration->values[1].number == 1);
    }
  }
}

TEST_CASE("ranges of values that make sense to AMCT") {
  for (const MessageSchema* const message : config_messages()) {
    for (const FieldSchema& field : message->fields) {
      CAPTURE(field.name);
      Range expected = Range::any;
      if (field.name == "batch_num" || field.name == "group_size") expected = Range::at_least_one;
      if (field.name == "clip_max") expected = Range::above_zero;
      if (field.name == "clip_min") expected = Range::below_zero;
      CHECK(field.range == expected);
    }
  }
}

TEST_CASE("fields are found by their exact name, in their own message only") {
  for (const MessageSchema* const message : config_messages()) {
    for (const FieldSchema& field : message->fields) {
      CHECK(find_field(*message, field.name) == &field);
      CHECK(find_field(*message, field.name.substr(1)) == nullptr);
      CHECK(find_field(*message, field.name.substr(0, field.name.size() - 1)) == nullptr);
    }
    for (const std::string_view none :
         {"", "x", "Batch_num", "BATCH_NUM", "batch_num ", "batchNum", "data_quant_algo", "weights_quant_algo", "1",
          "DistillGroup", "batch_num_and_then_some_more_than_any_field_has"}) {
      CHECK(find_field(*message, none) == nullptr);
    }
    CHECK(find_field(*message, std::string_view()) == nullptr);
    CHECK(find_field(*message, std::string_view("batch_num\0", 10)) == nullptr);
  }
  CHECK(find_field(config_schema(), "clip_max") == nullptr);
  CHECK(find_field(config_schema(), "layer_name") == nullptr);
}

TEST_CASE("the documentation's Chinese texts, to the letter") {
  for (std::size_t i = 0; i < documented().size(); ++i) {
    const MessageSchema& message = *config_messages()[i];
    CHECK(documentation(message, Language::zh) == documented()[i].chinese);
    for (std::size_t j = 0; j < message.fields.size(); ++j) {
      CAPTURE(message.fields[j].name);
      CHECK(documentation(message, message.fields[j], Language::zh) == documented()[i].fields[j].chinese);
    }
  }
}

TEST_CASE("every message and field has an English text in plain ASCII") {
  const auto check = [](std::string_view text) {
    CAPTURE(text);
    CHECK(text.size() >= 10);
    for (const char c : text) CHECK((c >= ' ' && c <= '~'));
    if (!text.empty()) CHECK(text.back() == '.');
  };
  for (const MessageSchema* const message : config_messages()) {
    check(documentation(*message, Language::en));
    for (const FieldSchema& field : message->fields) check(documentation(*message, field, Language::en));
  }
}

TEST_CASE("what is not in the schema has no documentation") {
  MessageSchema other{};
  other.name = "Other";
  FieldSchema field{};
  field.name = "other";
  for (const Language language : {Language::en, Language::zh}) {
    CHECK(documentation(other, language).empty());
    CHECK(documentation(other, field, language).empty());
    CHECK(documentation(config_schema(), field, language).empty());
  }
}

TEST_CASE("parser states are numbered once each, below max_states") {
  std::set<unsigned> states;
  const auto add = [&states](std::uint16_t state) {
    CAPTURE(state);
    CHECK(state < max_states);
    CHECK(states.insert(state).second);
  };
  for (const MessageSchema* const message : config_messages()) {
    add(message->first_state);
    for (const FieldSchema& field : message->fields) add(field.state);
  }
}
