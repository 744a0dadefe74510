// Without details, diagnostics have the same codes, severities and places, and say of the same that AMCT refuses it;
// and what is accepted is read, resolved and written alike.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "outcome.hpp"
#include "support/diff.hpp"
#include "support/files.hpp"
#include "support/golden_case.hpp"
#include "support/networks.hpp"
#include "support/random_config.hpp"

namespace {

using distillcfg::test::data_folder;

void require_same(std::string_view config, std::string_view network, const outcome::How& how) {
  const std::string with = distillcfg::test::outcome(config, network, how);
  const std::string without = distillcfg_codes::test::outcome(config, network, how);
  // Names are not compared with those that may be meant, so that none is said to have a letter that looks like
  // another one.
  if (with.starts_with("error D1004 ") && without.starts_with("error D2001 ")) return;
  CHECK_MESSAGE(with == without, config, "\n\n", network, "\n\n", distillcfg::test::diff(with, without));
}

std::string contents(const std::filesystem::path& path) {
  auto text = distillcfg::test::read_file(path);
  REQUIRE_MESSAGE(text, "cannot read ", path.string());
  return *std::move(text);
}

}  // namespace

TEST_CASE("configurations, with a small network") {
  const std::string network = distillcfg::test::small_net();
  std::size_t count = 0;
  for (const std::string_view folder : {"conformance/inputs", "amct/cfg", "goldens", "../fuzz/corpus/parse"}) {
    for (const std::string& name : distillcfg::test::files_below(data_folder() / folder)) {
      if (folder == "goldens" && !name.ends_with(".cfg")) continue;
      const std::string text = contents(data_folder() / folder / name);
      for (unsigned semantics = 0; semantics < 3; ++semantics) {
        CAPTURE(name);
        CAPTURE(semantics);
        require_same(text, network, {.semantics = semantics, .allow_unknown = semantics == 1});
      }
      ++count;
    }
  }
  CHECK(count > 1500);
}

TEST_CASE("configurations with their networks") {
  std::size_t count = 0;
  for (std::string name : distillcfg::test::files_below(data_folder() / "goldens/resolve")) {
    if (!name.ends_with(".cfg")) continue;
    const std::string text = contents(data_folder() / "goldens/resolve" / name);
    name.resize(name.size() - 4);
    distillcfg::test::GoldenCase golden;
    REQUIRE(distillcfg::test::read_case("resolve/" + name, text, golden));
    CAPTURE(name);
    require_same(text, golden.model,
                 {.semantics = static_cast<unsigned>(golden.parsing.semantics),
                  .int4 = golden.int4,
                  .default_config = golden.default_config});
    ++count;
  }
  CHECK(count > 50);
}

TEST_CASE("networks, those with mistakes too") {
  for (const std::string_view folder : {"goldens/model", "goldens/resolve/models", "amct/models"}) {
    for (const std::string& name : distillcfg::test::files_below(data_folder() / folder)) {
      if (!name.ends_with(".cfg") && !name.ends_with(".textproto")) continue;
      CAPTURE(name);
      require_same("quant_skip_layer_types: 'Conv2d'", contents(data_folder() / folder / name), {});
    }
  }
}

TEST_CASE("random configurations, INT4 supported or not") {
  const std::string network = distillcfg::test::small_net();
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::vector<std::byte> memory(1 << 20);
    distillcfg::Arena arena{distillcfg::Memory(std::span(memory))};
    const distillcfg::test::RandomConfig config(seed, arena,
                                                {.wild = seed % 2 != 0, .merge = false, .most_elements = 12});
    require_same(config.text(), network, {.semantics = 2, .int4 = seed % 4 < 2});
  }
}
