// Limits on diagnostics, and running out of memory at every place where that can be.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "support/flat_config.hpp"
#include "support/output.hpp"
#include "support/test_memory.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;
using distillcfg::test::described;
using distillcfg::test::documented_sample;
using distillcfg::test::PaddedText;
using distillcfg::test::TestAllocator;
using distillcfg::test::TestBuffer;

namespace {

constexpr std::uint32_t unlimited = 0;

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// Mistakes of many kinds.
constexpr std::string_view broken_text =
    "batch_num: x\nbatch_num 3\nbogus: { a: [1, 2] }\ngroup_sise: 4\ndistill_group { start_layer_name: 'a\\q' "
    "end_layer_name: }\n"
    "quant_skip_layers: ['a' 'b', nope, \"\xFF\", 'c\ndistill_data_quant_config: { ulq_quantize = { clip_max_min { "
    "clip_max: 08 } "
    "dst_type: INT16 fixed_min: maybe } }\n}\n// remark\ndistill_override_layers { distill_weight_quant_config { "
    "arq_distill {} "
    "ulq_distill {} } }\ndata_dump: true data_dump: false\n\x01\n";

// Text that is right, with escapes, joined strings, boxes, every kind of list.
constexpr std::string_view right_text =
    "batch_num: 2 quant_skip_layers: ['a\\n', 'b' 'c', 'd', 'e', 'f', 'g'] distill_group [{start_layer_name:'a' "
    "end_layer_name:'b'}]\n"
    "distill_override_layers { layer_name: 'x' distill_data_quant_config { ulq_quantize {} } "
    "distill_weight_quant_config { "
    "arq_distill {} } } distill_weight_quant_config {} quant_skip_layers: \"\\u4e2d\"";

// Right, with warnings that are found in another order than that of their places.
constexpr std::string_view warned_text =
    "distill_group { end_layer_name: 'b' }\nbatch_num: 1\nfuture { x: 1 }\nbatch_num: 2\ndistill_override_layers "
    "{}\nbatch_num: 3\n";

bool ends_beyond_recovery(const Document& document) {
  const Diagnostics& diagnostics = document.diagnostics();
  const std::uint32_t size = diagnostics.size();
  return size != 0 && diagnostics[size - 1].code == Code::beyond_recovery;
}

bool is_ordered(const Diagnostics& diagnostics) {
  for (std::uint32_t i = 1; i < diagnostics.size(); ++i) {
    if (diagnostics[i].at.begin + 1U < diagnostics[i - 1].at.begin + 1U) return false;
  }
  return true;
}

bool has_code(const ParsedText& document, Code code) {
  for (std::uint32_t i = 0; i < document.diagnostics().size(); ++i) {
    if (document.diagnostics()[i].code == code) return true;
  }
  return false;
}

// What must hold of any Document, wherever memory ran out.
void check_consistent(const Document& document) {
  const Diagnostics& diagnostics = document.diagnostics();
  REQUIRE(document.ok() == !diagnostics.has_errors());
  REQUIRE(diagnostics.has_errors() == (diagnostics.errors() != 0));
  REQUIRE(diagnostics.errors_not_kept() <= diagnostics.errors());
  REQUIRE(diagnostics.warnings_not_kept() <= diagnostics.warnings());
  std::uint32_t errors = 0;
  std::uint32_t warnings = 0;
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    REQUIRE_FALSE(name_of(diagnostic.code).empty());
    (diagnostic.severity == Severity::error ? errors : warnings) += 1;
    if (diagnostic.at.has_place()) {
      REQUIRE(diagnostic.at.begin <= diagnostic.at.end);
      REQUIRE(diagnostic.at.end <= document.text().size());
    }
  }
  REQUIRE(errors + diagnostics.errors_not_kept() == diagnostics.errors());
  REQUIRE(warnings + diagnostics.warnings_not_kept() == diagnostics.warnings());
  REQUIRE(is_ordered(diagnostics));
  // Reads all of it, so that a sanitizer sees what does not live.
  REQUIRE(described(document.config()).size() < 1'000'000);
  REQUIRE(document.arena_used() <= document.arena_reserved());
}

// That a failing parse says so, and that one which had enough memory tells the same as ever.
void check_against(const Document& document, const Document& whole, bool memory_was_refused) {
  check_consistent(document);
  const bool ran_out = has_code(document, Code::out_of_memory);
  if (ran_out) {
    REQUIRE_FALSE(document.ok());
    REQUIRE(memory_was_refused);
    return;
  }
  REQUIRE(document.ok() == whole.ok());
  REQUIRE(document.diagnostics().errors() == whole.diagnostics().errors());
  REQUIRE(document.diagnostics().warnings() == whole.diagnostics().warnings());
  REQUIRE(document.diagnostics().size() == whole.diagnostics().size());
  for (std::uint32_t i = 0; i < whole.diagnostics().size(); ++i) {
    const Diagnostic& found = document.diagnostics()[i];
    const Diagnostic& expected = whole.diagnostics()[i];
    REQUIRE(found.code == expected.code);
    REQUIRE(found.at == expected.at);
    REQUIRE(found.notes.size() == expected.notes.size());
    REQUIRE(found.fixes.size() == expected.fixes.size());
  }
  REQUIRE(described(document.config()) == described(whole.config()));
}

struct Case {
  std::string_view text;
  ParseOptions options;
};

std::vector<Case> small_cases() {
  return {{broken_text, {}},
          {broken_text, {.semantics = Semantics::amct, .allow_unknown = true}},
          {broken_text, {.limits = {.max_errors = 1, .max_warnings = 1}}},
          {right_text, {}},
          {right_text, {.semantics = Semantics::merge}},
          {warned_text, {.semantics = Semantics::amct, .allow_unknown = true}},
          {documented_sample, {}},
          {"", {}},
          {"# only a remark", {}},
          {"x { y: [[[1]]] }", {.allow_unknown = true}}};
}

ParseOptions with_memory(ParseOptions options, const Memory& memory) {
  options.memory = memory;
  return options;
}

}  // namespace

TEST_CASE("how many diagnostics are kept changes neither acceptance nor their number") {
  std::vector<std::string> texts = {
      std::string(broken_text), repeated(broken_text, 40), std::string(right_text), std::string(warned_text),
      repeated("x:1\n", 1000), repeated("distill_group {}\n", 1000), repeated("batch_num: 1\n", 1000),
      repeated("distill_weight_quant_config { arq_distill {} ulq_distill {} }\n", 300),
      "quant_skip_layers: [" + repeated("nope, ", 500) + "]", repeated("\x01 \xFF ", 500),
      // Names that are nearly right, so that what is within them is read.
      repeated("distill_grup { start_layer_name: 'a' end_layer_name: 'b' bogus: 1 }\n", 200),
      repeated("distill_overide_layers { layer_nam: 'a' dist { x: 1 } }\n", 200),
      repeated("distill_group { strat_layer_name: 5 end_layer_name: x }\n", 200),
      repeated("quant_skip_layer: ['a' 'b' 7]\n", 200), repeated("data_dump: ture\nbatch_num: 'x'\n", 200)};
  for (const std::string& text : texts) {
    CAPTURE(std::string_view(text).substr(0, 100));
    for (const Semantics semantics : {Semantics::strict, Semantics::amct}) {
      for (const bool allow_unknown : {false, true}) {
        CAPTURE(semantics);
        CAPTURE(allow_unknown);
        ParseOptions options{.semantics = semantics, .allow_unknown = allow_unknown};
        const Document usual = parse(text, options);
        check_consistent(usual);
        std::string differing;
        for (const std::uint32_t most : {unlimited, 1U, 5U, 21U, 100U, UINT32_MAX}) {
          options.limits = {.max_errors = most, .max_warnings = most};
          const Document document = parse(text, options);
          check_consistent(document);
          const Diagnostics& found = document.diagnostics();
          CHECK(document.ok() == usual.ok());
          if (found.errors() != usual.diagnostics().errors() || found.warnings() != usual.diagnostics().warnings()) {
            differing += " " + std::to_string(found.errors()) + "/" + std::to_string(found.warnings()) + " for " +
                         std::to_string(most);
          }
          const auto kept = [most](std::uint32_t count) { return most == unlimited ? count : std::min(count, most); };
          CHECK(found.size() == kept(found.errors()) + kept(found.warnings()));
        }
        CHECK_MESSAGE(differing.empty(), usual.diagnostics().errors(), "/", usual.diagnostics().warnings(),
                      " errors and warnings for 100, but", differing);
      }
    }
  }
}

TEST_CASE("the first diagnostics are kept, each kind up to its own limit") {
  const std::string text = repeated("x: 1\n", 10) + repeated("batch_num: 1\n", 11) + repeated("x: 1\n", 10);
  const ParseOptions options{.semantics = Semantics::merge, .limits = {.max_errors = 3, .max_warnings = 2}};
  const Document document = parse(text, options);
  CHECK(document.diagnostics().errors() == 20);
  CHECK(document.diagnostics().warnings() == 10);
  CHECK(document.diagnostics().errors_not_kept() == 17);
  CHECK(document.diagnostics().warnings_not_kept() == 8);
  REQUIRE(document.diagnostics().size() == 5);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(document.diagnostics()[i].at == Span{5 * i, 5 * i + 1});
  CHECK(document.diagnostics()[3].code == Code::duplicate_field);
  CHECK(document.diagnostics()[4].code == Code::duplicate_field);
}

TEST_CASE("a million mistakes") {
  constexpr std::uint32_t million = 1'000'000;
  const std::string text = repeated("abc: 1\n", million);
  for (const std::uint32_t most : {unlimited, 1U, 100U, UINT32_MAX}) {
    CAPTURE(most);
    const Document document = parse(text, {.limits = {.max_errors = most}});
    CHECK_FALSE(document.ok());
    CHECK(document.diagnostics().errors() == million);
    const bool all = most == unlimited || most == UINT32_MAX;
    CHECK(document.diagnostics().size() == (all ? million : most));
    CHECK(document.diagnostics().errors_not_kept() == (all ? 0 : million - most));
    CHECK(document.diagnostics()[0].at == Span{0, 3});
    const std::uint32_t last = document.diagnostics().size() - 1;
    CHECK(document.diagnostics()[last].at == Span{7 * last, 7 * last + 3});
  }
}

// Recovery may look at so many bytes for each byte of the text, so reading all of a text shows that
// its time does not grow with the square of the size.
TEST_CASE("mistakes side by side or on one line are read to the end in linear time") {
  constexpr std::uint32_t count = 20'000;
  struct Case {
    std::string text;
    std::uint32_t errors;
  };
  const Case cases[] = {
      {repeated("#x\n", count) + repeated("y:1\n", count), count},
      {repeated("quant_skip_layers:\"a\0;"sv, count), count},
      {repeated("quant_skip_layers:\xE2\x80\x9C;", count), count / 2},
      {repeated("}", count) + repeated("abcdef:1 ", count), count + 1},
      {repeated("x:\"\\q", count) + "\"", count / 2},
      {repeated("/* a\n", count), count},
      {repeated("distill_group a b c ", count), 1},
      {repeated("distill_group(", count), 1},
      {repeated("distill_group{}}", count), 2 * count},
      {repeated("distill_group{start_layer_name:\"a\n}\n", count), count},
      {repeated("distill_group {}, {}, ", count), 3 * count},
      {repeated("batch_num: 1 2 3 ", count), 2 * count - 1},
      {repeated("distill_group{{}", count), 2 * count},
      {repeated("quant_skip_layers: [\"a\", ", count), count},
      {repeated("quant_skip_layers: a", count), 0},
      {repeated("\xD0\xB0"
                "a",
                count),
       1},
      {repeated("batch_num ", count) + ": 1", count - 1},
  };
  for (const Case& made : cases) {
    CAPTURE(made.text.substr(0, 40));
    const Document document = parse(made.text);
    CHECK_FALSE(document.ok());
    if (made.errors != 0) CHECK(document.diagnostics().errors() == made.errors);
    CHECK_FALSE(ends_beyond_recovery(document));
  }
}

TEST_CASE("any number of wrong signs may stand between a name and its value") {
  constexpr std::uint32_t many = 200'000;
  for (const std::string_view sign : {" \xC2\xA0"sv, "\xEF\xBC\x9A"sv, " ="sv}) {
    CAPTURE(sign);
    for (const std::string_view name : {"batch_num"sv, "distill_data_quant_config"sv}) {
      const Document document = parse(std::string(name) + repeated(sign, many) + ": 1");
      CHECK(document.diagnostics().errors() > 0);
    }
  }
}

TEST_CASE("recovery that would look at too much ends the run") {
  // Each message lacks its closing brace, which is looked for up to the end of the text.
  const std::string text = repeated("distill_group{", 50'000);
  for (const std::uint32_t most : {unlimited, 1U}) {
    const Document document = parse(text, {.limits = {.max_errors = most}});
    CHECK_FALSE(document.ok());
    CHECK(document.diagnostics().errors() > 2);
    CHECK(document.diagnostics().errors() < 50'000);
    CHECK(ends_beyond_recovery(document) == (most == unlimited));
  }
}

TEST_CASE("a million warnings") {
  constexpr std::uint32_t million = 1'000'000;
  const std::string text = repeated("x:1\n", million);
  const Document document = parse(text, {.allow_unknown = true});
  CHECK(document.ok());
  CHECK(document.diagnostics().warnings() == million);
  CHECK(document.diagnostics().size() == 100);
  CHECK(document.arena_used() <= arena_bound(text.size()) + 100 * 1024);
}

TEST_CASE("mistakes that are not kept take no memory") {
  for (const std::string_view piece :
       {"x:1\n"sv, "distill_group {}\n"sv, "data_dump: 7\n"sv, "batch_num: -1\n"sv, "quant_skip_layers: 7\n"sv, "}\n"sv,
        "\x01\n"sv, "distill_weight_quant_config { arq_distill { dst_type: x } }\n"sv,
        "quant_skip_layers: '\\q'\n"sv}) {
    CAPTURE(piece);
    const std::string text = repeated(piece, 20'000);
    const Document document = parse(text, {.limits = {.max_errors = 10, .max_warnings = 10}});
    CHECK_FALSE(document.ok());
    CHECK(document.arena_used() <= arena_bound(text.size()) + 20 * 1024);
  }
}

TEST_CASE("buffers of every size from nothing to enough") {
  for (const Case& one : small_cases()) {
    const Document whole = parse(one.text, one.options);
    const std::size_t enough = whole.arena_used() + 64;
    std::size_t sufficed = 0;
    for (std::size_t size = 0; size <= enough; ++size) {
      const TestBuffer buffer(size, size % 16);
      const Document document = parse(one.text, with_memory(one.options, buffer.memory()));
      CAPTURE(one.text);
      CAPTURE(size);
      check_against(document, whole, true);
      if (!has_code(document, Code::out_of_memory)) ++sufficed;
      REQUIRE(document.arena_reserved() == size);
    }
    CHECK(sufficed >= 1);
  }
}

TEST_CASE("a smaller buffer suffices for what borrow_padded reads") {
  for (const Case& one : small_cases()) {
    const PaddedText padded(one.text);
    const Document whole = parse(one.text, one.options);
    for (std::size_t size = 0; size <= whole.arena_used(); size += 3) {
      CAPTURE(one.text);
      CAPTURE(size);
      const TestBuffer buffer(size);
      const Document document = borrow_padded(padded.view(), with_memory(one.options, buffer.memory()));
      check_against(document, whole, true);
      REQUIRE(document.text() == one.text);
    }
  }
}

TEST_CASE("no buffer at all") {
  const TestBuffer empty(0);
  for (const Memory& memory :
       {empty.memory(), Memory(std::span<std::byte>()), Memory(Allocator{nullptr, nullptr, nullptr})}) {
    for (const std::string_view text : {""sv, "batch_num: 1"sv, documented_sample}) {
      const Document document = parse(text, {.memory = memory});
      CHECK_FALSE(document.ok());
      CHECK(document.diagnostics().errors() == 1);
      REQUIRE(document.diagnostics().size() == 1);
      CHECK(document.diagnostics()[0].code == Code::out_of_memory);
      CHECK(document.diagnostics()[0].severity == Severity::error);
      CHECK(document.text().empty());
      CHECK(described(document.config()).empty());
      CHECK(document.arena_used() == 0);
    }
  }
}

TEST_CASE("every allocation refused in turn, alone and with all behind it") {
  std::vector<Case> cases = small_cases();
  const std::string many_broken = repeated(broken_text, 30);
  const std::string many_right =
      repeated(right_text.substr(13), 1) + repeated(" quant_skip_layers: ['a', 'b\\n']", 300);
  cases.push_back({many_broken, {.limits = {0, 0}}});
  cases.push_back({many_right, {}});
  for (const Case& one : cases) {
    CAPTURE(one.text.substr(0, 60));
    const Document whole = parse(one.text, one.options);
    TestAllocator counting;
    { const Document counted = parse(one.text, with_memory(one.options, counting.memory())); }
    CHECK(counting.all_returned());
    const std::size_t calls = counting.calls();
    for (const bool and_later : {false, true}) {
      // A refusal makes for more calls, so those are refused as well.
      for (std::uint64_t refuse = 0; refuse < 2 * calls + 4; ++refuse) {
        CAPTURE(refuse);
        CAPTURE(and_later);
        TestAllocator allocator;
        allocator.fail_at(refuse, and_later);
        {
          const Document document = parse(one.text, with_memory(one.options, allocator.memory()));
          check_against(document, whole, allocator.refused() != 0);
          REQUIRE(document.arena_reserved() == allocator.live_bytes());
          if (refuse == 0 && and_later) REQUIRE(has_code(document, Code::out_of_memory));
        }
        REQUIRE(allocator.all_returned());
      }
    }
  }
}

TEST_CASE("one refusal is got over where a smaller block may be had") {
  TestAllocator allocator;
  allocator.fail_at(0, false);
  const Document document = parse(documented_sample, {.memory = allocator.memory()});
  CHECK(document.ok());
}

TEST_CASE("a Document that is moved or replaced gives its memory back once") {
  TestAllocator first;
  TestAllocator second;
  {
    Document document = parse(broken_text, {.memory = first.memory()});
    Document other = parse(right_text, {.memory = second.memory()});
    Document moved = std::move(document);
    moved = std::move(other);
    CHECK(first.all_returned());
    CHECK(second.live_blocks() > 0);
    CHECK(moved.ok());
  }
  CHECK(first.all_returned());
  CHECK(second.all_returned());
}

TEST_CASE("a Document takes one block for a text in the documented layout, few for any") {
  TestAllocator allocator;
  const Document document = parse(documented_sample, {.memory = allocator.memory()});
  CHECK(document.ok());
  CHECK(allocator.calls() == 1);
  for (const std::size_t count : {10U, 1000U, 100'000U, 1'000'000U}) {
    CAPTURE(count);
    TestAllocator counting;
    const std::string text = "quant_skip_layers:[" + repeated("\"\",", count) + "\"\"]";
    const Document large = parse(text, {.memory = counting.memory()});
    CHECK(large.ok());
    CHECK(counting.calls() <= 20);
    CHECK(large.arena_reserved() <= 2 * large.arena_used() + 65'536);
  }
}

struct Filling {
  std::string_view before;
  std::string_view piece;
  std::string_view after;
};

// Texts of some pieces, many or few, are read in a buffer as large as their bound. Some of the pieces are refused, for
// what they mean.
template <auto read, auto borrow, auto bound_of>
void check_bound(const std::vector<Filling>& fillings) {
  for (const Filling& one : fillings) {
    for (const std::size_t count : {0U, 1U, 4U, 5U, 13U, 61U, 125U, 2000U, 8190U, 50'000U}) {
      const std::string text = std::string(one.before) + repeated(one.piece, count) + std::string(one.after);
      CAPTURE(one.before);
      CAPTURE(one.piece);
      CAPTURE(count);
      const auto bound = static_cast<std::size_t>(bound_of(text.size()) + 2 * diagnostic_bound);
      ParseOptions options{
          .semantics = Semantics::amct, .allow_unknown = true, .limits = {.max_errors = 1, .max_warnings = 1}};
      const auto parsed = read(text, options);
      CHECK(parsed.arena_used() <= bound);

      const TestBuffer buffer(bound, 1);
      options.memory = buffer.memory();
      const auto within = read(text, options);
      CHECK(within.ok() == parsed.ok());
      CHECK_FALSE(has_code(within, Code::out_of_memory));
      CHECK(within.arena_used() <= bound);
      if (within.ok() != parsed.ok() || parsed.arena_used() > bound) break;

      const TestBuffer smaller(bound - text.size(), 1);
      const PaddedText padded(text);
      options.memory = smaller.memory();
      CHECK(borrow(padded.view(), options).ok() == parsed.ok());
    }
  }
}

TEST_CASE("arena_bound holds for the texts that take the most") {
  const std::string deep = "x:" + repeated("[", 65) + repeated("]", 65);
  const std::vector<Filling> worst = {
      {"quant_skip_layers:[", "\"\",", "\"\"]"},
      {"quant_skip_layers:[", "\"\"\"\",", "\"\"]"},
      {"quant_skip_layers:[", "\"\\n\",", "\"\"]"},
      {"quant_skip_layers:[", "\"\\n\\n\\n\\n\",", "\"\"]"},
      {"quant_skip_layers:[", "'a'\"b\",", "\"\"]"},
      {"quant_skip_layers:\"", "\\n", "\""},
      {"", "quant_skip_layers:\"\"", ""},
      {"distill_group:[", "{},", "{}]"},
      {"distill_group[", "<>,", "{}]"},
      {"distill_group:[", "{end_layer_name:\"\"},", "{}]"},
      {"distill_override_layers:[", "{},", "{}]"},
      {"distill_override_layers[", "{distill_data_quant_config{}},", "{}]"},
      {"distill_override_layers[", "{distill_data_quant_config{}distill_weight_quant_config{}},", "{}]"},
      {"distill_override_layers[", "{distill_weight_quant_config{}},", "{}]"},
      {"distill_override_layer_types:[", "{},", "{}]"},
      {"distill_override_layer_types[", "{layer_type:''distill_weight_quant_config{}},", "{}]"},
      {"", "distill_group{}", ""},
      {"", "distill_override_layers{}", ""},
      {"", "distill_weight_quant_config{arq_distill{}}", ""},
      {"", "distill_weight_quant_config{arq_distill{}ulq_distill{}}", ""},
      {"distill_data_quant_config{ulq_quantize{", "clip_max_min{}", "}}"},
      {"", "batch_num:1 ", ""},
      {"", "x{}", ""},
      {"", "x:1 ", ""},
      // Just deeper than what an unknown field may nest without memory.
      {"", deep, ""},
      {"# ", "x", ""},
      {"", "\n", ""},
  };
  check_bound<parse, borrow_padded, arena_bound>(worst);
}

TEST_CASE("model_arena_bound holds for the texts that take the most") {
  check_bound<parse_model, borrow_padded_model, model_arena_bound>({
      {"node[", "{},", "{}]"},
      {"node[", "<>,", "{}]"},
      {"", "node{}", ""},
      {"node[", "{output{}},", "{}]"},
      {"node[", "{output[{},{}]},", "{}]"},
      {"node[", "{output[{},{}]output{}},", "{}]"},
      {"node[", "{output[{},{},{},{},{},{},{},{},{},{}]},", "{}]"},
      {"node[", "{name:''output[{graph_output:[0,0]},{}]},", "{}]graph_output:''"},
      {"node{output[", "{},", "{}]}"},
      {"node{output{graph_output:[", "0,", "0]}}graph_output:''"},
      {"node{output[", "{graph_output[0,0]},", "{}]}graph_output:''"},
      {"node{output[", "{graph_output:[0,0]},", "{}]}graph_output:''"},
      {"node[", "{name:'\\n'op_type:\"\\n\"},", "{}]"},
      {"module[", "{},", "{}]"},
      {"module[", "{name:'a'},", "{name:'b'}]"},
      {"", "module{}", ""},
      {"graph_output:[", "'',", "'']"},
      {"graph_output:[", "'a'\"\",", "'']"},
      {"", "graph_output:''", ""},
      {"", "x{}", ""},
      {"# ", "x", ""},
  });
}

TEST_CASE("a buffer of arena_bound bytes and diagnostic_bound for each diagnostic holds a text with mistakes") {
  for (const Filling& filling : std::vector<Filling>{
           {"", broken_text, ""},
           {"", warned_text, ""},
           {"", "x:1\n", ""},
           {"", "batch_num:1\n", ""},
           {"", "quant_skip_layers:'\\q\\q\\q\\q'\n", ""},
           {"quant_skip_layers:[", "'\\q\\q\\q\\q\\q\\q\\q\\q\\q\\q\\q\\q\\q',", "'']"},
           {"", "distill_group{start_layer_name:1}\n", ""},
           {"", "distill_weight_quant_config{arq_distill{dst_type:x}}\n", ""},
           {"<<<<<<<\n", "=======\n", ">>>>>>>\n"},
           {"", "<<<<<<<\n|||||||\n=======\n>>>>>>>\n", ""},
           {"", "x\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0\xD0\xB0:1\n", ""},
           {"", "distill_data_quant_config{ulq_quantize{clip_max_min{ ", ""},
       }) {
    CAPTURE(filling.piece);
    for (const std::uint32_t limit : {0U, 1U, 7U, 100U}) {
      for (const std::size_t count : {1U, 2U, 5U, 13U, 100U, 2000U}) {
        const std::string text =
            std::string(filling.before) + repeated(filling.piece, count) + std::string(filling.after);
        ParseOptions options{.semantics = Semantics::amct, .limits = {limit, limit}};
        const Document unbounded = parse(text, options);
        const std::uint64_t kept = unbounded.diagnostics().size();
        const TestBuffer buffer(static_cast<std::size_t>(arena_bound(text.size()) + diagnostic_bound * kept));
        options.memory = buffer.memory();
        const Document document = parse(text, options);
        check_consistent(document);
        CHECK_FALSE(has_code(document, Code::out_of_memory));
      }
    }
  }
}

TEST_CASE("a text over the limit is refused before a byte of it is read") {
  // No memory stands behind these lengths.
  const char byte = 'x';
  std::vector<std::size_t> sizes = {
      max_source_size + 1, max_source_size + 2,       std::size_t{0xFFFF'FFFF},      SIZE_MAX,
      SIZE_MAX - 1,        SIZE_MAX - source_padding, SIZE_MAX - source_padding + 1, SIZE_MAX / 2 + 1};
  for (const std::size_t size : sizes) {
    if (size > distillcfg::test::largest_view) continue;
    CAPTURE(size);
    TestAllocator allocator;
    const std::string_view text(&byte, size);
    for (const bool borrow : {false, true}) {
      const ParseOptions options{.memory = allocator.memory()};
      const Document document = borrow ? borrow_padded(text, options) : parse(text, options);
      CHECK_FALSE(document.ok());
      CHECK(document.diagnostics().errors() == 1);
      REQUIRE(document.diagnostics().size() == 1);
      const Diagnostic& diagnostic = document.diagnostics()[0];
      CHECK(diagnostic.code == Code::text_too_large);
      CHECK(diagnostic.severity == Severity::error);
      CHECK_FALSE(diagnostic.at.has_place());
      CHECK(diagnostic.arguments[0].kind == 'n');
      CHECK(diagnostic.arguments[0].number == max_source_size);
      CHECK(document.text().empty());
      CHECK(described(document.config()).empty());
    }
    CHECK(allocator.calls() == 0);
  }
}

TEST_CASE("the largest text that is not refused asks for memory, and fails for want of it only") {
  const char byte = 'x';
  TestAllocator allocator;
  allocator.fail_at(0, true);
  const Document document = parse(std::string_view(&byte, max_source_size), {.memory = allocator.memory()});
  CHECK_FALSE(document.ok());
  REQUIRE(document.diagnostics().size() == 1);
  CHECK(document.diagnostics()[0].code == Code::out_of_memory);
  REQUIRE(allocator.calls() >= 1);
  for (const std::size_t size : allocator.asked()) CHECK(size >= max_source_size);
}
