// How long it takes from the texts of a configuration and a network to AMCT's config.json, beside
// libprotobuf's TextFormat reading the configuration alone.
//
//     resolve_benchmark [LAYERS...] [--benchmark_...]
//
// Without arguments, networks of 1,000, 10,000, 50,000 and 500,000 layers with an override for nearly
// each, and networks of 200 residual blocks whose distill_group has no route, or more than one.
#include <benchmark/benchmark.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "distillcfg/config_json.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/resolve.hpp"
#include "generate_inputs.hpp"
#include "median_reporter.hpp"
#include "memory.hpp"
#include "quant.pb.h"
#include "table.hpp"

namespace {

using namespace distillcfg;
using namespace distillcfg::bench;
using benchmark::State;
using google::protobuf::TextFormat;
using Message = AMCTPytorchDistillProto::AMCTDistillConfig;

struct Input {
  std::string name;
  std::string config_text;
  std::string model_text;
  Document config;
  ModelDocument model;
  Resolution resolution;
  std::size_t json_size = 0;  // 0: AMCT refuses the configuration
};
using Inputs = std::vector<std::unique_ptr<Input>>;

bool count(void* context, const char*, std::size_t size) {
  *static_cast<std::size_t*>(context) += size;
  return true;
}

std::unique_ptr<Input> prepare(std::string name, std::string config_text, std::string model_text) {
  auto input = std::make_unique<Input>();
  input->name = std::move(name);
  input->config_text = std::move(config_text);
  input->model_text = std::move(model_text);
  input->config = parse(input->config_text);
  input->model = parse_model(input->model_text);
  if (!input->config.ok() || !input->model.ok()) {
    std::fprintf(stderr, "%s is not accepted\n", input->name.c_str());
    return nullptr;
  }
  input->resolution = resolve(input->config.config(), input->model.model());
  static_cast<void>(write_config_json(input->resolution, {count, &input->json_size}));
  return input;
}

// ---- tasks

// Both texts to config.json, with memory from `memory`. Returns the bytes that were written.
std::size_t whole_job(const Input& input, const Memory& memory) {
  std::size_t size = 0;
  const Document config = parse(input.config_text, {.memory = memory});
  const ModelDocument model = parse_model(input.model_text, {.memory = memory});
  const Resolution resolution = resolve(config.config(), model.model(), {.memory = memory});
  static_cast<void>(write_config_json(resolution, {count, &size}));
  return size;
}

// Runs `step` once unmeasured, then as often as is asked for.
template <class Step>
void measure_again(State& state, Step step) {
  step();
  for ([[maybe_unused]] auto iteration : state) {
    auto result = step();
    benchmark::DoNotOptimize(result);
  }
}

void run_text_format(State& state, const Input& input) {
  TextFormat::Parser parser;
  Message message;
  measure_again(state, [&] { return parser.ParseFromString(input.config_text, &message); });
}

void run_parse(State& state, const Input& input) {
  ReusedMemory reused;
  measure_again(state, [&] { return parse(input.config_text, {.memory = reused.memory()}).ok(); });
}

void run_parse_model(State& state, const Input& input) {
  ReusedMemory reused;
  measure_again(state, [&] { return parse_model(input.model_text, {.memory = reused.memory()}).ok(); });
}

void run_resolve(State& state, const Input& input) {
  ReusedMemory reused;
  measure_again(state,
                [&] { return resolve(input.config.config(), input.model.model(), {.memory = reused.memory()}).ok(); });
}

void run_write(State& state, const Input& input) {
  measure_again(state, [&] {
    std::size_t size = 0;
    static_cast<void>(write_config_json(input.resolution, {count, &size}));
    return size;
  });
}

void run_whole_job_reused(State& state, const Input& input) {
  ReusedMemory reused;
  measure_again(state, [&] { return whole_job(input, reused.memory()); });
}

void run_whole_job_fresh(State& state, const Input& input) {
  measure_again(state, [&] { return whole_job(input, {}); });
}

enum Task : std::size_t {
  text_format,
  config_parse,
  model_parse,
  resolution,
  json_writing,
  job_reused,
  job_fresh,
  task_count
};
struct NamedTask {
  const char* name;
  void (*run)(State& state, const Input& input);
};
constexpr NamedTask tasks[task_count] = {
    {"text_format", run_text_format},        {"parse", run_parse},
    {"parse_model", run_parse_model},        {"resolve", run_resolve},
    {"write_config_json", run_write},        {"whole_job_reused", run_whole_job_reused},
    {"whole_job_fresh", run_whole_job_fresh}};

std::string full_name(const Input& input, std::size_t task) { return std::string(tasks[task].name) + '/' + input.name; }

// ---- tables

// The medians of one input, in seconds; 0: not measured.
struct Results {
  const Input* input;
  double seconds[task_count];

  [[nodiscard]] double resolve_and_write() const { return seconds[resolution] + seconds[json_writing]; }
};

void print_times(const std::vector<Results>& all) {
  Table table(
      "Milliseconds, memory used again. The whole job: both texts to config.json; fresh: its memory new each time.",
      {"network", "layers", "TextFormat, cfg", "parse cfg", "parse model", "resolve", "config.json", "whole job",
       "whole job, fresh"});
  for (const Results& results : all) {
    std::vector<std::string> row = {results.input->name + (results.input->json_size == 0 ? " (refused)" : ""),
                                    grouped(results.input->resolution.layers().size())};
    for (const double seconds : results.seconds) row.push_back(cell(1e3 * seconds));
    table.add(std::move(row));
  }
  table.print();
}

void print_shares(const std::vector<Results>& all) {
  Table table("Shares of the time that TextFormat takes to read the configuration alone.",
              {"network", "layers", "resolve and config.json", "whole job", "whole job, fresh"});
  for (const Results& results : all) {
    if (results.input->json_size == 0) continue;
    const double whole = results.seconds[text_format];
    table.add({results.input->name, grouped(results.input->resolution.layers().size()),
               share(results.resolve_and_write(), whole), share(results.seconds[job_reused], whole),
               share(results.seconds[job_fresh], whole)});
  }
  table.print();
}

void print_rates(const std::vector<Results>& all) {
  Table table(
      "MB per second: of the cfg, of the model's text, of the config.json that is written. Layers per second, in "
      "millions.",
      {"network", "cfg bytes", "parse cfg", "model bytes", "parse model", "JSON bytes", "config.json",
       "resolve, layers", "config.json, layers"});
  for (const Results& results : all) {
    const Input& input = *results.input;
    if (input.json_size == 0) continue;
    const auto millions = [&](std::size_t amount, Task task) {
      const double seconds = results.seconds[task];
      return cell(seconds == 0 ? 0 : static_cast<double>(amount) / seconds / 1e6);
    };
    const std::size_t layers = input.resolution.layers().size();
    table.add({input.name, grouped(input.config_text.size()), millions(input.config_text.size(), config_parse),
               grouped(input.model_text.size()), millions(input.model_text.size(), model_parse),
               grouped(input.json_size), millions(input.json_size, json_writing), millions(layers, resolution),
               millions(layers, json_writing)});
  }
  table.print();
}

// How times grow from each network in a row to the next: linear growth gives the ratio of the layers.
void print_growth(const std::vector<Results>& all) {
  Table table("Growth: how many times as long as for the network before each takes.",
              {"network", "layers", "TextFormat, cfg", "parse cfg", "parse model", "resolve", "config.json",
               "whole job", "whole job, fresh"});
  const Results* before = nullptr;
  for (const Results& results : all) {
    if (results.input->json_size == 0) continue;
    const Results* const last = std::exchange(before, &results);
    if (last == nullptr) continue;
    std::vector<std::string> row = {results.input->name + " : " + last->input->name,
                                    times_as_long(static_cast<double>(results.input->resolution.layers().size()),
                                                  static_cast<double>(last->input->resolution.layers().size()))};
    for (std::size_t task = 0; task < task_count; ++task) {
      row.push_back(times_as_long(results.seconds[task], last->seconds[task]));
    }
    table.add(std::move(row));
  }
  table.print();
}

void print_memory(const std::vector<Results>& all) {
  Table table(
      "Memory of each step: bytes taken from the system at most at once, for each byte of its text (resolve: of\n"
      "both texts); in brackets how often it asked for some.",
      {"network", "parse cfg", "parse model", "resolve"});
  for (const Results& results : all) {
    const Input& input = *results.input;
    const auto described = [](const CountedMemory& counted, std::size_t bytes) {
      return cell(static_cast<double>(counted.peak()) / static_cast<double>(bytes)) + " (" +
             grouped(counted.allocations()) + ")";
    };
    CountedMemory config_memory;
    CountedMemory model_memory;
    CountedMemory resolution_memory;
    static_cast<void>(parse(input.config_text, {.memory = config_memory.memory()}));
    static_cast<void>(parse_model(input.model_text, {.memory = model_memory.memory()}));
    static_cast<void>(resolve(input.config.config(), input.model.model(), {.memory = resolution_memory.memory()}));
    table.add({input.name, described(config_memory, input.config_text.size()),
               described(model_memory, input.model_text.size()),
               described(resolution_memory, input.config_text.size() + input.model_text.size())});
  }
  table.print();
}

void print_tables(const Inputs& inputs, const MedianReporter& reporter) {
  std::vector<Results> all;
  for (const auto& input : inputs) {
    Results& results = all.emplace_back(Results{input.get(), {}});
    for (std::size_t task = 0; task < task_count; ++task) {
      results.seconds[task] = reporter.seconds(full_name(*input, task));
    }
  }
  print_times(all);
  print_shares(all);
  print_rates(all);
  print_growth(all);
  print_memory(all);
}

// The default networks, or rows of as many layers as `sizes` says.
Inputs make_inputs(std::vector<std::size_t> sizes) {
  const bool all = sizes.empty();
  if (all) sizes = {1'000, 10'000, 50'000, 500'000};
  Inputs inputs;
  for (const std::size_t size : sizes) {
    inputs.push_back(
        prepare("row-" + std::to_string(size), generate_input(Layout::regular, size, 1), generate_model(size)));
  }
  if (all) {
    const std::pair<const char*, std::string_view> groups[] = {
        {"residual-no-route", "distill_group { start_layer_name: 'block1.conv1' end_layer_name: 'stem' }"},
        {"residual-two-routes", "distill_group { start_layer_name: 'stem' end_layer_name: 'fc' }"}};
    for (const auto& [name, group] : groups) {
      inputs.push_back(prepare(name, std::string(group), generate_residual_model(200)));
    }
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  std::vector<std::size_t> sizes;
  for (const std::string& argument : initialize(argc, argv)) {
    sizes.push_back(std::strtoul(argument.c_str(), nullptr, 10));
    if (sizes.back() != 0) continue;
    std::fprintf(stderr, "not a number of layers: %s\n", argument.c_str());
    return 2;
  }
  const Inputs inputs = make_inputs(std::move(sizes));
  for (const auto& input : inputs) {
    if (input == nullptr) return 1;
    for (std::size_t task = 0; task < task_count; ++task) {
      const Input& measured = *input;
      const auto run = tasks[task].run;
      benchmark::RegisterBenchmark(full_name(measured, task).c_str(), [run, &measured](State& state) {
        run(state, measured);
      })->Unit(benchmark::kMillisecond);
    }
  }
  MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  print_tables(inputs, reporter);
  return 0;
}
