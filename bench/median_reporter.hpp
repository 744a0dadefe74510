// What Google Benchmark shows of repeated runs, and keeps for a table.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace distillcfg::bench {

// Shows medians and how much the repetitions differ, and keeps the medians.
class MedianReporter : public benchmark::ConsoleReporter {
 public:
  MedianReporter() : benchmark::ConsoleReporter(OO_None) {}

  void ReportRuns(const std::vector<Run>& all) override {
    std::vector<Run> shown;
    for (const Run& run : all) {
      if (run.run_type == Run::RT_Aggregate && run.aggregate_name != "median" && run.aggregate_name != "cv") continue;
      shown.push_back(run);
      // Without repetitions there is no median, only the run.
      if (run.aggregate_name == "cv") continue;
      Median& median = medians_[run.run_name.function_name];
      median.seconds = run.real_accumulated_time / static_cast<double>(run.iterations);
      const auto rate = run.counters.find("bytes_per_second");
      if (rate != run.counters.end()) median.bytes_per_second = rate->second.value;
    }
    ConsoleReporter::ReportRuns(shown);
  }

  // Millions of bytes per second; 0 for what was not measured.
  [[nodiscard]] double rate(const std::string& name) const { return find(name).bytes_per_second / 1e6; }
  // One iteration; 0 for what was not measured.
  [[nodiscard]] double seconds(const std::string& name) const { return find(name).seconds; }

 private:
  struct Median {
    double seconds = 0;
    double bytes_per_second = 0;
  };
  [[nodiscard]] Median find(const std::string& name) const {
    const auto at = medians_.find(name);
    return at == medians_.end() ? Median{} : at->second;
  }

  std::map<std::string, Median> medians_;
};

// Hands the command line to Google Benchmark, with defaults that it can overrule: nine repetitions of
// which medians are shown, in random order. Returns what is left of it, without the program's name.
inline std::vector<std::string> initialize(int argc, char** argv) {
  std::string defaults[] = {"--benchmark_repetitions=9", "--benchmark_report_aggregates_only=true",
                            "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.05"};
  std::vector<char*> arguments{argv[0]};
  for (std::string& flag : defaults) arguments.push_back(flag.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  return {arguments.begin() + 1, arguments.begin() + count};
}

}  // namespace distillcfg::bench
