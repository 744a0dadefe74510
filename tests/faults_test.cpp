// Every pass without the memory that it asks for: each allocation refused in turn, buffers of every
// size and alignment, and texts too long to be there. What cannot be done says so (D9001, D9002), is
// never accepted, and gives everything back.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/config_json.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"
#include "support/colliding_names.hpp"
#include "support/dump.hpp"
#include "support/flat_config.hpp"
#include "support/guarded.hpp"
#include "support/networks.hpp"
#include "support/output.hpp"
#include "support/test_memory.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;
using distillcfg::test::GuardedMemory;
using distillcfg::test::TestAllocator;
using distillcfg::test::TestBuffer;

namespace {

// ---- What a pass comes to

struct Outcome {
  bool ok = false;
  bool out_of_memory = false;
  std::uint32_t errors = 0;
  std::uint32_t warnings = 0;
  std::size_t reserved = 0;  // 0: the pass does not say
  std::size_t used = 0;
  std::string said;  // what came out, if memory did not run out
};

// The counts fit what is kept; D9001 is an error, and there is one of it at most.
Outcome outcome_of(const Diagnostics& diagnostics) {
  Outcome outcome;
  outcome.ok = !diagnostics.has_errors();
  outcome.errors = diagnostics.errors();
  outcome.warnings = diagnostics.warnings();
  std::uint32_t kept[2] = {0, 0};
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    REQUIRE(diagnostic.severity <= Severity::warning);
    ++kept[static_cast<int>(diagnostic.severity)];
    if (diagnostic.code != Code::out_of_memory) continue;
    REQUIRE_FALSE(outcome.out_of_memory);
    REQUIRE(diagnostic.severity == Severity::error);
    outcome.out_of_memory = true;
  }
  REQUIRE(kept[0] + diagnostics.errors_not_kept() == diagnostics.errors());
  REQUIRE(kept[1] + diagnostics.warnings_not_kept() == diagnostics.warnings());
  if (!outcome.out_of_memory) test::add_diagnostics(outcome.said, diagnostics);
  return outcome;
}

template <class Parsed>
void add_text(Outcome& outcome, const Parsed& parsed, std::string_view text) {
  REQUIRE(parsed.ok() == outcome.ok);
  REQUIRE((parsed.text() == text || (outcome.out_of_memory && parsed.text().empty())));
  outcome.reserved = parsed.arena_reserved();
  outcome.used = parsed.arena_used();
  REQUIRE(outcome.used <= outcome.reserved);
}

// ---- The passes

struct Pass {
  std::string name;
  std::function<Outcome(const Memory&)> run;
};

struct Sample {
  const char* name;
  std::string config;
  std::string model;
  Semantics semantics;
  bool allow_unknown;
  Limits limits = {};
};

// Each of its diagnostics has suggestions, notes or fixes.
constexpr std::string_view broken_config =
    "batch_num: x\nbogus: { a: [1, 2] }\ngroup_sise: 4\ndistill_group { start_layer_name: 'a\\q' end_layer_name: }\n"
    "quant_skip_layers: ['a' 'b', nope, \"\xFF\", 'c\ndistill_weight_quant_config { arq_distill {} ulq_distill {} }\n"
    "data_dump: true data_dump: false\ndistill_override_layers { layer_name: 'x' ";

constexpr std::string_view right_config =
    "batch_num: 2 quant_skip_layers: ['a\\n', 'b' 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'conv2']\n"
    "distill_group [{start_layer_name:'conv1' end_layer_name:'relu1'}]\n"
    "distill_override_layers { layer_name: 'fc1' distill_data_quant_config { ulq_quantize {} } }\n"
    "distill_weight_quant_config { arq_distill {} } future { x: [{ y: 1 }] }\n";

// Right as a text; validate and resolve have much to say of it.
constexpr std::string_view doubtful_config =
    "batch_num: 0\ngroup_size: 0\nquant_skip_layers: 'conv1'\nquant_skip_layers: 'conv1'\n"
    "quant_skip_layers: 'conv9'\nquant_skip_layer_types: 'Conv3d'\n"
    "distill_override_layers { layer_name: 'fcl' distill_weight_quant_config { arq_distill { dst_type: INT4 } } }\n"
    "distill_override_layers { layer_name: 'fcl' }\n"
    "distill_override_layer_types { layer_type: 'Linear' distill_data_quant_config {\n"
    "  ulq_quantize { clip_max_min { clip_max: -1 clip_min: 2 } dst_type: INT4 } } }\n"
    "distill_group { start_layer_name: 'fc2' end_layer_name: 'conv1' }\n"
    "distill_group { start_layer_name: 'nowhere' end_layer_name: 'conv2' }\n"
    "distill_group { start_layer_name: 'conv1' end_layer_name: 'bn1' }\n"
    "distill_group { start_layer_name: 'bn1' end_layer_name: 'relu1' }\n";

std::string broken_network() {
  return test::module_text("a", "Conv2d") + test::module_text("a", "Conv2d") +
         "module { nam: 'b' type: \"\\q\" }\nnode { name: 'n' op_type: 'Conv' module_name: 'a'"
         " output { consumer: [0, 7, 1] graph_output: 3 } }\nnode { op_type: 5 }\n";
}

std::vector<Sample> samples() {
  const std::string network = test::small_net();
  std::vector<Sample> all;
  for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
    for (const bool allow_unknown : {false, true}) {
      all.push_back({"broken", std::string(broken_config), broken_network(), semantics, allow_unknown});
      all.push_back({"right", std::string(right_config), network, semantics, allow_unknown});
    }
  }
  all.push_back({"doubtful", std::string(doubtful_config), network, Semantics::amct, false});
  all.push_back({"one kept", std::string(doubtful_config), broken_network(), Semantics::strict, false, {1, 1}});
  all.push_back({"no modules' graph", "", test::module_text("a", "Conv2d"), Semantics::strict, false});
  all.push_back({"empty", "", "", Semantics::strict, false});
  return all;
}

// What a sample is run through, and what those passes borrow from.
struct Passes {
  explicit Passes(const Sample& sample)
      : document(parse(sample.config, options(sample, Memory()))),
        model(parse_model(sample.model, options(sample, Memory()))) {
    const std::string_view config_text = document.text();
    all.push_back({"parse", [sample](const Memory& memory) {
                     const Document result = parse(sample.config, options(sample, memory));
                     Outcome outcome = outcome_of(result.diagnostics());
                     add_text(outcome, result, sample.config);
                     outcome.said += test::described(result.config());
                     return outcome;
                   }});
    all.push_back({"parse_model", [sample](const Memory& memory) {
                     const ModelDocument result = parse_model(sample.model, options(sample, memory));
                     Outcome outcome = outcome_of(result.diagnostics());
                     add_text(outcome, result, sample.model);
                     test::Dump dump;
                     dump.message(model_schema(), &result.model());
                     outcome.said += dump.text;
                     return outcome;
                   }});
    if (!document.ok()) return;
    all.push_back({"validate", [this, config_text, sample](const Memory& memory) {
                     return outcome_of(
                         validate(document.config(),
                                  {.text = config_text, .int4 = false, .limits = sample.limits, .memory = memory}));
                   }});
    if (!model.ok()) return;
    for (const bool default_config : {false, true}) {
      all.push_back({default_config ? "resolve without a configuration" : "resolve",
                     [this, config_text, default_config, sample](const Memory& memory) {
                       const AMCTDistillConfig none;
                       const Resolution result = resolve(default_config ? none : document.config(), model.model(),
                                                         {.config_text = config_text,
                                                          .default_config = default_config,
                                                          .limits = sample.limits,
                                                          .memory = memory});
                       Outcome outcome = outcome_of(result.diagnostics());
                       REQUIRE(result.ok() == outcome.ok);
                       outcome.used = result.arena_used();
                       std::string json;
                       const WriteResult written = write_config_json(result, test::sink_to(json));
                       if (outcome.out_of_memory) {
                         REQUIRE(result.layers().empty());
                         REQUIRE(written.code != Code::none);
                       }
                       REQUIRE((written.ok() || json.empty()));
                       outcome.said += test::dump(result) + json;
                       return outcome;
                     }});
    }
  }
  Passes(const Passes&) = delete;
  Passes& operator=(const Passes&) = delete;

  static ParseOptions options(const Sample& sample, const Memory& memory) {
    return {.semantics = sample.semantics,
            .allow_unknown = sample.allow_unknown,
            .limits = sample.limits,
            .memory = memory};
  }

  Document document;
  ModelDocument model;
  std::vector<Pass> all;
};

template <class Use>
void for_each_pass(Use use) {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    CAPTURE(static_cast<int>(sample.semantics));
    CAPTURE(sample.allow_unknown);
    const Passes passes(sample);
    for (const Pass& pass : passes.all) {
      CAPTURE(pass.name);
      use(pass);
    }
  }
}

// What ran out of memory says so; all else is as where there is enough.
void check_against(const Outcome& outcome, const Outcome& whole) {
  if (outcome.out_of_memory) {
    REQUIRE_FALSE(outcome.ok);
    return;
  }
  REQUIRE(outcome.ok == whole.ok);
  REQUIRE(outcome.errors == whole.errors);
  REQUIRE(outcome.warnings == whole.warnings);
  REQUIRE(outcome.said == whole.said);
}

}  // namespace

TEST_CASE("every allocation of every pass refused in turn, alone and with all behind it") {
  std::size_t ran_out = 0;
  for_each_pass([&ran_out](const Pass& pass) {
    const Outcome whole = pass.run(Memory());
    REQUIRE_FALSE(whole.out_of_memory);
    TestAllocator counting;
    check_against(pass.run(counting.memory()), whole);
    REQUIRE(counting.all_returned());
    for (const bool and_later : {false, true}) {
      // Until a run is over before the call that is to fail; a refusal makes for more calls.
      for (std::uint64_t refuse = 0;; ++refuse) {
        CAPTURE(refuse);
        CAPTURE(and_later);
        TestAllocator allocator;
        allocator.fail_at(refuse, and_later);
        const Outcome outcome = pass.run(allocator.memory());
        REQUIRE(allocator.all_returned());
        check_against(outcome, whole);
        if (allocator.refused() == 0) {
          REQUIRE_FALSE(outcome.out_of_memory);
          break;
        }
        if (and_later && refuse == 0) REQUIRE(outcome.out_of_memory);
        ran_out += outcome.out_of_memory ? 1 : 0;
      }
    }
  });
  CHECK(ran_out > 100);
}

TEST_CASE("buffers of every size from nothing to enough, at every alignment") {
  for_each_pass([](const Pass& pass) {
    const Outcome whole = pass.run(Memory());
    TestAllocator counting;
    static_cast<void>(pass.run(counting.memory()));
    // Gaps depend on where the buffer starts; 64 bytes make up for that.
    std::size_t enough = 64;
    for (const std::size_t asked : counting.asked()) enough += asked;
    // Of larger ones, sizes and alignments that change together.
    const bool is_small = enough <= 1024;
    for (std::size_t size = 0; size <= enough; ++size) {
      for (std::size_t offset = 0; offset < 16; ++offset) {
        if (!is_small && size % 16 != offset) continue;
        CAPTURE(size);
        CAPTURE(offset);
        const TestBuffer buffer(size, offset);
        const Outcome outcome = pass.run(buffer.memory());
        check_against(outcome, whole);
        if (outcome.reserved != 0) REQUIRE(outcome.reserved == size);
        REQUIRE(outcome.used <= size);
        if (size == 0) REQUIRE(outcome.out_of_memory == (counting.calls() != 0));
      }
    }
    for (std::size_t offset = 0; offset < 16; ++offset) {
      const TestBuffer buffer(enough, offset);
      REQUIRE_FALSE(pass.run(buffer.memory()).out_of_memory);
    }
  });
}

namespace {

// Whose tables of names are full or given up where no other sample's are.
std::vector<Sample> samples_of_names() {
  constexpr int many = 60;
  std::string collide;
  std::string overrides;
  for (const std::string& name : test::colliding_names(many)) {
    collide += test::module_text(name, "Conv2d");
    overrides += "distill_override_layers { layer_name: \"" + name + "\" }\n";
  }
  std::string nodes = test::module_text("a", "Conv2d");
  std::string modules_of_nodes = nodes;
  std::string weights = nodes;
  std::string weights_in_graph = nodes + test::own_node("a", "Conv", {});
  std::string reused = nodes + test::module_text("bn", "BatchNorm2d") + test::own_node("a", "Conv", {1}) +
                       test::own_node("bn", "BatchNormalization", {}, "is_reused: true");
  for (int i = 0; i < many; ++i) {
    const std::string name = "name" + std::to_string(i);
    nodes += test::node_text(name, "Add", "output {}");
    modules_of_nodes += test::node_text("same", "Add", "module_name: '" + name + "' output {}");
    const std::string module = test::module_text("m" + std::to_string(i), "Linear", "weight_id: '" + name + "'");
    weights += module;
    weights_in_graph += module;
    reused += test::node_text("same", "Add", "output {}");
  }
  return {{"names that collide", overrides, collide, Semantics::amct, false},
          {"names of nodes", "", nodes, Semantics::amct, false},
          {"names of nodes' modules", "", modules_of_nodes, Semantics::amct, false},
          {"names of weights", "", weights, Semantics::amct, false},
          {"weights in a graph", "", weights_in_graph, Semantics::amct, false},
          {"groups near what is reused", test::group("a", "a"), reused, Semantics::amct, false}};
}

}  // namespace

TEST_CASE("buffers of every size, where names collide and their tables grow") {
  for (const Sample& sample : samples_of_names()) {
    CAPTURE(sample.name);
    const Passes passes(sample);
    REQUIRE(passes.model.ok());
    for (const Pass& pass : passes.all) {
      CAPTURE(pass.name);
      const Outcome whole = pass.run(Memory());
      bool ran_out = true;
      for (std::size_t size = 0; ran_out; size += 48) {
        CAPTURE(size);
        const TestBuffer buffer(size);
        const Outcome outcome = pass.run(buffer.memory());
        check_against(outcome, whole);
        ran_out = outcome.out_of_memory;
      }
    }
  }
}

TEST_CASE("a length that is not read: no byte of it, nor of memory, is touched") {
  constexpr std::size_t largest = SIZE_MAX;
  std::vector<std::size_t> sizes = {max_source_size + 1,
                                    max_source_size + 2,
                                    max_source_size + source_padding,
                                    std::size_t{0xFFFF'FFFF} - source_padding,
                                    std::size_t{0xFFFF'FFFF},
                                    largest / 2,
                                    largest / 2 + 1,
                                    largest - source_padding - 1,
                                    largest - source_padding,
                                    largest - source_padding + 1,
                                    largest - 1,
                                    largest};
  if constexpr (sizeof(std::size_t) > 4) {
    for (const std::uint64_t more : {0U, 1U, 63U, 64U, 65U}) {
      sizes.push_back(static_cast<std::size_t>((std::uint64_t{1} << 32U) + more));
      sizes.push_back(static_cast<std::size_t>((std::uint64_t{1} << 33U) + more));
    }
  }
  std::erase_if(sizes, [](std::size_t size) { return size <= max_source_size || size > test::largest_view; });
  REQUIRE(sizes.size() >= 3);
  const GuardedMemory memory(1);
  TestAllocator allocator;
  const ParseOptions options{.memory = allocator.memory()};
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    // Nothing can be read there.
    const std::string_view text(memory.end(), size);
    const auto check = [](const auto& result) {
      CHECK_FALSE(result.ok());
      CHECK(result.diagnostics().errors() == 1);
      REQUIRE(result.diagnostics().size() == 1);
      CHECK(result.diagnostics()[0].code == Code::text_too_large);
      CHECK(result.text().empty());
      CHECK(result.arena_used() == 0);
    };
    check(parse(text, options));
    check(borrow_padded(text, options));
    check(parse_model(text, options));
    check(borrow_padded_model(text, options));
  }
  CHECK(allocator.calls() == 0);
}

TEST_CASE("the longest texts that are read fail for want of memory before a byte is copied") {
  const GuardedMemory guarded(1);
  for (const std::size_t below : {0U, 1U, 63U, 64U, 65U, 4096U}) {
    CAPTURE(below);
    const std::string_view text(guarded.end(), max_source_size - below);
    TestAllocator allocator;
    allocator.fail_at(0, true);
    const Document document = parse(text, {.memory = allocator.memory()});
    REQUIRE(document.diagnostics().size() == 1);
    CHECK(document.diagnostics()[0].code == Code::out_of_memory);
    const ModelDocument model = parse_model(text, {.memory = allocator.memory()});
    REQUIRE(model.diagnostics().size() == 1);
    CHECK(model.diagnostics()[0].code == Code::out_of_memory);
    REQUIRE(allocator.calls() >= 2);
    for (const std::size_t size : allocator.asked()) CHECK(size >= text.size() + source_padding);
  }
}

TEST_CASE("arena_bound of any text that is read fits and grows") {
  static_assert(arena_bound(0) == 16384);
  static_assert(arena_bound(max_source_size) == std::uint64_t{16} * max_source_size + 16384);
  static_assert(arena_bound(max_source_size) < std::uint64_t{1} << 36U);
  static_assert(arena_bound(max_source_size + 1ULL) == arena_bound(max_source_size));
  static_assert(arena_bound(UINT64_MAX) == arena_bound(max_source_size));
  static_assert(model_arena_bound(UINT64_MAX) == std::uint64_t{44} * max_source_size + 16384);
  for (std::uint64_t size = max_source_size; size != 0; size /= 2) {
    CHECK(arena_bound(size) > arena_bound(size - 1));
    CHECK(model_arena_bound(size) > model_arena_bound(size - 1));
  }
}

TEST_CASE("the text option of validate and resolve may be the wrong text, if it is padded") {
  const Document document = parse(doubtful_config, {.semantics = Semantics::amct});
  const ModelDocument model = parse_model(test::small_net());
  REQUIRE(document.ok());
  REQUIRE(model.ok());
  const auto run = [&](std::string_view text) {
    const auto is_inside = [&text](const Diagnostics& diagnostics) {
      for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
        const Span at = diagnostics[i].at;
        if (!at.has_place()) continue;
        // Of what stands beyond the text, a point is left.
        if (at.begin > at.end || (at.end > text.size() && at.begin != at.end)) return false;
        for (const Fix& fix : diagnostics[i].fixes) {
          if (fix.at.begin > fix.at.end || fix.at.end > text.size()) return false;
        }
      }
      return true;
    };
    REQUIRE(is_inside(validate(document.config(), {.text = text, .int4 = false})));
    const Resolution resolution = resolve(document.config(), model.model(), {.config_text = text});
    REQUIRE(is_inside(resolution.diagnostics()));
  };
  const std::string right(document.text());
  GuardedMemory memory(2 * right.size() + source_padding);
  const auto padded = [&memory](std::string_view text) {
    const std::string_view placed = memory.place_at_end(text, source_padding, '\0');
    return placed;
  };
  for (std::size_t size = 0; size <= right.size(); ++size) {
    CAPTURE(size);
    run(padded(std::string_view(right).substr(0, size)));
    // The same places, other tokens.
    run(padded(std::string_view(right).substr(size)));
  }
  for (const char c : {'"', '\'', '-', ':', '{', '#', '\\', ' ', '\n', '1', 'x', '[', ',', '\x80', '\xFF', '\0'}) {
    CAPTURE(c);
    for (const std::size_t size : {right.size() / 2, right.size(), 2 * right.size()}) {
      run(padded(std::string(size, c)));
      std::string mixed = right;
      for (std::size_t i = 0; i < mixed.size(); i += 3) mixed[i] = c;
      run(padded(mixed));
    }
  }
}
