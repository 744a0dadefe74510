// How fast distillcfg parses and prints, beside libprotobuf in the same run.
//
//     parse_benchmark [--benchmark_...] [FILE...]
//
// Without files, measures generated inputs of about 4 kB, 240 kB and 20 MB in two layouts (see
// generate_inputs.hpp). Both parsers must accept each input and print the same of it before
// anything is measured. Each figure is the median of nine repetitions in random order, in millions
// of bytes of the text per second; a table at the end has them side by side.
//
// Build: this file, generate_inputs.cpp and what protoc makes of quant.proto (--cpp_out), optimised,
// with the core library, libprotobuf and Google Benchmark (-lbenchmark -lprotobuf -pthread).
#include <benchmark/benchmark.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "generate_inputs.hpp"
#include "quant.pb.h"

namespace {

namespace dc = distillcfg;
using Message = AMCTPytorchDistillProto::AMCTDistillConfig;
using google::protobuf::TextFormat;

// What is measured, in the order of the table's columns.
enum Task : std::size_t {
  parse_buffer,
  parse_heap,
  protobuf_parse,
  protobuf_binary,
  copy,
  print_distillcfg,
  protobuf_print,
  task_count
};
constexpr const char* task_names[task_count] = {"parse_buffer", "parse_heap", "protobuf_parse", "protobuf_binary",
                                                "memcpy",       "print",      "protobuf_print"};

struct Input {
  std::string name;
  std::string text;
  std::string printed;
  std::string binary;
  Message message;
  dc::Document document;
};

bool append(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
  return true;
}

// Both parsers must read the same from the input, else a figure would compare nothing.
std::unique_ptr<Input> prepare(std::string name, std::string text) {
  auto input = std::make_unique<Input>();
  input->name = std::move(name);
  input->text = std::move(text);
  input->document = dc::parse(input->text);
  if (!input->document.ok()) {
    const dc::Diagnostic& first = input->document.diagnostics()[0];
    std::fprintf(stderr, "%s: distillcfg refuses it (D%u at byte %u)\n", input->name.c_str(),
                 static_cast<unsigned>(first.code), first.at.begin);
    return nullptr;
  }
  if (!TextFormat::ParseFromString(input->text, &input->message)) {
    std::fprintf(stderr, "%s: libprotobuf refuses it\n", input->name.c_str());
    return nullptr;
  }
  std::string expected;
  TextFormat::PrintToString(input->message, &expected);
  const dc::WriteResult result = dc::print(input->document.config(), dc::Sink{append, &input->printed});
  if (!result.ok() || input->printed != expected) {
    std::fprintf(stderr, "%s: distillcfg and libprotobuf print it differently\n", input->name.c_str());
    return nullptr;
  }
  input->message.SerializeToString(&input->binary);
  return input;
}

void count_bytes(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

// Where memory is used again, the first use is not measured: its pages come from the system then.

// An embedder's way: one buffer, used again for every text.
void run_parse_buffer(benchmark::State& state, const Input& input) {
  const auto size = static_cast<std::size_t>(dc::arena_bound(input.text.size()));
  const std::unique_ptr<std::byte[]> buffer(new std::byte[size]);
  const dc::ParseOptions options{.memory = dc::Memory(std::span(buffer.get(), size))};
  static_cast<void>(dc::parse(input.text, options));
  for ([[maybe_unused]] auto iteration : state) {
    dc::Document document = dc::parse(input.text, options);
    benchmark::DoNotOptimize(document);
  }
  count_bytes(state, input.text);
}

// The default: memory from the heap, given back each time.
void run_parse_heap(benchmark::State& state, const Input& input) {
  for ([[maybe_unused]] auto iteration : state) {
    dc::Document document = dc::parse(input.text);
    benchmark::DoNotOptimize(document);
  }
  count_bytes(state, input.text);
}

void run_protobuf_parse(benchmark::State& state, const Input& input) {
  TextFormat::Parser parser;
  Message message;
  parser.ParseFromString(input.text, &message);
  for ([[maybe_unused]] auto iteration : state) {
    bool ok = parser.ParseFromString(input.text, &message);
    benchmark::DoNotOptimize(ok);
  }
  count_bytes(state, input.text);
}

// The same message in protobuf's wire form, in bytes of the text that it stands for.
void run_protobuf_binary(benchmark::State& state, const Input& input) {
  Message message;
  message.ParseFromString(input.binary);
  for ([[maybe_unused]] auto iteration : state) {
    bool ok = message.ParseFromString(input.binary);
    benchmark::DoNotOptimize(ok);
  }
  count_bytes(state, input.text);
}

void run_copy(benchmark::State& state, const Input& input) {
  const std::unique_ptr<char[]> target(new char[input.text.size()]);
  std::memcpy(target.get(), input.text.data(), input.text.size());
  for ([[maybe_unused]] auto iteration : state) {
    std::memcpy(target.get(), input.text.data(), input.text.size());
    benchmark::DoNotOptimize(target.get());
    benchmark::ClobberMemory();
  }
  count_bytes(state, input.text);
}

void run_print(benchmark::State& state, const Input& input) {
  std::string output;
  output.reserve(input.printed.size());
  for ([[maybe_unused]] auto iteration : state) {
    output.clear();
    bool ok = dc::print(input.document.config(), dc::Sink{append, &output}).ok();
    benchmark::DoNotOptimize(ok);
  }
  count_bytes(state, input.printed);
}

void run_protobuf_print(benchmark::State& state, const Input& input) {
  const TextFormat::Printer printer;
  std::string output;
  output.reserve(input.printed.size());
  for ([[maybe_unused]] auto iteration : state) {
    bool ok = printer.PrintToString(input.message, &output);
    benchmark::DoNotOptimize(ok);
  }
  count_bytes(state, input.printed);
}

using Run = void (*)(benchmark::State&, const Input&);
constexpr Run runs[task_count] = {run_parse_buffer, run_parse_heap, run_protobuf_parse, run_protobuf_binary,
                                  run_copy,         run_print,      run_protobuf_print};

std::string full_name(const Input& input, std::size_t task) { return std::string(task_names[task]) + '/' + input.name; }

// Shows medians and how much the repetitions differ, and keeps the medians for the table.
class MedianReporter : public benchmark::ConsoleReporter {
 public:
  using ConsoleReporter::ConsoleReporter;

  void ReportRuns(const std::vector<Run>& all) override {
    std::vector<Run> shown;
    for (const Run& run : all) {
      if (run.run_type == Run::RT_Aggregate && run.aggregate_name != "median" && run.aggregate_name != "cv") continue;
      shown.push_back(run);
      const auto rate = run.counters.find("bytes_per_second");
      // Without repetitions there is no median, only the run.
      if (rate != run.counters.end() && run.aggregate_name != "cv") {
        medians_[run.run_name.function_name] = rate->second.value;
      }
    }
    ConsoleReporter::ReportRuns(shown);
  }

  // Millions of bytes per second; 0 for what was not measured.
  [[nodiscard]] double median(const std::string& name) const {
    const auto at = medians_.find(name);
    return at == medians_.end() ? 0 : at->second / 1e6;
  }

 private:
  std::map<std::string, double> medians_;
};

void print_cell(double value, int width) {
  if (value == 0) {
    std::printf(" | %*s", width, "-");
  } else {
    std::printf(" | %*.*f", width, value < 100 ? 1 : 0, value);
  }
}

void print_table(const std::vector<std::unique_ptr<Input>>& inputs, const MedianReporter& reporter) {
  std::printf("\nMedians in MB (10^6 bytes of text) per second; ratio: distillcfg to libprotobuf's text format.\n\n");
  std::printf("%-18s | %10s | %8s | %8s | %8s | %6s | %9s | %8s | %8s | %8s | %6s\n", "input", "bytes", "buffer",
              "heap", "protobuf", "ratio", "pb binary", "memcpy", "print", "pb print", "ratio");
  for (const auto& input : inputs) {
    double rates[task_count];
    for (std::size_t task = 0; task < task_count; ++task) rates[task] = reporter.median(full_name(*input, task));
    if (std::all_of(std::begin(rates), std::end(rates), [](double rate) { return rate == 0; })) continue;
    const auto ratio = [&](Task ours, Task theirs) { return rates[theirs] == 0 ? 0 : rates[ours] / rates[theirs]; };
    std::printf("%-18s | %10zu", input->name.c_str(), input->text.size());
    print_cell(rates[parse_buffer], 8);
    print_cell(rates[parse_heap], 8);
    print_cell(rates[protobuf_parse], 8);
    print_cell(ratio(parse_buffer, protobuf_parse), 6);
    print_cell(rates[protobuf_binary], 9);
    print_cell(rates[copy], 8);
    print_cell(rates[print_distillcfg], 8);
    print_cell(rates[protobuf_print], 8);
    print_cell(ratio(print_distillcfg, protobuf_print), 6);
    std::printf("\n");
  }
}

bool add_files(int argc, char** argv, std::vector<std::unique_ptr<Input>>& inputs) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.is_open() || file.bad()) {
      std::fprintf(stderr, "cannot read %s\n", argv[i]);
      return false;
    }
    const std::string_view path = argv[i];
    std::string name(path.substr(path.rfind('/') + 1));
    if (name.size() > 4 && name.ends_with(".cfg")) name.resize(name.size() - 4);
    inputs.push_back(prepare(std::move(name), std::move(text)));
    if (inputs.back() == nullptr) return false;
  }
  return true;
}

bool add_generated(std::vector<std::unique_ptr<Input>>& inputs) {
  for (const std::size_t layers : {9U, 560U, 46848U}) {
    for (const bool regular : {true, false}) {
      const dc::bench::Layout layout = regular ? dc::bench::Layout::regular : dc::bench::Layout::irregular;
      std::string name = (regular ? "regular-" : "irregular-") + std::to_string(layers);
      inputs.push_back(prepare(std::move(name), dc::bench::generate_input(layout, layers, 1)));
      if (inputs.back() == nullptr) return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  // Defaults that the command line can overrule: later flags win.
  std::string defaults[] = {"--benchmark_repetitions=9", "--benchmark_report_aggregates_only=true",
                            "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"};
  std::vector<char*> arguments{argv[0]};
  for (std::string& flag : defaults) arguments.push_back(flag.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  for (int i = 1; i < count; ++i) {
    if (arguments[static_cast<std::size_t>(i)][0] == '-') {
      std::fprintf(stderr, "unknown option %s\n", arguments[static_cast<std::size_t>(i)]);
      return 2;
    }
  }

  std::vector<std::unique_ptr<Input>> inputs;
  if (!(count > 1 ? add_files(count, arguments.data(), inputs) : add_generated(inputs))) return 1;
  for (const auto& input : inputs) {
    for (std::size_t task = 0; task < task_count; ++task) {
      const Input& measured = *input;
      const Run run = runs[task];
      benchmark::RegisterBenchmark(full_name(measured, task).c_str(),
                                   [run, &measured](benchmark::State& state) { run(state, measured); });
    }
  }
  MedianReporter reporter(benchmark::ConsoleReporter::OO_None);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  print_table(inputs, reporter);
  return 0;
}
