// The hot functions have several paths: vectors or machine words, elements read as a whole and steps
// compared, with what was learnt of earlier texts or without, or neither. Whatever the text, each gives the same
// fields, places, diagnostics and printed form.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "describe.hpp"
#include "support/files.hpp"
#include "support/flat_config.hpp"
#include "support/random.hpp"
#include "support/random_config.hpp"

namespace distillcfg_words::test {
std::string describe(std::string_view text, unsigned semantics, bool allow_unknown, bool model);
std::string describe_next(std::string_view text, unsigned semantics, bool allow_unknown, bool model);
}  // namespace distillcfg_words::test
namespace distillcfg_plain::test {
std::string describe(std::string_view text, unsigned semantics, bool allow_unknown, bool model);
std::string describe_next(std::string_view text, unsigned semantics, bool allow_unknown, bool model);
}  // namespace distillcfg_plain::test

namespace {

void require_same(std::string_view text, unsigned semantics, bool allow_unknown, bool model) {
  CAPTURE(text);
  CAPTURE(semantics);
  const std::string described = distillcfg::test::describe(text, semantics, allow_unknown, model);
  REQUIRE(distillcfg_words::test::describe(text, semantics, allow_unknown, model) == described);
  REQUIRE(distillcfg_plain::test::describe(text, semantics, allow_unknown, model) == described);
  REQUIRE(distillcfg::test::describe_next(text, semantics, allow_unknown, model) == described);
  REQUIRE(distillcfg_words::test::describe_next(text, semantics, allow_unknown, model) == described);
  REQUIRE(distillcfg_plain::test::describe_next(text, semantics, allow_unknown, model) == described);
}

void require_same_in_all(std::string_view text) {
  for (unsigned semantics = 0; semantics < 3; ++semantics) {
    for (const bool allow_unknown : {false, true}) require_same(text, semantics, allow_unknown, false);
  }
}

using distillcfg::test::Random;

std::string mutated(std::string text, Random& random) {
  const auto below = [&random](std::size_t bound) { return random.below(static_cast<std::uint32_t>(bound)); };
  static constexpr std::string_view bytes = "{}<>[]:;,\"'\\#\n\t -+.0189aefx_\0\x01\x80\xC3";
  for (std::size_t i = 0; i < 1 + random.below(3) && !text.empty(); ++i) {
    const std::size_t at = below(text.size());
    switch (random.below(4)) {
      case 0: text[at] = bytes[below(bytes.size())]; break;
      case 1: text.insert(at, 1, bytes[below(bytes.size())]); break;
      case 2: text.erase(at, 1 + random.below(8)); break;
      default: text.insert(at, text.substr(below(text.size()), random.below(120))); break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the texts of the other tests") {
  const std::filesystem::path data = distillcfg::test::data_folder();
  std::size_t count = 0;
  for (const std::string_view folder : {"conformance/inputs", "goldens", "../fuzz/corpus"}) {
    for (const std::string& name : distillcfg::test::files_below(data / folder)) {
      const auto text = distillcfg::test::read_file(data / folder / name);
      REQUIRE(text);
      if (text->size() > 100'000) continue;
      require_same_in_all(*text);
      if (name.ends_with(".textproto")) require_same(*text, 0, false, true);
      ++count;
    }
  }
  CHECK(count > 1000);
}

TEST_CASE("random configurations, in every layout, and with mistakes") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::vector<std::byte> memory(1 << 20);
    distillcfg::Arena arena{distillcfg::Memory(std::span(memory))};
    const distillcfg::test::RandomConfig config(seed, arena,
                                                {.wild = seed % 2 != 0, .merge = false, .most_elements = 12});
    require_same_in_all(config.text());
    Random random(seed);
    for (int i = 0; i < 6; ++i) require_same_in_all(mutated(config.text(), random));
  }
}

TEST_CASE("a closing bracket that recovery has taken for another's") {
  const std::string good = "{\n    start_layer_name: \"z\"\n    end_layer_name: \"y\"\n}";
  const std::string bad = "{\n    st<rt_layer_name: \"c9\"\n    end_layer_name: \"8z\"\n}";
  require_same_in_all("distill_group: [" + good + ", " + bad + ", " + good + ", " + good + "]\nbatch_num: 2\n");
}

TEST_CASE("a comment that ends without its line") {
  using namespace std::string_literals;
  require_same_in_all("quant_skip_layers: 'x'\nquant_skip_layers: # a\0\n'y'\nquant_skip_layers: # ab\n'z'\n"s);
  require_same_in_all("quant_skip_layers: 'x'\nquant_skip_layers: # a");
  require_same_in_all("quant_skip_layers: 'x'\nquant_skip_layers: # ab\n'y'\n");
}

TEST_CASE("the documented sample, its overrides repeated, cut anywhere") {
  std::string text(distillcfg::test::documented_sample);
  const std::size_t overrides = text.find("distill_override_layers");
  const std::size_t types = text.find("distill_override_layer_types");
  const std::string element = text.substr(overrides, types - overrides);
  std::string repeated = text;
  for (int i = 0; i < 3; ++i) {
    repeated += element;
    repeated.replace(repeated.rfind("layer4"), 6, "layer" + std::string(static_cast<std::size_t>(i) * 7 + 1, 'x'));
  }
  for (std::size_t size = 0; size <= repeated.size(); ++size) {
    require_same(std::string_view(repeated).substr(0, size), 0, false, false);
  }
}
