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
#include <cstdio>
#include <cstdlib>
#include <iterator>
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
#include "quant.pb.h"

namespace {

namespace dc = distillcfg;
using google::protobuf::TextFormat;
using Message = AMCTPytorchDistillProto::AMCTDistillConfig;

struct Input {
  std::string name;
  std::string config_text;
  std::string model_text;
  dc::Document config;
  dc::ModelDocument model;
  std::size_t layers = 0;
  std::size_t json_size = 0;  // 0: AMCT refuses the configuration
};

bool count(void* context, const char*, std::size_t size) {
  *static_cast<std::size_t*>(context) += size;
  return true;
}

std::unique_ptr<Input> prepare(std::string name, std::string config_text, std::string model_text) {
  auto input = std::make_unique<Input>();
  input->name = std::move(name);
  input->config_text = std::move(config_text);
  input->model_text = std::move(model_text);
  input->config = dc::parse(input->config_text);
  input->model = dc::parse_model(input->model_text);
  if (!input->config.ok() || !input->model.ok()) {
    std::fprintf(stderr, "%s is not accepted\n", input->name.c_str());
    return nullptr;
  }
  const dc::Resolution resolution = dc::resolve(input->config.config(), input->model.model());
  input->layers = resolution.layers().size();
  static_cast<void>(dc::write_config_json(resolution, {count, &input->json_size}));
  return input;
}

// ---- tasks

void run_protobuf(benchmark::State& state, const Input& input) {
  TextFormat::Parser parser;
  Message message;
  parser.ParseFromString(input.config_text, &message);
  for ([[maybe_unused]] auto iteration : state) {
    bool ok = parser.ParseFromString(input.config_text, &message);
    benchmark::DoNotOptimize(ok);
  }
}

void run_parse(benchmark::State& state, const Input& input) {
  for ([[maybe_unused]] auto iteration : state) {
    dc::Document document = dc::parse(input.config_text);
    benchmark::DoNotOptimize(document);
  }
}

void run_parse_model(benchmark::State& state, const Input& input) {
  for ([[maybe_unused]] auto iteration : state) {
    dc::ModelDocument document = dc::parse_model(input.model_text);
    benchmark::DoNotOptimize(document);
  }
}

void run_resolve(benchmark::State& state, const Input& input) {
  for ([[maybe_unused]] auto iteration : state) {
    dc::Resolution resolution = dc::resolve(input.config.config(), input.model.model());
    benchmark::DoNotOptimize(resolution);
  }
}

void run_resolve_and_write(benchmark::State& state, const Input& input) {
  for ([[maybe_unused]] auto iteration : state) {
    std::size_t size = 0;
    const dc::Resolution resolution = dc::resolve(input.config.config(), input.model.model());
    bool ok = dc::write_config_json(resolution, {count, &size}).ok();
    benchmark::DoNotOptimize(ok);
  }
}

void run_whole_job(benchmark::State& state, const Input& input) {
  for ([[maybe_unused]] auto iteration : state) {
    std::size_t size = 0;
    const dc::Document config = dc::parse(input.config_text);
    const dc::ModelDocument model = dc::parse_model(input.model_text);
    const dc::Resolution resolution = dc::resolve(config.config(), model.model());
    bool ok = dc::write_config_json(resolution, {count, &size}).ok();
    benchmark::DoNotOptimize(ok);
  }
}

enum Task { protobuf, parse, parse_model, resolve, resolve_and_write, whole_job, task_count };
using Run = void (*)(benchmark::State&, const Input&);
constexpr Run runs[task_count] = {run_protobuf,          run_parse,    run_parse_model, run_resolve,
                                  run_resolve_and_write, run_whole_job};
constexpr const char* task_names[task_count] = {"protobuf",          "parse",    "parse_model", "resolve",
                                                "resolve_and_write", "whole_job"};

std::string full_name(const Input& input, std::size_t task) { return std::string(task_names[task]) + '/' + input.name; }

void print_table(const std::vector<std::unique_ptr<Input>>& inputs, const dc::bench::MedianReporter& reporter) {
  std::printf(
      "\nMedians in milliseconds. protobuf: TextFormat reads the configuration. all: both texts to config.json.\n"
      "The shares are of protobuf's time.\n\n");
  std::printf("%-20s | %8s | %9s | %9s | %9s | %9s | %9s | %9s | %6s | %6s\n", "network", "layers", "protobuf", "cfg",
              "model", "resolve", "+ write", "all", "+write", "all");
  for (const auto& input : inputs) {
    double times[task_count];
    for (std::size_t task = 0; task < task_count; ++task) times[task] = 1e3 * reporter.seconds(full_name(*input, task));
    std::printf("%-20s | %8zu", input->name.c_str(), input->layers);
    for (const double time : times) std::printf(" | %9.4g", time);
    if (times[protobuf] != 0) {
      for (const Task task : {resolve_and_write, whole_job})
        std::printf(" | %5.1f%%", 100 * times[task] / times[protobuf]);
    }
    std::printf(input->json_size == 0 ? " refused\n" : "\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  std::vector<std::size_t> sizes;
  for (const std::string& argument : dc::bench::initialize(argc, argv)) {
    sizes.push_back(std::strtoul(argument.c_str(), nullptr, 10));
    if (sizes.back() != 0) continue;
    std::fprintf(stderr, "not a number of layers: %s\n", argument.c_str());
    return 2;
  }
  const bool all = sizes.empty();
  if (all) sizes = {1'000, 10'000, 50'000, 500'000};

  std::vector<std::unique_ptr<Input>> inputs;
  for (const std::size_t size : sizes) {
    inputs.push_back(prepare("row-" + std::to_string(size),
                             dc::bench::generate_input(dc::bench::Layout::regular, size, 1),
                             dc::bench::generate_model(size)));
  }
  if (all) {
    const std::pair<const char*, std::string_view> groups[] = {
        {"residual-no-route", "distill_group { start_layer_name: 'block1.conv1' end_layer_name: 'stem' }"},
        {"residual-two-routes", "distill_group { start_layer_name: 'stem' end_layer_name: 'fc' }"}};
    for (const auto& [name, group] : groups) {
      inputs.push_back(prepare(name, std::string(group), dc::bench::generate_residual_model(200)));
    }
  }
  for (const auto& input : inputs) {
    if (input == nullptr) return 1;
    for (std::size_t task = 0; task < task_count; ++task) {
      const Input& measured = *input;
      const Run run = runs[task];
      benchmark::RegisterBenchmark(full_name(measured, task).c_str(), [run, &measured](benchmark::State& state) {
        run(state, measured);
      })->Unit(benchmark::kMillisecond);
    }
  }
  dc::bench::MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  print_table(inputs, reporter);
  return 0;
}
