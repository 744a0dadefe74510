// Recovery over every text that is one token away from the documented sample: it ends, it reports what
// it refuses, and one mistake seldom looks like many.
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/diagnostics.hpp"
#include "distillcfg/parse.hpp"
#include "support/flat_config.hpp"
#include "text/lexer.hpp"

namespace distillcfg {
namespace {

using test::documented_sample;

constexpr std::string_view replacements[] = {"",  "{", "}", "<", ">",     "[", "]", ":",
                                             ";", ",", "x", "1", "\"a\"", "=", "."};

std::vector<std::string> mutants_of(std::string_view text) {
  const std::string padded = std::string(text) + std::string(source_padding, '\0');
  const char* const begin = padded.data();
  const char* const end = begin + text.size();
  std::vector<std::string> mutants;
  for (detail::Token token = detail::next_token(begin, end); token.kind != detail::TokenKind::end;
       token = detail::next_token(token.end, end)) {
    const std::string before(begin, token.begin);
    const std::string behind(token.end, end);
    const std::string itself(token.text());
    for (const std::string_view replacement : replacements)
      mutants.push_back(before + std::string(replacement) + behind);
    mutants.push_back(before + itself + " " + itself + behind);
    for (const char* const added : {"} ", "{ ", "> ", "\" ", "# ", "] ", "\xEF\xBC\x9A"}) {
      mutants.push_back(before + added + itself + behind);
    }
  }
  return mutants;
}

TEST_CASE("every text one token away from the sample is read to an end and explained") {
  std::size_t few = 0;
  const std::vector<std::string> mutants = mutants_of(documented_sample);
  for (const std::string& mutant : mutants) {
    CAPTURE(mutant);
    const Document document = parse(mutant);
    const Diagnostics& diagnostics = document.diagnostics();
    if (!document.ok()) {
      REQUIRE(diagnostics.errors() > 0);
      REQUIRE(diagnostics.size() > 0);
    }
    for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
      REQUIRE(diagnostics[i].at.begin <= diagnostics[i].at.end);
      REQUIRE(diagnostics[i].at.end <= mutant.size());
    }
    // The sample has 51 lines with a token: no mistake may spoil the reading of most of them.
    CHECK(diagnostics.errors() <= 25);
    few += diagnostics.errors() <= 2 ? 1 : 0;
  }
  // What one wrong bracket means is at times anyone's guess.
  CHECK(few * 100 >= mutants.size() * 85);
}

TEST_CASE("a text that is cut off anywhere is read to an end and explained") {
  for (std::size_t size = 0; size <= documented_sample.size(); ++size) {
    CAPTURE(size);
    const Document document = parse(documented_sample.substr(0, size));
    CHECK(document.diagnostics().errors() <= 2);
  }
}

TEST_CASE("every full-width sign, letter and digit is said to look like its ASCII one") {
  for (char c = '!'; c <= '~'; ++c) {
    CAPTURE(c);
    char bytes[4];
    const auto full_width = 0xFF01U + static_cast<unsigned>(c - '!');
    const Document document = parse({bytes, detail::write_utf8(full_width, bytes)});
    REQUIRE(document.diagnostics().size() >= 1);
    const Diagnostic& diagnostic = document.diagnostics()[0];
    CHECK(diagnostic.code == Code::lookalike_character);
    CHECK(diagnostic.arguments[1].text == std::string_view(&c, 1));
  }
}

TEST_CASE("as many signs as make a marker, and fewer") {
  const auto first = [](const std::string& text) {
    const Document document = parse(text + "\nbatch_num: 1\n");
    return document.diagnostics()[0].code;
  };
  for (const char sign : {'<', '=', '>', '|'}) {
    CAPTURE(sign);
    CHECK(first(std::string(7, sign)) == Code::merge_conflict);
    CHECK(first(std::string(6, sign)) != Code::merge_conflict);
  }
  CHECK(first("---") == Code::text_is_yaml);
  CHECK(first("--") == Code::foreign_comment);
}

// Half of them would be no help.
TEST_CASE("a path gets all of its backslashes doubled, or none where there are many") {
  for (std::size_t count = 1; count < 20; ++count) {
    CAPTURE(count);
    std::string path = "C:";
    for (std::size_t i = 0; i < count; ++i) path += "\\p";
    const Document document = parse("quant_skip_layers: \"" + path + "\"");
    REQUIRE(document.diagnostics().size() == 1);
    CHECK(document.diagnostics()[0].code == Code::unknown_escape);
    CHECK(document.diagnostics()[0].fixes.size() == (count <= 16 ? count : 0));
  }
}

TEST_CASE("every full-width letter and digit in a name is taken for its ASCII one") {
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) {
    CAPTURE(c);
    char bytes[4];
    const auto full_width = 0xFF01U + static_cast<unsigned>(c - '!');
    const std::string character(bytes, detail::write_utf8(full_width, bytes));
    const Document document = parse("group" + character + "_size: 2");
    REQUIRE(document.diagnostics().size() == 1);
    const Diagnostic& diagnostic = document.diagnostics()[0];
    CHECK(diagnostic.code == Code::lookalike_character);
    CHECK(diagnostic.at == Span{5, 8});
    REQUIRE(diagnostic.fixes.size() == 1);
    CHECK(diagnostic.fixes[0].text == std::string_view(&c, 1));
    CHECK(document.config().group_size.value == 2);
  }
}

}  // namespace
}  // namespace distillcfg
