// Texts that are right, and where everything in them stands. What is said of wrong ones is the
// business of recovery_test.cpp and of the goldens.
#include "distillcfg/parse.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "support/flat_config.hpp"
#include "support/output.hpp"
#include "support/random_config.hpp"
#include "support/test_memory.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;
using distillcfg::test::described;
using distillcfg::test::documented_sample;
using distillcfg::test::flat;
using distillcfg::test::FlatField;
using distillcfg::test::PaddedText;
using distillcfg::test::printed;
using distillcfg::test::RandomConfig;
using distillcfg::test::RandomConfigOptions;

namespace {

static_assert(!std::is_copy_constructible_v<Document> && !std::is_copy_assignable_v<Document>);
static_assert(std::is_nothrow_move_constructible_v<Document> && std::is_nothrow_move_assignable_v<Document>);
static_assert(std::is_nothrow_default_constructible_v<Document>);
static_assert(!std::is_copy_constructible_v<Diagnostics> && !std::is_copy_assignable_v<Diagnostics>);

// What borrows from a Document cannot be taken from a temporary one.
template <class D>
concept HandsOutConfig = requires {
  std::declval<D>().config();
};
template <class D>
concept HandsOutDiagnostics = requires {
  std::declval<D>().diagnostics();
};
template <class D>
concept HandsOutText = requires {
  std::declval<D>().text();
};
template <class D>
constexpr bool hands_out_all = HandsOutConfig<D>&& HandsOutDiagnostics<D>&& HandsOutText<D>;
template <class D>
constexpr bool hands_out_any = HandsOutConfig<D> || HandsOutDiagnostics<D> || HandsOutText<D>;
static_assert(hands_out_all<Document&> && hands_out_all<const Document&>);
static_assert(!hands_out_any<Document> && !hands_out_any<const Document> && !hands_out_any<const Document&&>);
static_assert(std::is_same_v<decltype(parse("")), Document>);

static_assert(noexcept(parse(std::string_view())) && noexcept(borrow_padded(std::string_view())));
static_assert(arena_bound(0) == 16384 && arena_bound(max_source_size) == 16ULL * max_source_size + 16384);

// Where the first occurrence of `needle` stands, or one further on.
std::uint32_t place(std::string_view text, std::string_view needle, int occurrence = 0) {
  std::size_t at = text.find(needle);
  for (; occurrence > 0; --occurrence) at = text.find(needle, at + 1);
  REQUIRE(at != std::string_view::npos);
  return static_cast<std::uint32_t>(at);
}

// Everything that a Document tells.
std::string told(const Document& document) {
  std::string text = described(document.config()) + (document.ok() ? "ok" : "failed");
  text += "\n" + std::to_string(document.diagnostics().errors()) + " errors, " +
          std::to_string(document.diagnostics().warnings()) + " warnings\n";
  for (std::uint32_t i = 0; i < document.diagnostics().size(); ++i) {
    const Diagnostic& diagnostic = document.diagnostics()[i];
    text += std::string(name_of(diagnostic.code)) + "@" + std::to_string(diagnostic.at.begin) + "-" +
            std::to_string(diagnostic.at.end) + "\n";
  }
  return text;
}

bool accepts(std::string_view text, const ParseOptions& options = {}) {
  const Document document = parse(text, options);
  return document.ok();
}

// The single layer name that a text skips.
std::string skipped_layer(std::string_view text) {
  const Document document = parse(text);
  if (!document.ok() || document.config().quant_skip_layers.size() != 1) return "refused";
  return std::string(document.config().quant_skip_layers[0]->view());
}

}  // namespace

TEST_CASE("the documented sample, field by field, each with its place") {
  const std::string_view text = documented_sample;
  const Document document = parse(text);
  REQUIRE(document.ok());
  CHECK(document.diagnostics().empty());
  CHECK(document.text() == text);
  const AMCTDistillConfig& config = document.config();

  CHECK(config.batch_num.value == 1);
  CHECK(config.batch_num.at == 0);
  CHECK(config.group_size.value == 1);
  CHECK(config.group_size.at == place(text, "group_size"));
  CHECK(config.data_dump.value);
  CHECK(config.data_dump.at == place(text, "data_dump"));

  REQUIRE(config.distill_group.size() == 1);
  CHECK(config.distill_group[0].at == place(text, "distill_group"));
  CHECK(config.distill_group[0]->start_layer_name.value == "layer1"sv);
  CHECK(config.distill_group[0]->start_layer_name.at == place(text, "start_layer_name"));
  CHECK(config.distill_group[0]->end_layer_name.value == "layer2"sv);
  CHECK(config.distill_group[0]->end_layer_name.at == place(text, "end_layer_name"));

  // The three occurrences of the data settings, and of the weights'.
  const auto check_data = [text](const Boxed<DistillDataQuantConfig>& data, int nth, float clip, DataType type) {
    CAPTURE(nth);
    REQUIRE(data.has_value());
    CHECK(data.at() == place(text, "distill_data_quant_config", nth));
    const Field<ActULQquantize>& ulq = data->ulq_quantize;
    CHECK(ulq.at == place(text, "ulq_quantize", nth));
    CHECK(ulq->clip_max_min.at == place(text, "clip_max_min", nth));
    CHECK(ulq->clip_max_min->clip_max.value == clip);
    CHECK(ulq->clip_max_min->clip_max.at == place(text, "clip_max:", nth));
    CHECK(ulq->clip_max_min->clip_min.value == -clip);
    CHECK(ulq->clip_max_min->clip_min.at == place(text, "clip_min:", nth));
    CHECK(ulq->fixed_min.value);
    CHECK(ulq->fixed_min.at == place(text, "fixed_min", nth));
    CHECK(ulq->dst_type.value == type);
    CHECK(ulq->dst_type.at == place(text, "dst_type", 2 * nth));
  };
  const auto check_weights = [text](const Boxed<DistillWeightQuantConfig>& weights, int nth, bool channel_wise) {
    CAPTURE(nth);
    REQUIRE(weights.has_value());
    CHECK(weights.at() == place(text, "distill_weight_quant_config", nth));
    const auto check = [&](const auto* algorithm, std::uint32_t at) {
      REQUIRE(algorithm != nullptr);
      CHECK(weights->weights_quant_algo.at == at);
      CHECK(algorithm->channel_wise.value == channel_wise);
      CHECK(algorithm->channel_wise.at == place(text, "channel_wise", nth));
      CHECK(algorithm->dst_type.value == DataType::INT8);
      CHECK(algorithm->dst_type.at == place(text, "dst_type", 2 * nth + 1));
    };
    const WeightAlgorithm& chosen = weights->weights_quant_algo.value;
    CHECK(chosen.index() == (nth < 2 ? 1 : 2));
    if (nth < 2) {
      check(std::get_if<ARQDistill>(&chosen), place(text, "arq_distill", nth));
    } else {
      check(std::get_if<WtsULQDistill>(&chosen), place(text, "ulq_distill"));
    }
  };
  check_data(config.distill_data_quant_config, 0, 6.0F, DataType::INT8);
  check_weights(config.distill_weight_quant_config, 0, true);

  REQUIRE(config.quant_skip_layers.size() == 1);
  CHECK(config.quant_skip_layers[0].value == "layer3"sv);
  CHECK(config.quant_skip_layers[0].at == place(text, "quant_skip_layers"));
  REQUIRE(config.quant_skip_layer_types.size() == 1);
  CHECK(config.quant_skip_layer_types[0].value == "type1"sv);
  CHECK(config.quant_skip_layer_types[0].at == place(text, "quant_skip_layer_types"));

  REQUIRE(config.distill_override_layers.size() == 1);
  const Field<DistillOverrideLayer>& layer = config.distill_override_layers[0];
  CHECK(layer.at == place(text, "distill_override_layers"));
  CHECK(layer->layer_name.value == "layer4"sv);
  CHECK(layer->layer_name.at == place(text, "layer_name:", 2));
  check_data(layer->distill_data_quant_config, 1, 3.0F, DataType::INT8);
  check_weights(layer->distill_weight_quant_config, 1, false);

  REQUIRE(config.distill_override_layer_types.size() == 1);
  const Field<DistillOverrideLayerType>& type = config.distill_override_layer_types[0];
  CHECK(type.at == place(text, "distill_override_layer_types"));
  CHECK(type->layer_type.value == "type2"sv);
  CHECK(type->layer_type.at == place(text, "layer_type:"));
  check_data(type->distill_data_quant_config, 2, 3.0F, DataType::INT4);
  check_weights(type->distill_weight_quant_config, 2, false);
}

TEST_CASE("nothing, and nothing but blanks") {
  for (const std::string_view text :
       {std::string_view(), ""sv, " "sv, "\n\n\t\r\v\f"sv, "# only a remark"sv, "#\n#\n"sv}) {
    for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
      const Document document = parse(text, {.semantics = semantics});
      CHECK(document.ok());
      CHECK(document.diagnostics().empty());
      CHECK(document.text() == text);
      CHECK(flat(document.config()).empty());
      CHECK(document.config().batch_num.value == 1);
    }
  }
  const PaddedText empty("");
  const Document borrowed = borrow_padded(empty.view());
  CHECK(borrowed.ok());
  const Document from_nothing = borrow_padded({});
  CHECK(from_nothing.ok());
  CHECK(from_nothing.text().empty());
}

TEST_CASE("a Document that was never parsed into") {
  const Document document;
  CHECK(document.ok());
  CHECK(document.text().empty());
  CHECK(document.diagnostics().empty());
  CHECK(flat(document.config()).empty());
  CHECK(document.arena_used() == 0);
  CHECK(document.arena_reserved() == 0);
}

TEST_CASE("elements of a list have places of their own, single ones that of their name") {
  const std::string_view text =
      "quant_skip_layers: \"a\" quant_skip_layers : [ \"b\" , 'c' 'd',\n# x\n\"e\"] quant_skip_layers:[]\n"
      "quant_skip_layers: \"f\"";
  const Document document = parse(text);
  REQUIRE(document.ok());
  const List<Field<Text>>& list = document.config().quant_skip_layers;
  REQUIRE(list.size() == 5);
  const std::vector<std::pair<std::string_view, std::uint32_t>> expected = {{"a", 0},
                                                                            {"b", place(text, "\"b\"")},
                                                                            {"cd", place(text, "'c'")},
                                                                            {"e", place(text, "\"e\"")},
                                                                            {"f", place(text, "quant_skip_layers", 3)}};
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    CHECK(list[i].value == expected[i].first);
    CHECK(list[i].at == expected[i].second);
  }
}

TEST_CASE("lists of messages, mixed with single ones") {
  const std::string_view text =
      "distill_group { start_layer_name: 'a' end_layer_name: 'b' }\n"
      "distill_group [ { start_layer_name: 'c', end_layer_name: 'd'; }, < start_layer_name: 'e' end_layer_name: 'f' > "
      "]\n"
      "distill_group: []; distill_group [];\n"
      "distill_group: [{start_layer_name:'g'end_layer_name:'h'}],";
  const Document document = parse(text);
  REQUIRE(document.ok());
  const List<Field<DistillGroup>>& groups = document.config().distill_group;
  REQUIRE(groups.size() == 4);
  CHECK(groups[0].at == 0);
  CHECK(groups[1].at == place(text, "[ {") + 2);
  CHECK(groups[2].at == place(text, "<"));
  CHECK(groups[3].at == place(text, "[{") + 1);
  const std::string_view names = "abcdefgh";
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(groups[i]->start_layer_name.value == names.substr(2 * i, 1));
    CHECK(groups[i]->start_layer_name.at == place(text, "start_layer_name", static_cast<int>(i)));
    CHECK(groups[i]->end_layer_name.value == names.substr(2 * i + 1, 1));
  }
}

TEST_CASE("lists of lists of fields: messages within messages within a list") {
  const std::string_view text =
      "distill_override_layers: [{layer_name:'a' distill_data_quant_config{ulq_quantize{clip_max_min{clip_max:1 "
      "clip_min:-1}}}},{layer_name:'b' distill_weight_quant_config:<arq_distill{}>}]batch_num:3";
  const Document document = parse(text);
  REQUIRE(document.ok());
  REQUIRE(document.config().distill_override_layers.size() == 2);
  CHECK(document.config()
            .distill_override_layers[0]
            ->distill_data_quant_config->ulq_quantize->clip_max_min->clip_max.value == 1.0F);
  CHECK(document.config().distill_override_layers[1]->distill_weight_quant_config->weights_quant_algo.value.index() ==
        1);
  CHECK(document.config().batch_num.value == 3);
}

TEST_CASE("strings: plain ones are views into the text, others are put together") {
  const Document document =
      parse("quant_skip_layers: ['plain', '', \"esc\\\\aped\", 'two' \" parts\", '\xE5\xB1\x82']");
  REQUIRE(document.ok());
  const List<Field<Text>>& list = document.config().quant_skip_layers;
  REQUIRE(list.size() == 5);
  const auto within = [&document](std::string_view value) {
    const auto first = reinterpret_cast<std::uintptr_t>(document.text().data());
    const auto at = reinterpret_cast<std::uintptr_t>(value.data());
    return at >= first && at + value.size() <= first + document.text().size();
  };
  CHECK(list[0].value == "plain"sv);
  CHECK(within(*list[0]));
  CHECK(list[1]->empty());
  CHECK(list[2].value == "esc\\aped"sv);
  CHECK_FALSE(within(*list[2]));
  CHECK(list[3].value == "two parts"sv);
  CHECK(list[4].value == "\xE5\xB1\x82"sv);
  CHECK(within(*list[4]));
}

TEST_CASE("strings: escapes and joining") {
  CHECK(skipped_layer("quant_skip_layers: \"\\a\\b\\f\\n\\r\\t\\v\\?\\'\\\"\\\\\"") == "\a\b\f\n\r\t\v?'\"\\");
  CHECK(skipped_layer("quant_skip_layers: 'a' # x\n \"b\"'c'\n\n\t\"\" 'd'") == "abcd");
  CHECK(skipped_layer("quant_skip_layers: \"\"\"a\"\"\"") == "a");
  CHECK(skipped_layer("quant_skip_layers: '' ''") == "");
  CHECK(skipped_layer("quant_skip_layers: ['a' 'b' 'c']") == "abc");
  CHECK(skipped_layer("quant_skip_layers: '\\0'") == "\0"sv);
  CHECK(skipped_layer("quant_skip_layers: 'a\\0b'") == "a\0b"sv);
  CHECK(skipped_layer("quant_skip_layers: '\\xc3' '\\xbc'") == "\xC3\xBC");
  CHECK(skipped_layer("quant_skip_layers: '\xC3' '\xBC'") == "\xC3\xBC");
  CHECK(skipped_layer("quant_skip_layers: '\xC3' \"\\274\"") == "\xC3\xBC");
  CHECK(skipped_layer("quant_skip_layers: '\\ud83d\\ude00'") == "\xF0\x9F\x98\x80");
  CHECK(skipped_layer("quant_skip_layers: '\x01\x1F\x7F\r\t'") == "\x01\x1F\x7F\r\t");
  for (const std::string_view refused :
       {"'\\xff'", "'\xFF'", "'\\ud83d' '\\ude00'", "'\\ude00'", "'\\400'", "'\\U00110000'", "'\\X41'", "'\\q'", "'a",
        "'\\x'", "'\\u123'", "'a\nb'", "\"a'", "'\xC3' 'x' '\xBC'", "'\\xed\\xa0\\x80'", "'\\300\\200'"}) {
    CAPTURE(refused);
    CHECK(skipped_layer("quant_skip_layers: " + std::string(refused)) == "refused");
  }
  CHECK(skipped_layer("quant_skip_layers: '" + std::string(100'000, 'x') + "'") == std::string(100'000, 'x'));
  std::string many = "quant_skip_layers:";
  for (int i = 0; i < 10'000; ++i) many += " 'ab'";
  CHECK(skipped_layer(many).size() == 20'000);
}

TEST_CASE("what a later value replaces is judged all the same") {
  const std::string_view text = "distill_override_layers { layer_name: '\\q' layer_name: 'a' }";
  CHECK_FALSE(accepts(text, {.semantics = Semantics::merge}));
  CHECK_FALSE(
      accepts("distill_override_layers { layer_name: '\\xff' layer_name: 'a' }", {.semantics = Semantics::amct}));
}

TEST_CASE("blanks of every length between a value and the next, three times over") {
  // The parser remembers what stood between two values; these gaps are shorter and longer than that.
  for (std::size_t gap = 0; gap < 150; ++gap) {
    const std::string blank = "\n" + std::string(gap, ' ');
    std::string text;
    for (int i = 0; i < 3; ++i) {
      text += "distill_group" + blank + "{" + blank + "start_layer_name:" + blank + "'a'" + blank + "end_layer_name" +
              blank + ": 'b'" + blank + "}" + blank;
      text += "quant_skip_layers:" + blank + "'x'" + blank;
    }
    const Document document = parse(text);
    REQUIRE(document.ok());
    REQUIRE(document.config().distill_group.size() == 3);
    for (std::uint32_t i = 0; i < 3; ++i) {
      const int nth = static_cast<int>(i);
      REQUIRE(document.config().distill_group[i].at == place(text, "distill_group", nth));
      REQUIRE(document.config().distill_group[i]->start_layer_name.at == place(text, "start_layer_name", nth));
      REQUIRE(document.config().distill_group[i]->end_layer_name.at == place(text, "end_layer_name", nth));
      REQUIRE(document.config().quant_skip_layers[i].at == place(text, "quant_skip_layers", nth));
    }
  }
}

TEST_CASE("what was remembered does not hold where it differs") {
  // The same bytes behind a value, but another name, another brace, more of a number or a string.
  CHECK(accepts(
      "distill_group{start_layer_name:'a' end_layer_name:'b'}distill_group<start_layer_name:'a' end_layer_name:'b'>"));
  CHECK_FALSE(accepts(
      "distill_group{start_layer_name:'a' end_layer_name:'b'}distill_group<start_layer_name:'a' end_layer_name:'b'}"));
  CHECK_FALSE(accepts(
      "distill_group{start_layer_name:'a' end_layer_name:'b'}distill_group{start_layer_name:'a' end_layer_name:'b'>"));
  CHECK(skipped_layer("quant_skip_layers: 'a' 'b'") == "ab");
  const Document document =
      parse("quant_skip_layers: 'a' quant_skip_layers: 'b' quant_skip_layers: 'c' 'd' quant_skip_layers: 'e'");
  REQUIRE(document.ok());
  REQUIRE(document.config().quant_skip_layers.size() == 4);
  CHECK(document.config().quant_skip_layers[2].value == "cd"sv);
  CHECK_FALSE(accepts("quant_skip_layers: 'a' quant_skip_layers: 'b' quant_skip_layers: 'c' quant_skip_layersx: 'd'"));
  CHECK_FALSE(accepts("distill_group{} distill_group{} distill_group{}"));
}

TEST_CASE("a list behind single values of the same field") {
  for (const std::string_view list : {"['c','d']"sv, " ['c' , 'd']"sv, "\n# x\n[\n'c',\n'd'\n]"sv, "[\"c\",\"d\"]"sv}) {
    for (const std::string_view gap : {" "sv, "\n"sv, "\n\n    "sv}) {
      std::string text;
      for (const std::string_view value : {"'a'"sv, "'b'"sv, list, "'e'"sv, list, "[]"sv}) {
        text += "quant_skip_layers:" + std::string(value) + std::string(gap);
      }
      CAPTURE(text);
      const Document document = parse(text);
      CHECK(document.ok());
      const List<Field<Text>>& layers = document.config().quant_skip_layers;
      REQUIRE(layers.size() == 7);
      const std::string_view names = "abcdecd";
      for (std::uint32_t i = 0; i < 7; ++i) CHECK(layers[i].value == names.substr(i, 1));
    }
  }
}

TEST_CASE("random configurations in the documented layout") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    test::TestAllocator allocator;
    Arena arena(allocator.memory());
    const RandomConfig expected(seed, arena, {.most_elements = seed % 20 == 0 ? 150U : 5U});
    const Document document = parse(expected.text());
    REQUIRE_MESSAGE(document.ok(), told(document));
    REQUIRE(described(document.config()) == described(expected.config()));
    REQUIRE(document.diagnostics().empty());
  }
}

TEST_CASE("random configurations in every layout and spelling") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    test::TestAllocator allocator;
    Arena arena(allocator.memory());
    const RandomConfig expected(seed, arena, {.wild = true, .most_elements = seed % 50 == 0 ? 20U : 3U});
    for (const Semantics semantics : {Semantics::strict, Semantics::amct}) {
      const Document document = parse(expected.text(), {.semantics = semantics});
      REQUIRE_MESSAGE(document.ok(), told(document));
      REQUIRE(described(document.config()) == described(expected.config()));
      REQUIRE(document.diagnostics().empty());
    }
    // Without the copy: from memory that ends where it may.
    const PaddedText padded(expected.text());
    const Document borrowed = borrow_padded(padded.view());
    REQUIRE(borrowed.ok());
    REQUIRE(borrowed.text().data() == padded.begin());
    REQUIRE(described(borrowed.config()) == described(expected.config()));
  }
}

TEST_CASE("a word for true or false is read up to the point that may not follow it") {
  for (const std::string_view word : {"true"sv, "True"sv, "t"sv, "false"sv, "False"sv, "f"sv}) {
    CAPTURE(word);
    const Document document = parse("data_dump: " + std::string(word) + ". batch_num: 2");
    CHECK(document.config().data_dump.value == (word[0] == 't' || word[0] == 'T'));
    REQUIRE(document.diagnostics().errors() == 1);
    const auto behind = static_cast<std::uint32_t>(11 + word.size());
    CHECK(document.diagnostics()[0].at == Span{behind, behind + 1});
    CHECK(document.config().batch_num.value == 2);
  }
}

TEST_CASE("words that are nearly true or false are neither") {
  for (const std::string_view word : {"true"sv, "false"sv, "True"sv, "False"sv, "t"sv, "f"sv}) {
    REQUIRE(parse("data_dump: " + std::string(word)).ok());
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::string other(word);
      other[i] = 'x';
      if (parse("data_dump: " + other).ok()) FAIL_CHECK(other);
    }
    if (word.size() > 1 && parse("data_dump: " + std::string(word) + "x").ok()) FAIL_CHECK(word);
  }
}

TEST_CASE("suggestions are made for the first mistakes alone") {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "batch_nun: 1\n";
  const Document document = parse(text);
  REQUIRE(document.diagnostics().size() == 40);
  // Looked for while no more than 20 mistakes were found before.
  for (std::uint32_t i = 0; i < 40; ++i) CHECK(document.diagnostics()[i].suggestion.empty() == (i > 20));
}

// What stands between two values is remembered as bytes, and compared in parts when it comes again. One
// byte that is another one must be seen, wherever it stands: here one that ends a comment.
TEST_CASE("every byte between two values is read") {
  for (std::size_t size = 1; size < 80; ++size) {
    const std::string comment(size, 'x');
    std::string text;
    for (const std::string_view name : {"a"sv, "b"sv, "c"sv}) {
      text += "quant_skip_layers: \"" + std::string(name) + "\" #" + comment + "\n";
    }
    const std::size_t last = text.size() - 1 - size;
    text += "quant_skip_layers: \"d\"\n";
    REQUIRE(parse(text).ok());
    for (std::size_t i = 0; i + 1 < size; ++i) {
      std::string other = text;
      other[last + i] = '\n';
      if (parse(other).ok()) FAIL_CHECK(size << ' ' << i);
    }
  }
}

TEST_CASE("random configurations whose fields are given again, merged") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    CAPTURE(seed);
    test::TestAllocator allocator;
    Arena arena(allocator.memory());
    const RandomConfig expected(seed, arena, {.wild = seed % 4 != 0, .merge = true, .most_elements = 2});
    const Document merged = parse(expected.text(), {.semantics = Semantics::merge});
    REQUIRE_MESSAGE(merged.ok(), told(merged));
    REQUIRE(described(merged.config()) == described(expected.config()));
    const Document amct = parse(expected.text(), {.semantics = Semantics::amct});
    REQUIRE(told(amct) == told(merged));
    // What is a warning here is an error under strict, unless it stands in a message that is one as a whole.
    const Document strict = parse(expected.text());
    REQUIRE(strict.ok() == (merged.diagnostics().warnings() == 0));
    REQUIRE(strict.diagnostics().errors() <= merged.diagnostics().warnings());
    REQUIRE(strict.diagnostics().warnings() == 0);
  }
}

TEST_CASE("borrow_padded tells what parse tells") {
  for (const std::string_view text : {""sv,
                                      "batch_num: 2"sv,
                                      documented_sample,
                                      "batch_num"sv,
                                      "batch_num:"sv,
                                      "distill_group {"sv,
                                      "'a"sv,
                                      "quant_skip_layers: ["sv,
                                      "quant_skip_layers: ['a"sv,
                                      "bogus: 1\nbatch_num: x\ndistill_group { start_layer_name: 'a' }"sv,
                                      "\0\0"sv,
                                      "batch_num: 1\0"sv,
                                      "\xEF\xBB\xBF"
                                      "batch_num: 1"sv,
                                      "quant_skip_layers: '\\"sv,
                                      "batch_num: 1 # x"sv,
                                      "}"sv,
                                      "\xFF"sv,
                                      "data_dump: tru"sv,
                                      "distill_data_quant_config { ulq_quantize { dst_type: INT"sv,
                                      "batch_num: 0x"sv,
                                      "quant_skip_layers: '\xE4\xB8"sv}) {
    CAPTURE(text);
    const PaddedText padded(text);
    for (const bool allow_unknown : {false, true}) {
      const ParseOptions options{.semantics = Semantics::strict, .allow_unknown = allow_unknown};
      const Document copied = parse(text, options);
      const Document borrowed = borrow_padded(padded.view(), options);
      CHECK(told(borrowed) == told(copied));
      CHECK(borrowed.text().data() == padded.begin());
      CHECK(copied.text() == text);
    }
  }
}

TEST_CASE("the text that was parsed may go away") {
  auto text = std::make_unique<std::string>(documented_sample);
  const Document document = parse(*text);
  text->assign(text->size(), '#');
  text.reset();
  CHECK(document.text() == documented_sample);
  CHECK(document.config().quant_skip_layers[0].value == "layer3"sv);
}

TEST_CASE("a Document can be moved without moving anything in it") {
  Document first = parse("batch_num: 2 quant_skip_layers: ['a', 'b\\n'] bogus: 1");
  const AMCTDistillConfig* const config = &first.config();
  const Field<Text>* const element = &first.config().quant_skip_layers[1];
  const char* const text = first.text().data();
  const Diagnostic* const diagnostic = &first.diagnostics()[0];
  const std::string before = told(first);

  Document second = std::move(first);
  CHECK(&second.config() == config);
  CHECK(&second.config().quant_skip_layers[1] == element);
  CHECK(second.text().data() == text);
  CHECK(&second.diagnostics()[0] == diagnostic);
  CHECK(told(second) == before);

  CHECK(first.text().empty());
  CHECK(first.diagnostics().empty());
  CHECK(first.ok());
  const Document warned = [] {
    Document document = parse("bogus: 1 bogus: 2", {.allow_unknown = true});
    return Document(std::move(document));
  }();
  CHECK(warned.diagnostics().warnings() == 2);
  CHECK(warned.diagnostics().warnings_not_kept() == 0);

  Document third = parse("group_size: 3");
  third = std::move(second);
  CHECK(&third.config() == config);
  CHECK(told(third) == before);

  std::vector<Document> documents;
  documents.push_back(std::move(third));
  for (int i = 0; i < 100; ++i) documents.push_back(parse("batch_num: " + std::to_string(i)));
  CHECK(&documents[0].config() == config);
  CHECK(told(documents[0]) == before);
  for (std::uint32_t i = 0; i < 100; ++i) CHECK(documents[i + 1].config().batch_num.value == i);
}

TEST_CASE("a Document that was moved from can be looked at, and parsed into again") {
  Document document = parse("batch_num: 2 bogus: 1 quant_skip_layers: 'a'");
  const Document taken = std::move(document);
  CHECK(document.config().quant_skip_layers.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(document.config().batch_num.value == 1);
  CHECK(document.diagnostics().empty());
  CHECK(document.diagnostics().errors() == 0);
  CHECK(document.text().empty());
  document = parse("batch_num: 5");
  CHECK(document.config().batch_num.value == 5);
  CHECK(taken.config().batch_num.value == 2);
}

TEST_CASE("unknown fields are errors unless they are allowed") {
  const std::string_view text =
      "future: 1 batch_num: 2 future { batch_num: 7 x: [1, 'a' \"b\", {y <>}] } group_size: 3 future: 'a' 'b' "
      "distill_group { start_layer_name: 'a' deep: -inf end_layer_name: 'b' } [com.example.x]: 1.5f, "
      "quant_skip_layers: 'z'";
  const Document refused = parse(text);
  CHECK_FALSE(refused.ok());
  CHECK(refused.diagnostics().errors() == 5);
  const Document document = parse(text, {.allow_unknown = true});
  CHECK(document.ok());
  CHECK(document.diagnostics().warnings() == 5);
  REQUIRE(document.diagnostics().size() == 5);
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(document.diagnostics()[i].code == Code::skipped_unknown_field);
  CHECK(printed(document.config()) ==
        "batch_num: 2\ngroup_size: 3\ndistill_group {\n  start_layer_name: \"a\"\n  end_layer_name: \"b\"\n}\n"
        "quant_skip_layers: \"z\"\n");
  CHECK(document.config().group_size.at == place(text, "group_size"));
}

TEST_CASE("what an unknown field may hold") {
  for (const std::string_view accepted : {"x: 1",
                                          "x: -1",
                                          "x: - 1",
                                          "x: 99999999999999999999999",
                                          "x: 0x1F",
                                          "x: 017",
                                          "x: 1.5e3f",
                                          "x: -inf",
                                          "x: - Nan",
                                          "x: -INFINITY",
                                          "x: word",
                                          "x: 'a'",
                                          "x: 'a' \"b\"\n'c'",
                                          "x: '\\400\\n'",
                                          "x: '\xFF\xFE'",
                                          "x: [1, 2, 3]",
                                          "x: []",
                                          "x []",
                                          "x: ['a' 'b', 1.5]",
                                          "x: [[1], [[2]], []]",
                                          "x {}",
                                          "x <>",
                                          "x: {}",
                                          "x { y: 1 }",
                                          "x { y: 1; z: 2, w: 3 }",
                                          "x { y { z { } } }",
                                          "x [{}, <>]",
                                          "x: [{ y: 1 }, { y: 2 }]",
                                          "x { [a.b]: 1 }",
                                          "x: 1;",
                                          "x: 1,",
                                          "x {};",
                                          "[a]: 1",
                                          "[a.b.c] { y: 1 }",
                                          "[a.b/c.d]: 1",
                                          "x: 1 x: 1 x { x: 1 }",
                                          "x { batch_num: 'any' distill_group: 5 }",
                                          "x:'a'y:'b'",
                                          "distill_group { start_layer_name: "
                                          "'a' x: 1; end_layer_name: 'b' }"}) {
    CAPTURE(accepted);
    CHECK_FALSE(accepts(accepted));
    CHECK(accepts(accepted, {.allow_unknown = true}));
  }
  for (const std::string_view refused :
       {"x",
        "x 1",
        "x: ",
        "x 'a'",
        "x: :1",
        "x: -'a'",
        "x: -word",
        "x: --1",
        "x: +1",
        "x: 08",
        "x: 1u",
        "x: 0x",
        "x: 1.2.3",
        "x: 'a",
        "x: '\\q'",
        "x: '\\x'",
        "x: '\\U00200000'",
        "x: [1 2]",
        "x: [1,]",
        "x: [,]",
        "x: [1;2]",
        "x: [",
        "x: [1",
        "x: {",
        "x { y }",
        "x { y: 1,, }",
        "x { , }",
        "x {>",
        "x <}",
        "x: {]",
        "x: 1;;",
        "x: 1,,",
        "x: 1 ; , y: 1",
        "x [1]",
        "x [{}, 1]",
        "x: @",
        "x: \x01",
        "x { 1: 2 }",
        "x { 'y': 1 }",
        "[a.]: 1",
        "[]: 1",
        "[a b]: 1",
        "[a]",
        "batch_num: x",
        "x: 1 batch_num: -1",
        "x { y: \xC3\xBC }",
        "dst_type: INT4 distill_weight_quant_config { arq_distill { dst_type: INT16 } }"}) {
    CAPTURE(refused);
    CHECK_FALSE(accepts(refused, {.allow_unknown = true}));
  }
}

TEST_CASE("unknown fields nest 10,000 levels deep and no deeper, without recursion") {
  const auto nested = [](std::size_t levels, std::string_view open, std::string_view close) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += open;
    for (std::size_t i = 0; i < levels; ++i) text += close;
    return text + " batch_num: 2";
  };
  for (const auto& [open, close] : {std::pair{"x{"sv, "}"sv}, std::pair{"x:<"sv, ">"sv}, std::pair{"x[{"sv, "}]"sv}}) {
    const std::size_t limit = open.size() == 3 && open[1] == '[' ? 5000 : 10'000;
    const Document document = parse(nested(limit, open, close), {.allow_unknown = true});
    CHECK(document.ok());
    CHECK(document.config().batch_num.value == 2);
    const Document deeper = parse(nested(limit + 1, open, close), {.allow_unknown = true});
    CHECK_FALSE(deeper.ok());
    REQUIRE_FALSE(deeper.diagnostics().empty());
    CHECK(deeper.diagnostics()[deeper.diagnostics().size() - 1].code == Code::nesting_limit);
    // What a message lacks may stand behind where reading ends.
    const Document unread =
        parse("distill_data_quant_config{ulq_quantize{clip_max_min{clip_max:1}}} " + nested(limit + 1, open, close),
              {.semantics = Semantics::merge, .allow_unknown = true});
    CHECK(unread.diagnostics().errors() == 1);
    CHECK_FALSE(accepts(nested(1'000'000, open, close), {.allow_unknown = true}));
  }
  CHECK(accepts("x: " + std::string(10'000, '[') + std::string(10'000, ']'), {.allow_unknown = true}));
  CHECK_FALSE(accepts("x: " + std::string(10'001, '[') + std::string(10'001, ']'), {.allow_unknown = true}));
  for (const std::string_view unknown_only : {"x{"sv, "x:["sv, "x<"sv}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += unknown_only;
    CHECK_FALSE(accepts(text, {.allow_unknown = true}));
    CHECK_FALSE(accepts(text));
  }
}
