// What AMCT would say, and Python's repr of names.
#include "render/amct_error.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "render/python_repr.hpp"
#include "text/characters.hpp"

using namespace distillcfg;

namespace {

std::string repr(std::string_view text) {
  std::string result;
  render::append_python_repr(result, text);
  return result;
}

std::string repr_of(char32_t code_point) {
  char bytes[4];
  return repr({bytes, detail::write_utf8(code_point, bytes)});
}

std::string message(AmctError error, std::initializer_list<std::string_view> names = {}) {
  Diagnostic diagnostic;
  diagnostic.amct = error;
  diagnostic.amct_names = {names.begin(), names.size()};
  return amct_error_of(diagnostic);
}

constexpr std::string_view python_none;

TEST_CASE("quotes") {
  CHECK(repr("") == "''");
  CHECK(repr("conv1") == "'conv1'");
  CHECK(repr("it's") == "\"it's\"");
  CHECK(repr("\"") == "'\"'");
  CHECK(repr("'\"") == "'\\'\"'");
  CHECK(repr("\\") == "'\\\\'");
}

TEST_CASE("escapes") {
  CHECK(repr("\n\r\t") == "'\\n\\r\\t'");
  CHECK(repr(std::string_view("\0\x01\b\f\x1f\x7f", 6)) == "'\\x00\\x01\\x08\\x0c\\x1f\\x7f'");
  CHECK(repr(" ~") == "' ~'");
  CHECK(repr_of(0x85) == "'\\x85'");      // Cc
  CHECK(repr_of(0xA0) == "'\\xa0'");      // Zs
  CHECK(repr_of(0xAD) == "'\\xad'");      // Cf
  CHECK(repr_of(0x378) == "'\\u0378'");   // Cn
  CHECK(repr_of(0x2028) == "'\\u2028'");  // Zl
  CHECK(repr_of(0x2029) == "'\\u2029'");  // Zp
  CHECK(repr_of(0x3000) == "'\\u3000'");  // Zs
  CHECK(repr_of(0xE000) == "'\\ue000'");  // Co
  CHECK(repr_of(0xFEFF) == "'\\ufeff'");
  CHECK(repr_of(0xFFFF) == "'\\uffff'");
  CHECK(repr_of(0x1FFFF) == "'\\U0001ffff'");
  CHECK(repr_of(0xE0001) == "'\\U000e0001'");
  CHECK(repr_of(0x10FFFF) == "'\\U0010ffff'");
}

TEST_CASE("what is printable stands as it is") {
  for (const char32_t c : {0xA1U, 0xE9U, 0x301U, 0x5C42U, 0xFFFDU, 0x10000U, 0x1F600U, 0x20000U}) {
    char bytes[4];
    const std::string_view text(bytes, detail::write_utf8(c, bytes));
    CHECK(repr(text) == "'" + std::string(text) + "'");
  }
  CHECK(repr("\u5c42'\u5c42") == "\"\u5c42'\u5c42\"");
}

TEST_CASE("bytes that are not UTF-8 do no harm") { CHECK(repr("a\xC3(\xFF") == "'a\\xc3(\\xff'"); }

TEST_CASE("messages without names") {
  CHECK(message(AmctError::none).empty());
  CHECK(message(AmctError::batch_num) == "ValueError: batch_num(0) should be greater than zero");
  CHECK(message(AmctError::nothing_enabled) == "ValueError: No layer enabled distillation");
}

TEST_CASE("lists of names") {
  CHECK(message(AmctError::skip_layers, {"a"}) == "ValueError: quant_skip_layers['a'] not exist or supported");
  CHECK(message(AmctError::skip_layers, {}) == "ValueError: quant_skip_layers[] not exist or supported");
  CHECK(message(AmctError::override_types_repeated, {"a", "it's", "{0}"}) ==
        "ValueError: Please delete repeated items in distill_override_layer_types,  repeated items are ['a', \"it's\", "
        "'{0}'].");
  CHECK(message(AmctError::override_layers, {""}) ==
        "ValueError: distill_override_layers[''] not exist or supported for quant");
}

TEST_CASE("names as they are, and None") {
  CHECK(message(AmctError::clip_max, {"a'\n"}) == "ValueError: clip max should be larger than 0 for layer a'\n");
  CHECK(message(AmctError::channel_wise, {"fc"}) == "ValueError:  fc layer can not be channewised");
  CHECK(message(AmctError::not_in_model, {python_none}) == "RuntimeError: module None not in model.");
  CHECK(message(AmctError::no_route, {"", "x"}) ==
        "ValueError: Can not find an only route from start_layer_name() to end_layer_name(x), please check whether "
        "layer in model and in right order.");
  CHECK(message(AmctError::member_type, {"pool", "a", "b"}) ==
        "ValueError: layer [pool] in distill_group(start_layer_name: a, end_layer_name: b) is not a supported "
        "type['Conv2d', 'Linear', 'BatchNorm2d', 'ReLU', 'LeakyReLU', 'Sigmoid', 'Tanh', 'Softmax'].");
  CHECK(message(AmctError::intersection, {"a", "b", "c", "d"}) ==
        "ValueError: There is an intersection between distill_group(start_layer_name: a, end_layer_name: b) and "
        "distill_group(start_layer_name: c, end_layer_name: d)");
  CHECK(message(AmctError::data_types, {"INT4", "INT8"}) ==
        "ValueError: Activation and weights with different data_type are not supported for now. Note, activation is "
        "INT4 and weight is INT8.");
}

TEST_CASE("names that are missing are None") {
  constexpr std::string_view names[] = {"pool", "a", "b"};
  Diagnostic diagnostic;
  diagnostic.amct = AmctError::no_route;
  diagnostic.amct_names = std::span(names).first(1);
  CHECK(amct_error_of(diagnostic) ==
        "ValueError: Can not find an only route from start_layer_name(pool) to end_layer_name(None), please check "
        "whether layer in model and in right order.");
}

TEST_CASE("a dict of names and classes") {
  CHECK(message(AmctError::quantizers, {"a", "Conv2dQAT", "", "IFMR"}) ==
        "RuntimeError: The model cannot be quantized for following quant layers are in the model {'a': 'Conv2dQAT', "
        "'': 'IFMR'}");
}

}  // namespace
