// What is to be deleted so that a string is gone: also where no pass asks for it.
#include "places.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

#include "distillcfg/parse.hpp"

namespace distillcfg::detail {
namespace {

TEST_CASE("what is to be deleted is plain to see, or there is no place") {
  struct Case {
    std::string_view text;
    std::uint32_t at;
    std::string_view removed;  // "": no place
  };
  const Case cases[] = {
      {"a: 'x'", 0, "a: 'x'"},
      {"a: 'x'\nb: 1", 0, "a: 'x'\n"},
      {"  a: 'x' # y\n", 2, "a: 'x' "},
      {"b: 1 a: 'x'\n", 5, "a: 'x'"},
      {"['x']", 1, "'x'"},
      {"['x', 'y']", 1, "'x', "},
      {"['x', 'y']", 6, ", 'y'"},
      {"['x'; 'y']", 1, ""},
      {"['x'; 'y']", 6, ""},
      {"['x' 'y']", 1, ""},
      {"'x'", 0, ""},
      {"a: 1", 0, ""},
  };
  for (const Case& made : cases) {
    CAPTURE(made.text);
    CAPTURE(made.at);
    const Document document = parse(made.text);
    const Places places(document.text());
    const Span removal = places.removal(made.at);
    CHECK(removal.has_place() == !made.removed.empty());
    CHECK(places.bytes(removal) == made.removed);
  }
}

TEST_CASE("a string that much points to is found again without what stands in front of it") {
  struct Case {
    std::string_view text;
    std::uint32_t at;
    std::string_view value;
    std::uint32_t next_at;
  };
  const Case cases[] = {
      {"a: # b\n 'x' 'y'", 0, "'x'", 8}, {"a # b\n : \"x\"", 0, "\"x\"", 9},
      {"['x', 'y']", 6, "'y'", 6},       {"a: # b\n 1", 0, "1", 0},
      {"a: # b\n c", 0, "c", 0},         {"a # b\n {}", 0, "a", 0},
      {"a: 'x'", absent, "", absent},    {"a: 'x'", set_by_code, "", set_by_code},
  };
  for (const Case& made : cases) {
    CAPTURE(made.text);
    const Document document = parse(made.text);
    const Places places(document.text());
    std::uint32_t at = made.at;
    for (int i = 0; i < 2; ++i) {
      CHECK(places.bytes(places.shared_string(at)) == made.value);
      CHECK(at == made.next_at);
    }
  }
}

}  // namespace
}  // namespace distillcfg::detail
