// How fast distillcfg reads, checks and prints a configuration, beside libprotobuf, and beside JSON
// parsers that read the same data.
//
//     parse_benchmark [--benchmark_...] [FILE...]
//
// Without files, measures generated inputs of about 4 kB, 240 kB and 20 MB in two layouts (see
// generate_inputs.hpp), and the documented sample if it stands in examples/quant.cfg. Both text parsers
// must accept each input and print the same of it before anything is measured. Each figure is the
// median of nine repetitions in random order; tables at the end have them side by side.
#include <benchmark/benchmark.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "generate_inputs.hpp"
#include "median_reporter.hpp"
#include "parse_input.hpp"
#include "parse_tasks.hpp"
#include "table.hpp"

namespace {

using namespace distillcfg::bench;
using Inputs = std::vector<std::unique_ptr<ParseInput>>;

std::string full_name(const ParseInput& input, std::size_t task) {
  return std::string(parse_tasks[task].name) + '/' + input.name;
}

// The medians of one input.
class Results {
 public:
  Results(const ParseInput& input, const MedianReporter& reporter) : input_(input) {
    for (std::size_t task = 0; task < parse_task_count; ++task)
      seconds_[task] = reporter.seconds(full_name(input, task));
  }

  [[nodiscard]] const ParseInput& input() const { return input_; }
  [[nodiscard]] double seconds(ParseTask task) const { return seconds_[task]; }
  // The faster of RapidJSON's two ways.
  [[nodiscard]] double rapidjson_reused() const {
    const double plain = seconds_[::rapidjson_reused];
    const double in_situ = seconds_[rapidjson_in_situ_reused];
    return plain == 0 ? in_situ : in_situ == 0 ? plain : std::min(plain, in_situ);
  }
  // Millions of bytes per second; 0 for what was not measured.
  [[nodiscard]] static double rate(std::size_t bytes, double seconds) {
    return seconds == 0 ? 0 : static_cast<double>(bytes) / seconds / 1e6;
  }

 private:
  const ParseInput& input_;
  double seconds_[parse_task_count] = {};
};

// One way of measuring the parsers: the times of distillcfg and of what it is compared with.
struct Times {
  double distillcfg;
  double unlearnt;
  double borrowed;
  double text_format;
  double binary;
  double simdjson;
  double rapidjson;
};

Times reused(const Results& results) {
  return {results.seconds(parse_reused),       results.seconds(parse_unlearnt), results.seconds(parse_borrowed),
          results.seconds(text_format_reused), results.seconds(binary_reused),  results.seconds(simdjson_reused),
          results.rapidjson_reused()};
}
Times fresh(const Results& results) {
  return {results.seconds(parse_fresh),
          0,
          0,
          results.seconds(text_format_fresh),
          results.seconds(binary_fresh),
          results.seconds(simdjson_fresh),
          results.seconds(rapidjson_fresh)};
}

void print_parsing(const std::vector<Results>& all, const char* how, Times (*times_of)(const Results&), bool warm) {
  std::vector<std::string> columns = {"input", "bytes", "distillcfg"};
  if (warm) columns.insert(columns.end(), {"layout unknown", "without copy"});
  columns.insert(columns.end(), {"TextFormat", "binary", "simdjson", "RapidJSON"});
  if (warm) columns.emplace_back("memcpy");
  Table rates(std::string("Reading, ") + how +
                  ": MB of the configuration's text per second, whatever form of the same data was read\n"
                  "(binary: libprotobuf's wire form; simdjson, RapidJSON: DOM of indented JSON).",
              columns);
  Table ratios(std::string("Reading, ") + how +
                   ": how many times as long as distillcfg's parse each takes for the same data (above 1: slower).",
               {"input", "TextFormat", "binary", "simdjson", "RapidJSON"});
  for (const Results& results : all) {
    const Times times = times_of(results);
    const std::size_t bytes = results.input().text.size();
    const auto rate = [&](double seconds) { return cell(Results::rate(bytes, seconds)); };
    std::vector<std::string> row = {results.input().name, grouped(bytes), rate(times.distillcfg)};
    if (warm) row.insert(row.end(), {rate(times.unlearnt), rate(times.borrowed)});
    for (const double seconds : {times.text_format, times.binary, times.simdjson, times.rapidjson}) {
      row.push_back(rate(seconds));
    }
    if (warm) row.push_back(rate(results.seconds(copy)));
    rates.add(std::move(row));
    ratios.add({results.input().name, times_as_long(times.text_format, times.distillcfg),
                times_as_long(times.binary, times.distillcfg), times_as_long(times.simdjson, times.distillcfg),
                times_as_long(times.rapidjson, times.distillcfg)});
  }
  rates.print();
  ratios.print();
}

void print_json(const std::vector<Results>& all) {
  Table table(
      "The JSON parsers in MB of JSON per second, everything used again (in situ: with the copy that it needs).",
      {"input", "JSON bytes", "of cfg", "simdjson", "RapidJSON", "RapidJSON in situ"});
  for (const Results& results : all) {
    const std::size_t bytes = results.input().json.size();
    const auto rate = [&](ParseTask task) { return cell(Results::rate(bytes, results.seconds(task))); };
    table.add({results.input().name, grouped(bytes),
               share(static_cast<double>(bytes), static_cast<double>(results.input().text.size())),
               rate(simdjson_reused), rate(rapidjson_reused), rate(rapidjson_in_situ_reused)});
  }
  table.print();
}

void print_other_passes(const std::vector<Results>& all) {
  Table table(
      "Printing, in MB of printed text per second, and how many times as long as distillcfg TextFormat takes;\n"
      "validate, in MB of the configuration's text per second, and its share of the time of parse.",
      {"input", "printed bytes", "print", "TextFormat", "ratio", "validate", "of parse"});
  for (const Results& results : all) {
    const ParseInput& input = results.input();
    const double ours = results.seconds(print_text);
    const double theirs = results.seconds(text_format_print);
    const double validate = results.seconds(validate_config);
    table.add({input.name, grouped(input.printed.size()), cell(Results::rate(input.printed.size(), ours)),
               cell(Results::rate(input.printed.size(), theirs)), times_as_long(theirs, ours),
               cell(Results::rate(input.text.size(), validate)), share(validate, results.seconds(parse_unlearnt))});
  }
  table.print();
}

void print_memory(const std::vector<Results>& all) {
  Table table(
      "Memory of parse, its copy of the text included: bytes for each byte of text, in use and at most taken from the\n"
      "system at once; and how often it asked the system.",
      {"input", "bytes", "in use", "taken", "allocations"});
  for (const Results& results : all) {
    const ParseInput& input = results.input();
    const auto size = static_cast<double>(input.text.size());
    table.add({input.name, grouped(input.text.size()), cell(static_cast<double>(input.used_bytes) / size),
               cell(static_cast<double>(input.peak_bytes) / size), grouped(input.allocations)});
  }
  table.print();
}

void print_tables(const Inputs& inputs, const MedianReporter& reporter) {
  std::vector<Results> all;
  for (const auto& input : inputs) all.emplace_back(*input, reporter);
  print_parsing(all, "everything used again (memory, layouts, parser, message, document)", reused, true);
  print_parsing(all, "everything made anew each time", fresh, false);
  print_json(all);
  print_other_passes(all);
  print_memory(all);
}

bool add_file(const std::string& path, Inputs& inputs) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  std::string name(path.substr(path.rfind('/') + 1));
  if (name.size() > 4 && name.ends_with(".cfg")) name.resize(name.size() - 4);
  inputs.push_back(prepare_input(std::move(name), std::move(text)));
  return inputs.back() != nullptr;
}

bool add_generated(Inputs& inputs) {
  for (const std::size_t layers : {9U, 560U, 46848U}) {
    for (const Layout layout : {Layout::regular, Layout::irregular}) {
      std::string name = (layout == Layout::regular ? "regular-" : "irregular-") + std::to_string(layers);
      inputs.push_back(prepare_input(std::move(name), generate_input(layout, layers, 1)));
      if (inputs.back() == nullptr) return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  const std::vector<std::string> paths = initialize(argc, argv);
  Inputs inputs;
  for (const std::string& path : paths) {
    if (path[0] == '-') {
      std::fprintf(stderr, "unknown option %s\n", path.c_str());
      return 2;
    }
    if (!add_file(path, inputs)) return 1;
  }
  if (paths.empty()) {
    const std::string sample = "examples/quant.cfg";
    if (std::ifstream(sample).is_open() && !add_file(sample, inputs)) return 1;
    if (!add_generated(inputs)) return 1;
  }
  for (const auto& input : inputs) {
    for (std::size_t task = 0; task < parse_task_count; ++task) {
      const ParseInput& measured = *input;
      const auto run = parse_tasks[task].run;
      benchmark::RegisterBenchmark(full_name(measured, task).c_str(),
                                   [run, &measured](benchmark::State& state) { run(state, measured); });
    }
  }
  MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  print_tables(inputs, reporter);
  return 0;
}
