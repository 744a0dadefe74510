// What is measured of a configuration's text.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>

#include "parse_input.hpp"

namespace distillcfg::bench {

enum ParseTask : std::size_t {
  // Everything that can be used again is: memory, layouts, parser, message. What was used once before has its
  // pages, and the first use is not measured.
  parse_reused,
  parse_unlearnt,  // nothing is known of the layout
  parse_borrowed,  // the text stays where it is, with its padding, as it does for simdjson
  text_format_reused,
  binary_reused,
  simdjson_reused,
  rapidjson_reused,
  rapidjson_in_situ_reused,
  copy,
  // Everything is made anew each time.
  parse_fresh,
  text_format_fresh,
  binary_fresh,
  simdjson_fresh,
  rapidjson_fresh,

  print_text,
  text_format_print,
  validate_config,
  parse_task_count
};

struct NamedParseTask {
  const char* name;
  void (*run)(benchmark::State& state, const ParseInput& input);
};
// By ParseTask.
extern const NamedParseTask parse_tasks[parse_task_count];

}  // namespace distillcfg::bench
