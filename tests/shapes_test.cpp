// Elements that are written alike are read as a whole; the result must be what reading them one by
// one gives. So each text here is read twice: as it is, and with some of its spaces turned into tabs,
// differently in each element, so that no two of them are alike. Values, places and diagnostics must
// be the same. So must they with what was learnt of the layout from the same text, and from all before.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "support/dump.hpp"
#include "support/random.hpp"

using namespace distillcfg;
using distillcfg::test::add_diagnostics;
using distillcfg::test::Dump;
using distillcfg::test::Random;

namespace {

std::string dump(const Document& document) {
  Dump dump;
  dump.message(config_schema(), &document.config());
  add_diagnostics(dump.text, document.diagnostics());
  return dump.text;
}

std::string dump(const ModelDocument& document) {
  Dump dump;
  dump.message(model_schema(), &document.model());
  add_diagnostics(dump.text, document.diagnostics());
  return dump.text;
}

// `read` is parse or parse_model.
template <auto read>
std::string dump_of(std::string_view text, ParseOptions options) {
  const std::string unlearnt = dump(read(text, options));
  static int texts = 0;
  if (++texts % 3 != 0) return unlearnt;
  static Layouts shared;
  Layouts own;
  options.layouts = &own;
  // From a copy that is gone when the text is read again.
  static_cast<void>(read(std::string(text), options));
  for (Layouts* const layouts : {&own, &shared}) {
    options.layouts = layouts;
    REQUIRE(dump(read(std::string(text), options)) == unlearnt);
  }
  return unlearnt;
}

std::string dump_config(std::string_view text, const ParseOptions& options = {}) {
  return dump_of<parse>(text, options);
}

std::string dump_unlimited(std::string_view text, Layouts* layouts) {
  return dump(parse(text, {.limits = {0, 0}, .layouts = layouts}));
}

std::string dump_model(std::string_view text) { return dump_of<parse_model>(text, {}); }

// The elements in a row, unlike each other: number i written in spaces and tabs.
std::string disguised(const std::vector<std::string>& elements) {
  std::string all;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::string element = elements[i];
    std::size_t number = i;
    for (std::size_t at = 0; number != 0 && at < element.size(); ++at) {
      if (element[at] == '"' || element[at] == '#') break;
      if (element[at] != ' ') continue;
      if (number % 2 != 0) element[at] = '\t';
      number /= 2;
    }
    REQUIRE(number == 0);
    all += element;
  }
  return all;
}

std::string joined(const std::vector<std::string>& elements) {
  std::string all;
  for (const std::string& element : elements) all += element;
  return all;
}

constexpr const char* blanks = "          ";

std::string number(Random& random) {
  return std::string(random.one_of("6.0", "-6.0", "0.5", "12.125", "123456.7", "1234567.25", "-0.0", "3", "1e3", "007",
                                   "0.1234567", "16777217.0", "12345678", "123456789012345.6", "1.", "inf", "-4f",
                                   "99999999.5", "6.5f", "-0.25F", "6.5ff", "6.5fx", "12345678.5f", "08f"));
}

std::string name(Random& random) {
  const std::string plain = "backbone.layer" + std::to_string(random.below(1000)) + ".conv1";
  switch (random.below(24)) {
    case 0: return '"' + plain + "\\x41\"";
    case 1: return '"' + plain + "\" \"more\"";
    case 2: return '\'' + plain + '\'';
    case 3: return "\"\"";
    case 4: return "\"a\xC3\xA9\"";
    case 5: return '"' + plain + plain + plain + '"';
    default: return '"' + plain + '"';
  }
}

// Elements with few differences, so that many are alike.
std::string override_element(Random& random, std::uint32_t variety) {
  const auto vary = [&](const char* usual, const char* other) {
    return std::string(random.below(100) < variety ? other : usual);
  };
  std::string text = vary("distill_override_layers: {", "distill_override_layer_types: {");
  const bool type = text.find("types") != std::string::npos;
  text += std::string(blanks) + (type ? "layer_type: " : "layer_name: ") + name(random);
  if (random.below(100) >= variety) {
    text += vary("\n", " # a remark\n") + "distill_data_quant_config: { ulq_quantize" + vary(": ", " ") +
            "{ clip_max_min { clip_max: " + number(random) + vary("\n", ",") + "clip_min: " + number(random) +
            vary("}", ";}") + " fixed_min: " +
            std::string(random.one_of("true", "false", "t", "f", "1", "0", "True", "False", "tru", "10", "1.")) +
            vary(" dst_type: INT8", " dst_type: INT4") + "}}";
  }
  text += vary("\n", ", ") + "distill_weight_quant_config: {" +
          std::string(random.one_of("arq_distill", "ulq_distill")) +
          ": { channel_wise: " + std::string(random.one_of("true", "false")) + vary("", " dst_type: 1") + "}}";
  return text + "\n}\n";
}

}  // namespace

TEST_CASE("elements that are written alike become what they become one by one") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const std::uint32_t variety = random.below(3) * 8;
    std::vector<std::string> elements;
    const std::uint32_t count = 2 + random.below(200);
    for (std::uint32_t i = 0; i < count; ++i) elements.push_back(override_element(random, variety));
    for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
      const ParseOptions options{.semantics = semantics};
      REQUIRE(dump_config(joined(elements), options) == dump_config(disguised(elements), options));
    }
  }
}

TEST_CASE("a mistake behind or within an element is explained alike, however the ones before were read") {
  const std::string good =
      std::string("distill_group {") + blanks + "start_layer_name: \"a\" end_layer_name: \"b\" }\n";
  const std::string nested = std::string("distill_override_layers {") + blanks +
                             "layer_name: \"a\" distill_data_quant_config { ulq_quantize { dst_type: INT8 } }}\n";
  for (const char* mistake :
       {"}",
        "}}",
        ",,",
        "distil_group {}",
        "distill_group 1",
        "batch_num 2",
        "dst_type: INT4 }",
        "layer_name: \"b\" }",
        "end_layer_name: \"b\" }",
        "fixed_min: true } }",
        "distill_group {",
        "\x01",
        "\"x\"",
        "[a.b]: 1",
        "; comment",
        "distill_group { start_layer_name: \"a\" end_layer_name: }",
        "distill_group { start_layer_name: \"a\" }",
        "distill_group { start_layer_name: \"a\", start_layer_name: \"b\" end_layer_name: \"c\" }",
        "distill_override_layers { layer_name: \"a\" distill_data_quant_config { ulq_quantize { dst_type: INT8 }",
        "distill_override_layers { layer_name: \"a\" distill_data_quant_config { ulq_quantize { dst_type: INT9 } }}",
        "distill_override_layers { layer_name: \"a\" distill_data_quant_config { ulq_quantize < dst_type: INT8 } }}",
        "distill_override_layers < layer_name: \"a\" distill_data_quant_config { ulq_quantize { dst_type: INT8 } }}",
        "quant_skip_layers: \"unclosed\nbatch_num: 1",
        "# only a comment",
        "batch_num: 1 batch_num: 1"}) {
    CAPTURE(mistake);
    for (const std::string& element : {good, nested}) {
      for (std::size_t before = 1; before < 6; ++before) {
        for (std::size_t behind = 0; behind < 3; ++behind) {
          std::vector<std::string> elements(before, element);
          elements.push_back(std::string(blanks) + mistake + '\n');
          elements.insert(elements.end(), behind, element);
          for (const bool unknown : {false, true}) {
            const ParseOptions options{.allow_unknown = unknown};
            REQUIRE(dump_config(joined(elements), options) == dump_config(disguised(elements), options));
          }
        }
      }
    }
  }
}

TEST_CASE("a closing bracket too many behind an element, however it was read") {
  const std::string quant = "distill_data_quant_config { ulq_quantize { dst_type: INT8 } }\n";
  for (const char* between : {"", "batch_num: 1 ", "# }\n", "; ", ";; "}) {
    for (const char* behind : {"distill_data_quant_config { } }", "layer_name: 'c' }", "layer_type: 'c' }"}) {
      CAPTURE(between);
      CAPTURE(behind);
      std::vector<std::string> elements(
          5, std::string("distill_override_layers {") + blanks + "layer_name: 'a' " + quant + "}\n");
      elements.push_back(std::string(blanks) + between + behind);
      elements.insert(elements.begin(), std::string(blanks) + quant);
      REQUIRE(dump_config(joined(elements)) == dump_config(disguised(elements)));
    }
  }
  std::vector<std::string> elements(5, std::string("node {") + blanks + "name: 'a' op_type: 'b' }\n");
  elements.push_back(std::string(blanks) + "graph_output: 'a' output { } }");
  REQUIRE(dump_model(joined(elements)) == dump_model(disguised(elements)));
}

// Explaining mistakes ends where it has cost too much (D9005): what was right in front counts the same however it was
// read.
TEST_CASE("effort, however elements were read") {
  const std::string rare =
      "distill_override_layers{ layer_name:'a' distill_data_quant_config{ulq_quantize{fixed_min:true "
      "clip_max_min{clip_max:1e3 clip_min:-1e3}}}}\n";
  const std::string quant = "distill_data_quant_config{ }\n";
  const auto errors = [](const std::string& text, Layouts* layouts) {
    const Document document = parse(text, {.limits = {0, 0}, .layouts = layouts});
    const Diagnostics& found = document.diagnostics();
    CHECK(found[found.size() - 1].code == Code::beyond_recovery);
    return found.errors();
  };
  std::string mistakes;
  for (int i = 0; i < 30'000; ++i) mistakes += "y{} ";
  for (const std::string& text :
       {rare, quant + rare + std::string(20'000, ' ') + quant, rare + "quant_skip_layers:['a']" + rare}) {
    for (const int times : {1, 100}) {
      std::string right;
      for (int i = 0; i < times; ++i) right += i == 0 ? text : rare;
      Layouts layouts;
      static_cast<void>(parse(right, {.layouts = &layouts}));
      CHECK(errors(right + mistakes, &layouts) == errors(right + mistakes, nullptr));
    }
  }
}

TEST_CASE("effort, where the message that was closed last was read as a whole and other fields stand behind it") {
  const std::string group = "distill_override_layers{ layer_name:'a' }\n";
  const std::string quant = "distill_data_quant_config{ }\n";
  std::string mistakes;
  for (int i = 0; i < 30'000; ++i) mistakes += "y{} ";
  mistakes += "}";
  for (const int times : {1, 2, 3, 100}) {
    CAPTURE(times);
    std::string text = quant;
    for (int i = 0; i < times; ++i) text += group;
    text += std::string(20'000, ' ') + "batch_num:1 " + quant + mistakes;
    Layouts layouts;
    static_cast<void>(parse(quant + group + group + "batch_num:1 ", {.layouts = &layouts}));
    CHECK(dump_unlimited(text, &layouts) == dump_unlimited(text, nullptr));
  }
}

TEST_CASE("effort that ends within a list, however the list was found") {
  std::string list = "quant_skip_layers: [";
  for (int i = 0; i < 8; ++i) list += "[\"a\",";
  for (int i = 0; i < 10'000; ++i) list += "\"a\",";
  list += "\"a\"]\n";
  const std::string behind = "batch_num: 1\ndistill_group { start_layer_name: 'a' }\n";
  Layouts layouts;
  static_cast<void>(parse("quant_skip_layers: 'x'\n", {.layouts = &layouts}));
  CHECK(dump_unlimited(list + behind, &layouts) == dump_unlimited(list + behind, nullptr));
  const std::string two = "quant_skip_layers: 'x'\nquant_skip_layers: 'x'\n" + list + behind;
  const Document document = parse(two, {.limits = {0, 0}});
  CHECK(document.diagnostics()[document.diagnostics().size() - 1].code == Code::beyond_recovery);
  CHECK(document.config().distill_group.empty());
}

TEST_CASE("elements of a model description, with lists in them") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::vector<std::string> elements;
    const std::uint32_t count = 2 + random.below(100);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string text = std::string("node {") + blanks + "name: " + name(random) + " op_type: \"Conv\"";
      if (random.below(8) == 0) text += " trans_a: true";
      if (random.below(8) == 0) text += " weight_rank: 3";
      const std::uint32_t outputs = random.below(16) == 0 ? random.below(4) : 1;
      for (std::uint32_t j = 0; j < outputs; ++j) {
        text += " output {";
        const std::uint32_t consumers = random.below(4) == 0 ? random.below(12) : 1;
        for (std::uint32_t k = 0; k < consumers; ++k) text += " consumer: " + std::to_string(i + random.below(1000));
        if (random.below(16) == 0) text += " consumer: [1, 2, 3]";
        if (random.below(16) == 0) text += " graph_output: 0";
        text += " }";
      }
      elements.push_back(text + " }\n");
      elements.push_back(std::string("module {") + blanks + "name: \"m" + std::to_string(i) +
                         "\" type: " + std::string(random.one_of("\"Conv2d\"", "\"ReLU\"", "\"Linear\"")) + " }\n");
    }
    REQUIRE(dump_model(joined(elements)) == dump_model(disguised(elements)));
  }
}

TEST_CASE("elements with a list whose second chunk they hold too") {
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i);
    elements.push_back(std::string("node {") + blanks + "name: \"n" + number +
                       "\" op_type: \"Conv\" output { graph_output: 1" + number + " graph_output: 2" + number +
                       " } }\n");
  }
  REQUIRE(dump_model(joined(elements)) == dump_model(disguised(elements)));
}

TEST_CASE("elements longer, and of more layouts, than are remembered") {
  for (const std::size_t padding : {std::size_t{1}, std::size_t{4000}, std::size_t{5000}, std::size_t{70'000}}) {
    CAPTURE(padding);
    std::vector<std::string> elements;
    for (std::size_t layout = 0; layout < 12; ++layout) {
      for (int i = 0; i < 3; ++i) {
        elements.push_back("distill_override_layers {" + std::string(layout, ' ') + blanks + "layer_name: \"conv" +
                           std::to_string(i) + "\" distill_data_quant_config { ulq_quantize { clip_max_min {" +
                           std::string(padding, ' ') + "clip_max: " + std::to_string(i) + ".5 clip_min: -" +
                           std::to_string(layout) + ".5 } fixed_min: true }}" +
                           "distill_weight_quant_config { arq_distill { channel_wise: false }}}\n");
      }
    }
    REQUIRE(dump_config(joined(elements)) == dump_config(disguised(elements)));
  }
  std::vector<std::string> elements;
  for (std::size_t layout = 0; layout < 12; ++layout) {
    for (int i = 0; i < 3; ++i) {
      elements.push_back("node {" + std::string(layout, ' ') + blanks + "name: \"n" + std::to_string(i) +
                         "\" op_type: \"Conv\" module_name: \"m\" is_reused: true trans_a: false " +
                         "constant_weight: true weight_rank: 2 output { consumer: " + std::to_string(layout) + " }}\n");
    }
  }
  REQUIRE(dump_model(joined(elements)) == dump_model(disguised(elements)));
}

TEST_CASE("a comment so long that sixteen bits do not hold its size, with what follows it in it") {
  constexpr std::size_t wraps = 65'536;
  const std::string begin = "{ #";
  const std::string end = "\nstart_layer_name: \"";
  const std::string fake = "\"z\" end_layer_name: \"y\" } data_dump: true #";
  for (const std::size_t at : {std::size_t{40}, std::size_t{1000}}) {
    // What stands in front of the first value is 65,536 bytes longer than what stands in front of the fake one.
    std::string comment = std::string(at, '-') + fake;
    comment.resize(at + 1 + wraps - end.size(), '-');
    const std::string element = "distill_group " + begin + comment + end + "a\" end_layer_name: \"b\" }\n";
    const Document document = parse(element + element + element);
    REQUIRE(document.ok());
    REQUIRE(document.config().distill_group.size() == 3);
    for (const auto& group : document.config().distill_group) CHECK(group->start_layer_name->view() == "a");
  }
}

TEST_CASE("elements that take all the room for what stands between values, and one piece more") {
  const auto node = [](std::size_t layout) {
    return "node {" + std::string(layout, ' ') + blanks +
           "name: \"n\" op_type: \"Conv\" module_name: \"m\" is_reused: true trans_a: false "
           "input_dimension_reduction: true constant_weight: true weight_rank: 2 }\n";
  };
  const std::string module = std::string("module {") + blanks + "name: \"a\" type: \"b\" padding_mode: \"zeros\" }\n";
  std::vector<std::string> elements;
  for (std::size_t layout = 0; layout < 5; ++layout) elements.insert(elements.end(), 3, node(layout));
  elements.insert(elements.end(), 3, module);
  for (std::size_t layout = 0; layout < 5; ++layout) elements.insert(elements.end(), 3, node(layout));
  REQUIRE(dump_model(joined(elements)) == dump_model(disguised(elements)));
}

TEST_CASE("elements of more values than are looked at") {
  for (std::size_t consumers = 0; consumers < 6; ++consumers) {
    for (const bool all_fields : {false, true}) {
      std::vector<std::string> elements;
      for (std::size_t i = 0; i < 20; ++i) {
        const std::string number = std::to_string(i);
        std::string text = std::string("node {") + blanks + "name: \"n" + number +
                           "\" op_type: \"Conv\" module_name: \"m" + number +
                           "\" is_reused: " + (i % 2 == 0 ? "true" : "false");
        if (all_fields) {
          text += std::string(" trans_a: ") + (i % 3 == 0 ? "true" : "false") +
                  " input_dimension_reduction: " + (i % 5 == 0 ? "true" : "false") +
                  " constant_weight: " + (i % 7 == 0 ? "true" : "false") + " weight_rank: " + number;
        }
        text += " output {";
        for (std::size_t k = 0; k < consumers; ++k) text += " consumer: " + std::to_string(100 * k + i);
        elements.push_back(text + " }}\n");
      }
      REQUIRE(dump_model(joined(elements)) == dump_model(disguised(elements)));
    }
  }
}

TEST_CASE("memory that ends between elements read as a whole") {
  std::string text;
  Random random(7);
  for (int i = 0; i < 70;) {
    const std::string element = override_element(random, 0);
    if (!parse(element).ok()) continue;
    text += element;
    ++i;
  }
  const Document whole = parse(text);
  REQUIRE(whole.ok());
  std::vector<std::byte> buffer(whole.arena_reserved() + 4096);
  Layouts kept;
  std::size_t enough[2] = {};
  for (Layouts* const layouts : {static_cast<Layouts*>(nullptr), &kept}) {
    bool accepted = false;
    for (std::size_t size = text.size(); size <= buffer.size(); size += 52) {
      const Document document = parse(text, {.memory = Memory(std::span(buffer.data(), size)), .layouts = layouts});
      CHECK(document.arena_used() <= size);
      if (document.ok()) {
        if (!accepted) enough[layouts == nullptr ? 0 : 1] = size;
        accepted = true;
        CHECK(document.config().distill_override_layers.size() == 70);
      } else {
        REQUIRE_FALSE(accepted);
        REQUIRE(document.diagnostics().size() == 1);
        CHECK(document.diagnostics()[0].code == Code::out_of_memory);
      }
    }
    CHECK(accepted);
  }
  CHECK(enough[0] == enough[1]);
}

TEST_CASE("layouts of one schema are none of the other's") {
  // In both, states have the same numbers.
  const std::string config = std::string("distill_group {") + blanks + "start_layer_name: 'a' end_layer_name: 'b' }\n";
  const std::string model = std::string("module {") + blanks + "name: 'a' type: 'b' }\n";
  Layouts layouts;
  for (int i = 0; i < 4; ++i) {
    const ParseOptions options{.layouts = &layouts};
    CHECK(dump(parse(config + config, options)) == dump(parse(config + config)));
    CHECK(dump(parse_model(model + model, options)) == dump(parse_model(model + model)));
    CHECK_FALSE(parse(model, options).ok());
    CHECK_FALSE(parse_model(config, options).ok());
  }
}

// Of the two steps that are known of a state, the older one is not forgotten less.
TEST_CASE("older steps of one schema are none of the other's") {
  const std::string configs[] = {"distill_group { start_layer_name: 'a' end_layer_name: 'b' }\n",
                                 "quant_skip_layers: 'a'\n", "distill_override_layers { layer_name: 'a' }\n",
                                 "quant_skip_layer_types: 'a'\n", "batch_num: 1\n"};
  const std::string models[] = {"module { name: 'a' type: 'b' }\n", "node { name: 'a' op_type: 'b' }\n",
                                "graph_output: 'a'\n"};
  for (const std::string& config : configs) {
    for (const std::string& model : models) {
      for (const std::string& other : models) {
        Layouts layouts;
        const ParseOptions options{.semantics = Semantics::amct, .layouts = &layouts};
        // That a name comes twice is found when all has been read.
        static_cast<void>(parse_model(model + model + other + model + other, options));
        const std::string mixed = config + config + config + model + other;
        CHECK(dump(parse(mixed, options)) == dump(parse(mixed, {.semantics = Semantics::amct})));
      }
    }
  }
}

TEST_CASE("layouts with more text than there is room for") {
  for (const std::size_t size : {std::size_t{700}, std::size_t{900}, std::size_t{3900}}) {
    std::string text;
    for (std::size_t layout = 0; layout < 7; ++layout) {
      text += "distill_group {" + std::string(layout, ' ') + blanks + "start_layer_name: 'a' #" +
              std::string(size, '-') + "\nend_layer_name: 'b' }\n";
    }
    // What would be written behind it is not the test's.
    const auto layouts = std::make_unique<Layouts>();
    for (int i = 0; i < 3; ++i) CHECK(dump(parse(text, {.layouts = layouts.get()})) == dump(parse(text)));
  }
}

// Texts of many layouts in turn, good and bad: whatever is forgotten, nothing of theirs stays.
TEST_CASE("layouts of texts that are gone") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Layouts layouts;
    const std::uint32_t variety = random.below(4) * 8;
    for (int i = 0; i < 40; ++i) {
      std::string text;
      for (std::uint32_t count = random.below(6); count != 0; --count) {
        text += override_element(random, variety);
        if (random.below(8) == 0) text += "#" + std::string(random.below(3000), '-') + '\n';
        if (random.below(20) == 0) text += "distill_group {" + std::string(random.below(3), ' ') + "}";
        if (random.below(20) == 0) text.resize(random.below(static_cast<std::uint32_t>(text.size())));
      }
      const ParseOptions options{.semantics = static_cast<Semantics>(random.below(3)),
                                 .allow_unknown = random.below(2) == 0};
      ParseOptions learnt = options;
      learnt.layouts = &layouts;
      REQUIRE(dump(parse(text, learnt)) == dump(parse(text, options)));
    }
  }
}

// What stands between two blocks is nobody's, however near to each other they are.
TEST_CASE("memory that goes on in another block within an element") {
  struct Blocks {
    static void* allocate(void* context, std::size_t size, std::size_t alignment) {
      auto& self = *static_cast<Blocks*>(context);
      const std::size_t at = (self.used + self.gap + alignment - 1) / alignment * alignment;
      if (at + size > self.bytes.size()) return nullptr;
      self.used = at + size;
      return self.bytes.data() + at;
    }
    static void release(void*, void*, std::size_t, std::size_t) {}

    explicit Blocks(std::size_t between) : gap(between), bytes(std::size_t{1} << 20) {}

    std::size_t gap;
    std::size_t used = 0;
    std::vector<std::byte> bytes;
  };
  const auto arena_used = [](const std::string& text, std::size_t gap) {
    Blocks blocks(gap);
    const Document document = parse(text, {.memory = Memory(Allocator{Blocks::allocate, Blocks::release, &blocks})});
    REQUIRE(document.ok());
    return document.arena_used();
  };
  for (int names = 0; names < 300; ++names) {
    CAPTURE(names);
    std::string text;
    for (int i = 0; i < names; ++i) text += "quant_skip_layers:'a'";
    // Of each layout several, so that what was kept of the first is used.
    for (std::size_t layout = 0; layout < 12; ++layout) {
      for (int i = 0; i < 3; ++i) {
        text += "distill_override_layers{" + std::string(layout, ' ') +
                "layer_name:'a' distill_data_quant_config{ulq_quantize{fixed_min:true}}}";
      }
    }
    // Side by side, and with so much between them that none is near to another.
    CHECK(arena_used(text, 0) == arena_used(text, 8192));
  }
}
