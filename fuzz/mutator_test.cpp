// The mutator keeps to its bounds, is deterministic, and leaves most texts acceptable.
#include "mutator.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "sections.hpp"

using namespace distillcfg;
using namespace distillcfg::fuzz;

namespace {

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  REQUIRE_FALSE(text.empty());
  return text;
}

std::string config_sample() { return read_file("examples/quant.cfg"); }
std::string model_sample() { return read_file("examples/network.textproto"); }

bool is_config(std::string_view text) { return parse(text).ok(); }
bool is_model(std::string_view text) { return parse_model(text).ok(); }

// Mutates again and again, from the sample on every `chain` times.
template <class IsAccepted>
std::size_t percent_accepted(const std::string& sample, IsAccepted is_accepted) {
  constexpr std::uint64_t runs = 10'000;
  constexpr std::uint64_t chain = 5;
  REQUIRE(is_accepted(sample));
  const std::size_t max_size = sample.size() + 500;
  std::size_t accepted = 0;
  std::size_t changed = 0;
  std::string text;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    if (seed % chain == 0) text = sample;
    std::string mutated = mutate(text, max_size, seed);
    REQUIRE(mutated.size() <= max_size);
    if (seed % 16 == 0) REQUIRE(mutate(text, max_size, seed) == mutated);
    changed += mutated != text ? 1 : 0;
    accepted += is_accepted(mutated) ? 1 : 0;
    text = std::move(mutated);
  }
  CHECK(changed > runs * 9 / 10);
  return accepted * 100 / runs;
}

}  // namespace

TEST_CASE("a good share of mutated configurations is accepted") {
  const std::size_t share = percent_accepted(config_sample(), is_config);
  MESSAGE(share << " percent");
  CHECK(share >= 30);
}

TEST_CASE("a good share of mutated models is accepted") {
  const std::size_t share = percent_accepted(model_sample(), is_model);
  MESSAGE(share << " percent");
  CHECK(share >= 30);
}

TEST_CASE("of an input with several texts each is mutated as what it is") {
  const std::string input = config_sample() + "#%% 4096 1 17\n" + model_sample() + "#%%\nbatch_num: 3\n";
  const std::size_t share = percent_accepted(input, [](std::string_view text) {
    const Sections sections = sections_of(text);
    return is_config(sections.config) && is_model(sections.model) && is_config(sections.other_config);
  });
  MESSAGE(share << " percent");
  CHECK(share >= 30);
}

TEST_CASE("fields that the schema lacks are made, most of them as they are allowed") {
  const std::string sample = config_sample();
  std::size_t made = 0;
  std::size_t skipped = 0;
  std::size_t any = 0;
  std::size_t marked = 0;
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    const std::string mutated = mutate(sample, sample.size() + 500, seed);
    marked += mutated.starts_with("\xef\xbb\xbf") ? 1 : 0;
    if (mutated.find("future:") == std::string::npos && mutated.find("[a.b") == std::string::npos &&
        mutated.find("googleapis") == std::string::npos) {
      continue;
    }
    ++made;
    any += mutated.find("[type.googleapis.com/a.Future]") != std::string::npos ? 1 : 0;
    skipped += parse(mutated, {.allow_unknown = true}).ok() ? 1 : 0;
  }
  CHECK(made > 100);
  CHECK(skipped > made / 3);
  CHECK(any > 10);
  CHECK(marked > 3);
}

TEST_CASE("any input is mutated within the bounds that it is given") {
  const std::string full = config_sample();
  const std::string_view inputs[] = {"",
                                     "{",
                                     "}",
                                     "[",
                                     "\"",
                                     "batch_num",
                                     "batch_num:",
                                     "a{b<[",
                                     "#%%",
                                     "\n#%%\n#%%",
                                     "module{",
                                     "distill_group { start_layer_name: \"",
                                     "quant_skip_layers: [",
                                     "\\",
                                     "'\\",
                                     "\xff",
                                     std::string_view("\0", 1),
                                     "node: #%%",
                                     "batch_num:\n#%%\n",
                                     full};
  for (const std::string_view input : inputs) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      for (const std::size_t max_size : {std::size_t{0}, std::size_t{1}, std::size_t{17}, std::size_t{200}}) {
        REQUIRE(mutate(input, max_size, seed).size() <= max_size);
        REQUIRE(cross_over(input, full, max_size, seed).size() <= max_size);
        REQUIRE(cross_over(full, input, max_size, seed).size() <= max_size);
      }
    }
  }
}

TEST_CASE("a deep or long input takes no longer than its size asks for") {
  for (const std::string_view unit : {"a{", "[", "\"a\"", "module{", "#", "x:"}) {
    std::string input;
    for (int i = 0; i < 20'000; ++i) input += unit;
    for (std::uint64_t seed = 0; seed < 20; ++seed) REQUIRE(mutate(input, input.size(), seed).size() <= input.size());
  }
}

TEST_CASE("a field that crosses over stands in a message of its kind") {
  const std::string_view input = "distill_group { start_layer_name: \"a\" end_layer_name: \"b\" }\n";
  const std::string_view other = "quant_skip_layers: \"c\"\nbatch_num: 4\n";
  std::size_t accepted = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::string crossed = cross_over(input, other, 1000, seed);
    accepted += is_config(crossed) && crossed.size() > input.size() ? 1 : 0;
  }
  CHECK(accepted == 200);
}
