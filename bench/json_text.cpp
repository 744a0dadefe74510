#include "json_text.hpp"

#include <google/protobuf/descriptor.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <vector>

namespace distillcfg::bench {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class JsonWriter {
 public:
  std::string out;

  void message(const Message& message, std::size_t depth) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    if (fields.empty()) {
      out += "{}";
      return;
    }
    out += '{';
    const char* before = "";
    for (const FieldDescriptor* const field : fields) {
      out += before;
      before = ",";
      new_line(depth + 1);
      string(field->name());
      out += ": ";
      if (field->is_repeated()) {
        list(message, reflection, field, depth + 1);
      } else {
        value(message, reflection, field, -1, depth + 1);
      }
    }
    new_line(depth);
    out += '}';
  }

 private:
  void new_line(std::size_t depth) { (out += '\n').append(2 * depth, ' '); }

  void list(const Message& message, const Reflection& reflection, const FieldDescriptor* field, std::size_t depth) {
    out += '[';
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      if (i != 0) out += ',';
      new_line(depth + 1);
      value(message, reflection, field, i, depth + 1);
    }
    new_line(depth);
    out += ']';
  }

  // `index` -1: the field is not repeated. Of repeated fields the schema has messages and strings.
  void value(const Message& message, const Reflection& reflection, const FieldDescriptor* field, int index,
             std::size_t depth) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        this->message(
            index < 0 ? reflection.GetMessage(message, field) : reflection.GetRepeatedMessage(message, field, index),
            depth);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        string(index < 0 ? reflection.GetString(message, field) : reflection.GetRepeatedString(message, field, index));
        break;
      case FieldDescriptor::CPPTYPE_ENUM: string(reflection.GetEnum(message, field)->name()); break;
      case FieldDescriptor::CPPTYPE_BOOL: out += reflection.GetBool(message, field) ? "true" : "false"; break;
      case FieldDescriptor::CPPTYPE_UINT32: out += std::to_string(reflection.GetUInt32(message, field)); break;
      case FieldDescriptor::CPPTYPE_FLOAT: number(reflection.GetFloat(message, field)); break;
      default: out += "null"; break;
    }
  }

  void number(float value) {
    if (!std::isfinite(value)) {
      out += "null";  // JSON has no other word for it
      return;
    }
    char digits[32];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view text(digits, static_cast<std::size_t>(end - digits));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
  }

  void string(std::string_view text) {
    out += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        (out += '\\') += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
        out += escape;
      } else {
        out += c;
      }
    }
    out += '"';
  }
};

}  // namespace

std::string json_text(const google::protobuf::Message& message) {
  JsonWriter writer;
  writer.message(message, 0);
  return std::move(writer.out) + '\n';
}

}  // namespace distillcfg::bench
