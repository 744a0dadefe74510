// Which layers a network has, what they get, and what is wrong with it: in AMCT's order, each mistake
// once, whatever the memory and the limits.
#include "distillcfg/resolve.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/counted_heap.hpp"
#include "support/networks.hpp"
#include "support/test_memory.hpp"

using namespace distillcfg;
using namespace distillcfg::test;
using namespace std::string_view_literals;

static_assert(!std::is_copy_constructible_v<Resolution> && !std::is_copy_assignable_v<Resolution>);
static_assert(std::is_nothrow_move_constructible_v<Resolution> && std::is_nothrow_move_assignable_v<Resolution>);

// ---- Layers

TEST_CASE("the layers are the convolutions and linear layers that AMCT supports") {
  const std::string model =
      module_text("plain", "Conv2d") + module_text("linear", "Linear") +
      module_text("mirror", "Conv2d", "padding_mode: \"reflect\"") + module_text("relu", "ReLU") +
      module_text("idle", "Linear") + module_text("transposed", "Linear") + module_text("pool", "Conv2d") +
      module_text("twice", "Conv2d") + module_text("computed", "Linear") + module_text("flat", "Linear") +
      module_text("thin", "Conv2d") + module_text("a", "Conv2d", "weight_id: \"w\"") +
      module_text("b", "ConvTranspose2d", "weight_id: \"w\"") + module_text("tied", "Linear", "weight_id: \"v\"") +
      module_text("embedding", "Embedding", "weight_id: \"v\"") + module_text("MyConv", "MyConv2d") +
      own_node("plain", "Conv", {}) + own_node("linear", "MatMul", {}) + own_node("mirror", "Conv", {}) +
      own_node("relu", "Relu", {}) + own_node("transposed", "Gemm", {}, "trans_a: true") +
      own_node("pool", "GlobalAveragePool", {}) + own_node("twice", "Conv", {}, "is_reused: true") +
      own_node("computed", "MatMul", {}, "constant_weight: false") + own_node("flat", "MatMul", {}, "weight_rank: 3") +
      own_node("thin", "Conv", {}, "input_dimension_reduction: true") + own_node("a", "Conv", {}) +
      own_node("b", "ConvTranspose", {}) + own_node("tied", "Gemm", {}) + own_node("MyConv", "Conv", {});
  const std::pair<const char*, NoteKind> unsupported[] = {
      {"mirror", NoteKind::reason_padding},
      {"relu", NoteKind::reason_class},
      {"idle", NoteKind::reason_never_runs},
      {"transposed", NoteKind::reason_transposed},
      {"pool", NoteKind::reason_pooling},
      {"twice", NoteKind::reason_reused},
      {"computed", NoteKind::reason_weight_not_constant},
      {"flat", NoteKind::reason_weight_rank},
      {"thin", NoteKind::reason_dimension_reduction},
      {"a", NoteKind::reason_shared_weight},
      {"MyConv", NoteKind::reason_class},
  };
  std::string cfg;
  for (const auto& [name, kind] : unsupported) cfg += "quant_skip_layers: \"" + std::string(name) + "\"\n";
  const Case all(cfg, model);
  CHECK(all.layers() == Names{"plain", "linear", "tied"});
  REQUIRE(all.resolution->diagnostics().size() == std::size(unsupported));
  Names names;
  for (const auto& [name, kind] : unsupported) names.emplace_back(name);
  for (std::uint32_t i = 0; i < std::size(unsupported); ++i) {
    CAPTURE(unsupported[i].first);
    CHECK(all[i].code == Code::unsupported_layer);
    CHECK(all[i].arguments[0].text == unsupported[i].first);
    CHECK(notes(all[i]) == std::vector{unsupported[i].second});
    CHECK(all[i].amct == AmctError::skip_layers);
    CHECK(amct_names(all[i]) == names);
  }
  CHECK(all[9].notes[0].arguments[0].text == "b");
  CHECK(all[0].amct_names.data() == all[1].amct_names.data());
}

TEST_CASE("of several that share a weight, each is told of the first other") {
  const std::string model =
      module_text("a", "Conv2d", "weight_id: \"w\"") + module_text("b", "Conv2d", "weight_id: \"w\"") +
      module_text("c", "Conv2d", "weight_id: \"w\"") + module_text("plain", "Conv2d") + own_node("a", "Conv", {}) +
      own_node("b", "Conv", {}) + own_node("c", "Conv", {}) + own_node("plain", "Conv", {});
  const Case all("quant_skip_layers: [\"a\", \"b\", \"c\"]", model);
  CHECK(all.codes() == Codes(3, Code::unsupported_layer));
  CHECK(note(all[0], NoteKind::reason_shared_weight).arguments[0].text == "b");
  CHECK(note(all[1], NoteKind::reason_shared_weight).arguments[0].text == "a");
  CHECK(note(all[2], NoteKind::reason_shared_weight).arguments[0].text == "a");
}

TEST_CASE("without nodes, padding alone decides") {
  const Case all("", module_text("a", "Conv2d", "weight_id: \"w\"") + module_text("b", "Linear", "weight_id: \"w\"") +
                         module_text("c", "Conv2d", "padding_mode: \"circular\""));
  CHECK(all.layers() == Names{"a", "b"});
  CHECK(all.resolution->ok());
  CHECK_FALSE(all.resolution->has_graph());
  CHECK(all.resolution->groups().empty());
}

TEST_CASE("a layer's node is the one of its name, not the one of its module") {
  const std::string model = module_text("conv", "Conv2d") +
                            node_text("conv", "Conv", "module_name: \"other\" is_reused: true output {}") +
                            node_text("conv1", "Conv", "module_name: \"conv\" output {}");
  const Case all("", model);
  CHECK(all.layers().empty());
  CHECK(notes(all[0]) == std::vector{NoteKind::candidate, NoteKind::reason_reused});
}

TEST_CASE("a network without layers") {
  const Case none("", chain({{"relu", "ReLU", "Relu"}}));
  CHECK(none.codes() == Codes{Code::no_supported_layer});
  CHECK(none[0].amct == AmctError::no_layers);
  CHECK(none[0].notes.empty());
  // Names are checked all the same, with the reasons.
  const Case more("quant_skip_layers: \"nope\" quant_skip_layer_types: \"Conv2d\"",
                  module_text("conv", "Conv2d", "padding_mode: \"reflect\""));
  CHECK(more.codes() == Codes{Code::no_supported_layer, Code::unknown_layer, Code::unsupported_type});
  CHECK(notes(more[0]) == std::vector{NoteKind::candidate, NoteKind::reason_padding});
  CHECK(notes(more[2]) == std::vector{NoteKind::reason_padding});
  // Of many that might have been layers, the first three are explained.
  std::string many;
  for (const char* const name : {"a", "b", "c", "d"}) many += module_text(name, "Conv2d", "padding_mode: \"reflect\"");
  const Case first("", many);
  REQUIRE(first[0].notes.size() == 6);
  CHECK(first[0].notes[4].arguments[0].text == "c");
}

TEST_CASE("a network that AMCT has quantised") {
  const std::string model = "root_type: \"IFMR\"\n" + module_text("conv", "Conv2d") + module_text("q", "Conv2dQAT") +
                            module_text("r", "Recorder");
  for (const bool is_default : {false, true}) {
    const Case all("", model, {.default_config = is_default});
    CHECK(all.codes() == Codes{Code::quantizer_in_model, Code::quantizer_in_model, Code::quantizer_in_model});
    CHECK(all[0].amct == AmctError::quantizers);
    CHECK(amct_names(all[2]) == Names{"", "IFMR", "q", "Conv2dQAT", "r", "Recorder"});
    CHECK(all[1].arguments[0].text == "q");
  }
  const Case root_alone("", "root_type: \"IFMR\"\n" + module_text("conv", "Conv2d"));
  CHECK(root_alone.codes() == Codes{Code::quantizer_in_model});
  CHECK(amct_names(root_alone[0]) == Names{"", "IFMR"});
  // Up to a number of them, each brings the names of all.
  std::string many;
  for (int i = 0; i < 101; ++i) many += module_text("m" + std::to_string(i), "IFMR");
  const Case all("", many, {.limits = {0, 0}});
  CHECK(all[99].amct_names.size() == 202);
  CHECK(all[100].amct == AmctError::quantizers);
  CHECK(amct_names(all[100]) == Names{"m100", "IFMR"});
}

// ---- Names

TEST_CASE("unknown layers") {
  const Case all(
      "quant_skip_layers: \"conv11\"\n"
      "distill_override_layers { layer_name: \"xyzzy\" }\n"
      "distill_override_layers { layer_name: \"relu3\" }\n"
      "quant_skip_layers: [\"fc2\", \"nope\", \"conv11\"]\n",
      small_net());
  CHECK(all.codes() ==
        Codes{Code::unknown_layer, Code::unknown_layer, Code::repeated_skip, Code::unknown_layer, Code::unknown_layer});
  CHECK(all.at(all[0]) == "\"conv11\"");
  CHECK(all[0].suggestion == "conv1");
  REQUIRE(all[0].fixes.size() == 1);
  CHECK(all[0].fixes[0].text == "\"conv1\"");
  CHECK(all.at(all[0].fixes[0].at) == "\"conv11\"");
  CHECK(all.at(all[1]) == "\"nope\"");
  CHECK(all[1].suggestion.empty());
  CHECK(amct_names(all[0]) == Names{"conv11", "nope"});
  CHECK(all[2].severity == Severity::warning);
  CHECK(all[2].amct == AmctError::none);
  CHECK(all[3].amct == AmctError::override_layers);
  CHECK(amct_names(all[4]) == Names{"xyzzy", "relu3"});
  CHECK(all[4].suggestion.empty());  // relu1 is near, but no layer
  CHECK(all.layer("fc2").skip_layer == 1);
}

TEST_CASE("names that are near by chance, and those of modules that are nearer still") {
  const std::string model = chain({{"fc1", "Linear", "Gemm"},
                                   {"block.conv1", "Conv2d", "Conv"},
                                   {"block.relu1", "ReLU", "Relu"},
                                   {"block.cony1", "ReLU", "Relu"}});
  const auto suggestion = [&model](std::string_view name) {
    const Case all("quant_skip_layers: \"" + std::string(name) + "\"", model);
    return std::string(all.first(Code::unknown_layer).suggestion);
  };
  CHECK(suggestion("act").empty());
  CHECK(suggestion("fcl") == "fc1");
  CHECK(suggestion("block.cnov") == "block.conv1");
  CHECK(suggestion("block.relu2").empty());
  CHECK(suggestion("block.cony2").empty());
  CHECK(suggestion("block.conx1") == "block.conv1");
}

TEST_CASE("a suggestion is a fix where it can stand between quotes as it is") {
  for (const std::string_view name :
       {"conv1"sv, "conv'1"sv, "conv\\\\1"sv, "conv\\\"1"sv, "conv\\n1"sv, "conv\\1771"sv, "conv\u00e91"sv}) {
    CAPTURE(name);
    const Case all("quant_skip_layers: \"conw" + std::string(name.substr(4)) + "\"",
                   chain({{std::string(name).c_str(), "Conv2d", "Conv"}, {"fc", "Linear", "Gemm"}}));
    const Diagnostic& unknown = all.first(Code::unknown_layer);
    CHECK_FALSE(unknown.suggestion.empty());
    CHECK((unknown.fixes.size() == 1) == (name == "conv1"sv || name == "conv'1"sv));
  }
}

TEST_CASE("the start and the end of a group may be near to any module that runs") {
  const std::string model = module_text("bn2x", "BatchNorm2d") +
                            chain({{"conv1", "Conv2d", "Conv"}, {"bn1", "BatchNorm2d", "BatchNormalization"}});
  const Case all(group("conv1", "bn2"), model);
  CHECK(all.first(Code::unknown_layer).suggestion == "bn1");
}

TEST_CASE("without a limit, what AMCT raises stays linear in the names") {
  constexpr std::size_t names = 500;
  std::string cfg;
  for (std::size_t i = 0; i < names; ++i) {
    cfg += "quant_skip_layers: \"s" + std::to_string(i) + "\"\n";
    for (int twice = 0; twice < 2; ++twice) {
      cfg += "distill_override_layers { layer_name: \"o" + std::to_string(i) + "\" }\n";
    }
  }
  const Case all(cfg, small_net(), {.limits = {0, 0}});
  REQUIRE(all.resolution->diagnostics().errors() == 3 * names);
  for (const AmctError error :
       {AmctError::skip_layers, AmctError::override_layers_repeated, AmctError::override_layers}) {
    std::size_t listed = 0;
    std::size_t seen = 0;
    for (std::uint32_t i = 0; i < all.resolution->diagnostics().size(); ++i) {
      if (all[i].amct != error) continue;
      listed += all[i].amct_names.size();
      if (seen++ < 100) CHECK(all[i].amct_names.size() == names);
    }
    CHECK(seen == names);
    CHECK(listed == 100 * names + (names - 100));
  }
}

TEST_CASE("removals of repeated names can all be made") {
  const Case all(
      "quant_skip_layers: \"conv1\" quant_skip_layers: \"fc1\" quant_skip_layers: \"fc2\"\n"
      "quant_skip_layers: [\"conv1\", \"fc1\", \"fc2\"]",
      small_net());
  REQUIRE(all.codes() == Codes(3, Code::repeated_skip));
  CHECK(all.at(all[0].fixes[0].at) == "\"conv1\", ");
  CHECK(all[1].fixes.empty());  // with the comma that the first one takes
  CHECK(all.at(all[2].fixes[0].at) == ", \"fc2\"");
}

TEST_CASE("removals on lines that follow each other can all be made") {
  const Case all(
      "quant_skip_layers: \"conv1\"\n"
      "quant_skip_layers: \"conv1\"\n"
      "quant_skip_layers: \"conv1\"\n",
      small_net());
  REQUIRE(all.codes() == Codes(2, Code::repeated_skip));
  for (std::uint32_t i = 0; i < 2; ++i) {
    REQUIRE(all[i].fixes.size() == 1);
    CHECK(all.at(all[i].fixes[0].at) == "quant_skip_layers: \"conv1\"\n");
  }
}

TEST_CASE("unknown and unsupported types") {
  const Case all(
      "quant_skip_layer_types: \"conv2d\" quant_skip_layer_types: \"ReLU\"\n"
      "distill_override_layer_types { layer_type: \"torch.nn.Conv2d\" }\n"
      "distill_override_layer_types { layer_type: \"Linear\" }",
      chain({{"conv", "Conv2d", "Conv"}, {"relu", "ReLU", "Relu"}}));
  CHECK(all.codes() == Codes{Code::unknown_type, Code::unsupported_type, Code::unknown_type, Code::unknown_type});
  CHECK(all[0].suggestion == "Conv2d");
  CHECK(all[0].fixes[0].text == "\"Conv2d\"");
  CHECK(all[0].amct == AmctError::skip_types);
  CHECK(amct_names(all[0]) == Names{"conv2d", "ReLU"});
  CHECK(notes(all[1]) == std::vector{NoteKind::reason_class});
  CHECK(all[2].suggestion == "Conv2d");
  CHECK(all[3].suggestion.empty());
  CHECK(all[3].amct == AmctError::override_types);
}

TEST_CASE("of many unknown types, the first get a suggestion") {
  std::string cfg;
  for (char c = 'A'; c <= 'Z'; ++c) cfg += std::string("quant_skip_layer_types: \"Conv2") + c + "\"\n";
  const Case all(cfg, small_net());
  REQUIRE(all.resolution->diagnostics().errors() == 26);
  CHECK(all[0].suggestion == "Conv2d");
  CHECK(all.first(Code::unknown_type).fixes.size() == 1);
  CHECK(all[24].code == Code::unknown_type);
  CHECK(all[24].suggestion.empty());
}

TEST_CASE("empty names") {
  const Case all(
      "quant_skip_layers: [\"\", \"\"] quant_skip_layer_types: \"\"\n"
      "distill_override_layers {} distill_override_layers {}\n"
      "distill_override_layer_types { layer_type: \"\" }\n"
      "distill_group { start_layer_name: \"conv1\" }",
      small_net());
  CHECK(all.codes() == Codes(7, Code::empty_name));
  CHECK(all[0].arguments[0].text == "quant_skip_layers");
  CHECK(amct_names(all[0]) == Names{""});
  CHECK(amct_names(all[1]) == Names{""});
  CHECK(all[3].amct == AmctError::override_layers_repeated);
  CHECK(all[4].amct == AmctError::override_layers);
  CHECK(all.at(all[4]) == "distill_override_layers");
  CHECK(all[6].arguments[0].text == "end_layer_name");
  CHECK(all[6].amct == AmctError::no_route);
  CHECK(amct_names(all[6]) == Names{"conv1", ""});
  for (std::uint32_t i = 0; i < 7; ++i) {
    for (const std::string_view name : all[i].amct_names) CHECK(name.data() != nullptr);
  }
}

TEST_CASE("repeated names") {
  const Case all(
      "quant_skip_layers: [\"fc1\", \"fc1\"]\n"
      "quant_skip_layer_types: [\"Linear\", \"Linear\"]\n"
      "distill_override_layers { layer_name: \"conv2\" }\n"
      "distill_override_layers { layer_name: \"conv1\" }\n"
      "distill_override_layers { layer_name: \"conv1\" }\n"
      "distill_override_layers { layer_name: \"conv2\" }\n"
      "distill_override_layers { layer_name: \"nope\" }\n"
      "distill_override_layer_types { layer_type: \"Conv2d\" }\n"
      "distill_override_layer_types { layer_type: \"Conv2d\" }\n",
      small_net());
  CHECK(all.codes() == Codes{Code::repeated_skip, Code::repeated_skip, Code::repeated_override_layer,
                             Code::repeated_override_layer, Code::unknown_layer, Code::repeated_override_type});
  CHECK(all.at(all[0]) == "\"fc1\"");
  CHECK(all[0].fixes.size() == 1);
  CHECK(note(all[0], NoteKind::first_set_here).at.begin < all[0].at.begin);
  CHECK(all[2].arguments[0].text == "conv1");
  CHECK(all[3].arguments[0].text == "conv2");
  CHECK(all.at(note(all[2], NoteKind::first_set_here).at) == "\"conv1\"");
  CHECK(all.at(note(all[3], NoteKind::first_set_here).at) == "\"conv2\"");
  CHECK(amct_names(all[2]) == Names{"conv2", "conv1"});
  CHECK(all[4].amct == AmctError::override_layers);
  CHECK(all[5].amct == AmctError::override_types_repeated);
  CHECK(all.layer("conv1").layer_override == 1);  // the first counts
}

TEST_CASE("overrides that a skip makes dead") {
  const Case all(
      "quant_skip_layers: \"conv1\" quant_skip_layer_types: \"Linear\"\n"
      "distill_override_layers { layer_name: \"conv1\" }\n"
      "distill_override_layers { layer_name: \"fc1\" }\n"
      "distill_override_layers { layer_name: \"conv2\" }\n"
      "distill_override_layer_types { layer_type: \"Linear\" }\n",
      small_net());
  CHECK(all.codes() == Codes(3, Code::dead_override));
  CHECK(all.resolution->ok());
  CHECK(all[0].arguments[0].text == "conv1");
  CHECK(all[0].arguments[1].text == "quant_skip_layers");
  CHECK(all.at(note(all[0], NoteKind::skipped_here).at) == "\"conv1\"");
  CHECK(all[1].arguments[1].text == "quant_skip_layer_types");
  CHECK(note(all[1], NoteKind::skipped_here).arguments[0].text == "Linear");
  CHECK(all[2].arguments[0].text == "Linear");
  for (const std::uint32_t i : {1U, 2U}) {
    CHECK(all.at(note(all[i], NoteKind::skipped_here).at) == "\"Linear\"");
  }
}

// ---- Settings

TEST_CASE("one rule gives a layer everything, and nothing is inherited") {
  const Case all(
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 6 clip_min: -6 } } }\n"
      "distill_override_layers { layer_name: \"conv1\" distill_weight_quant_config {\n"
      "  ulq_distill { channel_wise: false } } }\n"
      "distill_override_layer_types { layer_type: \"Linear\" }\n"
      "quant_skip_layers: \"fc2\"",
      small_net());
  const Resolution& resolution = *all.resolution;
  CHECK(resolution.ok());
  CHECK(resolution.rule(all.layer("conv1")).from == Origin::layer_override);
  CHECK_FALSE(resolution.data(all.layer("conv1")).has_clip);
  CHECK(resolution.weight(all.layer("conv1")).algo.value == WeightAlgorithmName::ulq_distill);
  CHECK_FALSE(resolution.weight(all.layer("conv1")).channel_wise.value);
  CHECK(resolution.rule(all.layer("conv2")).from == Origin::global);
  CHECK(resolution.data(all.layer("conv2")).clip_max.value == 6.0F);
  CHECK(resolution.rule(all.layer("fc1")).from == Origin::type_override);
  CHECK_FALSE(resolution.data(all.layer("fc1")).has_clip);
  CHECK_FALSE(resolution.quantized(all.layer("fc2")));
  Rule lost[Resolution::max_lost];
  REQUIRE(resolution.lost(all.layer("fc2"), lost) == 2);
  CHECK(lost[0].from == Origin::type_override);
  CHECK(lost[1].from == Origin::global);
}

TEST_CASE("global settings for weights alone have a place, and an algorithm comes from the rule that decides") {
  const Case all(
      "distill_weight_quant_config { arq_distill {} } distill_override_layers { layer_name: 'conv1'"
      " distill_weight_quant_config { ulq_distill {} } }",
      small_net());
  CHECK(all.resolution->rule(all.layer("conv2")).from == Origin::global);
  CHECK(all.resolution->rule(all.layer("conv2")).at == 0);
  CHECK(all.resolution->weight(all.layer("conv1")).algo.from == Origin::layer_override);
}

TEST_CASE("data types that differ are reported once for each source, where the first layer gets it") {
  const Case all("distill_weight_quant_config { arq_distill { dst_type: INT8 } }\n" + std::string(int4_data) +
                     "distill_override_layers { layer_name: \"fc1\" " + std::string(int4_data) +
                     "}\n"
                     "distill_override_layer_types { layer_type: \"Conv2d\" " +
                     std::string(int4_data) + "}",
                 small_net());
  CHECK(all.codes() == Codes(3, Code::data_type_mismatch));
  CHECK(all[0].severity == Severity::error);
  CHECK(all[0].amct == AmctError::data_types);
  CHECK(amct_names(all[0]) == Names{"INT4", "INT8"});
  // In the order of the layers: conv1 and conv2, then fc1, then fc2.
  CHECK(note(all[0], NoteKind::used_by_layers).arguments[0].text == "conv1");
  CHECK(note(all[0], NoteKind::used_by_layers).arguments[1].number == 2);
  CHECK(note(all[1], NoteKind::used_by_layer).arguments[0].text == "fc1");
  CHECK(note(all[2], NoteKind::used_by_layer).arguments[0].text == "fc2");
  CHECK(all[0].at.begin > all[2].at.begin);
}

TEST_CASE("what no layer gets is not checked") {
  const Case all(std::string(int4_data) +
                     "distill_override_layers { layer_name: \"conv\" distill_data_quant_config {\n"
                     "  ulq_quantize { clip_max_min { clip_max: -1 clip_min: inf } } } }\n"
                     "distill_override_layer_types { layer_type: \"Conv2d\" }\n"
                     "quant_skip_layers: \"conv\"",
                 chain({{"conv", "Conv2d", "Conv"}, {"b", "Conv2d", "Conv"}}));
  // That the types fall back to INT8 is a trap of the cfg, not of a layer.
  CHECK(all.codes() == Codes{Code::override_resets, Code::dead_override});
  CHECK(all.resolution->ok());
}

TEST_CASE("clips") {
  const Case all(
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: -0.0 clip_min: 1 } } }\n"
      "distill_override_layers { layer_name: \"fc1\" distill_data_quant_config {\n"
      "  ulq_quantize { clip_max_min { clip_max: inf clip_min: nan } } } }\n"
      "distill_override_layers { layer_name: \"conv1\" distill_data_quant_config {\n"
      "  ulq_quantize { clip_max_min { clip_min: -1 } } } }\n",
      small_net());
  CHECK(all.codes() == Codes{Code::clip_max_not_positive, Code::clip_max_not_positive, Code::clip_min_not_negative,
                             Code::non_finite_clip, Code::non_finite_clip});
  CHECK(amct_names(all[0]) == Names{"conv1"});
  CHECK(all[0].amct == AmctError::clip_max);
  CHECK(amct_names(all[1]) == Names{"conv2"});
  CHECK(all.at(all[1]) == "-0.0");
  CHECK(note(all[1], NoteKind::used_by_layers).arguments[1].number == 2);
  CHECK(all[2].amct == AmctError::clip_min);
  CHECK(all[3].severity == Severity::warning);
}

TEST_CASE("channel_wise is for convolutions") {
  const Case all("distill_weight_quant_config { arq_distill { channel_wise: true } }", small_net());
  CHECK(all.codes() == Codes{Code::channel_wise_linear});
  CHECK(all[0].severity == Severity::error);
  CHECK(all[0].amct == AmctError::channel_wise);
  CHECK(amct_names(all[0]) == Names{"fc1"});
  CHECK(note(all[0], NoteKind::used_by_layers).arguments[1].number == 2);
  CHECK(all.resolution->weight(all.layer("conv1")).channel_wise.value);
}

TEST_CASE("INT4 where AMCT cannot distil it") {
  const Case all(std::string(int4_data) +
                     "distill_weight_quant_config { arq_distill { dst_type: INT4 } }\n"
                     "distill_override_layer_types { layer_type: \"Linear\" " +
                     std::string(int4_data) + "}",
                 small_net(), {.int4 = false});
  CHECK(all.codes() == Codes(3, Code::int4_not_supported));
  CHECK(all[0].amct == AmctError::int4);
  CHECK(all.at(all[0]) == "INT4");
  CHECK(all[0].fixes[0].text == "INT8");
  CHECK(note(all[2], NoteKind::used_by_layers).arguments[0].text == "fc1");
  // AMCT reads the global settings, and first, even if no layer uses them.
  const Case unused("distill_override_layers { layer_name: \"conv1\" " + std::string(int4_data) + "}\n" +
                        std::string(int4_data) +
                        "\nquant_skip_layer_types: \"Linear\"\n"
                        "distill_override_layer_types { layer_type: \"Conv2d\" }",
                    small_net(), {.int4 = false});
  REQUIRE(unused.codes() == Codes{Code::override_resets, Code::int4_not_supported, Code::int4_not_supported});
  CHECK(unused[1].at.begin > unused[2].at.begin);
  CHECK(unused[1].notes.empty());
}

TEST_CASE("numbers that must not be 0") {
  const Case all("group_size: 0 batch_num: 0", small_net());
  CHECK(all.codes() == Codes(2, Code::value_below_one));
  CHECK(all[0].amct == AmctError::batch_num);
  CHECK(all.at(all[0]) == "0");
  CHECK(all[1].amct == AmctError::group_size);
  CHECK_FALSE(all.resolution->groups().empty());
}

TEST_CASE("nothing is quantised") {
  const Case all("quant_skip_layer_types: \"Linear\" quant_skip_layers: [\"conv1\", \"conv2\"]", small_net());
  CHECK(all.codes() == Codes{Code::nothing_quantized});
  CHECK(all[0].amct == AmctError::nothing_enabled);
  CHECK(notes(all[0]) == std::vector{NoteKind::skipped_here, NoteKind::skipped_here});
}

TEST_CASE("layers that are named as keys of config.json") {
  const std::string model =
      chain({{"batch_num", "Conv2d", "Conv"}, {"conv", "Conv2d", "Conv"}, {"version", "Conv2d", "Conv"}});
  const Case all(
      "distill_override_layers { layer_name: \"batch_num\" distill_data_quant_config {\n"
      "  ulq_quantize { clip_max_min { clip_max: -1 clip_min: -1 } dst_type: INT4 } } }",
      model);
  // Its types are compared, its values are not read.
  CHECK(all.codes() == Codes{Code::data_type_mismatch, Code::layer_named_version, Code::reserved_layer_name});
  CHECK(all[1].amct == AmctError::version);
  CHECK_FALSE(all.resolution->quantized(all.layer("batch_num")));
  CHECK(all.resolution->quantized(all.layer("conv")));

  const Case is_default("", model, {.default_config = true});
  CHECK(is_default.codes() == Codes{Code::reserved_layer_name, Code::reserved_layer_name});
  CHECK(is_default.resolution->ok());
  CHECK(is_default.resolution->quantized(is_default.layer("batch_num")));
  CHECK(is_default.layer("version").reserved_name);

  // Nor is there anything to say of its values.
  const std::string global = "distill_data_quant_config { ulq_quantize { fixed_min: true } }\n";
  const std::string settings =
      " distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1e39 clip_min: -1 } } } }";
  for (const std::string& override_ : {"distill_override_layers { layer_name: \"batch_num\"" + settings,
                                       "distill_override_layer_types { layer_type: \"Conv2d\"" + settings}) {
    const Case unread(global + override_, chain({{"batch_num", "Conv2d", "Conv"}, {"fc", "Linear", "Gemm"}}));
    CHECK(unread.codes() == Codes{Code::reserved_layer_name});
  }

  const Case only("", chain({{"group_size", "Conv2d", "Conv"}}));
  CHECK(only.codes() == Codes{Code::reserved_layer_name, Code::nothing_quantized});
}

// ---- The whole

namespace {

// Something wrong in every step that a cfg can reach at once, in AMCT's order.
struct Everything {
  std::string model =
      module_text("q", "IFMR") + small_net() + module_text("version", "Conv2d") + own_node("version", "Conv", {});
  std::string cfg =
      "batch_num: 010\n" + group("conv1", "nope") + group("conv2", "fc1") + group("relu2", "relu2") +
      "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 0 clip_min: 0 } dst_type: INT4 } }\n"
      "distill_override_layers { layer_name: \"conv9\" }\n"
      "distill_override_layers { layer_name: \"conv9\" }\n"
      "distill_override_layer_types { layer_type: \"Linear\" distill_weight_quant_config {\n"
      "  arq_distill { channel_wise: true } } }\n"
      "distill_override_layer_types { layer_type: \"Linear\" }\n"
      "distill_override_layer_types { layer_type: \"ReLU\" }\n"
      "quant_skip_layer_types: \"Conv3d\" quant_skip_layers: \"relu1\" group_size: 0\n";
};

}  // namespace

TEST_CASE("diagnostics come in the order of AMCT's checks") {
  const Everything everything;
  const Case all(everything.cfg, everything.model);
  CHECK(all.codes() == Codes{Code::quantizer_in_model, Code::octal_number, Code::override_resets,
                             Code::unsupported_layer, Code::unknown_type, Code::repeated_override_layer,
                             Code::unknown_layer, Code::repeated_override_type, Code::unsupported_type,
                             Code::data_type_mismatch, Code::value_below_one, Code::unknown_layer, Code::member_type,
                             Code::groups_intersect, Code::layer_named_version, Code::clip_max_not_positive,
                             Code::clip_min_not_negative, Code::channel_wise_linear});
  for (std::uint32_t i = 1; i < all.resolution->diagnostics().size(); ++i) CHECK(all[i - 1].rank <= all[i].rank);
  for (std::uint32_t i = 0; i < all.resolution->diagnostics().size(); ++i) {
    CHECK((all[i].amct != AmctError::none) == (all[i].severity == Severity::error));
  }
}

TEST_CASE("limits keep the first diagnostics, and count all") {
  const Everything everything;
  const Case all(everything.cfg, everything.model);
  std::vector<Diagnostic> errors;
  for (std::uint32_t i = 0; i < all.resolution->diagnostics().size(); ++i) {
    if (all[i].severity == Severity::error) errors.push_back(all[i]);
  }
  for (std::uint32_t limit = 1; limit <= errors.size(); ++limit) {
    const Case some(everything.cfg, everything.model, {.limits = {limit, 1}});
    CHECK(some.resolution->diagnostics().errors() == errors.size());
    CHECK_FALSE(some.resolution->ok());
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < some.resolution->diagnostics().size(); ++i) {
      if (some[i].severity != Severity::error) continue;
      CHECK(some[i].code == errors[kept].code);
      CHECK(some[i].amct == errors[kept].amct);
      ++kept;
    }
    CHECK(kept == limit);
  }
}

TEST_CASE("results do not depend on the seed of the hash table") {
  const Everything everything;
  const std::string expected = dump(*Case(everything.cfg, everything.model).resolution);
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    const Case other(everything.cfg, everything.model, {.hash_seed = seed * 0x9E37'79B9'7F4A'7C15U});
    CHECK(dump(*other.resolution) == expected);
  }
}

TEST_CASE("a resolution may be moved") {
  const Case all(group("conv1", "relu2"), small_net());
  const std::string before = dump(*all.resolution);
  ModelDocument model = parsed_model(small_net());
  const Document config = parse(group("conv1", "relu2"));
  Resolution first = resolve(config.config(), model.model(), {.config_text = config.text()});
  Resolution second(std::move(first));
  Resolution third;
  third = std::move(second);
  CHECK(dump(third) == before);
}

TEST_CASE("memory may fail at any allocation") {
  const Everything everything;
  const std::string small_cfg = group("conv1", "relu2") + "group_size: 2 quant_skip_layers: \"fc1\"";
  const std::string small_model = small_net();
  const std::pair<const std::string*, const std::string*> cases[] = {{&everything.cfg, &everything.model},
                                                                     {&small_cfg, &small_model}};
  for (const auto& [cfg, model_text] : cases) {
    const ModelDocument model = parsed_model(*model_text);
    const Document config = parse(*cfg);
    const std::string whole = dump(resolve(config.config(), model.model(), {.config_text = config.text()}));
    // By number of allocation, and by size of a buffer.
    for (const bool and_later : {false, true}) {
      bool failed = true;
      for (std::uint64_t call = 0; failed; ++call) {
        TestAllocator allocator;
        {
          allocator.fail_at(call, and_later);
          const Resolution resolution =
              resolve(config.config(), model.model(), {.config_text = config.text(), .memory = allocator.memory()});
          failed = allocator.refused() != 0;
          const std::string text = dump(resolution);
          if (!failed) CHECK(text == whole);
          // One refusal may be made good by a smaller block.
          if (text != whole) CHECK_FALSE(resolution.ok());
        }
        CHECK(allocator.all_returned());
      }
    }
    bool enough = false;
    for (std::size_t size = 0; !enough; size += 16) {
      TestBuffer buffer(size);
      const Resolution resolution =
          resolve(config.config(), model.model(), {.config_text = config.text(), .memory = buffer.memory()});
      const std::string text = dump(resolution);
      enough = text == whole;
      if (enough) continue;
      CHECK_FALSE(resolution.ok());
      bool told = false;
      for (std::uint32_t i = 0; i < resolution.diagnostics().size(); ++i) {
        told |= resolution.diagnostics()[i].code == Code::out_of_memory;
      }
      CHECK(told);
    }
  }
}

TEST_CASE("with a buffer there is no heap") {
  const ModelDocument model = parsed_model(small_net());
  const Document config = parse(group("conv1", "relu2"));
  TestBuffer buffer(65536);
  heap_calls = 0;
  const Resolution resolution = resolve(config.config(), model.model(), {.memory = buffer.memory()});
  CHECK(heap_calls == 0);
  const Resolution heap = resolve(config.config(), model.model());
  CHECK(heap_calls != 0);
  CHECK(resolution.ok());
  CHECK(buffer.contains(resolution.layers().data(), resolution.layers().size_bytes()));
  CHECK(buffer.contains(resolution.groups().data(), resolution.groups().size_bytes()));
}

TEST_CASE("numbers of any length take no memory") {
  const std::string zeros(200'000, '0');
  const Document config = parse("distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 6." + zeros +
                                " clip_min: -6.0 } } }\ndistill_override_layers { layer_name: \"conv1\" }");
  const ModelDocument model = parse_model(small_net());
  REQUIRE(config.ok());
  const test::TestBuffer buffer(static_cast<std::size_t>(resolve_arena_bound(config.config(), model.model())) + 1024);
  const Resolution resolution =
      resolve(config.config(), model.model(), {.config_text = config.text(), .memory = buffer.memory()});
  CHECK(resolution.ok());
  REQUIRE(resolution.diagnostics().size() == 1);
  CHECK(resolution.diagnostics()[0].arguments[2].text == "6 / -6.0");
}

TEST_CASE("a config and a model that code has made, the model with mistakes in it") {
  Arena arena{Memory()};
  Model model;
  const auto add_module = [&](const char* name, const char* type) {
    Field<Module> module = Module{};
    module->name = Text(name);
    module->type = Text(type);
    REQUIRE(model.module.push_back(arena, module) != nullptr);
  };
  const auto add_node = [&](const char* name, const char* op, std::initializer_list<std::uint32_t> consumers) {
    Field<Node> node = Node{};
    node->name = Text(name);
    node->op_type = Text(op);
    node->module_name = Text(name);
    Field<Port> port = Port{};
    for (const std::uint32_t consumer : consumers) port->consumer.push_back(arena, Field<std::uint32_t>(consumer));
    for (const std::uint32_t output : {0U, 7U}) port->graph_output.push_back(arena, Field<std::uint32_t>(output));
    node->output.push_back(arena, port);
    // Edges back, from another port.
    Field<Port> second = Port{};
    second->consumer.push_back(arena, Field<std::uint32_t>(0U));
    node->output.push_back(arena, second);
    REQUIRE(model.node.push_back(arena, node) != nullptr);
  };
  add_module("a", "Conv2d");
  add_module("a", "Linear");  // the name is taken
  add_module("b", "Conv2d");
  add_node("a", "Conv", {0, 1, 2, 99, 4294967295U});
  add_node("b", "Conv", {1, 0});
  AMCTDistillConfig config;
  Field<DistillGroup> one = DistillGroup{};
  one->start_layer_name = Text("a");
  one->end_layer_name = Text("b");
  REQUIRE(config.distill_group.push_back(arena, one) != nullptr);
  REQUIRE(config.quant_skip_layers.push_back(arena, Field<Text>(Text("nope"))) != nullptr);
  const Resolution resolution = resolve(config, model);
  REQUIRE(resolution.layers().size() == 2);
  CHECK(resolution.type(resolution.layers()[0]) == "Conv2d");
  REQUIRE(resolution.groups().size() == 1);
  CHECK(resolution.members(resolution.groups()[0]).size() == 2);
  REQUIRE(resolution.diagnostics().size() == 1);
  CHECK(resolution.diagnostics()[0].code == Code::unknown_layer);
  CHECK_FALSE(resolution.diagnostics()[0].at.has_place());
}

TEST_CASE("models with mistakes that their text has") {
  const auto resolved = [](std::string_view cfg, const std::string& model_text) {
    ModelDocument model = parse_model(model_text);
    CHECK_FALSE(model.ok());
    Document config = parse(cfg);
    REQUIRE(config.ok());
    const Resolution resolution = resolve(config.config(), model.model());
    std::vector<std::pair<Code, std::uint32_t>> found;  // and the number of notes
    for (std::uint32_t i = 0; i < resolution.diagnostics().size(); ++i) {
      found.emplace_back(resolution.diagnostics()[i].code, resolution.diagnostics()[i].notes.size());
    }
    return found;
  };
  // A layer but for its name, which is taken: nothing that AMCT says of it explains that.
  CHECK(resolved("quant_skip_layer_types: \"Conv2d\"", module_text("a", "ReLU") + module_text("a", "Conv2d")) ==
        std::vector{std::pair(Code::no_supported_layer, 0U), std::pair(Code::unsupported_type, 0U)});
  // A layer without a name is one that an override may name.
  CHECK(resolved("distill_override_layers { layer_name: \"\" } distill_override_layers { layer_name: \"\" }",
                 module_text("", "Conv2d")) == std::vector{std::pair(Code::repeated_override_layer, 1U)});
}

TEST_CASE("empty models and configs") {
  const AMCTDistillConfig config;
  const Model model;
  const Resolution resolution = resolve(config, model);
  REQUIRE(resolution.diagnostics().size() == 1);
  CHECK(resolution.diagnostics()[0].code == Code::no_supported_layer);
  CHECK(resolution.layers().empty());
}

namespace {

// `blocks` times a convolution, with a way around it if `residual`; then a layer that nothing feeds.
std::string deep_net(std::uint32_t blocks, bool residual) {
  std::string modules;
  std::string nodes;
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const std::string name = "conv" + std::to_string(i);
    modules += module_text(name, "Conv2d");
    std::string ports = "module_name: \"" + name + "\" output {";
    if (i + 1 < blocks) ports += " consumer: " + std::to_string(i + 1);
    if (residual && i + 2 < blocks) ports += " consumer: " + std::to_string(i + 2);
    nodes += node_text(name, "Conv", ports + " }");
  }
  return modules + module_text("alone", "Conv2d") + nodes + own_node("alone", "Conv", {});
}

}  // namespace

// Whatever is not linear, or recursive, does not end within the time that a test has.
TEST_CASE("deep networks") {
  constexpr std::uint32_t blocks = 100'000;
  const std::string last = "conv" + std::to_string(blocks - 1);
  const Case unreachable(group("conv0", "alone"), deep_net(blocks, false));
  CHECK(unreachable.codes() == Codes{Code::no_route});
  const Case route(group("conv0", last), deep_net(blocks, false));
  CHECK(route.resolution->ok());
  REQUIRE(route.resolution->groups().size() == 2);
  CHECK(route.resolution->groups()[0].size == blocks);
  const Case residual(group("conv0", last), deep_net(blocks, true));
  CHECK(residual.codes() == Codes{Code::several_routes});
  // Every layer has a name in every list.
  std::string cfg = "group_size: 4294967295\n";
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const std::string name = "conv" + std::to_string(i);
    cfg += "quant_skip_layers: \"" + name + "\" distill_override_layers { layer_name: \"" + name + "\" }\n";
    cfg += "quant_skip_layers: \"" + name + "\" distill_override_layers { layer_name: \"un" + name + "\" }\n";
  }
  const Case all(cfg, deep_net(blocks, false));
  CHECK(all.resolution->diagnostics().errors() == blocks);
  CHECK(all.resolution->diagnostics().warnings() == 2 * blocks);
  CHECK(all.groups().size() == 2);
}
