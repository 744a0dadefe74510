// Diagnostics as data: their order, what their codes stand for, and where in a text they are.
#include "distillcfg/diagnostics.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "distillcfg/parse.hpp"
#include "reporter.hpp"

using namespace distillcfg;

TEST_CASE("diagnostics are ordered by place") {
  const Document document = parse(
      "distill_group { start_layer_name: 'a' bogus: 1 }\nbatch_num: 1\nbatch_num: x\ndistill_override_layers { "
      "distill_data_quant_config "
      "{} }\nquant_skip_layers: nope");
  CHECK_FALSE(document.ok());
  REQUIRE(document.diagnostics().size() >= 4);
  for (std::uint32_t i = 1; i < document.diagnostics().size(); ++i) {
    CHECK(document.diagnostics()[i - 1].at.begin <= document.diagnostics()[i].at.begin);
  }
}

TEST_CASE("of diagnostics of one rank, those without a place stand first") {
  Diagnostics diagnostics;
  detail::Reporter reporter(diagnostics, Memory(), Limits());
  for (const std::uint32_t begin : {300U, 20U, no_place, 0U, no_place, 4096U}) {
    reporter.add(Code::unknown_field, Severity::error, {begin, begin});
  }
  reporter.finish();
  REQUIRE(diagnostics.size() == 6);
  constexpr std::uint32_t expected[] = {no_place, no_place, 0, 20, 300, 4096};
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(diagnostics[i].at.begin == expected[i]);
}

TEST_CASE("what is kept without memory stands in front of all others") {
  Diagnostics diagnostics;
  detail::Reporter reporter(diagnostics, Memory(), Limits());
  reporter.add(Code::unknown_field, Severity::error, {5, 6});
  reporter.add(Code::expected_value, Severity::error, {7, 8});
  reporter.text_too_large();
  reporter.finish();
  REQUIRE(diagnostics.size() == 3);
  CHECK(diagnostics[0].code == Code::text_too_large);
  CHECK(diagnostics[1].code == Code::unknown_field);
  CHECK(diagnostics[2].code == Code::expected_value);
}

TEST_CASE("lines and columns count from 1, in bytes, and LF alone ends a line") {
  const std::string_view text = "ab\ncd\r\n\n\xC3\xBC\tx";
  const auto at = [text](std::uint32_t offset) {
    const Position position = position_of(text, offset);
    return std::pair(position.line, position.column);
  };
  CHECK(at(0) == std::pair(1U, 1U));
  CHECK(at(2) == std::pair(1U, 3U));  // the LF itself
  CHECK(at(3) == std::pair(2U, 1U));
  CHECK(at(5) == std::pair(2U, 3U));  // the CR
  CHECK(at(7) == std::pair(3U, 1U));
  CHECK(at(8) == std::pair(4U, 1U));
  CHECK(at(10) == std::pair(4U, 3U));
  CHECK(at(12) == std::pair(4U, 5U));  // the end
  CHECK(position_of("", 0).line == 1);
  CHECK(position_of("", 0).column == 1);
  CHECK(position_of("\n", 1).line == 2);
  // Of a place that is none, what the text has.
  CHECK(position_of(text, no_place).line == 4);
}

TEST_CASE("places are equal where both of their ends are") {
  CHECK(Span{1, 2} == Span{1, 2});
  CHECK(Span{1, 2} != Span{1, 3});
  CHECK(Span{1, 2} != Span{0, 2});
  CHECK(Span{} == Span{no_place, no_place});
}

TEST_CASE("codes have names, severities and arguments") {
#define DIAG(number, name, severity, arguments, english, chinese) CHECK(name_of(Code::name) == #name);
#include "distillcfg/diagnostics.def"
  CHECK(static_cast<unsigned>(Code::unknown_field) == 2001);
  CHECK(name_of(Code::none).empty());
  CHECK(name_of(static_cast<Code>(12345)).empty());
  CHECK(severity_of(Code::unknown_field) == Severity::error);
  CHECK(severity_of(Code::skipped_unknown_field) == Severity::warning);
  CHECK(argument_kinds(Code::unknown_field) == "tt");
  CHECK(argument_kinds(Code::out_of_memory).empty());
}
