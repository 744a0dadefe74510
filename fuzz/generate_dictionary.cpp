// Prints a dictionary of the text format and both schemas, as libFuzzer (-dict=) and AFL++ (-x) take it.
//
//     generate_dictionary > fuzz/distillcfg.dict
//
// A test compares its output with that file, so a new field cannot be forgotten there.
//
// Build: c++ -std=c++20 -Iinclude fuzz/generate_dictionary.cpp, with the core library.
#include <cstdio>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/model.hpp"
#include "distillcfg/schema.hpp"

namespace {

using distillcfg::EnumValue;
using distillcfg::FieldSchema;
using distillcfg::FieldType;
using distillcfg::Label;
using distillcfg::MessageSchema;

// Two characters that mean something to a dictionary, and what is not printable, become \xNN.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte >= 0x20 && byte < 0x7F) {
      result += c;
    } else {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      result += escape;
    }
  }
  return result + '"';
}

void print_section(const char* title, std::span<const std::string_view> entries) {
  std::printf("\n# %s\n", title);
  for (const std::string_view entry : entries) std::printf("%s\n", quoted(entry).c_str());
}

std::string_view sample_value(const FieldSchema& field) {
  switch (field.type) {
    case FieldType::uint32: return "4";
    case FieldType::boolean: return "true";
    case FieldType::float32: return "-1.5";
    case FieldType::enumeration: return field.enumeration->values.front().name;
    case FieldType::string: return "\"conv1\"";
    case FieldType::message: return "{}";
  }
  return "";
}

void print_schemas() {
  std::vector<const MessageSchema*> messages;
  for (const auto schema : {distillcfg::config_messages(), distillcfg::model_messages()}) {
    messages.insert(messages.end(), schema.begin(), schema.end());
  }
  std::set<std::string_view> seen;
  std::printf("\n# field names, each alone and with a value\n");
  for (const MessageSchema* message : messages) {
    for (const FieldSchema& field : message->fields) {
      if (!seen.insert(field.name).second) continue;
      const std::string name(field.name);
      const std::string_view value = sample_value(field);
      std::printf("%s\n", quoted(name).c_str());
      std::printf("%s\n", quoted(name + ": " + std::string(value) + "\n").c_str());
      if (field.type == FieldType::message) std::printf("%s\n", quoted(name + " {\n").c_str());
      if (field.label == Label::repeated) {
        std::printf("%s\n", quoted(name + ": [" + std::string(value) + ", " + std::string(value) + "]").c_str());
      }
    }
  }
  std::printf("\n# names of messages, oneofs and enums, which are no fields\n");
  for (const MessageSchema* message : messages) {
    if (seen.insert(message->name).second) std::printf("%s\n", quoted(message->name).c_str());
    for (const FieldSchema& field : message->fields) {
      if (!field.oneof.empty() && seen.insert(field.oneof).second) std::printf("%s\n", quoted(field.oneof).c_str());
    }
  }
  std::printf("\n# enum values\n");
  for (const MessageSchema* message : messages) {
    for (const FieldSchema& field : message->fields) {
      if (field.enumeration == nullptr) continue;
      for (const EnumValue& value : field.enumeration->values) {
        if (seen.insert(value.name).second) std::printf("%s\n", quoted(value.name).c_str());
      }
    }
  }
}

constexpr std::string_view words[] = {"true", "True", "t",   "false", "False",    "f",   "inf",
                                      "-inf", "INF",  "nan", "-nan",  "infinity", "yes", "null"};

constexpr std::string_view numbers[] = {"4294967295",
                                        "4294967296",
                                        "0xffffffff",
                                        "037777777777",
                                        "2147483648",
                                        "18446744073709551616",
                                        "0x",
                                        "08",
                                        "01",
                                        "-0",
                                        "- 1",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "1e5",
                                        "1e",
                                        "1.5f",
                                        "1.2.3",
                                        "3.4028235677973366e38",
                                        "3.4028236e38",
                                        "1e-46",
                                        "1.4e-45",
                                        "1e99999999999",
                                        "7.006492321624086e-46"};

constexpr std::string_view signs[] = {":",       "{",  "}",  "<", ">", "[", "]", ",", ";",    "{}",      "<>", "[]",
                                      "[{},{}]", "::", ",,", "-", "+", "/", "=", "@", "${x}", "{{ x }}", "..."};

constexpr std::string_view strings[] = {
    "\"\"", "\"a\"", "'a'", "\"a\" 'b'", "\"a\"\n\"b\"", "\"\xe4\xb8\xad\"", "\"\xc3\" \"\xbc\""};

constexpr std::string_view escapes[] = {"\\a",         "\\b",
                                        "\\f",         "\\n",
                                        "\\r",         "\\t",
                                        "\\v",         "\\\\",
                                        "\\?",         "\\'",
                                        "\\\"",        "\\q",
                                        "\\0",         "\\377",
                                        "\\400",       "\\777",
                                        "\\x41",       "\\X41",
                                        "\\x",         "\\u4e2d",
                                        "\\u4e",       "\\ud83d\\ude00",
                                        "\\ud83d",     "\\ude00",
                                        "\\U0001f600", "\\U0000d83d",
                                        "\\U0010ffff", "\\U00110000",
                                        "\\U001fffff", "\\U00200000",
                                        "\\xff",       "\\303\\274"};

constexpr std::string_view layout[] = {" ",
                                       "\t",
                                       "\n",
                                       "\r\n",
                                       "\v",
                                       "\f",
                                       "\r",
                                       "# a\n",
                                       "#",
                                       std::string_view("\0", 1),
                                       "\x01",
                                       "\x7f",
                                       "\x80",
                                       "\xff",
                                       "\xef\xbb\xbf",
                                       "\xff\xfe",
                                       "\xef\xbc\x9a",
                                       "\xe2\x80\x9c",
                                       "\xc2\xa0",
                                       "\xe2\x80\xae",
                                       "                ",
                                       "\n                "};

constexpr std::string_view names[] = {"\"Conv2d\"", "\"Linear\"",  "\"BatchNorm2d\"", "\"ReLU\"",
                                      "\"Conv\"",   "\"Gemm\"",    "\"MatMul\"",      "\"Relu\"",
                                      "\"zeros\"",  "\"version\"", "\n#%%\n"};

constexpr std::string_view foreign[] = {
    "//",          "/*",    "*/",      "<<<<<<< HEAD\n", "=======\n", ">>>>>>> a\n", "syntax = \"proto2\";",
    "message A {", "---\n", "[a.b.c]", "[a.b/c.d]",      "1: 1"};

}  // namespace

int main() {
  std::printf("# Made by generate_dictionary.cpp; do not edit.\n");
  print_schemas();
  print_section("words for values", words);
  print_section("numbers, right and wrong", numbers);
  print_section("signs", signs);
  print_section("strings", strings);
  print_section("escape sequences, right and wrong", escapes);
  print_section("white space, comments, and bytes that are neither", layout);
  print_section("names with a meaning, and what stands between texts (sections.hpp)", names);
  print_section("what belongs to other formats", foreign);
  return 0;
}
