// Where in a text the lexer and the parser can be when the next byte comes, each as what stands before and
// behind it.
#pragma once

#include <string_view>

#include "paths/summary.hpp"

namespace distillcfg::test {

struct State {
  const char* name;
  std::string_view before;
  std::string_view behind;
  path_summary::How how = {path_summary::Reader::borrow_padded, 0, false};
};

inline constexpr path_summary::How allowing_unknown{path_summary::Reader::borrow_padded, 2, true};

// A text that is written alike three times, so that the third is compared with the steps before it.
#define DISTILLCFG_TWO_GROUPS                                            \
  "distill_group {\n  start_layer_name: 'a'\n  end_layer_name: 'b'\n}\n" \
  "distill_group {\n  start_layer_name: 'c'\n  end_layer_name: 'd'\n}\n" \
  "distill_group {\n"
#define DISTILLCFG_LIMITS "distill_data_quant_config{ulq_quantize{clip_max_min{clip_max:"

inline constexpr State states[] = {
    {"alone", "", ""},
    {"start of the text", "", "\nbatch_num: 2\n"},
    {"between fields", "batch_num: 1", "data_dump: true"},
    {"end of the text", "batch_num: 1 ", ""},
    {"within a name", "batch", "num: 1\n"},
    {"behind a name", "batch_num", " 1\n"},
    {"behind a message's name", "distill_group", " end_layer_name: '' }\n", {path_summary::Reader::borrow_padded, 2}},
    {"before a value", "batch_num:", "\n"},
    {"within a number", "batch_num: 1", "\n"},
    {"behind a zero", "batch_num: 0", " group_size: 2\n"},
    {"within a hexadecimal number", "batch_num: 0x", " "},
    {"within a float", DISTILLCFG_LIMITS "1.", " clip_min: -1}}}"},
    {"within an exponent", DISTILLCFG_LIMITS "1e", "f clip_min: -1}}}"},
    {"before a float", DISTILLCFG_LIMITS, " clip_min: -1}}}"},
    {"within a word", "data_dump: t", " batch_num: 1"},
    {"before an enum", "distill_weight_quant_config { arq_distill { dst_type:", "} }"},
    {"in a string", "quant_skip_layers: \"a", "\"\n"},
    {"in a string in single quotes", "quant_skip_layers: '", "a'\n"},
    {"in a string at the end", "quant_skip_layers: \"", ""},
    {"behind a string", "quant_skip_layers: 'a'", " batch_num: 1"},
    {"in a long string", "quant_skip_layers: 'a.quite.long.name.of.a.layer", ".with.more.behind.it'\n"},
    {"behind a backslash", "quant_skip_layers: \"\\", "\"\n"},
    {"in a hexadecimal escape", "quant_skip_layers: '\\x", "'\n"},
    {"in an octal escape", "quant_skip_layers: '\\3", "'\n"},
    {"in a short Unicode escape", "quant_skip_layers: '\\ud", "\\udc00'\n"},
    {"in a long Unicode escape", "quant_skip_layers: '\\U001", "ff'\n"},
    {"in a comment", "# ", "\nbatch_num: 1\n"},
    {"in a comment at the end", "#", ""},
    {"in a list", "quant_skip_layers: [ 'a'", " 'b' ]"},
    {"in a list of messages", "distill_group [ {}", "{} ]", {path_summary::Reader::borrow_padded, 2}},
    {"in a message", "distill_group < ", "> batch_num: 1", {path_summary::Reader::borrow_padded, 2}},
    {"in steps that were seen", DISTILLCFG_TWO_GROUPS, "start_layer_name: 'e'\n  end_layer_name: 'f'\n}\n"},
    {"in a value of steps that were seen", DISTILLCFG_TWO_GROUPS "  start_layer_name: '",
     "'\n  end_layer_name: 'f'\n}"},
    {"behind a value of steps that were seen", DISTILLCFG_TWO_GROUPS "  start_layer_name: 'e'",
     "  end_layer_name: 'f'\n}\n"},
    {"before an unknown field", "x", " batch_num: 1", allowing_unknown},
    {"in an unknown value", "x: ", " batch_num: 1", allowing_unknown},
    {"in an unknown message", "x { y: [1, ", "] }", allowing_unknown},
    {"in an extension's name", "[", "]: 1", allowing_unknown},
};

#undef DISTILLCFG_TWO_GROUPS
#undef DISTILLCFG_LIMITS

}  // namespace distillcfg::test
