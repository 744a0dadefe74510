// What render_explanation and render_difference say of a resolution, to the byte.
#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "support/networks.hpp"
#include "support/output.hpp"
#include "support/rendered.hpp"

namespace distillcfg::test {
namespace {

// Without the last lines, which are the same for all.
std::string explained(const Case& run, const std::vector<const char*>& names, Language language = Language::en) {
  std::vector<const Layer*> layers;
  for (const char* const name : names) layers.push_back(&run.layer(name));
  std::string text;
  RenderOptions options;
  options.language = language;
  CHECK(render_explanation(*run.resolution, {"a.cfg", run.config.text()}, layers, options, sink_to(text)).ok());
  const std::size_t last_lines = text.rfind(language == Language::zh ? "\n优先级：" : "\nPrecedence: ");
  REQUIRE(last_lines < text.size() - 100);
  return text.substr(0, last_lines);
}

std::string differences(const Case& before, const Case& after, Language language = Language::en) {
  std::string text;
  RenderOptions options;
  options.language = language;
  const ComparisonResult result =
      render_difference({*before.resolution, {"a.cfg", before.config.text()}},
                        {*after.resolution, {"b.cfg", after.config.text()}}, options, sink_to(text));
  CHECK(result.written.ok());
  CHECK(result.differs == !text.empty());
  return text;
}

constexpr std::string_view all_rules = R"(distill_group { start_layer_name: "conv1" end_layer_name: "relu1" }
distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 6.0 clip_min: -1.5 } fixed_min: true } }
distill_weight_quant_config { ulq_distill { channel_wise: false } }
quant_skip_layers: "conv2"
quant_skip_layer_types: "Conv2d"
distill_override_layers {
  layer_name: "fc1"
  distill_data_quant_config { ulq_quantize { dst_type: INT8 } }
}
distill_override_layers {
  layer_name: "conv2"
  distill_weight_quant_config { arq_distill { channel_wise: true } }
}
distill_override_layer_types {
  layer_type: "Linear"
  distill_weight_quant_config { arq_distill { dst_type: INT8 } }
}
)";

TEST_CASE("explain: the rules of a layer, what it gets, and its group") {
  const Case run(all_rules, small_net());
  check_text(explained(run, {"conv1", "conv2", "fc1"}), R"(conv1 (Conv2d): not quantised
  Rules that match; the first decides:
    *  skip type  Conv2d  a.cfg:5
       global             a.cfg:2  lost: it would quantise it: data algo ulq_quantize, clip_max 6.0, clip_min -1.5, fixed_min true; weight algo ulq_distill, channel_wise false
  Distill group 1 of 4: conv1 → bn1 → relu1
    distill_group, a.cfg:1

conv2 (Conv2d): not quantised
  Rules that match; the first decides:
    *  skip layer      conv2   a.cfg:4
       skip type       Conv2d  a.cfg:5   lost: it would skip it too
       layer override  conv2   a.cfg:10  lost
       global                  a.cfg:2   lost
  Distill group 2 of 4: conv2 → relu2
    made by AMCT from the graph

fc1 (Linear): quantised, INT8
  Rules that match; the first decides:
    *  layer override  fc1     a.cfg:6
       type override   Linear  a.cfg:14  lost: it would change nothing it sets
       global                  a.cfg:2   lost: data clip_max 6.0, clip_min -1.5, fixed_min true; weight algo ulq_distill
  What it gets:
    data    algo          ulq_quantize  a.cfg:8
            clip_max      auto          default: found out by calibration
            clip_min      auto          default: found out by calibration
            fixed_min     auto          default: true behind a ReLU, else false
            dst_type      INT8          a.cfg:8
    weight  algo          arq_distill   default
            channel_wise  false         default: true for Conv2d, false for Linear
            dst_type      INT8          default
  Distill group 3 of 4: fc1
    made by AMCT from the graph
)");
  check_text(explained(run, {"conv2", "fc2"}, Language::zh), R"(conv2 (Conv2d)：不量化
  匹配的规则，第一条生效：
    *  skip layer      conv2   a.cfg:4
       skip type       Conv2d  a.cfg:5   未生效：同样会跳过该层
       layer override  conv2   a.cfg:10  未生效
       global                  a.cfg:2   未生效
  蒸馏组 2/4：conv2 → relu2
    由 AMCT 根据图生成

fc2 (Linear)：量化，INT8
  匹配的规则，第一条生效：
    *  type override  Linear  a.cfg:14
       global                 a.cfg:2   未生效：data clip_max 6.0，clip_min -1.5，fixed_min true；weight algo ulq_distill
  得到的设置：
    data    algo          ulq_quantize  default
            clip_max      自动          default：由校准确定
            clip_min      自动          default：由校准确定
            fixed_min     自动          default：ReLU 之后为 true，否则为 false
            dst_type      INT8          default
    weight  algo          arq_distill   a.cfg:16
            channel_wise  false         default：Conv2d 为 true，Linear 为 false
            dst_type      INT8          a.cfg:16
  蒸馏组 4/4：fc2
    由 AMCT 根据图生成
)");
  CHECK(explained(run, {"conv1"}, Language::zh).ends_with("\n    distill_group，a.cfg:1\n"));
}

TEST_CASE("explain: a rule that sets nothing, and values that the winner sets alike") {
  const Case run(R"(distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 6.0 clip_min: -1.5 } } }
distill_override_layers {
  layer_name: "conv1"
  distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 6.0 clip_min: -2.5 } } }
  distill_weight_quant_config { ulq_distill { channel_wise: true } }
}
distill_override_layer_types { layer_type: "Conv2d" distill_weight_quant_config { arq_distill { } } }
distill_override_layer_types { layer_type: "Linear" distill_data_quant_config { } distill_weight_quant_config { } }
quant_skip_layers: "fc1"
)",
                 small_net());
  check_text(explained(run, {"conv1", "conv2", "fc1", "fc2"}), R"(conv1 (Conv2d): quantised, INT8
  Rules that match; the first decides:
    *  layer override  conv1   a.cfg:2
       type override   Conv2d  a.cfg:7  lost: weight algo arq_distill
       global                  a.cfg:1  lost: data clip_min -1.5
  What it gets:
    data    algo          ulq_quantize  a.cfg:4
            clip_max      6.0           a.cfg:4
            clip_min      -2.5          a.cfg:4
            fixed_min     auto          default: true behind a ReLU, else false
            dst_type      INT8          default
    weight  algo          ulq_distill   a.cfg:5
            channel_wise  true          a.cfg:5
            dst_type      INT8          default
  Distill group 1 of 4: conv1 → bn1 → relu1
    made by AMCT from the graph

conv2 (Conv2d): quantised, INT8
  Rules that match; the first decides:
    *  type override  Conv2d  a.cfg:7
       global                 a.cfg:1  lost: data clip_max 6.0, clip_min -1.5
  What it gets:
    data    algo          ulq_quantize  default
            clip_max      auto          default: found out by calibration
            clip_min      auto          default: found out by calibration
            fixed_min     auto          default: true behind a ReLU, else false
            dst_type      INT8          default
    weight  algo          arq_distill   a.cfg:7
            channel_wise  true          default: true for Conv2d, false for Linear
            dst_type      INT8          default
  Distill group 2 of 4: conv2 → relu2
    made by AMCT from the graph

fc1 (Linear): not quantised
  Rules that match; the first decides:
    *  skip layer     fc1     a.cfg:9
       type override  Linear  a.cfg:8  lost: it would quantise it
       global                 a.cfg:1  lost: it would quantise it: data algo ulq_quantize, clip_max 6.0, clip_min -1.5
  Distill group 3 of 4: fc1
    made by AMCT from the graph

fc2 (Linear): quantised, INT8
  Rules that match; the first decides:
    *  type override  Linear  a.cfg:8
       global                 a.cfg:1  lost: data clip_max 6.0, clip_min -1.5
  What it gets:
    data    algo          ulq_quantize  default
            clip_max      auto          default: found out by calibration
            clip_min      auto          default: found out by calibration
            fixed_min     auto          default: true behind a ReLU, else false
            dst_type      INT8          default
    weight  algo          arq_distill   default
            channel_wise  false         default: true for Conv2d, false for Linear
            dst_type      INT8          default
  Distill group 4 of 4: fc2
    made by AMCT from the graph
)");
}

TEST_CASE("explain: a layer whose name is a key of config.json, and a model without nodes") {
  const std::string model = module_text("batch_num", "Conv2d") + module_text("conv", "Conv2d");
  const Case run("batch_num: 1\n", model);
  check_text(explained(run, {"batch_num", "conv"}),
             R"(batch_num (Conv2d): not quantised: its name is a key of config.json
  Rules that match; the first decides:
    *  default
  Distill group: not known, the model description has no nodes

conv (Conv2d): quantised, INT8
  Rules that match; the first decides:
    *  default
  What it gets:
    data    algo          ulq_quantize  default
            clip_max      auto          default: found out by calibration
            clip_min      auto          default: found out by calibration
            fixed_min     auto          default: true behind a ReLU, else false
            dst_type      INT8          default
    weight  algo          arq_distill   default
            channel_wise  true          default: true for Conv2d, false for Linear
            dst_type      INT8          default
  Distill group: not known, the model description has no nodes
)");
  check_text(explained(run, {"batch_num"}, Language::zh), R"(batch_num (Conv2d)：不量化：其名称是 config.json 的固定键
  匹配的规则，第一条生效：
    *  default
  蒸馏组：未知，模型描述中没有节点
)");
}

TEST_CASE("a layer whose name is a key of config.json is quantised by no rule") {
  const std::string model = module_text("batch_num", "Conv2d") + module_text("fc", "Linear");
  const Case run(R"(distill_override_layers {
  layer_name: "batch_num"
  distill_weight_quant_config { arq_distill { channel_wise: true } }
}
distill_override_layer_types { layer_type: "Conv2d" distill_weight_quant_config { arq_distill { } } }
)",
                 model);
  check_text(explained(run, {"batch_num"}),
             R"(batch_num (Conv2d): not quantised: its name is a key of config.json
  Rules that match; the first decides:
    *  layer override  batch_num  a.cfg:1
       type override   Conv2d     a.cfg:5  lost
  Distill group: not known, the model description has no nodes
)");
  check_text(explained(run, {"batch_num"}, Language::zh), R"(batch_num (Conv2d)：不量化：其名称是 config.json 的固定键
  匹配的规则，第一条生效：
    *  layer override  batch_num  a.cfg:1
       type override   Conv2d     a.cfg:5  未生效
  蒸馏组：未知，模型描述中没有节点
)");
  const std::string rules = table(*run.resolution, run.config.text());
  CAPTURE(rules);
  CHECK(
      rules.ends_with("Rules and the layers they decide:\n"
                      "  layer override  batch_num  line 1  none: it has no effect\n"
                      "  type override   Conv2d     line 5  none: it has no effect\n"
                      "  default                            1 layer\n"));

  // In the default configuration it is quantised as any other.
  const Case by_default("", model, {.default_config = true});
  const std::string defaults = table(*by_default.resolution, "");
  CAPTURE(defaults);
  CHECK(defaults.ends_with("Rules and the layers they decide:\n  default  2 layers\n"));
}

// Each convolution and what stands behind it, which decides whether AMCT makes a group of it.
TEST_CASE("explain: why a layer is in no group") {
  const auto model = [](std::string_view op, std::string_view ports, std::string_view name = "conv") {
    return module_text("conv", "Conv2d") + module_text("fc", "Linear") +
           node_text(name, "Conv", "module_name: \"conv\" " + std::string(ports)) +
           node_text("bn", op, "output { consumer: 2 }") + own_node("fc", "Gemm", {}, "") + "graph_output: \"out\"\n";
  };
  const auto last_line = [](const std::string& text) { return text.substr(text.rfind("  ")); };
  const Case folded("", model("BatchNormalization", "output { consumer: 1 }"));
  check_text(last_line(explained(folded, {"conv"})),
             R"(  No distill group: the batch normalisation bn behind it is no BatchNorm2d, or runs more than once
)");
  check_text(last_line(explained(folded, {"conv"}, Language::zh)),
             R"(  不在任何蒸馏组中：其后的批归一化 bn 不是 BatchNorm2d，或被多次调用
)");
  const Case also_output("", model("BatchNormalization", "output { consumer: 1 graph_output: 0 }"));
  check_text(last_line(explained(also_output, {"conv"})), R"(  made by AMCT from the graph
)");
  const Case other_op("", model("Relu", "output { consumer: 1 }"));
  check_text(last_line(explained(other_op, {"conv"})), R"(  made by AMCT from the graph
)");
}

// Whose group was dropped, since AMCT takes its start for another one; and who has no node.
TEST_CASE("explain: layers without a group that no batch normalisation is the reason for") {
  const auto explained_conv = [](std::string_view conv, std::string_view behind) {
    const Case run(group("relu", "conv"),
                   module_text("first", "Conv2d") + module_text("relu", "ReLU") + module_text("conv", "Conv2d") +
                       module_text("bn", "BatchNorm2d") + own_node("first", "Conv", {1}) +
                       own_node("relu", "Relu", {2}) + node_text("conv", "Conv", conv) +
                       node_text("bn", "BatchNormalization", behind) + "graph_output: \"out\"\n");
    const std::string text = explained(run, {"conv"});
    return text.substr(text.rfind("  No distill group"));
  };
  constexpr std::string_view reason =
      "  No distill group: the batch normalisation bn behind it is no BatchNorm2d, or runs more than once\n";
  constexpr std::string_view none = "  No distill group\n";
  constexpr std::string_view own = "module_name: \"bn\" output {}";
  CHECK(explained_conv("module_name: \"conv\" output { consumer: 3 }", own) == none);
  CHECK(explained_conv("module_name: \"conv\" output { consumer: 3 }", "output {}") == reason);
  CHECK(explained_conv("module_name: \"conv\" output { consumer: 3 }",
                       "module_name: \"bn\" is_reused: true output {}") == reason);
  CHECK(explained(Case(group("relu1", "conv2"), small_net()), {"conv2"}).ends_with(none));
  CHECK(explained_conv("module_name: \"conv\"", own) == none);
  CHECK(explained_conv("module_name: \"conv\" output {}", own) == none);
  CHECK(explained_conv("module_name: \"conv\" output { consumer: 3 graph_output: 0 }", own) == none);
}

TEST_CASE("explain: a layer whose module has no node, and an edge to a node that does not exist") {
  const Case no_node("", module_text("conv", "Conv2d") + module_text("fc", "Linear") +
                             node_text("conv", "Conv", "output { consumer: 1 }") +
                             node_text("bn", "BatchNormalization", "output { consumer: 2 }") +
                             own_node("fc", "Gemm", {}));
  CHECK(explained(no_node, {"conv"}).ends_with("\n  No distill group\n"));

  const ModelDocument model =
      parse_model(module_text("first", "Conv2d") + module_text("relu", "ReLU") + module_text("conv", "Conv2d") +
                  own_node("first", "Conv", {1}) + own_node("relu", "Relu", {2}) + own_node("conv", "Conv", {9}));
  CHECK_FALSE(model.ok());
  const Document config = parse(group("relu", "conv"));
  const Resolution resolution = resolve(config.config(), model.model());
  REQUIRE(resolution.layers().size() == 2);
  const Layer* const layers[] = {&resolution.layers()[1]};
  std::string text;
  CHECK(render_explanation(resolution, {"a.cfg", config.text()}, layers, {}, sink_to(text)).ok());
  CHECK(text.find("\n  No distill group\n") != std::string::npos);
}

TEST_CASE("explain: a rule whose settings for weights say nothing") {
  const Case run(R"(distill_override_layers { layer_name: "conv1" }
distill_override_layer_types { layer_type: "Conv2d" distill_weight_quant_config { } }
)",
                 small_net());
  CHECK(explained(run, {"conv1"}).find("a.cfg:2  lost: it would change nothing it sets\n") != std::string::npos);
}

TEST_CASE("diff: nothing, numbers alone, and layers by what changes for them") {
  const Case defaults("", small_net());
  CHECK(differences(defaults, defaults).empty());
  const Case numbers("batch_num: 2\ngroup_size: 3\ndata_dump: true\n", small_net());
  check_text(differences(defaults, numbers), R"(--- a.cfg
+++ b.cfg

batch_num   1 (default)      →  2 (b.cfg:1)
group_size  1 (default)      →  3 (b.cfg:2)
data_dump   false (default)  →  true (b.cfg:3)

Distill groups
  - conv1 → bn1 → relu1
  - conv2 → relu2
  - fc1
  - fc2
  + conv1 → bn1 → relu1 → conv2 → relu2
  + fc1 → fc2
  2 groups, 4 before
)");
  check_text(differences(numbers, defaults, Language::zh), R"(--- a.cfg
+++ b.cfg

batch_num   2 (a.cfg:1)     →  1 (default)
group_size  3 (a.cfg:2)     →  1 (default)
data_dump   true (a.cfg:3)  →  false (default)

蒸馏组
  - conv1 → bn1 → relu1 → conv2 → relu2
  - fc1 → fc2
  + conv1 → bn1 → relu1
  + conv2 → relu2
  + fc1
  + fc2
  现有 4 组，原有 2 组
)");
  const Case rules(all_rules, small_net());
  check_text(differences(defaults, rules), R"(--- a.cfg
+++ b.cfg

conv1
    quantised   yes      →  no
    because of  default  →  skip type (b.cfg:5)

conv2
    quantised   yes      →  no
    because of  default  →  skip layer (b.cfg:4)

2 of 4 get something else
)");
  check_text(differences(rules, defaults, Language::zh), R"(--- a.cfg
+++ b.cfg

conv1
    量化  否                   →  是
    依据  skip type (a.cfg:5)  →  default

conv2
    量化  否                    →  是
    依据  skip layer (a.cfg:4)  →  default

共 4 层，其中 2 层有变化
)");
}

TEST_CASE("diff: layers with overrides of their own that lose the same") {
  const auto override_of = [](const char* name) {
    return "distill_override_layers { layer_name: '" + std::string(name) +
           "' distill_weight_quant_config { arq_distill { channel_wise: false } } }\n";
  };
  const Case own(override_of("conv1") + override_of("conv2"), small_net());
  const Case defaults("", small_net());
  check_text(differences(own, defaults), R"(--- a.cfg
+++ b.cfg

conv{1,2} (2 layers)
    weight channel_wise  false                       →  true
    because of           layer override (a.cfg:1-2)  →  default

2 of 4 get something else
)");
  check_text(differences(defaults, own), R"(--- a.cfg
+++ b.cfg

conv{1,2} (2 layers)
    weight channel_wise  true     →  false
    because of           default  →  layer override (b.cfg:1-2)

2 of 4 get something else
)");
}

TEST_CASE("diff: rules on several lines, and names that no pattern joins") {
  std::string modules;
  std::string after;
  for (int i = 0; i < 32; ++i) {
    const std::string name = std::string(1, static_cast<char>('a' + i % 26)) + (i < 26 ? "" : "x");
    modules += module_text(name, "Conv2d");
    after += "quant_skip_layers: \"" + name + "\"\n";
  }
  modules += module_text("fc", "Linear");
  const Case one("", modules);
  const Case two(after, modules);
  check_text(differences(one, two), R"(--- a.cfg
+++ b.cfg

a
b
c
d
e
f
g
h
i
j
k
l
m
n
o
p
q
r
s
t
u
v
w
x
y
z
ax
bx
cx
dx
and 2 more
    quantised   yes      →  no
    because of  default  →  skip layer (b.cfg:1-32)

32 of 33 get something else
)");
}

TEST_CASE("diff: a group more, and a group less") {
  const Case dropped(group("relu1", "conv2"), small_net());
  const Case defaults("", small_net());
  check_text(differences(dropped, defaults), R"(--- a.cfg
+++ b.cfg

Distill groups
  + conv2 → relu2
  4 groups, 3 before
)");
  check_text(differences(defaults, dropped), R"(--- a.cfg
+++ b.cfg

Distill groups
  - conv2 → relu2
  3 groups, 4 before
)");
}

TEST_CASE("diff: more groups than are shown") {
  std::string pairs;
  for (int i = 0; i < 66; i += 2) pairs += group("conv" + std::to_string(i), "conv" + std::to_string(i + 1));
  const Case singles("", conv_chain(66));
  const Case paired(pairs, conv_chain(66));
  check_text(differences(singles, paired), R"(--- a.cfg
+++ b.cfg

Distill groups
  - conv0
  - conv1
  - conv2
  - conv3
  - conv4
  - conv5
  - conv6
  - conv7
  - conv8
  - conv9
  - conv10
  - conv11
  - conv12
  - conv13
  - conv14
  - conv15
  - conv16
  - conv17
  - conv18
  - conv19
  - conv20
  - conv21
  - conv22
  - conv23
  - conv24
  - conv25
  - conv26
  - conv27
  - conv28
  - conv29
  - and 36 more
  + conv0 → conv1  (b.cfg:1)
  + conv2 → conv3  (b.cfg:2)
  + conv4 → conv5  (b.cfg:3)
  + conv6 → conv7  (b.cfg:4)
  + conv8 → conv9  (b.cfg:5)
  + conv10 → conv11  (b.cfg:6)
  + conv12 → conv13  (b.cfg:7)
  + conv14 → conv15  (b.cfg:8)
  + conv16 → conv17  (b.cfg:9)
  + conv18 → conv19  (b.cfg:10)
  + conv20 → conv21  (b.cfg:11)
  + conv22 → conv23  (b.cfg:12)
  + conv24 → conv25  (b.cfg:13)
  + conv26 → conv27  (b.cfg:14)
  + conv28 → conv29  (b.cfg:15)
  + conv30 → conv31  (b.cfg:16)
  + conv32 → conv33  (b.cfg:17)
  + conv34 → conv35  (b.cfg:18)
  + conv36 → conv37  (b.cfg:19)
  + conv38 → conv39  (b.cfg:20)
  + conv40 → conv41  (b.cfg:21)
  + conv42 → conv43  (b.cfg:22)
  + conv44 → conv45  (b.cfg:23)
  + conv46 → conv47  (b.cfg:24)
  + conv48 → conv49  (b.cfg:25)
  + conv50 → conv51  (b.cfg:26)
  + conv52 → conv53  (b.cfg:27)
  + conv54 → conv55  (b.cfg:28)
  + conv56 → conv57  (b.cfg:29)
  + conv58 → conv59  (b.cfg:30)
  + and 3 more
  33 groups, 66 before
)");
}

// What renderers keep before they pass it on is bounded, so a sink that refuses stops them early.
TEST_CASE("a sink that refuses ends a long text at its first piece") {
  std::string modules;
  std::string cfg;
  for (int i = 0; i < 3000; ++i) {
    modules += module_text("conv" + std::to_string(i), "Conv2d");
    cfg += "quant_skip_layers: \"x" + std::to_string(i) + "\"\n";
  }
  const Case run("", modules);
  std::vector<const Layer*> layers;
  for (const Layer& layer : run.resolution->layers()) layers.push_back(&layer);
  const Document unknown = parse(cfg, {.limits = {.max_errors = 0}});
  const Resolution refused = resolve(unknown.config(), run.model.model(), {.limits = {.max_errors = 0}});
  const Findings findings(refused.diagnostics());
  CHECK(findings.errors() == 3000);

  int calls = 0;
  const Sink refusing = {[](void* context, const char*, std::size_t size) {
                           CHECK(size < 200'000);
                           ++*static_cast<int*>(context);
                           return false;
                         },
                         &calls};
  CHECK_FALSE(render_explanation(*run.resolution, {"a.cfg", ""}, layers, {}, refusing).ok());
  CHECK(calls == 1);
  CHECK_FALSE(render_resolution_json(*run.resolution, "", refusing).ok());
  CHECK(calls == 2);
  CHECK_FALSE(render_gcc(findings, "a.cfg", cfg, {}, refusing).ok());
  CHECK(calls == 3);
}

TEST_CASE("a node behind which no module stands is null in the groups of the JSON document") {
  const Case run("", module_text("c", "Conv2d") + own_node("c", "Conv", {1}) + node_text("/Relu", "Relu", "output {}"));
  std::string json;
  CHECK(render_resolution_json(*run.resolution, run.config.text(), sink_to(json)).ok());
  CHECK(json.find("[\"c\",null]") != std::string::npos);
}

TEST_CASE("a sink that refuses in the midst of a JSON document gets nothing more of it") {
  std::string cfg;
  for (int i = 0; i < 400; ++i) cfg += "distill_override_layers { layer_name: \"conv" + std::to_string(i) + "\" }\n";
  const Case run(cfg, conv_chain(400));
  std::string whole;
  CHECK(render_resolution_json(*run.resolution, run.config.text(), sink_to(whole)).ok());
  // Whichever piece it is: of the groups, of the layers, of the summary.
  struct Taken {
    int pieces = 0;
    int calls = 0;
    std::string text;
  } taken;
  const Sink refusing = {[](void* context, const char* data, std::size_t size) {
                           auto& to = *static_cast<Taken*>(context);
                           if (to.calls++ == to.pieces) return false;
                           to.text.append(data, size);
                           return true;
                         },
                         &taken};
  for (;; ++taken.pieces) {
    taken.calls = 0;
    taken.text.clear();
    if (render_resolution_json(*run.resolution, run.config.text(), refusing).ok()) break;
    CHECK(taken.calls == taken.pieces + 1);
    CHECK(whole.starts_with(taken.text));
  }
  CHECK(taken.pieces > 10);
  CHECK(taken.text == whole);
}

}  // namespace
}  // namespace distillcfg::test
