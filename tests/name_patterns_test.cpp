// How names that differ in numbers alone are joined.
#include "render/name_patterns.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace distillcfg::test {

TEST_CASE("numbers in names are joined where nothing is lost by it") {
  const auto joined = [](std::initializer_list<std::string_view> names) {
    std::string text;
    for (const render::NamePattern& pattern : render::name_patterns(std::vector<std::string_view>(names))) {
      text += (text.empty() ? "" : " ") + pattern.text;
    }
    return text;
  };
  CHECK(joined({"a0", "a1", "a2"}) == "a{0..2}");
  CHECK(joined({"a1", "a2", "a4"}) == "a{1,2,4}");
  CHECK(joined({"a01", "a02", "a03"}) == "a{01,02,03}");
  CHECK(joined({"a00", "a0", "a1", "a2"}) == "a{0..2,00}");
  CHECK(joined({"a999999997", "a999999998", "a999999999"}) == "a{999999997..999999999}");
  CHECK(joined({"a1000000000", "a1000000001", "a1000000002"}) == "a{1000000000,1000000001,1000000002}");
  CHECK(joined({"a10", "a2", "a1"}) == "a{1,2,10}");
  // In more than one place, where every combination is there; what is left over stands by itself.
  CHECK(joined({"1.0.x", "1.1.x", "2.1.x", "2.0.x"}) == "{1,2}.{0,1}.x");
  CHECK(joined({"1.0", "1.1", "2.1", "2.2"}) == "1.{0,1} 2.{1,2}");
  CHECK(joined({"1.0", "1.1", "2.1", "2.0", "3.0"}) == "{1,2}.{0,1} 3.0");
  CHECK(joined({"a1b", "a1c", "a2b", "", "7", "a2bc"}) == "a{1,2}b a1c  7 a2bc");
  CHECK(joined({"a1b1", "a1", "1a1", "1b1", "1a1b1"}) == "a1b1 a1 1a1 1b1 1a1b1");
  // Of many numbers the last eight are looked at.
  CHECK(joined({"1-2-3-4-5-6-7-8-9", "1-1-3-4-5-6-7-8-9"}) == "1-{1,2}-3-4-5-6-7-8-9");
  CHECK(joined({"1-2-3-4-5-6-7-8-9", "2-2-3-4-5-6-7-8-9"}) == "1-2-3-4-5-6-7-8-9 2-2-3-4-5-6-7-8-9");

  const std::vector<std::string_view> names = {"b0", "a1", "b1", "a0", "c"};
  const std::vector<render::NamePattern> patterns = render::name_patterns(names);
  REQUIRE(patterns.size() == 3);
  CHECK(patterns[0].members == std::vector<std::uint32_t>{0, 2});
  CHECK(patterns[1].members == std::vector<std::uint32_t>{1, 3});
  CHECK(patterns[2].members == std::vector<std::uint32_t>{4});
  CHECK(render::name_patterns({}).empty());
}

}  // namespace distillcfg::test
