// The canonical form: protobuf's, to the byte.
#include "distillcfg/print.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/parse.hpp"
#include "support/flat_config.hpp"
#include "support/output.hpp"
#include "support/random_config.hpp"
#include "support/test_memory.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;
using distillcfg::test::described;
using distillcfg::test::printed;
using distillcfg::test::RandomConfig;

namespace {

static_assert(noexcept(print(AMCTDistillConfig(), Sink{nullptr, nullptr})));
static_assert(WriteResult().ok() && !WriteResult{Code::output_failed}.ok());

// A sink that refuses at one of its calls.
struct RefusingSink {
  std::size_t refuse_at;
  std::vector<std::size_t> sizes;
  std::string text;

  Sink sink() {
    return {[](void* context, const char* data, std::size_t size) {
              auto& self = *static_cast<RefusingSink*>(context);
              self.sizes.push_back(size);
              if (self.sizes.size() > self.refuse_at) return false;
              self.text.append(data, size);
              return true;
            },
            this};
  }
};

std::string printed_again(std::string_view text, Semantics semantics = Semantics::strict) {
  const Document document = parse(text, {.semantics = semantics});
  return document.ok() ? printed(document.config()) : "refused";
}

// How a float prints as clip_max.
std::string printed_float(float value) {
  Field<DistillDataQuantConfig> data = DistillDataQuantConfig{};
  data->ulq_quantize = ActULQquantize{};
  data->ulq_quantize->clip_max_min = ClipMaxMin{value, {}};
  AMCTDistillConfig config;
  config.distill_data_quant_config = &data;
  const std::string text = printed(config);
  const std::size_t begin = text.find("clip_max: ") + 10;
  return text.substr(begin, text.find('\n', begin) - begin);
}

// How a string prints as a layer to skip.
std::string printed_string(std::string_view value) {
  Field<Text> skipped[] = {Text(value)};
  AMCTDistillConfig config;
  config.quant_skip_layers = List<Field<Text>>(skipped);
  const std::string text = printed(config);
  const std::size_t begin = text.find(": ") + 2;
  CHECK(text.back() == '\n');
  return text.substr(begin, text.size() - begin - 1);
}

}  // namespace

TEST_CASE("a box whose field is absent is not printed") {
  Field<DistillDataQuantConfig> field;
  AMCTDistillConfig config;
  config.batch_num = 1;
  config.distill_data_quant_config = &field;
  CHECK(printed(config) == "batch_num: 1\n");
}

TEST_CASE("the documented sample") {
  CHECK(printed_again(test::documented_sample) ==
        R"(batch_num: 1
group_size: 1
data_dump: true
distill_group {
  start_layer_name: "layer1"
  end_layer_name: "layer2"
}
distill_data_quant_config {
  ulq_quantize {
    clip_max_min {
      clip_max: 6
      clip_min: -6
    }
    fixed_min: true
    dst_type: INT8
  }
}
distill_weight_quant_config {
  arq_distill {
    dst_type: INT8
    channel_wise: true
  }
}
distill_override_layers {
  layer_name: "layer4"
  distill_data_quant_config {
    ulq_quantize {
      clip_max_min {
        clip_max: 3
        clip_min: -3
      }
      fixed_min: true
      dst_type: INT8
    }
  }
  distill_weight_quant_config {
    arq_distill {
      dst_type: INT8
      channel_wise: false
    }
  }
}
distill_override_layer_types {
  layer_type: "type2"
  distill_data_quant_config {
    ulq_quantize {
      clip_max_min {
        clip_max: 3
        clip_min: -3
      }
      fixed_min: true
      dst_type: INT4
    }
  }
  distill_weight_quant_config {
    ulq_distill {
      dst_type: INT8
      channel_wise: false
    }
  }
}
quant_skip_layers: "layer3"
quant_skip_layer_types: "type1"
)");
}

TEST_CASE("nothing prints as nothing, and the sink is left alone") {
  RefusingSink refusing{0, {}, {}};
  CHECK(print(AMCTDistillConfig(), refusing.sink()).ok());
  CHECK(refusing.sizes.empty());
  CHECK(printed_again("# remark").empty());
}

TEST_CASE("fields in the order of their numbers, one value a line, whatever the text's order") {
  CHECK(printed_again("quant_skip_layer_types: ['T', 'U'] quant_skip_layers: 'b' quant_skip_layers: 'a' "
                      "distill_override_layer_types { layer_type: 't' } distill_override_layers { layer_name: 'l' } "
                      "distill_weight_quant_config { ulq_distill { channel_wise: t dst_type: 0 } } "
                      "distill_data_quant_config <> distill_group < end_layer_name: 'e' start_layer_name: 's' > "
                      "data_dump: f group_size: 0x10 batch_num: 010") ==
        R"(batch_num: 8
group_size: 16
data_dump: false
distill_group {
  start_layer_name: "s"
  end_layer_name: "e"
}
distill_data_quant_config {
}
distill_weight_quant_config {
  ulq_distill {
    dst_type: INT4
    channel_wise: true
  }
}
distill_override_layers {
  layer_name: "l"
}
distill_override_layer_types {
  layer_type: "t"
}
quant_skip_layers: "b"
quant_skip_layers: "a"
quant_skip_layer_types: "T"
quant_skip_layer_types: "U"
)");
}

TEST_CASE("every byte in a string") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const auto c = static_cast<char>(byte);
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\%03o", static_cast<unsigned>(byte));
    std::string expected = escaped;
    if (byte >= 0x20 && byte < 0x7F) expected = std::string(1, c);
    if (c == '\n') expected = "\\n";
    if (c == '\r') expected = "\\r";
    if (c == '\t') expected = "\\t";
    if (c == '"' || c == '\'' || c == '\\') expected = {'\\', c};
    CHECK(printed_string({&c, 1}) == '"' + expected + '"');
    const std::string twice = {'a', c, '7', c};
    CHECK(printed_string(twice) == "\"a" + expected + "7" + expected + "\"");
  }
  CHECK(printed_string("") == "\"\"");
  CHECK(printed_string(std::string_view()) == "\"\"");
  CHECK(printed_string("\xE5\xB1\x82") == "\"\\345\\261\\202\"");
}

TEST_CASE("a byte that needs an escape, at every place of strings of every length") {
  for (std::size_t size = 1; size < 140; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char special : {'\0', '\x1F', '\n', '"', '\'', '\\', '\x7F', '\x80', '\xFF', ' ', '~', '!'}) {
        std::string text(size, 'a');
        text[at] = special;
        AMCTDistillConfig config;
        Field<DistillGroup> group = DistillGroup{Text(text), {}};
        config.distill_group = List<Field<DistillGroup>>(std::span(&group, 1));
        const bool plain = special >= ' ' && special <= '~' && special != '"' && special != '\'' && special != '\\';
        const std::string found = printed(config);
        const std::string as_it_is = "distill_group {\n  start_layer_name: \"" + text + "\"\n}\n";
        REQUIRE((found == as_it_is) == plain);
        // An escape is read back as the byte, which an unescaped quote or a wrong byte would not be.
        if (!plain && static_cast<unsigned char>(special) < 0x80) {
          const Document document = parse(found, {.semantics = Semantics::amct});
          REQUIRE(document.ok());
          REQUIRE(document.config().distill_group[0]->start_layer_name.value.view() == text);
        }
      }
    }
  }
}

TEST_CASE("floats") {
  CHECK(printed_float(6.0F) == "6");
  CHECK(printed_float(-6.5F) == "-6.5");
  CHECK(printed_float(0.1F) == "0.1");
  CHECK(printed_float(1.0F / 3) == "0.333333343");
  CHECK(printed_float(-0.0F) == "-0");
  CHECK(printed_float(1e6F) == "1e+06");
  CHECK(printed_float(123456.0F) == "123456");
  CHECK(printed_float(1234567.0F) == "1234567");
  CHECK(printed_float(FLT_MAX) == "3.40282347e+38");
  CHECK(printed_float(FLT_MIN) == "1.17549435e-38");
  CHECK(printed_float(std::bit_cast<float>(1U)) == "1.40129846e-45");
  CHECK(printed_float(std::numeric_limits<float>::infinity()) == "inf");
  CHECK(printed_float(-std::numeric_limits<float>::infinity()) == "-inf");
  CHECK(printed_float(std::numeric_limits<float>::quiet_NaN()) == "nan");
}

TEST_CASE("an enum number without a name prints as the number") {
  Field<DistillWeightQuantConfig> weights = DistillWeightQuantConfig{};
  ARQDistill arq;
  arq.dst_type = static_cast<DataType>(4'000'000'000U);
  weights->weights_quant_algo = WeightAlgorithm(arq);
  AMCTDistillConfig config;
  config.distill_weight_quant_config = &weights;
  CHECK(printed(config) == "distill_weight_quant_config {\n  arq_distill {\n    dst_type: 4000000000\n  }\n}\n");
}

TEST_CASE("a required field that is absent is left out") {
  Field<DistillGroup> groups[] = {DistillGroup{}, DistillGroup{{}, "b"}};
  AMCTDistillConfig config;
  config.distill_group = List<Field<DistillGroup>>(groups);
  CHECK(printed(config) == "distill_group {\n}\ndistill_group {\n  end_layer_name: \"b\"\n}\n");
}

TEST_CASE("a box whose field is absent is left out") {
  Field<DistillDataQuantConfig> absent_field;
  AMCTDistillConfig config;
  config.distill_data_quant_config = &absent_field;
  CHECK(printed(config).empty());
}

TEST_CASE("long texts reach the sink in pieces of a few hundred bytes") {
  for (const std::size_t size : {100U, 500U, 511U, 512U, 513U, 5000U, 100'000U}) {
    Field<Text> skipped[] = {Text("a"), Text(), Text("z")};
    const std::string name(size, 'x');
    const std::string bytes(size, '\x01');
    skipped[1] = Text(name);
    skipped[2] = Text(bytes);
    AMCTDistillConfig config;
    config.quant_skip_layers = List<Field<Text>>(skipped);
    RefusingSink sink{SIZE_MAX, {}, {}};
    REQUIRE(print(config, sink.sink()).ok());
    std::string expected = "quant_skip_layers: \"a\"\nquant_skip_layers: \"" + name + "\"\nquant_skip_layers: \"";
    for (std::size_t i = 0; i < size; ++i) expected += "\\001";
    expected += "\"\n";
    CHECK(sink.text == expected);
    for (std::size_t i = 0; i + 1 < sink.sizes.size(); ++i) {
      CHECK(sink.sizes[i] >= 256);
      CHECK(sink.sizes[i] <= 4096);
    }
  }
}

TEST_CASE("a sink that refuses stops the writer at once") {
  test::TestAllocator allocator;
  Arena arena(allocator.memory());
  const RandomConfig random(3, arena, {.most_elements = 40});
  RefusingSink whole{SIZE_MAX, {}, {}};
  REQUIRE(print(random.config(), whole.sink()).ok());
  REQUIRE(whole.sizes.size() > 5);
  for (std::size_t at = 0; at <= whole.sizes.size(); ++at) {
    RefusingSink refusing{at, {}, {}};
    const WriteResult result = print(random.config(), refusing.sink());
    const bool refused = at < whole.sizes.size();
    CHECK(result.ok() == !refused);
    CHECK(result.code == (refused ? Code::output_failed : Code::none));
    CHECK(refusing.sizes.size() == (refused ? at + 1 : at));
    CHECK(whole.text.starts_with(refusing.text));
  }
}

TEST_CASE("what was printed parses to the same configuration and prints the same again") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    test::TestAllocator allocator;
    Arena arena(allocator.memory());
    const RandomConfig random(seed, arena, {.wild = true, .merge = seed % 2 == 0, .most_elements = 4});
    const std::string text = printed(random.config());
    for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
      REQUIRE(printed_again(text, semantics) == text);
    }
    const Document document = parse(text);
    REQUIRE(document.diagnostics().empty());
    // The one thing that print does not tell is the sign of a NaN.
    const auto without_sign_of_nan = [](std::string description) {
      const std::string negative = std::to_string(0xFFC0'0000U);
      for (std::size_t at = description.find(negative); at != std::string::npos; at = description.find(negative, at)) {
        description.replace(at, negative.size(), std::to_string(0x7FC0'0000U));
      }
      return description;
    };
    REQUIRE(without_sign_of_nan(described(document.config(), false)) ==
            without_sign_of_nan(described(random.config(), false)));
  }
}

TEST_CASE("what a text with mistakes gave is printed all the same") {
  const Document document =
      parse("batch_num: 2 bogus: 1 quant_skip_layers: 'a' distill_group { start_layer_name: 'x' ");
  CHECK_FALSE(document.ok());
  CHECK(printed(document.config()) ==
        "batch_num: 2\ndistill_group {\n  start_layer_name: \"x\"\n}\nquant_skip_layers: \"a\"\n");
}
