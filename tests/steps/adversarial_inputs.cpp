#include "steps/adversarial_inputs.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

#include "../bench/generate_inputs.hpp"
#include "support/colliding_names.hpp"

namespace distillcfg::test {

namespace {

using namespace std::string_view_literals;

// `piece` as often as it fits, `head` in front and `tail` behind.
std::string filled(std::size_t bytes, std::string_view piece, std::string_view head = {}, std::string_view tail = {}) {
  std::string text(head);
  while (text.size() + piece.size() + tail.size() <= bytes) text += piece;
  return text += tail;
}

// make(0), make(1) and so on, until there are so many bytes.
template <class Make>
std::string counted_up(std::size_t bytes, Make make) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += make(i);
  return text;
}

std::string number(std::size_t i) { return std::to_string(i); }

// `levels` times `open`, then `close`; as many levels as fit, but for unknown fields no more than are read.
std::string nested(std::size_t bytes, std::string_view open, std::string_view close, std::size_t levels = SIZE_MAX) {
  std::size_t depth = bytes / (open.size() + close.size());
  if (depth > levels) depth = levels;
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

// One deep message after another.
std::string nested_often(std::size_t bytes, std::string_view open, std::string_view close, std::size_t levels) {
  std::string text;
  while (text.size() < bytes) text += nested(bytes, open, close, levels) + '\n';
  return text;
}

std::string distill_override(std::string_view name) {
  return "distill_override_layers { layer_name: \"" + std::string(name) +
         "\" distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 3 clip_min: -3 } dst_type: INT8 } } "
         "distill_weight_quant_config { arq_distill { dst_type: INT8 } } }\n";
}

// ---- Values far from the names of their fields, where something points to them again and again

std::string short_comments(std::size_t bytes) { return filled(bytes, "#\n"); }

// All settings there are, of one source.
std::string far_settings(std::size_t bytes) {
  const std::string far = short_comments(bytes / 7);
  return "distill_data_quant_config " + far + "{ ulq_quantize { fixed_min: " + far + "true clip_max_min " + far +
         "{ clip_max: " + far + "6 clip_min: - " + far + "6 } } }\ndistill_weight_quant_config { ulq_distill " + far +
         "{ channel_wise: " + far + "false } }\n";
}

// `first` far from its field's name, then make(0), make(1) and so on.
template <class Make>
std::string far_first(std::size_t bytes, std::string_view field, std::string_view first, Make make) {
  return std::string(field) + ": " + short_comments(bytes / 2) + std::string(first) + "\n" +
         counted_up(bytes / 2, make);
}

std::string empty_override(std::string_view name) {
  return "distill_override_layers { layer_name: \"" + std::string(name) + "\" }\n";
}

std::string far_skipped_name_repeated(std::size_t bytes) {
  return far_first(bytes, "quant_skip_layers", "\"a0\"", [](std::size_t) { return "quant_skip_layers: \"a0\"\n"; });
}
std::string far_skipped_class_repeated(std::size_t bytes) {
  return far_first(bytes, "quant_skip_layer_types", "\"Conv2d\"",
                   [](std::size_t) { return "quant_skip_layer_types: \"Conv2d\"\n"; });
}
std::string far_skipped_class_and_overrides(std::size_t bytes) {
  return far_first(bytes, "quant_skip_layer_types", "\"Conv2d\"",
                   [](std::size_t i) { return empty_override("a" + number(i)); });
}
std::string far_override_repeated(std::size_t bytes) {
  return far_first(bytes, "distill_override_layers { layer_name", "\"a0\" }",
                   [](std::size_t) { return empty_override("a0"); });
}
std::string far_type_override_repeated(std::size_t bytes) {
  return far_first(bytes, "distill_override_layer_types { layer_type", "\"Conv2d\" }",
                   [](std::size_t) { return "distill_override_layer_types { layer_type: \"Conv2d\" }\n"; });
}
std::string far_settings_and_overrides(std::size_t bytes) {
  return far_settings(bytes / 2) + counted_up(bytes / 2, [](std::size_t i) { return empty_override("a" + number(i)); });
}
std::string far_settings_of_a_class(std::size_t bytes) {
  return "distill_override_layer_types " + short_comments(bytes / 8) + "{ layer_type: \"Conv2d\" " +
         far_settings(bytes) + "}\n";
}

const std::vector<std::string>& some_colliding_names() {
  static const std::vector<std::string> names = colliding_names(4000);
  return names;
}

template <class Make>
std::string of_colliding_names(std::size_t bytes, Make make) {
  const std::vector<std::string>& names = some_colliding_names();
  return counted_up(bytes, [&](std::size_t i) { return make(names[i % names.size()]); });
}

// ---- What is costly to show

// Overrides of two lists in turn, each a mistake for which AMCT names all that are repeated in its list: a long name
// too.
std::string two_lists_of_repeated_overrides(std::size_t bytes, std::string_view character) {
  const std::string of_long_name = empty_override(filled(bytes / 2, character));
  std::string text = of_long_name + of_long_name;
  for (int i = 0; i < 50; ++i) text += empty_override("b") + "distill_override_layer_types { layer_type: \"c\" }\n";
  return text;
}

// All on one line: a mistake, or a value that stands there again, and a name of one character again and again.
std::string mistakes_between_names(std::size_t bytes, std::string_view mistake, std::string_view character) {
  return filled(bytes, std::string(mistake) + " quant_skip_layers:'" + filled(120, character) + "' ");
}
// The same on lines of about 1,600 bytes.
std::string lines_of_mistakes_between_names(std::size_t bytes, std::string_view mistake, std::string_view character) {
  return filled(bytes, mistakes_between_names(1590, mistake, character) + '\n');
}
constexpr std::string_view unknown_field = "x:1";
constexpr std::string_view repeated_field = "batch_num:1";
constexpr std::string_view letter = "\xC3\xA9";
constexpr std::string_view combining = "\xCC\x81";
constexpr std::string_view combining_above = "\xE2\x83\xB0";
constexpr std::string_view wide = "\xE4\xB8\xAD";
constexpr std::string_view halfwidth = "\xEF\xBE\x9E";
constexpr std::string_view wide_of_four_bytes = "\xF0\x9F\x98\x80";

// ---- Networks

std::string module_text(std::string_view name, std::string_view type = "Conv2d") {
  return "module { name: \"" + std::string(name) + "\" type: \"" + std::string(type) + "\" }\n";
}

// A node that runs the module of its name.
std::string node_text(std::string_view name, std::string_view op, std::string_view consumers) {
  return "node { name: \"" + std::string(name) + "\" op_type: \"" + std::string(op) + "\" module_name: \"" +
         std::string(name) + "\" output { consumer: [" + std::string(consumers) + "] } }\n";
}

// Modules a0, a1... with their nodes; consumers(i, n) names those of node i of n.
template <class Consumers>
std::string network(std::size_t bytes, Consumers consumers) {
  const std::size_t count = bytes / 140 + 2;
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += module_text("a" + number(i));
  for (std::size_t i = 0; i < count; ++i) text += node_text("a" + number(i), "Conv", consumers(i, count));
  return text;
}

std::string chain(std::size_t bytes) {
  return network(bytes, [](std::size_t i, std::size_t n) { return i + 1 < n ? number(i + 1) : ""; });
}

// A chain whose output has the name of its first node, with which groups go on.
std::string ring(std::size_t bytes) {
  std::string text = chain(bytes);
  const std::string_view end = "consumer: []";
  return text.replace(text.rfind(end), end.size(), "graph_output: 0") + "graph_output: \"a0\"\n";
}

// Two ways from each node on that meet in the next but one: 2^(n/3) routes.
std::string diamonds(std::size_t bytes) {
  return network(bytes, [](std::size_t i, std::size_t n) -> std::string {
    if (i + 3 >= n) return "";
    return i % 3 == 0 ? number(i + 1) + ", " + number(i + 2) : i % 3 == 1 ? number(i + 2) : number(i + 1);
  });
}

// The first node feeds all others, and each feeds the last.
std::string fan(std::size_t bytes) {
  return network(bytes, [](std::size_t i, std::size_t n) -> std::string {
    if (i + 1 == n) return "";
    if (i != 0) return number(n - 1);
    std::string all = "1";
    for (std::size_t k = 2; k < n; ++k) all += ", " + number(k);
    return all;
  });
}

std::string group(std::string_view start, std::string_view end) {
  return "distill_group { start_layer_name: \"" + std::string(start) + "\" end_layer_name: \"" + std::string(end) +
         "\" }\n";
}

std::size_t groups_in(std::size_t bytes) { return bytes / group("a12345", "a12345").size() + 1; }

std::string nested_groups(std::size_t bytes) {
  const std::size_t count = groups_in(bytes);
  return counted_up(bytes, [&](std::size_t i) { return group("a" + number(i), "a" + number(3 * count - i)); });
}
std::string same_groups(std::size_t bytes) { return filled(bytes, group("a0", "a100")); }
std::string groups_from_a_to_b(std::size_t bytes) { return filled(bytes, group("a", "b")); }
std::string groups_to_nowhere(std::size_t bytes) {
  return counted_up(bytes, [](std::size_t i) { return group("a" + number(i + 1), "a0"); });
}
std::string groups_behind_a_far_start(std::size_t bytes) {
  return far_first(bytes, "distill_group { start_layer_name", "\"a0\" end_layer_name: \"a0\" }",
                   [](std::size_t) { return group("a0", "a0"); });
}
std::string groups_behind_a_far_end(std::size_t bytes) {
  return far_first(bytes, "distill_group { start_layer_name: \"a0\" end_layer_name", "\"a1\" }",
                   [](std::size_t) { return group("a1", "a1"); });
}
std::string nothing(std::size_t) { return {}; }

// From a, many edges to a node that leads nowhere, and behind them those that lead on to b.
std::string dead_ends(std::size_t bytes, std::string_view leading_on) {
  return module_text("a") + module_text("b") +
         filled(bytes, "1,", "node { name: 'a' op_type: 'Conv' module_name: 'a' output { consumer: [",
                std::string(leading_on) + "] } }\n") +
         "node { name: 'd' op_type: 'x' }\n" + node_text("b", "Conv", "");
}

// Modules in as few bytes as there may be, of which name(i) names the i-th.
template <class Name>
std::string terse_modules(std::size_t bytes, Name name) {
  return counted_up(bytes, [&](std::size_t i) { return "module{name:'" + name(i) + "'type:'Conv2d'}"; });
}
// The last digits of i in some base, the first of them last.
std::string digits_of(std::size_t i, std::size_t base, std::size_t count, std::string_view between) {
  std::string text;
  for (std::size_t k = 0; k < count; ++k) {
    if (k != 0) text += between;
    text += number(i % base);
    i /= base;
  }
  return text;
}
// The numbers below 2^24 in an order without order.
std::size_t scattered(std::size_t i) { return i * 10'368'889 % 16'777'216; }

}  // namespace

const std::vector<AdversarialInput>& adversarial_configs() {
  static const std::vector<AdversarialInput> inputs = {
      {"as people write",
       [](std::size_t n) {
         const std::string text = bench::generate_input(bench::Layout::irregular, n / 250 + 8, 1);
         return text.substr(0, text.rfind("\ndistill_override_layers", n) + 1);
       }},
      {"mistakes on one line", [](std::size_t n) { return filled(n, "x:1 "); }},
      {"mistakes on lines of their own", [](std::size_t n) { return filled(n, "x:1\n"); }},
      {"stray characters", [](std::size_t n) { return filled(n, "$"); }},
      {"control characters", [](std::size_t n) { return filled(n, "\x01"); }},
      {"bytes that are not UTF-8", [](std::size_t n) { return filled(n, "\xFF"); }},
      {"zero bytes", [](std::size_t n) { return filled(n, "\0"sv); }},
      {"full-width punctuation", [](std::size_t n) { return filled(n, "\xEF\xBC\x9A"); }},
      {"bad escapes in one literal",
       [](std::size_t n) { return filled(n, "\\q", "quant_skip_layers: \"", "\"\n"); }},
      {"surrogates in one literal",
       [](std::size_t n) { return filled(n, "\\ud800", "quant_skip_layers: \"", "\"\n"); }},
      {"line ends in one literal", [](std::size_t n) { return filled(n, "\n", "quant_skip_layers: \"", "\"\n"); }},
      {"bad UTF-8 in one literal", [](std::size_t n) { return filled(n, "\xC0", "quant_skip_layers: \"", "\"\n"); }},
      {"escapes in one literal",
       [](std::size_t n) { return filled(n, "\\u4e2d", "quant_skip_layers: \"", "\"\n"); }},
      {"one long literal", [](std::size_t n) { return filled(n, "a", "quant_skip_layers: \"", "\"\n"); }},
      {"an open literal", [](std::size_t n) { return filled(n, "a ", "quant_skip_layers: \""); }},
      {"open literals", [](std::size_t n) { return filled(n, "quant_skip_layers: \"a\n"); }},
      {"quotes", [](std::size_t n) { return filled(n, "\"", "quant_skip_layers: "); }},
      {"joined literals", [](std::size_t n) { return filled(n, "'a'\"b\" ", "quant_skip_layers: ", "\n"); }},
      {"one name again and again", [](std::size_t n) { return filled(n, "batch_num: 1\n"); }},
      {"one message again and again",
       [](std::size_t n) { return filled(n, "distill_data_quant_config { ulq_quantize { fixed_min: true } }\n"); }},
      {"both members of a oneof in turn",
       [](std::size_t n) {
         return filled(n, "arq_distill {} ulq_distill {} ", "distill_weight_quant_config {", "}\n");
       }},
      {"digits", [](std::size_t n) { return filled(n, "7", "batch_num: ", "\n"); }},
      {"zeros in front", [](std::size_t n) { return filled(n, "0", "batch_num: ", "7\n"); }},
      {"a long fraction",
       [](std::size_t n) {
         return filled(n, "123456789",
                       "distill_data_quant_config { ulq_quantize { clip_max_min { clip_min: -1 clip_max: 0.",
                       "1 } } }\n");
       }},
      {"a long exponent",
       [](std::size_t n) {
         return filled(n, "9", "distill_data_quant_config { ulq_quantize { clip_max_min { clip_min: -1 clip_max: 1e",
                       " } } }\n");
       }},
      {"long fractions, many",
       [](std::size_t n) {
         return filled(n, "clip_max: 16777217.000000000000000000000000000000000000000000000000000000000000000000000001 ",
                       "distill_data_quant_config { ulq_quantize { clip_max_min { clip_min: -1 ", "} } }\n");
       }},
      {"a long name", [](std::size_t n) { return filled(n, "a", "", ": 1\n"); }},
      {"a long word as value", [](std::size_t n) { return filled(n, "a", "data_dump: ", "\n"); }},
      {"one long comment", [](std::size_t n) { return filled(n, "a comment ", "# ", "\nbatch_num: 1\n"); }},
      {"short comments", [](std::size_t n) { return filled(n, "#\n"); }},
      {"comments of another language", [](std::size_t n) { return filled(n, "// a\n/* b */\n"); }},
      {"an open comment of another language", [](std::size_t n) { return filled(n, "/*\n"); }},
      {"spaces", [](std::size_t n) { return filled(n, " ", "batch_num:", "1\n"); }},
      {"line ends", [](std::size_t n) { return filled(n, "\r\n"); }},
      {"braces around everything, and comments",
       [](std::size_t n) { return filled(n, "#\n", filled(n / 125, "AMCTDistillConfig{")); }, true},
      {"braces around everything, and a long string",
       [](std::size_t n) { return filled(n, "\xC3\xA9", filled(n / 125, "AMCTDistillConfig{") + "'", "'"); }, true},
      {"lists in lists, and comments",
       [](std::size_t n) { return filled(n, "#\n", filled(n / 125, "quant_skip_layers:[["), "}"); }, true},
      {"lists in lists, and a long string",
       [](std::size_t n) { return filled(n, "\xC3\xA9", filled(n / 125, "distill_group:[[") + "'", "'}"); }, true},
      {"separators", [](std::size_t n) { return filled(n, ";", "batch_num: 1"); }},
      {"unknown names behind a separator far to the right",
       [](std::size_t n) { return filled(n, "x:1\n", "batch_num:1\n" + std::string(n / 2, ' ') + ";\n"); }},
      {"unknown names behind a separator with comments",
       [](std::size_t n) { return filled(n, "x:1\n", filled(n / 2, "#\n", "batch_num:1\n;")); }},
      {"opening braces", [](std::size_t n) { return filled(n, "{"); }},
      {"opening braces in a message", [](std::size_t n) { return filled(n, "{", "distill_group[{}data_quant_config"); }},
      {"unknown messages in one that stays open", [](std::size_t n) { return filled(n, "y{}", "distill_group{"); }},
      {"short words and stray brackets", [](std::size_t n) { return filled(n, "x>"); }},
      {"letters that are none", [](std::size_t n) { return filled(n, "\xC3\xA9>"); }},
      {"zero-width spaces", [](std::size_t n) { return filled(n, "\xE2\x80\x8B"); }},
      {"zero-width spaces in one word", [](std::size_t n) { return filled(n, "\xE2\x80\x8B", "a"); }},
      {"zero-width spaces in words", [](std::size_t n) { return filled(n, "a\xE2\x80\x8B;"); }},
      {"messages closed by other brackets", [](std::size_t n) { return filled(n, "<}", "distill_group:["); }},
      {"names of messages alone", [](std::size_t n) { return filled(n, "distill_group;"); }},
      {"elements without commas", [](std::size_t n) { return filled(n, "{}", "distill_group:["); }},
      {"closing braces", [](std::size_t n) { return filled(n, "}"); }},
      {"opening brackets", [](std::size_t n) { return filled(n, "quant_skip_layers: ["); }},
      {"mixed brackets", [](std::size_t n) { return filled(n, "{<[>}]"); }},
      {"messages that stay open", [](std::size_t n) { return filled(n, "distill_group{"); }},
      {"messages that stay open, with a field",
       [](std::size_t n) { return filled(n, "distill_group {\n  start_layer_name: \"a\"\n"); }},
      {"messages closed by another's bracket", [](std::size_t n) { return filled(n, "distill_group { ]\n"); }},
      {"messages with a stray brace behind", [](std::size_t n) { return filled(n, "distill_group{}}"); }},
      {"messages with parentheses", [](std::size_t n) { return filled(n, "distill_group("); }},
      {"empty messages", [](std::size_t n) { return filled(n, "distill_group{}"); }},
      {"values without a colon", [](std::size_t n) { return filled(n, "batch_num 1 2 3 "); }},
      {"equals signs", [](std::size_t n) { return filled(n, "batch_num = 1\n"); }},
      {"names that are nearly right", [](std::size_t n) { return filled(n, "distill_overide_layers { }\n"); }},
      {"names with words swapped", [](std::size_t n) { return filled(n, "layers_override_distill: 1\n"); }},
      {"long names that are nearly right",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) { return "distill_data_quant_confi" + number(i % 10) + "g { }\n"; });
       }},
      {"values that are nearly right", [](std::size_t n) { return filled(n, "data_dump: ture\n"); }},
      {"missing required fields", [](std::size_t n) { return filled(n, "distill_override_layers { }\n"); }},
      {"extensions and Any", [](std::size_t n) { return filled(n, "[a.b/c.d]: { } [x.y]: 1\n"); }},
      {"a long extension name", [](std::size_t n) { return filled(n, "a.", "[", "b]: 1\n"); }},
      {"placeholders", [](std::size_t n) { return filled(n, "%(;"); }},
      {"JSON", [](std::size_t n) { return filled(n, "{\"batch_num\": 1, \"quant_skip_layers\": [\"a\"]},\n"); }},
      {"unknown messages, nested", [](std::size_t n) { return nested(n, "a{", "}"); }},
      {"unknown messages, as deep as they are read",
       [](std::size_t n) { return nested_often(n, "a{", "}", 10'000); }},
      {"unknown lists, nested", [](std::size_t n) { return nested(n, "a:[", "]"); }},
      {"unknown lists of messages", [](std::size_t n) { return filled(n, "{b:1},", "a:[", "{}]\n"); }},
      {"unknown fields", [](std::size_t n) { return filled(n, "a:-b\n"); }},
      {"unknown literals", [](std::size_t n) { return filled(n, "'x' ", "a: ", "\n"); }},
      {"one list of messages",
       [](std::size_t n) { return filled(n, "{start_layer_name:'a' end_layer_name:'b'},", "distill_group: [",
                                         "{start_layer_name:'a' end_layer_name:'b'}]\n"); }},
      {"one list of names", [](std::size_t n) { return filled(n, "\"a\",", "quant_skip_layers: [", "\"a\"]\n"); }},
      {"elements that differ a little",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) {
           return distill_override("l" + number(i)) + (i % 3 == 0 ? "\n" : "# c\n");
         });
       }},
      {"overrides", [](std::size_t n) { return counted_up(n, [](std::size_t i) { return distill_override("l" + number(i)); }); }},
      {"one override again and again", [](std::size_t n) { return filled(n, distill_override("conv1")); }},
      {"skipped names that collide",
       [](std::size_t n) {
         return of_colliding_names(n, [](const std::string& name) { return "quant_skip_layers: \"" + name + "\"\n"; });
       }},
      {"overrides whose names collide", [](std::size_t n) { return of_colliding_names(n, distill_override); }},
      {"long names that differ at the end",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) {
           return "quant_skip_layers: \"" + std::string(2000, 'a') + number(i) + "\"\n";
         });
       }},
      {"classes that are nearly right",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) { return "quant_skip_layer_types: \"Conv2" + number(i % 7) + "\"\n"; });
       }},
      {"a skipped name far from its field, again and again", far_skipped_name_repeated},
      {"a skipped class far from its field, again and again", far_skipped_class_repeated},
      {"an override's name far from its field, again and again", far_override_repeated},
      {"a class far from its field, again and again", far_type_override_repeated},
      {"settings far from their names, lost again and again", far_settings_and_overrides},
      {"repeated overrides of two lists in turn",
       [](std::size_t n) { return two_lists_of_repeated_overrides(n, "a"); }},
      {"repeated overrides of two lists in turn, in letters",
       [](std::size_t n) { return two_lists_of_repeated_overrides(n, letter); }},
      {"repeated overrides of two lists in turn, in combining characters",
       [](std::size_t n) { return two_lists_of_repeated_overrides(n, combining); }},
      {"repeated overrides of two lists in turn, in wide characters",
       [](std::size_t n) { return two_lists_of_repeated_overrides(n, wide); }},
      {"mistakes between letters",
       [](std::size_t n) { return mistakes_between_names(n, unknown_field, letter); }},
      {"mistakes between combining characters",
       [](std::size_t n) { return mistakes_between_names(n, unknown_field, combining); }},
      {"mistakes between combining characters of three bytes",
       [](std::size_t n) { return mistakes_between_names(n, unknown_field, combining_above); }},
      {"mistakes between wide characters",
       [](std::size_t n) { return mistakes_between_names(n, unknown_field, wide); }},
      {"mistakes between half-width marks",
       [](std::size_t n) { return mistakes_between_names(n, unknown_field, halfwidth); }},
      {"mistakes between wide characters of four bytes",
       [](std::size_t n) { return mistakes_between_names(n, unknown_field, wide_of_four_bytes); }},
      {"mistakes between combining characters on many lines",
       [](std::size_t n) { return lines_of_mistakes_between_names(n, unknown_field, combining); }},
      {"repeated values between combining characters on many lines",
       [](std::size_t n) { return lines_of_mistakes_between_names(n, repeated_field, combining); }},
      {"repeated values between letters",
       [](std::size_t n) { return mistakes_between_names(n, repeated_field, letter); }},
      {"repeated values between combining characters",
       [](std::size_t n) { return mistakes_between_names(n, repeated_field, combining); }},
      {"repeated values between combining characters of three bytes",
       [](std::size_t n) { return mistakes_between_names(n, repeated_field, combining_above); }},
      {"repeated values between wide characters",
       [](std::size_t n) { return mistakes_between_names(n, repeated_field, wide); }},
      {"repeated values between half-width marks",
       [](std::size_t n) { return mistakes_between_names(n, repeated_field, halfwidth); }},
      {"repeated values between wide characters of four bytes",
       [](std::size_t n) { return mistakes_between_names(n, repeated_field, wide_of_four_bytes); }},
  };
  return inputs;
}

const std::vector<AdversarialInput>& adversarial_models() {
  static const std::vector<AdversarialInput> inputs = {
      {"one module again and again", [](std::size_t n) { return filled(n, module_text("a")); }},
      {"a module's name far from its field, again and again",
       [](std::size_t n) {
         return far_first(n, "module { type: \"Conv2d\" name", "\"a\" }", [](std::size_t) { return module_text("a"); });
       }},
      {"modules whose names collide",
       [](std::size_t n) { return of_colliding_names(n, [](const std::string& name) { return module_text(name); }); }},
      {"edges to nodes that do not exist",
       [](std::size_t n) { return filled(n, node_text("a", "Conv", "7, 7, 4000000000")); }},
      {"one node with many edges",
       [](std::size_t n) {
         return filled(n, "0, ", "node { name: 'a' op_type: 'b' output { consumer: [", "0] } }\n");
       }},
      {"one node with many outputs",
       [](std::size_t n) { return filled(n, "output {} ", "node { name: 'a' op_type: 'b' ", "}\n"); }},
      {"a chain", chain},
      {"a fan", fan},
  };
  return inputs;
}

const std::vector<AdversarialPair>& adversarial_pairs() {
  static const std::vector<AdversarialPair> pairs = {
      {"a chain without groups", nothing, chain},
      {"diamonds without groups", nothing, diamonds},
      {"a fan without groups", nothing, fan},
      {"nested groups in a chain", nested_groups, chain},
      {"one group again and again in a chain", same_groups, chain},
      {"groups without a route", groups_to_nowhere, chain},
      {"nested groups in diamonds", nested_groups, diamonds},
      {"groups without a route in diamonds", groups_to_nowhere, diamonds},
      {"nested groups in a fan", nested_groups, fan},
      {"groups of one node each",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) { return group("a" + number(i), "a" + number(i)); });
       },
       chain},
      {"skipped names that are unknown",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) { return "quant_skip_layers: \"b" + number(i) + "\"\n"; });
       },
       chain},
      {"overrides that are unknown and nearly right",
       [](std::size_t n) { return counted_up(n, [](std::size_t i) { return distill_override("a_" + number(i)); }); },
       chain},
      {"long names that are nearly right",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) {
           return "quant_skip_layers: \"" + std::string(100, 'a') + "x" + number(i) + "\"\n";
         });
       },
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) { return module_text(std::string(100, 'a') + number(i)); });
       }},
      {"long names that are nearly right, of which many modules have the start",
       [](std::size_t) {
         std::string text;
         for (std::size_t i = 1002; i < 1023; ++i) {
           text += "quant_skip_layers: \"" + std::string(121, 'A') + "xy" + number(i) + "\"\n";
         }
         return text;
       },
       [](std::size_t n) {
         return terse_modules(
             n, [](std::size_t i) { return std::string(121, 'A') + (i == 0 ? "xy1001" : "pq" + number(i % 10'000)); });
       }},
      {"overrides, skipped too",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) {
           return "quant_skip_layers: \"a" + number(i) + "\"\n" + distill_override("a" + number(i));
         });
       },
       chain},
      {"settings far from their names", far_settings, chain},
      {"settings of a class far from their names", far_settings_of_a_class, chain},
      {"settings far from their names, lost again and again", far_settings_and_overrides, chain},
      {"a skipped name far from its field, again and again", far_skipped_name_repeated, chain},
      {"a skipped class far from its field, again and again", far_skipped_class_repeated, chain},
      {"a skipped class far from its field, and overrides", far_skipped_class_and_overrides, chain},
      {"an override's name far from its field, again and again", far_override_repeated, chain},
      {"a class far from its field, again and again", far_type_override_repeated, chain},
      {"names that collide on both sides",
       [](std::size_t n) {
         return of_colliding_names(n, [](const std::string& name) { return "quant_skip_layers: \"" + name + "\"\n"; });
       },
       [](std::size_t n) {
         const std::vector<std::string>& names = some_colliding_names();
         std::string text;
         for (std::size_t i = names.size(); text.size() < n && i-- > 0;) text += module_text(names[i]);
         return text;
       }},
      {"modules that share one weight", nothing,
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) {
           return "module { name: \"a" + number(i) + "\" type: \"Linear\" weight_id: \"w\" }\n";
         });
       }},
      {"names of three numbers", nothing,
       [](std::size_t n) { return terse_modules(n, [](std::size_t i) { return digits_of(i, 16, 3, "."); }); }},
      {"names of eight numbers", nothing,
       [](std::size_t n) {
         return terse_modules(n, [](std::size_t i) { return digits_of(i, 2, 8, ".") + number(i / 256); });
       }},
      {"names of eight numbers that have nothing in common", nothing,
       [](std::size_t n) {
         return terse_modules(n, [](std::size_t i) { return digits_of(scattered(i), 8, 8, "a"); });
       }},
      {"names of many numbers", nothing,
       [](std::size_t n) { return terse_modules(n, [](std::size_t i) { return filled(200, "1a") + number(i); }); }},
      {"names of one number, in no order", nothing,
       [](std::size_t n) { return terse_modules(n, [](std::size_t i) { return number(scattered(i)); }); }},
      {"names without numbers", nothing,
       [](std::size_t n) {
         return terse_modules(n, [](std::size_t i) {
           std::string name = number(1000 + i);
           for (char& c : name) c = static_cast<char>(c - '0' + 'a');
           return name;
         });
       }},
      {"every other layer is skipped",
       [](std::size_t n) {
         return counted_up(n / 2, [](std::size_t i) { return "quant_skip_layers:'" + number(2 * i) + "'"; });
       },
       [](std::size_t n) { return terse_modules(n, [](std::size_t i) { return number(i); }); }},
      {"overrides in as few bytes as there may be",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) { return "distill_override_layers{layer_name:'" + number(i) + "'}"; });
       },
       [](std::size_t n) { return terse_modules(n, [](std::size_t i) { return number(i); }); }},
      {"one way on behind many dead ends", groups_from_a_to_b, [](std::size_t n) { return dead_ends(n, "2"); }},
      {"two ways on behind many dead ends", groups_from_a_to_b, [](std::size_t n) { return dead_ends(n, "2,2"); }},
      {"groups that intersect one whose start is far from its field", groups_behind_a_far_start,
       [](std::size_t) { return chain(600); }},
      {"groups that intersect one whose end is far from its field", groups_behind_a_far_end,
       [](std::size_t) { return chain(600); }},
      {"groups that intersect one with a long name",
       [](std::size_t n) {
         const std::string name(n / 2, 'x');
         return group(name, name) + groups_from_a_to_b(n / 2);
       },
       [](std::size_t n) {
         const std::string name(n / 2, 'x');
         return module_text("a") + module_text(name) + module_text("b") + node_text("a", "Conv", "1") +
                node_text(name, "Conv", "2") + node_text("b", "Conv", "") +
                filled(n / 10, "node { name: 'd' op_type: 'x' }\n");
       }},
      {"layers that lead to outputs with long names by turns",
       [](std::size_t) { return std::string("group_size: 4\n"); },
       [](std::size_t n) {
         std::string text;
         for (const char c : {'g', 'h'}) {
           const std::string name(n / 6, c);
           text += "graph_output: \"" + name + "\"\nnode { name: \"" + name + "\" op_type: 'x' }\n";
         }
         return text + counted_up(n / 3, [](std::size_t i) {
                  return "module{name:'" + number(i) + "'type:'Linear'}node{name:'" + number(i) +
                         "'op_type:''module_name:'" + number(i) + "'output{graph_output:" + number(i % 2) + "}}";
                });
       }},
      {"groups that share a node of a long name", groups_from_a_to_b,
       [](std::size_t n) {
         const std::string name(n / 2, 'x');
         return module_text("a") + module_text("b") + module_text(name, "Foo") + node_text("a", "Conv", "1") +
                node_text(name, "BatchNormalization", "2") + node_text("b", "Conv", "");
       }},
      {"groups between nodes of long names", groups_from_a_to_b,
       [](std::size_t n) {
         return module_text("a") + module_text("b") + "node { name: \"" + std::string(n / 2, 'x') +
                "\" op_type: \"Conv\" module_name: \"a\" output { consumer: 1 } }\nnode { name: \"" +
                std::string(n / 2, 'y') + "\" op_type: \"Conv\" module_name: \"b\" }\n";
       }},
      {"names of letters, skipped or with overrides",
       [](std::size_t n) {
         return counted_up(n, [](std::size_t i) {
           const std::string name = filled(116, letter) + number(10 + i);
           return i % 2 == 0 ? "quant_skip_layers: \"" + name + "\"\n" : empty_override(name);
         });
       },
       [](std::size_t n) {
         return terse_modules(n, [](std::size_t i) { return filled(116, letter) + number(10 + i); });
       }},
      {"few names of letters, skipped or with overrides",
       [](std::size_t) {
         std::string text;
         for (std::size_t i = 0; i < 24; ++i) {
           const std::string name = filled(116, letter) + number(10 + i);
           text += i < 12 ? "quant_skip_layers: \"" + name + "\"\n" : empty_override(name);
         }
         return text;
       },
       [](std::size_t) {
         std::string text;
         for (std::size_t i = 0; i < 24; ++i) text += module_text(filled(116, letter) + number(10 + i), "Linear");
         return text;
       }},
      {"names of letters without a pattern", nothing,
       [](std::size_t n) {
         return terse_modules(n, [](std::size_t i) {
           std::string name = filled(40, letter);
           for (unsigned bit = 0; bit < 20; ++bit) name += (i >> bit & 1U) != 0 ? "\xC3\xA9" : "\xC3\xA8";
           return name;
         });
       }},
      {"one group that goes round and round", [](std::size_t) { return std::string("group_size: 5000\n"); }, ring},
      {"groups of modules that run often", same_groups,
       [](std::size_t n) {
         const std::size_t count = n / 150 + 2;
         std::string text = module_text("a0") + module_text("a100", "ReLU");
         for (std::size_t i = 0; i < count; ++i) {
           text += "node { name: \"n" + number(i) + "\" op_type: \"Relu\" module_name: \"" + (i == 0 ? "a0" : "a100") +
                   "\" is_reused: " + (i == 0 ? "false" : "true") + " output { consumer: [" +
                   (i + 1 < count ? number(i + 1) : "") + "] } }\n";
         }
         return text;
       }},
  };
  return pairs;
}

}  // namespace distillcfg::test
