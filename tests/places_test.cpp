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

}  // namespace
}  // namespace distillcfg::detail
