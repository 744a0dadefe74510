// Every rule about values: code, place, arguments, notes, fixes, and what AMCT makes of it.
#include "distillcfg/validate.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "distillcfg/parse.hpp"
#include "support/colliding_names.hpp"
#include "support/flat_config.hpp"
#include "support/test_memory.hpp"

using namespace distillcfg;
using distillcfg::test::documented_sample;

namespace {

struct NoteRow {
  std::string_view name;
  std::string_view arguments;
};
constexpr NoteRow note_rows[] = {
#define NOTE(name, arguments, english, chinese) {#name, arguments},
#include "distillcfg/diagnostics.def"
};
constexpr std::string_view amct_names[] = {
    "none",
#define AMCT(name, text) #name,
#include "distillcfg/diagnostics.def"
};

std::string place(Span span, std::string_view text) {
  if (!span.has_place()) return " -";
  if (span.begin == span.end) return " @" + std::to_string(span.begin);
  const Position at = position_of(text, span.begin);
  return " " + std::to_string(at.line) + ":" + std::to_string(at.column) + " `" +
         std::string(text.substr(span.begin, span.end - span.begin)) + "`";
}

std::string arguments(const Argument (&arguments)[max_arguments], std::string_view kinds) {
  std::string text;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    text += " [" + (kinds[i] == 'n' ? std::to_string(arguments[i].number) : std::string(arguments[i].text)) + "]";
  }
  return text;
}

// A line for each diagnostic, with its notes, fixes and AMCT's error in lines of their own.
std::string described(const Diagnostics& diagnostics, std::string_view text) {
  std::string all;
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& found = diagnostics[i];
    all += found.severity == Severity::error ? "error " : "warning ";
    all += std::to_string(static_cast<unsigned>(found.code)) + place(found.at, text) +
           arguments(found.arguments, argument_kinds(found.code));
    if (!found.suggestion.empty()) all += " ? " + std::string(found.suggestion);
    all += '\n';
    for (const Note& note : found.notes) {
      const NoteRow& row = note_rows[static_cast<std::size_t>(note.kind)];
      all += "  " + std::string(row.name) + place(note.at, text) + arguments(note.arguments, row.arguments) + "\n";
    }
    for (const Fix& fix : found.fixes) all += "  fix" + place(fix.at, text) + " -> `" + std::string(fix.text) + "`\n";
    if (found.amct == AmctError::none) continue;
    all += "  amct " + std::string(amct_names[static_cast<std::size_t>(found.amct)]);
    for (const std::string_view name : found.amct_names) {
      CHECK(name.data() != nullptr);
      all += " '" + std::string(name) + "'";
    }
    all += '\n';
  }
  return all;
}

std::string validated(std::string_view text, bool int4 = true, Semantics semantics = Semantics::amct) {
  const Document document = parse(text, {.semantics = semantics});
  REQUIRE(document.ok());
  const Diagnostics diagnostics = validate(document.config(), {.text = document.text(), .int4 = int4});
  CHECK(diagnostics.errors() + diagnostics.warnings() == diagnostics.size());
  return described(diagnostics, document.text());
}

// What the text becomes when the one fix of its one diagnostic is made.
std::string fixed(std::string_view text) {
  const Document document = parse(text);
  REQUIRE(document.ok());
  const Diagnostics diagnostics = validate(document.config(), {.text = document.text()});
  REQUIRE(diagnostics.size() == 1);
  REQUIRE(diagnostics[0].fixes.size() == 1);
  const Fix& fix = diagnostics[0].fixes[0];
  std::string result(text);
  result.replace(fix.at.begin, fix.at.end - fix.at.begin, fix.text);
  const Document again = parse(result);
  CHECK(again.ok());
  CHECK(validate(again.config()).empty());
  return result;
}

TEST_CASE("the documented sample has three warnings") {
  const std::string text = "\n" + std::string(documented_sample);
  const Document document = parse(text);
  REQUIRE(document.ok());
  REQUIRE(document.diagnostics().empty());
  CHECK(validated(text) ==
        "warning 3014 30:25 `\"type1\"` [type1]\n"
        "warning 3014 53:17 `\"type2\"` [type2]\n"
        "warning 3012 61:23 `INT4` [INT4] [INT8]\n"
        "  other_type_here 67:22 `INT8` [INT8]\n");
}

TEST_CASE("an empty configuration is valid") { CHECK(validated("").empty()); }

TEST_CASE("3001: counts start at one") {
  CHECK(validated("batch_num: 0 group_size: 00") ==
        "error 3001 1:12 `0` [batch_num]\n  amct batch_num\n"
        "error 3001 1:26 `00` [group_size]\n  amct group_size\n");
  CHECK(validated("batch_num: 1 group_size: 4294967295").empty());
}

TEST_CASE("3002 and 3003: an override repeated") {
  CHECK(validated("distill_override_layers { layer_name: 'b' }\n"
                  "distill_override_layers { layer_name: 'a' }\n"
                  "distill_override_layers { layer_name: 'a' }\n"
                  "distill_override_layers { layer_name: 'c' }\n"
                  "distill_override_layers { layer_name: 'b' }\n"
                  "distill_override_layers { layer_name: 'a' }\n") ==
        "error 3002 3:39 `'a'` [a]\n  first_set_here 2:39 `'a'` [a]\n  amct override_layers_repeated 'b' 'a'\n"
        "error 3002 5:39 `'b'` [b]\n  first_set_here 1:39 `'b'` [b]\n  amct override_layers_repeated 'b' 'a'\n"
        "error 3002 6:39 `'a'` [a]\n  first_set_here 2:39 `'a'` [a]\n  amct override_layers_repeated 'b' 'a'\n");
  CHECK(validated("distill_override_layer_types: [{ layer_type: 'Linear' }, { layer_type: 'Linear' }]") ==
        "error 3003 1:72 `'Linear'` [Linear]\n  first_set_here 1:46 `'Linear'` [Linear]\n"
        "  amct override_types_repeated 'Linear'\n");
}

TEST_CASE("3002 and 3003: whole lists of names, up to a number of each") {
  std::string text;
  for (int twice = 0; twice < 2; ++twice) {
    for (int i = 0; i < 120; ++i) {
      text += "distill_override_layers { layer_name: \"l" + std::to_string(i) + "\" }\n";
      text += "distill_override_layer_types { layer_type: \"t" + std::to_string(i) + "\" }\n";
    }
  }
  const Document document = parse(text);
  REQUIRE(document.ok());
  const Diagnostics found = validate(document.config(), {.limits = {0, 0}});
  for (const Code code : {Code::repeated_override_layer, Code::repeated_override_type}) {
    std::uint32_t seen = 0;
    for (std::uint32_t i = 0; i < found.size(); ++i) {
      if (found[i].code != code) continue;
      CHECK(found[i].amct_names.size() == (seen < 100 ? 120 : 1));
      ++seen;
    }
    CHECK(seen == 120);
  }
}

TEST_CASE("3004: empty names") {
  CHECK(validated("quant_skip_layers: ['', 'a', '']") ==
        "error 3004 1:21 `''` [quant_skip_layers]\n  amct skip_layers ''\n"
        "error 3004 1:30 `''` [quant_skip_layers]\n  amct skip_layers ''\n");
  CHECK(validated("quant_skip_layer_types: ''") ==
        "error 3004 1:25 `''` [quant_skip_layer_types]\n  amct skip_types ''\n");
  CHECK(validated("distill_group { start_layer_name: 'a' end_layer_name: '' }") ==
        "error 3004 1:55 `''` [end_layer_name]\n  amct no_route 'a' ''\n");
  CHECK(validated("distill_override_layer_types { layer_type: '' }") ==
        "error 3004 1:44 `''` [layer_type]\n  amct override_types ''\n");
  // Two without a name have the same one.
  CHECK(validated("distill_override_layers {} distill_override_layers { layer_name: '' }\n"
                  "distill_override_layers { layer_name: 'a' } distill_override_layers { layer_name: 'a' }") ==
        "error 3004 1:1 `distill_override_layers` [layer_name]\n  amct override_layers ''\n"
        "error 3004 1:66 `''` [layer_name]\n  amct override_layers_repeated '' 'a'\n"
        "error 3002 2:83 `'a'` [a]\n  first_set_here 2:39 `'a'` [a]\n  amct override_layers_repeated '' 'a'\n");
}

TEST_CASE("3004: an absent name is an empty one, at its message") {
  CHECK(validated("distill_group { start_layer_name: 'a' }\ndistill_group {}") ==
        "error 3004 1:1 `distill_group` [end_layer_name]\n  amct no_route 'a' ''\n"
        "error 3004 2:1 `distill_group` [start_layer_name]\n  amct no_route '' ''\n"
        "error 3004 2:1 `distill_group` [end_layer_name]\n  amct no_route '' ''\n");
}

TEST_CASE("3005: a name twice in a skip list") {
  CHECK(validated("quant_skip_layers: 'a'\nquant_skip_layers: 'b'\nquant_skip_layers: 'a'\n") ==
        "warning 3005 3:20 `'a'` [a] [quant_skip_layers]\n  first_set_here 1:20 `'a'` [a]\n"
        "  fix 3:1 `quant_skip_layers: 'a'\n` -> ``\n");
  CHECK(validated("quant_skip_layer_types: ['Linear', 'Linear']") ==
        "warning 3005 1:36 `'Linear'` [Linear] [quant_skip_layer_types]\n"
        "  first_set_here 1:26 `'Linear'` [Linear]\n  fix 1:34 `, 'Linear'` -> ``\n");
  // One name in both lists is none of this rule's business.
  CHECK(validated("quant_skip_layers: 'Linear' quant_skip_layer_types: 'Linear'").empty());
}

TEST_CASE("3005: what taking out the repeated name leaves") {
  CHECK(fixed("quant_skip_layers: 'a'\nbatch_num: 2 quant_skip_layers: 'a'; group_size: 2\n") ==
        "quant_skip_layers: 'a'\nbatch_num: 2 group_size: 2\n");
  CHECK(fixed("quant_skip_layers: 'a'\n  quant_skip_layers: 'a'") == "quant_skip_layers: 'a'\n");
  CHECK(fixed("quant_skip_layers: 'a'\r\nquant_skip_layers: 'a'\r\nbatch_num: 1\r\n") ==
        "quant_skip_layers: 'a'\r\nbatch_num: 1\r\n");
  CHECK(fixed("quant_skip_layers: 'a'\nquant_skip_layers: 'a'  # why\n") == "quant_skip_layers: 'a'\n# why\n");
  CHECK(fixed("quant_skip_layers: 'a'\nquant_skip_layers: ['a', 'b']") ==
        "quant_skip_layers: 'a'\nquant_skip_layers: ['b']");
  CHECK(fixed("quant_skip_layers: 'a'\nquant_skip_layers: ['a']") == "quant_skip_layers: 'a'\nquant_skip_layers: []");
  CHECK(fixed("quant_skip_layers: ['a',\n  'a',\n  'b']") == "quant_skip_layers: ['a',\n  'b']");
}

TEST_CASE("3005: no fix where the text is not plain") {
  for (const std::string_view text :
       {"quant_skip_layers: 'ab' quant_skip_layers: 'a' 'b'", "quant_skip_layers: ['a' # one,\n, # two,\n 'a']",
        "quant_skip_layers: 'a' quant_skip_layers: [ # one\n 'a', 'b']"}) {
    const Document document = parse(text);
    const Diagnostics diagnostics = validate(document.config(), {.text = document.text()});
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].code == Code::repeated_skip);
    CHECK(diagnostics[0].fixes.empty());
  }
}

TEST_CASE("3006: an override that a skip makes dead") {
  CHECK(validated("distill_override_layers { layer_name: 'a' }\nquant_skip_layers: 'a'") ==
        "warning 3006 1:39 `'a'` [a] [quant_skip_layers]\n  skipped_here 2:20 `'a'` [a]\n");
  CHECK(validated("quant_skip_layer_types: 'Linear'\ndistill_override_layer_types { layer_type: 'Linear' }") ==
        "warning 3006 2:44 `'Linear'` [Linear] [quant_skip_layer_types]\n  skipped_here 1:25 `'Linear'` [Linear]\n");
  // Nothing reads its values, so nothing is wrong with them.
  CHECK(validated("quant_skip_layers: 'a' distill_data_quant_config { ulq_quantize { fixed_min: true } }\n"
                  "distill_override_layers { layer_name: 'a' distill_data_quant_config { ulq_quantize {\n"
                  "  clip_max_min { clip_max: -1 clip_min: nan } dst_type: INT4 } } }") ==
        "warning 3006 2:39 `'a'` [a] [quant_skip_layers]\n  skipped_here 1:20 `'a'` [a]\n");
}

std::string with_clip(std::string_view clip) {
  return "distill_data_quant_config { ulq_quantize { clip_max_min {\n" + std::string(clip) + " } } }";
}

TEST_CASE("3007 and 3008: a clip on the wrong side") {
  CHECK(validated(with_clip("clip_max: 0 clip_min: 0.0")) ==
        "warning 3007 2:11 `0` [0]\nwarning 3008 2:23 `0.0` [0.0]\n");
  CHECK(validated(with_clip("clip_max: -0.0 clip_min: - 0")) ==
        "warning 3007 2:11 `-0.0` [-0.0]\nwarning 3008 2:26 `- 0` [-0]\n");
  CHECK(validated(with_clip("clip_max: -6 clip_min: 6e0")) ==
        "warning 3007 2:11 `-6` [-6]\nwarning 3008 2:24 `6e0` [6e0]\n");
  CHECK(validated(with_clip("clip_max: -inf clip_min: 1e39")) ==
        "warning 3007 2:11 `-inf` [-inf]\nwarning 3008 2:26 `1e39` [1e39]\n");
  CHECK(validated(with_clip("clip_max: 1e-46 clip_min: -1")) == "warning 3007 2:11 `1e-46` [1e-46]\n");
  // A comment is no part of a number.
  CHECK(validated(with_clip("clip_max: - # minus\n 6.0 clip_min: -1")) == "warning 3007 2:11 `- # minus\n 6.0` [-6]\n");
  CHECK(validated(with_clip("clip_max: 1e-45 clip_min: -1e-45")).empty());
  // An absent limit is 0 to AMCT; the parser has said that it is missing.
  CHECK(validated(with_clip("clip_max: 1")).empty());
}

TEST_CASE("3009: a clip that is not finite") {
  CHECK(validated(with_clip("clip_max: inf clip_min: - infinity")) ==
        "warning 3009 2:11 `inf` [clip_max] [inf]\nwarning 3009 2:25 `- infinity` [clip_min] [-inf]\n");
  CHECK(validated(with_clip("clip_max: nan clip_min: -nan")) ==
        "warning 3009 2:11 `nan` [clip_max] [nan]\nwarning 3009 2:25 `-nan` [clip_min] [nan]\n");
}

TEST_CASE("3010: a clip that overflows") {
  CHECK(validated(with_clip("clip_max: 1e39f clip_min: - # minus\n1e400")) ==
        "warning 3010 2:11 `1e39f` [clip_max] [1e39f] [inf]\n"
        "warning 3010 2:27 `- # minus\n1e400` [clip_min] [1e400] [-inf]\n");
  CHECK(validated(with_clip("clip_max: 3.4028235e38 clip_min: -3.4028235e38")).empty());
}

TEST_CASE("3011: a number that is octal by mistake") {
  CHECK(validated("batch_num: 010 group_size: 0017") ==
        "warning 3011 1:12 `010` [batch_num] [010] [8]\nwarning 3011 1:28 `0017` [group_size] [0017] [15]\n");
  CHECK(validated("batch_num: 07 group_size: 0x10").empty());
}

TEST_CASE("3012: data and weights of different types") {
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT4 } }") ==
        "warning 3012 1:54 `INT4` [INT4] [INT8]\n  default_type - [distill_weight_quant_config]\n");
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT4 } }\n"
                  "distill_weight_quant_config { ulq_distill {} }") ==
        "warning 3012 1:54 `INT4` [INT4] [INT8]\n  default_type 2:31 `ulq_distill` [ulq_distill.dst_type]\n");
  CHECK(validated("distill_data_quant_config { ulq_quantize {} }\n"
                  "distill_weight_quant_config { arq_distill { dst_type: INT4 } }") ==
        "warning 3012 2:55 `INT4` [INT8] [INT4]\n  default_type 1:29 `ulq_quantize` [ulq_quantize.dst_type]\n");
  CHECK(validated("distill_override_layer_types { layer_type: 'Conv2d'\n"
                  "  distill_weight_quant_config { arq_distill { dst_type: INT4 } } }") ==
        "warning 3012 2:57 `INT4` [INT8] [INT4]\n"
        "  default_type 1:1 `distill_override_layer_types` [distill_data_quant_config]\n");
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT4 } }\n"
                  "distill_weight_quant_config { ulq_distill { dst_type: INT4 } }")
            .empty());
}

constexpr std::string_view int4_everywhere =
    "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 6.0 clip_min: -6 }\n"
    "  fixed_min: true dst_type: INT4 } }\n"
    "distill_weight_quant_config { ulq_distill { dst_type: INT4 channel_wise: false } }\n";

TEST_CASE("3013: an override resets what it does not say") {
  CHECK(validated(std::string(int4_everywhere) + "distill_override_layers { layer_name: 'a' }") ==
        "warning 3013 4:39 `'a'` [a] [ulq_quantize.dst_type] [INT4] [INT8]\n"
        "  global_here 2:29 `INT4` [ulq_quantize.dst_type]\n"
        "  reset_too 3:55 `INT4` [ulq_distill.dst_type] [INT4] [INT8]\n"
        "  reset_too 1:44 `clip_max_min` [ulq_quantize.clip_max_min] [6.0 / -6] [unset]\n"
        "  reset_too 2:14 `true` [ulq_quantize.fixed_min] [true] [unset]\n"
        "  reset_too 3:31 `ulq_distill` [weights_quant_algo] [ulq_distill] [arq_distill]\n"
        "  reset_too 3:74 `false` [ulq_distill.channel_wise] [false] [true (Conv2d)]\n");
  // A Linear is not quantised channel by channel anyway.
  CHECK(validated("distill_weight_quant_config { arq_distill { channel_wise: false } }\n"
                  "distill_override_layer_types { layer_type: 'Linear' }\n"
                  "distill_override_layer_types { layer_type: 'Conv2d' }") ==
        "warning 3013 3:44 `'Conv2d'` [Conv2d] [arq_distill.channel_wise] [false] [true]\n"
        "  global_here 1:59 `false` [arq_distill.channel_wise]\n");
}

TEST_CASE("3013: numbers are quoted without comments, and long ones shortly") {
  CHECK(validated(with_clip("clip_max: 6.0e+0 clip_min: - # minus\n 6.0") +
                  "\ndistill_override_layers { layer_name: 'a' }") ==
        "warning 3013 4:39 `'a'` [a] [ulq_quantize.clip_max_min] [6.0e+0 / -6] [unset]\n"
        "  global_here 1:44 `clip_max_min` [ulq_quantize.clip_max_min]\n");
  const std::string zeros(5000, '0');
  const std::string text = with_clip("clip_max: 6." + zeros + " clip_min: -6." + zeros);
  const std::string two_overrides =
      "\ndistill_override_layers { layer_name: 'a' } distill_override_layers { layer_name: 'b' }";
  for (const std::string& overrides : {std::string(), two_overrides}) {
    const Document document = parse(text + overrides);
    REQUIRE(document.ok());
    const std::size_t names = overrides.empty() ? 0 : 2;
    const test::TestBuffer buffer(96 * names + 1024 + 1024 * names);
    const Diagnostics diagnostics = validate(document.config(), {.text = document.text(), .memory = buffer.memory()});
    CHECK_FALSE(diagnostics.has_errors());
    REQUIRE(diagnostics.size() == names);
    if (names == 2) CHECK(diagnostics[1].arguments[2].text == "6 / -6");
  }
}

TEST_CASE("3013: what is said again, or is what the override gets, is not reset") {
  CHECK(validated(std::string(int4_everywhere) +
                  "distill_override_layers { layer_name: 'a' distill_data_quant_config { ulq_quantize {\n"
                  "  clip_max_min { clip_max: 1 clip_min: -1 } fixed_min: false dst_type: INT8 } }\n"
                  "  distill_weight_quant_config { arq_distill { dst_type: INT8 channel_wise: true } } }")
            .empty());
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT8 } }\n"
                  "distill_weight_quant_config { arq_distill { dst_type: INT8 channel_wise: true } }\n"
                  "distill_override_layers { layer_name: 'a' }")
            .empty());
  // An override that clashes with itself is reported for that.
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT4 } }\n"
                  "distill_weight_quant_config { arq_distill { dst_type: INT4 } }\n"
                  "distill_override_layers { layer_name: 'a'\n"
                  "  distill_data_quant_config { ulq_quantize { dst_type: INT4 } } }") ==
        "warning 3012 4:56 `INT4` [INT4] [INT8]\n"
        "  default_type 3:1 `distill_override_layers` [distill_weight_quant_config]\n");
}

TEST_CASE("3014: a class that AMCT does not distil") {
  CHECK(validated("quant_skip_layer_types: ['conv2D', 'nn.Linear', 'ReLU', 'Conv1d', 'Bilinear', 'Lin' 'ear2']") ==
        "warning 3014 1:26 `'conv2D'` [conv2D] ? Conv2d\n  fix 1:26 `'conv2D'` -> `\"Conv2d\"`\n"
        "warning 3014 1:36 `'nn.Linear'` [nn.Linear] ? Linear\n  fix 1:36 `'nn.Linear'` -> `\"Linear\"`\n"
        "warning 3014 1:49 `'ReLU'` [ReLU]\n"
        "warning 3014 1:57 `'Conv1d'` [Conv1d]\n"
        "warning 3014 1:67 `'Bilinear'` [Bilinear]\n"
        "warning 3014 1:79 `'Lin'` [Linear2] ? Linear\n");
  CHECK(validated("quant_skip_layer_types: 'torch.nn.'") == "warning 3014 1:25 `'torch.nn.'` [torch.nn.]\n");
  // Names up to a length.
  const auto long_name = [](std::size_t size) { return std::string(size - 7, 'x') + ".Conv2d"; };
  CHECK(validated("quant_skip_layer_types: '" + long_name(128) + "'").find(" ? Conv2d\n") != std::string::npos);
  CHECK(validated("quant_skip_layer_types: '" + long_name(129) + "'").find(" ? ") == std::string::npos);
  CHECK(validated("distill_override_layer_types { layer_type: 'Conv' }") ==
        "warning 3014 1:44 `'Conv'` [Conv] ? Conv2d\n"
        "  fix 1:44 `'Conv'` -> `\"Conv2d\"`\n");
}

TEST_CASE("3015: INT4 where it cannot be distilled") {
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT4 } }\n"
                  "distill_override_layers { layer_name: 'a' distill_weight_quant_config { arq_distill {\n"
                  "  dst_type: INT4 } } }",
                  false) ==
        "error 3015 1:54 `INT4`\n  fix 1:54 `INT4` -> `INT8`\n  amct int4\n"
        "warning 3015 3:13 `INT4`\n  fix 3:13 `INT4` -> `INT8`\n");
  CHECK(validated("distill_data_quant_config { ulq_quantize { dst_type: INT8 } }", false).empty());
}

TEST_CASE("3016: a Linear channel by channel") {
  CHECK(validated("distill_override_layer_types { layer_type: 'Linear'\n"
                  "  distill_weight_quant_config { arq_distill { channel_wise: true } } }\n"
                  "distill_override_layer_types { layer_type: 'Conv2d'\n"
                  "  distill_weight_quant_config { arq_distill { channel_wise: true } } }") ==
        "warning 3016 2:61 `true`\n  fix 2:61 `true` -> `false`\n");
}

TEST_CASE("3017: every class skipped") {
  CHECK(validated("quant_skip_layer_types: 'Linear'\nquant_skip_layer_types: 'Conv2d'") ==
        "error 3017 2:25 `'Conv2d'`\n  skipped_here 1:25 `'Linear'` [Linear]\n  amct nothing_enabled\n");
}

TEST_CASE("diagnostics stand in the order of the text, whichever rule found them") {
  CHECK(validated("quant_skip_layer_types: 'x'\ngroup_size: 010\nquant_skip_layers: ''\nbatch_num: 0") ==
        "warning 3014 1:25 `'x'` [x]\n"
        "warning 3011 2:13 `010` [group_size] [010] [8]\n"
        "error 3004 3:20 `''` [quant_skip_layers]\n  amct skip_layers ''\n"
        "error 3001 4:12 `0` [batch_num]\n  amct batch_num\n");
}

TEST_CASE("a configuration made by code needs no text") {
  AMCTDistillConfig config;
  config.batch_num = 0U;
  Field<DistillDataQuantConfig> data = DistillDataQuantConfig{};
  data->ulq_quantize = ActULQquantize{.clip_max_min = ClipMaxMin{-2.5F, std::numeric_limits<float>::infinity()},
                                      .fixed_min = {},
                                      .dst_type = DataType::INT4};
  config.distill_data_quant_config = &data;
  Field<Text> skips[] = {Text("Linear"), Text("linear"), Text("Linear")};
  config.quant_skip_layer_types = List<Field<Text>>(skips);
  Field<DistillOverrideLayer> overrides[] = {DistillOverrideLayer{}};
  config.distill_override_layers = List<Field<DistillOverrideLayer>>(overrides);
  // In the order in which they were found.
  CHECK(described(validate(config), "") ==
        "error 3001 - [batch_num]\n  amct batch_num\n"
        "error 3004 - [layer_name]\n  amct override_layers ''\n"
        "warning 3014 - [linear] ? Linear\n"
        "warning 3005 - [Linear] [quant_skip_layer_types]\n  first_set_here - [Linear]\n"
        "warning 3012 - [INT4] [INT8]\n  default_type - [distill_weight_quant_config]\n"
        "warning 3007 - [-2.5]\n"
        "warning 3008 - [inf]\n");
  data->ulq_quantize->clip_max_min = ClipMaxMin{};
  data->ulq_quantize->dst_type = DataType::INT8;
  config = {};
  config.distill_data_quant_config = &data;
  CHECK(described(validate(config), "") == "warning 3007 - [0]\nwarning 3008 - [0]\n");
}

TEST_CASE("without its text, a configuration has points for places") {
  const Document document = parse("batch_num: 0");
  const Diagnostics diagnostics = validate(document.config());
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].at == Span{0, 0});
}

TEST_CASE("limits change what is kept, not what is counted") {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "quant_skip_layers: ''\nquant_skip_layer_types: 'x" + std::to_string(i) + "'\n";
  const Document document = parse(text);
  const Diagnostics diagnostics =
      validate(document.config(), {.text = document.text(), .limits = {.max_errors = 3, .max_warnings = 2}});
  CHECK(diagnostics.errors() == 50);
  CHECK(diagnostics.warnings() == 50);
  CHECK(diagnostics.size() == 5);
}

TEST_CASE("memory for names is bounded") {
  for (const int count : {1, 7, 9, 129, 513, 1025}) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "distill_override_layers { layer_name: 'x" + std::to_string(i) + "' }\n";
    const Document document = parse(text);
    const test::TestBuffer buffer(static_cast<std::size_t>(72 * count + 1024));
    CHECK(validate(document.config(), {.text = document.text(), .memory = buffer.memory()}).empty());
  }
}

static_assert(validate_arena_bound(AMCTDistillConfig()) == 2048);

TEST_CASE("validate_arena_bound is 96 bytes more for each name, whichever list has it") {
  const auto bound = [](std::string_view text) {
    const Document document = parse(text);
    REQUIRE(document.ok());
    return validate_arena_bound(document.config());
  };
  CHECK(bound("batch_num:1 distill_group{start_layer_name:'a' end_layer_name:'b'}") == 2048);
  CHECK(bound("quant_skip_layers:['a','b']") == 2048 + 2 * 96);
  CHECK(bound("quant_skip_layer_types:'Conv2d'") == 2048 + 96);
  CHECK(bound("distill_override_layers{layer_name:'a'}") == 2048 + 96);
  CHECK(bound("distill_override_layer_types{layer_type:'Linear'}") == 2048 + 96);
}

TEST_CASE("validate_arena_bound, and diagnostic_bound for each diagnostic, suffice") {
  const auto repeated = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  const std::string resettable =
      "distill_data_quant_config{ulq_quantize{fixed_min:true clip_max_min{clip_max:1 clip_min:-1} dst_type:INT4}}"
      "distill_weight_quant_config{ulq_distill{channel_wise:false dst_type:INT4}}";
  std::vector<std::string> texts = {"batch_num: 0", "quant_skip_layer_types:'Conv2d' quant_skip_layer_types:'Linear'"};
  std::string overrides;
  for (const int count : {1, 2, 4, 5, 13, 29, 61, 101, 250}) {
    texts.push_back(repeated("quant_skip_layers:'a' ", count + 1));
    texts.push_back(repeated("quant_skip_layers:'' ", count));
    texts.push_back(repeated("quant_skip_layer_types:'Conv' ", count));
    texts.push_back(repeated("distill_override_layers{layer_name:'a'}", count) + "quant_skip_layers:'a'");
    for (int i = 0; i < count; ++i) overrides += "distill_override_layers{layer_name:'l" + std::to_string(i) + "'}";
    texts.push_back(resettable + std::exchange(overrides, {}));
  }
  const std::vector<std::string> colliding = test::colliding_names(2);
  texts.push_back("quant_skip_layers:'" + colliding[0] + "' quant_skip_layers:'" + colliding[1] +
                  "' quant_skip_layer_types:'Conv2d'");
  for (const std::string& text : texts) {
    CAPTURE(text);
    const Document document = parse(text);
    REQUIRE(document.ok());
    const AMCTDistillConfig& config = document.config();
    for (const std::uint32_t limit : {0U, 1U, 100U}) {
      ValidateOptions options{.text = document.text(), .limits = {limit, limit}};
      const Diagnostics all = validate(config, options);
      const std::uint64_t enough = validate_arena_bound(config) + diagnostic_bound * all.size();
      const test::TestBuffer buffer(static_cast<std::size_t>(enough), 1);
      options.memory = buffer.memory();
      CHECK(described(validate(config, options), document.text()) == described(all, document.text()));
    }
  }
}

TEST_CASE("results do not depend on the seed, and memory may run out") {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += "quant_skip_layers: 'layer" + std::to_string(i % 200) + "'\n";
    text += "distill_override_layers { layer_name: 'other" + std::to_string(i % 250) + "' }\n";
  }
  const Document document = parse(text);
  const auto run = [&](Memory memory, std::uint64_t seed) {
    return validate(document.config(),
                    {.text = document.text(), .limits = {0, 0}, .hash_seed = seed, .memory = memory});
  };
  const std::string expected = described(run(Memory(), 0), document.text());
  CHECK(described(run(Memory(), 0x1234'5678'9ABC'DEF0U), document.text()) == expected);
  bool complete = false;
  for (std::size_t size = 0; size < 1U << 18U; size += size < 4096 ? 64 : 4096) {
    const test::TestBuffer buffer(size);
    const Diagnostics diagnostics = run(buffer.memory(), 0);
    CHECK(diagnostics.has_errors());
    bool ran_out = false;
    for (std::uint32_t i = 0; i < diagnostics.size(); ++i) ran_out |= diagnostics[i].code == Code::out_of_memory;
    if (!ran_out && diagnostics.size() == 150) complete = described(diagnostics, document.text()) == expected;
  }
  CHECK(complete);
}

TEST_CASE("names that collide take the time of others, and memory that is bounded too") {
  const std::vector<std::string> names = test::colliding_names(1000);
  std::string text;
  for (const std::string& name : names) {
    text += "quant_skip_layers: \"" + name + "\"\ndistill_override_layers { layer_name: \"" + name + "\" }\n";
  }
  text += "quant_skip_layers: \"" + names[500] + "\"\n";
  const Document document = parse(text);
  REQUIRE(document.ok());
  const auto run = [&](Memory memory, std::uint64_t seed) {
    return validate(document.config(),
                    {.text = document.text(), .limits = {0, 0}, .hash_seed = seed, .memory = memory});
  };
  // Under another seed they do not collide.
  const std::string expected = described(run(Memory(), 0x1234'5678'9ABC'DEF0U), document.text());
  const Diagnostics all = run(Memory(), 0);
  CHECK(described(all, document.text()) == expected);
  CHECK(all.size() == 1001);
  const std::size_t enough = 96 * 2001 + 1024 * (1 + std::size_t{all.size()});
  for (std::size_t size = 0; size <= enough; size += enough / 64) {
    const test::TestBuffer buffer(size);
    const Diagnostics diagnostics = run(buffer.memory(), 0);
    bool ran_out = false;
    for (std::uint32_t i = 0; i < diagnostics.size(); ++i) ran_out |= diagnostics[i].code == Code::out_of_memory;
    CHECK((ran_out || described(diagnostics, document.text()) == expected));
    CHECK((!ran_out || size < enough));
  }
}

}  // namespace
