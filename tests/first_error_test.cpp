// A build without recovery accepts what the other one accepts, and of what it refuses names the first
// error with the same code and place: those of the goldens.
#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "distillcfg/distillcfg.hpp"
#include "support/files.hpp"
#include "support/golden_case.hpp"

namespace distillcfg::test {
namespace {

struct FirstError {
  std::string code;  // empty: the text is accepted
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const FirstError&, const FirstError&) = default;
};

std::string shown(const FirstError& error) {
  if (error.code.empty()) return "accepted";
  return error.code + " " + std::to_string(error.line) + ":" + std::to_string(error.column);
}

FirstError first_error_of(const Diagnostics& diagnostics, std::string_view text) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    if (diagnostic.severity != Severity::error) continue;
    const Position position =
        diagnostic.at.has_place() ? position_of(text, diagnostic.at.begin) : Position{.line = 0, .column = 0};
    return {"D" + std::to_string(static_cast<unsigned>(diagnostic.code)), position.line, position.column};
  }
  return {};
}

// Errors that end the reading.
std::size_t ends_in(const Diagnostics& diagnostics) {
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Code code = diagnostics[i].code;
    const bool goes_on = code == Code::duplicate_field || code == Code::oneof_conflict ||
                         code == Code::missing_required || code == Code::integer_out_of_range ||
                         code == Code::string_not_utf8;
    if (diagnostics[i].severity == Severity::error && !goes_on) ++count;
  }
  return count;
}

std::uint32_t number_behind(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  std::uint32_t number = 0;
  for (std::size_t i = at + key.size(); at != std::string_view::npos && i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') break;
    number = number * 10 + static_cast<std::uint32_t>(text[i] - '0');
  }
  return number;
}

// The first error of a golden's JSON.
FirstError first_error_in(std::string_view json) {
  const std::size_t severity = json.find(R"("severity":"error")");
  if (severity == std::string_view::npos) return {};
  constexpr std::string_view key = R"("code":")";
  const std::size_t code = json.rfind(key, severity) + key.size();
  const std::string_view rest = json.substr(severity);
  return {std::string(json.substr(code, json.find('"', code) - code)), number_behind(rest, R"("line":)"),
          number_behind(rest, R"("column":)")};
}

}  // namespace

TEST_CASE("the first error of every golden is that of the full build, but for the listed ones") {
  // What is said in place of the full build's first error, where that takes more than a look at what
  // stands next.
  std::map<std::string, std::string> exceptions;
  const auto list = read_file(data_folder() / "first_error_exceptions.txt");
  REQUIRE(list);
  std::string_view lines = *list;
  while (!lines.empty()) {
    std::string_view line = take_until(lines, '\n');
    if (line.empty() || line.starts_with('#')) continue;
    const std::string_view name = take_until(line, '\t');
    exceptions.emplace(name, line);
  }
  std::size_t compared = 0;
  for (const std::string& file : files_below(goldens_folder())) {
    constexpr std::string_view extension = ".cfg";
    if (!file.ends_with(extension) || file.starts_with("validate/") || file.starts_with("resolve/")) continue;
    const std::string name = file.substr(0, file.size() - extension.size());
    CAPTURE(name);
    const auto input = read_file(goldens_folder() / file);
    const auto json = read_file(goldens_folder() / (name + ".json"));
    REQUIRE(input);
    REQUIRE(json);
    GoldenCase golden;
    REQUIRE(read_case(name, *input, golden));
    const Document document = parse(*input, golden.parsing);
    const FirstError wanted = first_error_in(*json);
    const FirstError found = first_error_of(document.diagnostics(), document.text());
    CHECK(document.ok() == wanted.code.empty());
    CHECK(ends_in(document.diagnostics()) <= 1);
    ++compared;
    const auto exception = exceptions.find(name);
    if (exception == exceptions.end()) {
      CHECK(shown(found) == shown(wanted));
    } else {
      CHECK(shown(found) == exception->second);
      CHECK_MESSAGE(found != wanted, "no exception any more");
      exceptions.erase(exception);
    }
  }
  CHECK(compared > 300);
  for (const auto& exception : exceptions) FAIL_CHECK("no such golden: ", exception.first);
}

TEST_CASE("of several wrong escapes in a string the first is reported") {
  const Document document = parse(R"(quant_skip_layers: 'a\q\w\U00110000')");
  REQUIRE(document.diagnostics().size() == 1);
  CHECK(document.diagnostics()[0].at == Span{21, 23});
}

TEST_CASE("a decimal comma is underlined alone") {
  const Document document =
      parse("distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1,5 clip_min: 0 } } }");
  REQUIRE(document.diagnostics().size() == 1);
  const Diagnostic& diagnostic = document.diagnostics()[0];
  CHECK(diagnostic.code == Code::decimal_comma);
  CHECK(diagnostic.at == Span{69, 70});
}

// Where a bracket too many follows, the one that is missing belongs to the name.
TEST_CASE("a message without brackets is underlined where what is missing should stand") {
  const auto at = [](std::string_view text) {
    const Document document = parse(text);
    REQUIRE(document.diagnostics().size() == 1);
    CHECK(document.diagnostics()[0].code == Code::expected_message);
    return document.diagnostics()[0].at;
  };
  CHECK(at("distill_data_quant_config { ulq_quantize }") == Span{41, 42});
  CHECK(at("distill_data_quant_config { ulq_quantize } }") == Span{28, 40});
}

}  // namespace distillcfg::test
