// AMCT's config.json, to the byte, and when there is none.
#include "distillcfg/config_json.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/resolve.hpp"
#include "support/output.hpp"

using namespace distillcfg;
using distillcfg::test::sink_to;

namespace {

struct Outcome {
  Code code;
  std::string text;
};

Outcome written(std::string_view cfg, std::string_view model_text, bool default_config = false) {
  const Document document = parse(cfg, {.semantics = Semantics::amct});
  const ModelDocument model = parse_model(model_text);
  REQUIRE(document.ok());
  REQUIRE(model.ok());
  const Resolution resolution =
      resolve(document.config(), model.model(), {.config_text = document.text(), .default_config = default_config});
  std::string text;
  const WriteResult result = write_config_json(resolution, sink_to(text));
  return {result.code, text};
}

std::string json(std::string_view cfg, std::string_view model, bool default_config = false) {
  Outcome outcome = written(cfg, model, default_config);
  CHECK(outcome.code == Code::none);
  return outcome.text;
}

// A convolution, an operator without a module behind it, and a linear layer.
constexpr std::string_view small_network = R"(
    module { name: "conv" type: "Conv2d" }
    module { name: "fc" type: "Linear" }
    node { name: "conv" op_type: "Conv" module_name: "conv" output { consumer: 1 } }
    node { name: "Relu_1" op_type: "Relu" output { consumer: 2 } }
    node { name: "fc" op_type: "Gemm" module_name: "fc" output { graph_output: 0 } }
    graph_output: "out")";

// One layer of the given name, which is a literal of the text format.
std::string network_of(std::string_view name) {
  return "module { name: " + std::string(name) + " type: 'Conv2d' }\nnode { name: " + std::string(name) +
         " op_type: 'Conv' module_name: " + std::string(name) + " output { graph_output: 0 } }\ngraph_output: 'out'";
}

// The entry of the layer of network_of, from its key on.
std::string entry_of(std::string_view name, std::string_view cfg = "") {
  const std::string text = json(cfg, network_of(name));
  const std::size_t groups_end = text.find("\n    ],\n");
  return groups_end == std::string::npos ? text : text.substr(groups_end + 8);
}

std::string clip(std::string_view max, std::string_view min) {
  const std::string text =
      entry_of("'c'", "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: " + std::string(max) +
                          " clip_min: " + std::string(min) + " } } }");
  const std::size_t begin = text.find("\"clip_max\"");
  return begin == std::string::npos ? text : text.substr(begin, text.find(",\n            \"dst_type\"") - begin);
}

TEST_CASE("defaults") {
  constexpr std::string_view expected = R"({
    "version":1,
    "batch_num":1,
    "group_size":1,
    "data_dump":false,
    "distill_group":[
        [
            "conv",
            null
        ],
        [
            "fc"
        ]
    ],
    "conv":{
        "quant_enable":true,
        "distill_data_config":{
            "algo":"ulq_quantize",
            "dst_type":"INT8"
        },
        "distill_weight_config":{
            "algo":"arq_distill",
            "channel_wise":true,
            "dst_type":"INT8"
        }
    },
    "fc":{
        "quant_enable":true,
        "distill_data_config":{
            "algo":"ulq_quantize",
            "dst_type":"INT8"
        },
        "distill_weight_config":{
            "algo":"arq_distill",
            "channel_wise":false,
            "dst_type":"INT8"
        }
    }
})";
  CHECK(json("", small_network) == expected);
  CHECK(json("", small_network, true) == expected);
}

TEST_CASE("everything set") {
  CHECK(json("batch_num: 4294967295 group_size: 2 data_dump: true quant_skip_layer_types: 'Linear'\n"
             "distill_override_layers { layer_name: 'conv' distill_data_quant_config { ulq_quantize {\n"
             "  clip_max_min { clip_max: 6.1 clip_min: -1e-5 } fixed_min: false dst_type: INT4 } }\n"
             "  distill_weight_quant_config { ulq_distill { channel_wise: false dst_type: INT4 } } }",
             small_network) == R"({
    "version":1,
    "batch_num":4294967295,
    "group_size":2,
    "data_dump":true,
    "distill_group":[
        [
            "conv",
            null,
            "fc"
        ]
    ],
    "conv":{
        "quant_enable":true,
        "distill_data_config":{
            "algo":"ulq_quantize",
            "clip_max":6.099999904632568,
            "clip_min":-9.999999747378752e-06,
            "fixed_min":false,
            "dst_type":"INT4"
        },
        "distill_weight_config":{
            "algo":"ulq_distill",
            "channel_wise":false,
            "dst_type":"INT4"
        }
    },
    "fc":{
        "quant_enable":false,
        "distill_data_config":{
            "algo":"ulq_quantize",
            "dst_type":"INT8"
        },
        "distill_weight_config":{
            "algo":"arq_distill",
            "channel_wise":false,
            "dst_type":"INT8"
        }
    }
})");
}

TEST_CASE("floats that JSON does not have") {
  CHECK(clip("inf", "-inf") == "\"clip_max\":Infinity,\n            \"clip_min\":-Infinity");
  CHECK(clip("nan", "nan") == "\"clip_max\":NaN,\n            \"clip_min\":NaN");
  CHECK(clip("1e39", "-1e-45") == "\"clip_max\":Infinity,\n            \"clip_min\":-1.401298464324817e-45");
}

TEST_CASE("names: ASCII alone, pairs of surrogates beyond the basic plane") {
  const auto key = [](std::string_view literal) {
    const std::string entry = entry_of(literal);
    return entry.substr(4, entry.find(":{") - 4);
  };
  CHECK(key(R"("a/b c~")") == R"("a/b c~")");
  CHECK(key(R"("q\"\\'")") == R"("q\"\\'")");
  CHECK(key(R"("\n\r\t\f\b")") == R"("\n\r\t\f\b")");
  CHECK(key(R"("\0\001\v\x1f\x7f")") == R"("\u0000\u0001\u000b\u001f\u007f")");
  CHECK(key("\"\u00e9\u5c42\u2028\"") == R"("\u00e9\u5c42\u2028")");
  CHECK(key("\"\U00010000\U0001F600\U0010FFFF\"") == R"("\ud800\udc00\ud83d\ude00\udbff\udfff")");
  CHECK(key("\"x\u5c42y\"") == R"("x\u5c42y")");
}

TEST_CASE("names of every length, with a byte that needs an escape at every place") {
  for (const std::size_t size : {1U, 2U, 3U, 4U, 7U, 8U, 9U, 15U, 16U, 17U, 127U, 128U, 129U}) {
    for (std::size_t at = 0; at < size; ++at) {
      const std::string front(at, 'a');
      const std::string back(size - at - 1, 'a');
      const std::string expected = '"' + front + "\\u001f" + back + "\":{";
      REQUIRE(entry_of('"' + front + "\\037" + back + '"').find(expected) != std::string::npos);
    }
    const std::string plain(size, '~');
    REQUIRE(entry_of('"' + plain + '"').find('"' + plain + "\":{") != std::string::npos);
  }
}

TEST_CASE("a name that code has set and that is no UTF-8 still gives JSON") {
  const Document document = parse("");
  const ModelDocument parsed = parse_model(small_network);
  Model model = parsed.model();
  model.module[0]->name = Text("\xC3(\xFF");
  model.node[0]->name = model.module[0]->name;
  model.node[0]->module_name = model.module[0]->name;
  const Resolution resolution = resolve(document.config(), model);
  std::string text;
  REQUIRE(write_config_json(resolution, sink_to(text)).ok());
  CHECK(text.find(R"(    "\ufffd(\ufffd":{)") != std::string::npos);
}

TEST_CASE("a layer named like a key of AMCT's takes its place") {
  constexpr std::string_view disabled = R"({
        "quant_enable":false,
        "distill_data_config":{
            "algo":"ulq_quantize",
            "dst_type":"INT8"
        },
        "distill_weight_config":{
            "algo":"arq_distill",
            "channel_wise":true,
            "dst_type":"INT8"
        }
    })";
  std::string enabled(disabled);
  enabled.replace(enabled.find("false"), 5, "true");
  const std::string network = R"(
    module { name: "data_dump" type: "Conv2d" }
    module { name: "fc" type: "Linear" }
    node { name: "data_dump" op_type: "Conv" module_name: "data_dump" output { consumer: 1 } }
    node { name: "fc" op_type: "Gemm" module_name: "fc" output { graph_output: 0 } }
    graph_output: "out")";
  const std::string with_cfg = json("data_dump: true", network);
  CHECK(with_cfg.find("    \"group_size\":1,\n    \"data_dump\":" + std::string(disabled) +
                      ",\n    \"distill_group\":[\n") != std::string::npos);
  CHECK(with_cfg.find("\"data_dump\":", with_cfg.find("\"distill_group\"")) == std::string::npos);
  const std::string by_default = json("", network, true);
  CHECK(by_default.find("    \"group_size\":1,\n    \"data_dump\":" + enabled + ",\n") != std::string::npos);
  // The key comes first and may be the only layer.
  const std::string version = json("", network_of("'version'"), true);
  CHECK(version.starts_with("{\n    \"version\":" + enabled + ",\n    \"batch_num\":1,\n"));
  CHECK(version.ends_with("            \"version\"\n        ]\n    ]\n}"));
}

TEST_CASE("nothing is written where AMCT writes nothing") {
  Outcome outcome = written("batch_num: 0 quant_skip_layers: 'x'", small_network);
  CHECK(outcome.code == Code::unknown_layer);
  CHECK(outcome.text.empty());
  outcome = written("", network_of("'version'"));
  CHECK(outcome.code == Code::layer_named_version);
  outcome = written("", "module { name: 'conv' type: 'Conv2d' }");
  CHECK(outcome.code == Code::graph_needed);
  CHECK(outcome.text.empty());
  CHECK(write_config_json(Resolution(), sink_to(outcome.text)).code == Code::graph_needed);
}

TEST_CASE("a resolution that was moved from is that of nothing, whatever it was") {
  const Document refused = parse("batch_num: 0 quant_skip_layer_types: 'Conv2d'");
  const ModelDocument model = parse_model(small_network);
  Resolution first = resolve(refused.config(), model.model(), {.config_text = refused.text()});
  REQUIRE_FALSE(first.ok());
  REQUIRE_FALSE(first.layers().empty());
  { const Resolution second = std::move(first); }
  const Resolution never_made;
  for (const Resolution* const nothing : std::initializer_list<const Resolution*>{&first, &never_made}) {
    CHECK(nothing->diagnostics().empty());
    CHECK(nothing->layers().empty());
    CHECK(nothing->groups().empty());
    CHECK_FALSE(nothing->has_graph());
    CHECK_FALSE(nothing->is_default_config());
    CHECK(nothing->config().quant_skip_layer_types.empty());
    CHECK(nothing->model().module.empty());
    std::string text;
    CHECK(write_config_json(*nothing, sink_to(text)).code == Code::graph_needed);
    CHECK(text.empty());
  }
}

TEST_CASE("a sink that refuses stops the writer") {
  std::string network;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "'layer" + std::to_string(i) + "'";
    const std::string next = i == 99 ? "graph_output: 0" : "consumer: " + std::to_string(i + 1);
    network += "module { name: " + name + " type: 'Linear' }\nnode { name: " + name +
               " op_type: 'Gemm' module_name: " + name + " output { " + next + " } }\n";
  }
  network += "graph_output: 'out'";
  const Document document = parse("");
  const ModelDocument model = parse_model(network);
  REQUIRE(model.ok());
  const Resolution resolution = resolve(document.config(), model.model());
  REQUIRE(resolution.ok());
  struct Refusal {
    int allowed;
    int calls = 0;
  };
  for (const int allowed : {0, 1, 5}) {
    Refusal refusal{allowed};
    const Sink sink{[](void* context, const char*, std::size_t) {
                      auto& self = *static_cast<Refusal*>(context);
                      return ++self.calls <= self.allowed;
                    },
                    &refusal};
    CHECK(write_config_json(resolution, sink).code == Code::output_failed);
    CHECK(refusal.calls == allowed + 1);
  }
}

}  // namespace
