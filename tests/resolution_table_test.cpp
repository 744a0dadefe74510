// The table of what every layer gets, to the byte.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "support/networks.hpp"
#include "support/rendered.hpp"

namespace distillcfg::test {
namespace {

TEST_CASE("what code has set, and more groups than are shown") {
  const ModelDocument model = parsed_model(conv_chain(34));
  AMCTDistillConfig config;
  config.batch_num = 2U;
  Field<DistillGroup> groups[] = {DistillGroup{"conv0", "conv1"}, DistillGroup{"conv2", "conv2"}};
  config.distill_group = List<Field<DistillGroup>>(std::span<Field<DistillGroup>>(groups));
  const Resolution resolution = resolve(config, model.model());
  REQUIRE(resolution.ok());
  const auto check_has = [](const std::string& text, std::string_view lines) {
    CAPTURE(text);
    CHECK(text.find(lines) != std::string::npos);
  };
  const std::string english = table(resolution, "");
  check_has(english, "batch_num   2      set by code\n  group_size  1      default\n");
  check_has(english, "\nDistill groups: 33\n  1   conv0 → conv1  distill_group\n  2   conv2          distill_group\n");
  check_has(english, "\n  30  conv30\n  and 3 more ('--format json' has all)\n");
  const std::string chinese = table(resolution, "", Language::zh);
  check_has(chinese, "batch_num   2      由代码设置\n");
  check_has(chinese, "\n蒸馏组：33\n");
  check_has(chinese, "\n  另有 3 个（'--format json' 显示全部）\n");
}

// A number that is written with zeros in front, or is longer than any count, is no member of a range.
TEST_CASE("names whose numbers make no range") {
  std::string modules;
  for (const char* const number :
       {"1", "2", "3", "007", "08", "009", "100000000000000000001", "100000000000000000002"}) {
    for (int i = 0; i < 5; ++i) modules += module_text("l" + std::string(number) + ".c" + std::to_string(i), "Conv2d");
  }
  const Case run("", modules);
  const std::string text = table(*run.resolution, run.config.text());
  CHECK(text.find("\nl{1..3,08,007,009,100000000") != std::string::npos);
}

TEST_CASE("many rules of a kind share a row, and those without effect are listed up to a limit") {
  std::string modules = module_text("fc", "Linear");
  std::string cfg = "quant_skip_layer_types: \"Conv2d\"\n";
  for (int i = 0; i < 14; ++i) {
    const std::string name = "conv" + std::to_string(i);
    modules += module_text(name, "Conv2d");
    cfg += "distill_override_layers { layer_name: \"" + name + "\" }\n";
  }
  const Case run(cfg, modules);
  for (const Language language : {Language::en, Language::zh}) {
    const std::string text = table(*run.resolution, run.config.text(), language);
    const std::size_t from = text.find("  skip type");
    REQUIRE(from < text.size());
    const std::string rules = text.substr(from, text.find("Linear", from) - from);
    if (language == Language::en) {
      check_text(rules, R"(  skip type, line 1
conv1   Conv2d  no    -             -     -          -            -             skip type, line 1
conv2   Conv2d  no    -             -     -          -            -             skip type, line 1
conv3   Conv2d  no    -             -     -          -            -             skip type, line 1
conv4   Conv2d  no    -             -     -          -            -             skip type, line 1
conv5   Conv2d  no    -             -     -          -            -             skip type, line 1
conv6   Conv2d  no    -             -     -          -            -             skip type, line 1
conv7   Conv2d  no    -             -     -          -            -             skip type, line 1
conv8   Conv2d  no    -             -     -          -            -             skip type, line 1
conv9   Conv2d  no    -             -     -          -            -             skip type, line 1
conv10  Conv2d  no    -             -     -          -            -             skip type, line 1
conv11  Conv2d  no    -             -     -          -            -             skip type, line 1
conv12  Conv2d  no    -             -     -          -            -             skip type, line 1
conv13  Conv2d  no    -             -     -          -            -             skip type, line 1

Distill groups: not known, the model description has no nodes

Summary: 15 layers, 1 quantised (1 INT8, 0 INT4), 14 skipped
  batch_num   1      default
  group_size  1      default
  data_dump   false  default

Rules and the layers they decide:
  skip type       Conv2d                     line 1      14 layers
  layer override  14 rules                   lines 2-15  0 layers
  layer override  conv0                      line 2      none: it has no effect
  layer override  conv1                      line 3      none: it has no effect
  layer override  conv2                      line 4      none: it has no effect
  layer override  conv3                      line 5      none: it has no effect
  layer override  conv4                      line 6      none: it has no effect
  layer override  conv5                      line 7      none: it has no effect
  layer override  conv6                      line 8      none: it has no effect
  layer override  conv7                      line 9      none: it has no effect
  layer override  conv8                      line 10     none: it has no effect
  layer override  conv9                      line 11     none: it has no effect
  layer override  conv10                     line 12     none: it has no effect
  layer override  conv11                     line 13     none: it has no effect
                  and 2 more without effect
  default                                                1 layer
)");
    } else {
      check_text(rules, R"(  skip type，第 1 行
conv1   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv2   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv3   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv4   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv5   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv6   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv7   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv8   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv9   Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv10  Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv11  Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv12  Conv2d  否    -             -     -          -            -             skip type，第 1 行
conv13  Conv2d  否    -             -     -          -            -             skip type，第 1 行

蒸馏组：未知，模型描述中没有节点

汇总：共 15 层，量化 1（INT8 1，INT4 0），跳过 14
  batch_num   1      default
  group_size  1      default
  data_dump   false  default

规则及其决定的层：
  skip type       Conv2d             第 1 行     14 层
  layer override  14 条规则          第 2-15 行  0 层
  layer override  conv0              第 2 行     无：不起作用
  layer override  conv1              第 3 行     无：不起作用
  layer override  conv2              第 4 行     无：不起作用
  layer override  conv3              第 5 行     无：不起作用
  layer override  conv4              第 6 行     无：不起作用
  layer override  conv5              第 7 行     无：不起作用
  layer override  conv6              第 8 行     无：不起作用
  layer override  conv7              第 9 行     无：不起作用
  layer override  conv8              第 10 行    无：不起作用
  layer override  conv9              第 11 行    无：不起作用
  layer override  conv10             第 12 行    无：不起作用
  layer override  conv11             第 13 行    无：不起作用
                  另有 2 条不起作用
  default                                        1 层
)");
    }
  }
}

TEST_CASE("overrides that give the same share rows, whatever their settings do not say") {
  std::string modules;
  std::string cfg;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "conv" + std::to_string(i);
    modules += module_text(name, "Conv2d");
    cfg += "distill_override_layers { layer_name: \"" + name + "\" distill_data_quant_config { ulq_quantize {";
    cfg += i < 20 ? " dst_type: INT8 } } }\n" : i < 30 ? " } } }\n" : " fixed_min: true } } }\n";
  }
  const Case run(cfg, modules);
  const std::string text = table(*run.resolution, run.config.text());
  check_text(text.substr(0, text.find("\n\n")),
             R"(LAYER         LAYERS  CLASS   TYPE  DATA          CLIP  fixed_min  WEIGHTS      channel_wise  RULE
conv{0..29}   30      Conv2d  INT8  ulq_quantize  auto  auto       arq_distill  true          layer override, lines 1-30
conv{30..39}  10      Conv2d  INT8  ulq_quantize  auto  true       arq_distill  true          layer override, lines 31-40)");
}

}  // namespace
}  // namespace distillcfg::test
