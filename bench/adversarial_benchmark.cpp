// The time of texts that were made to be expensive, as a ratio to that of an ordinary one of the same size.
//
//     adversarial_benchmark [BYTES]
//
// Each text of tests/steps/adversarial_inputs.cpp, of BYTES bytes (1,000,000 unless given), is parsed and, if it
// was accepted, validated; each network is parsed; each pair of both is resolved. Medians of nine, beside the
// ordinary one measured between them, so that a machine that is busy is so for both.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "steps/adversarial_inputs.hpp"

namespace distillcfg {
namespace {

constexpr std::size_t repetitions = 9;

double milliseconds(const auto& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::array<double, repetitions>& values) {
  std::ranges::sort(values);
  return values[repetitions / 2];
}

struct Row {
  std::string name;
  double time;   // in milliseconds
  double ratio;  // to the ordinary one, for each byte
};

// Both give the bytes that they read.
Row compare(std::string name, const auto& run, const auto& ordinary) {
  std::array<double, repetitions> times{};
  std::array<double, repetitions> ordinary_times{};
  std::size_t bytes = 0;
  std::size_t ordinary_bytes = 0;
  for (std::size_t i = 0; i < repetitions; ++i) {
    times[i] = milliseconds([&] { bytes = run(); });
    ordinary_times[i] = milliseconds([&] { ordinary_bytes = ordinary(); });
  }
  const double time = median(times);
  return {std::move(name), time,
          time / static_cast<double>(bytes) / (median(ordinary_times) / static_cast<double>(ordinary_bytes))};
}

std::size_t check(const std::string& text) {
  const Document document = parse(text);
  if (document.ok()) static_cast<void>(validate(document.config(), {.text = document.text()}));
  return text.size();
}

std::size_t read_model(const std::string& text) {
  static_cast<void>(parse_model(text));
  return text.size();
}

std::size_t whole_job(const std::string& config, const std::string& model) {
  const Document document = parse(config, {.semantics = Semantics::amct});
  const ModelDocument network = parse_model(model);
  if (document.ok() && network.ok()) {
    static_cast<void>(resolve(document.config(), network.model(), {.config_text = document.text()}));
  }
  return config.size() + model.size();
}

template <class Inputs>
const auto& named(const Inputs& inputs, std::string_view name) {
  for (const auto& input : inputs) {
    if (input.name == name) return input;
  }
  std::fprintf(stderr, "there is no input \"%s\"\n", std::string(name).c_str());
  std::exit(2);
}

void show(const char* title, const char* ordinary, std::vector<Row> rows) {
  std::ranges::stable_sort(rows, std::ranges::greater(), &Row::ratio);
  std::printf("%s, beside \"%s\"\n", title, ordinary);
  for (const Row& row : rows) std::printf("%10.2f ms  %6.2f times  %s\n", row.time, row.ratio, row.name.c_str());
  std::printf("\n");
}

void compare_all(std::size_t bytes) {
  const char* const ordinary_config = "as people write";
  const std::string config = named(test::adversarial_configs(), ordinary_config).make(bytes);
  std::vector<Row> rows;
  for (const test::AdversarialInput& input : test::adversarial_configs()) {
    const std::string text = input.make(bytes);
    rows.push_back(compare(
        input.name, [&] { return check(text); }, [&] { return check(config); }));
  }
  show("parse and validate", ordinary_config, std::move(rows));

  const char* const ordinary_model = "a chain";
  const std::string model = named(test::adversarial_models(), ordinary_model).make(bytes);
  rows.clear();
  for (const test::AdversarialInput& input : test::adversarial_models()) {
    const std::string text = input.make(bytes);
    rows.push_back(compare(
        input.name, [&] { return read_model(text); }, [&] { return read_model(model); }));
  }
  show("parse_model", ordinary_model, std::move(rows));

  const char* const ordinary_pair = "a chain without groups";
  const test::AdversarialPair& pair = named(test::adversarial_pairs(), ordinary_pair);
  const std::string pair_config = pair.config(bytes);
  const std::string pair_model = pair.model(bytes);
  rows.clear();
  for (const test::AdversarialPair& input : test::adversarial_pairs()) {
    const std::string input_config = input.config(bytes);
    const std::string input_model = input.model(bytes);
    rows.push_back(compare(
        input.name, [&] { return whole_job(input_config, input_model); },
        [&] { return whole_job(pair_config, pair_model); }));
  }
  show("parse, parse_model and resolve", ordinary_pair, std::move(rows));
}

}  // namespace
}  // namespace distillcfg

int main(int argc, char** argv) {
  const std::size_t bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  distillcfg::compare_all(bytes);
}
