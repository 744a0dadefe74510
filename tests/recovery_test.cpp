// Recovery over every text that is one token away from the documented sample: it ends, it reports what
// it refuses, and one mistake seldom looks like many.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/diagnostics.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "support/flat_config.hpp"
#include "text/lexer.hpp"

namespace distillcfg {
namespace {

using namespace std::string_view_literals;
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

// "D2003 1:1 'name'": the code, the place and the bytes of each diagnostic; "+n" for its n fixes.
std::string told(std::string_view text, const Diagnostics& diagnostics) {
  std::string result;
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    const Position at = position_of(text, diagnostic.at.begin);
    result += (i == 0 ? "D" : ", D") + std::to_string(static_cast<unsigned>(diagnostic.code)) + " " +
              std::to_string(at.line) + ":" + std::to_string(at.column) + " '" +
              std::string(text.substr(diagnostic.at.begin, diagnostic.at.end - diagnostic.at.begin)) + "'";
    if (!diagnostic.fixes.empty()) result += "+" + std::to_string(diagnostic.fixes.size());
  }
  return result;
}

std::string told(std::string_view text) {
  const Document document = parse(text);
  return told(text, document.diagnostics());
}

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

TEST_CASE("mistakes that are rare") {
  struct Mistake {
    std::string_view text;
    std::string_view told;
  };
  const Mistake mistakes[] = {
      {"batch\xEF\xBC\xBFnum: 1", "D1004 1:6 '\xEF\xBC\xBF'+1"},
      {R"(quant_skip_layers: "a", "b", 1)", R"(D2040 1:25 '"b"'+2, D2002 1:30 '1')"},
      {R"(quant_skip_layers: "a", "b", "c)", R"(D2040 1:25 '"b"'+2, D2002 1:30 '"c')"},
      {"qqqqqqqq\xD0\xB0: 1", "D2001 1:1 'qqqqqqqq'"},
      {"[batch_num]: 1", "D2026 1:1 '[batch_num]'+1"},
      {"\xEF\xBD\x9D batch_num: 1", "D1004 1:1 '\xEF\xBD\x9D'+1"},
      {"\xEF\xBC\x83 a remark\nbatch_num: 1", "D1004 1:1 '\xEF\xBC\x83'+1"},
      {"\xEF\xBC\x8C batch_num: 1", "D1004 1:1 '\xEF\xBC\x8C'+1"},
      {"\x1B[3;1m batch_num: 1", "D1001 1:1 '\x1B'+1"},
      {"\x1B[3;1 batch_num: 1", "D1001 1:1 '\x1B'+1"},
      {"distill_data_quant_config =: { }", "D2004 1:27 '=:'+1"},
      {"distill_data_quant_config =:: { }", "D2004 1:27 '=::'+1"},
      {"distill_data_quant_config {\n  ulq_quantize ( fixed_min: true )\n}", "D2005 2:16 '('+1, D2007 2:34 ')'+1"},
      {"batch_num =.5", "D2004 1:11 '='+1, D2013 1:12 '.5'"},
      {R"(batch_num: "1 2")", R"(D2013 1:12 '"1 2"')"},
      {R"(quant_skip_layers: a\b"c)", R"(D2020 1:20 'a\b', D2001 1:24 'c')"},
      {"quant_skip_layers: `abc", "D2020 1:20 '`abc'+2"},
      {R"(quant_skip_layers: \"abcde)", R"(D2020 1:20 '\"abcde')"},
      {R"(quant_skip_layers: \"abc\d)", R"(D2020 1:20 '\"abc\d')"},
      {R"("abc)", R"(D2002 1:1 '"abc')"},
      {"quant_skip_layers: \"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n",
       R"(D1007 1:20 '"a'+1, D2001 2:1 'b', D2001 3:1 'c', D2001 4:1 'd', D2001 5:1 'e', D2001 6:1 'f', D2001 7:1 'g', D2001 8:1 'h', D2001 9:1 'i', D2001 10:1 'j', D2001 11:1 'k')"},
      {R"(quant_skip_layers: "\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d")", R"(D1009 1:21 '\d')"},
      {R"(quant_skip_layers: [["a")", "D2024 1:20 '['+1, D2025 1:21 '['+1"},
      {R"(quant_skip_layers: ["a",,, "b"])", "D2009 1:25 ','+1"},
      {"quant_skip_layers: [ )", "D2007 1:22 ')'+1"},
      {"quant_skip_layers: [a, ]", "D2020 1:21 'a'+2"},
      {"distill_group: [1, ]", "D2005 1:17 '1'"},
      {"quant_skip_layers: [\"a\"\xE3\x80\x91", "D1004 1:24 '\xE3\x80\x91'+1"},
      {"quant_skip_layers: [\"a\"\xEF\xBC\x8C] batch_num: 1", "D1004 1:24 '\xEF\xBC\x8C'+1"},
      {"quant_skip_layers: [\"a\"\xEF\xBC\x9B\n] batch_num: 1", "D1004 1:24 '\xEF\xBC\x9B'+1"},
      {"batch_num: $a.b-c", "D2034 1:12 '$a.b-c'"},
      {"batch_num: $(x)", "D2034 1:12 '$(x)'"},
      {"batch_num: $(x", "D2013 1:12 '$'"},
      {"batch_num: %(x)", "D2034 1:12 '%(x)'"},
      {"batch_num: %(x", "D2013 1:12 '%'"},
      {"\xEF\xBC\x8E batch_num: 1", "D1004 1:1 '\xEF\xBC\x8E'+1"},
      {"batch_num: \xEF\xBC\x8E"
       "5",
       "D1004 1:12 '\xEF\xBC\x8E'+1"},
      {"batch_num: \xEF\xBC\x89"
       "5",
       "D1004 1:12 '\xEF\xBC\x89'"},
      {"AMCTDistillConfig batch_num: 1", "D2001 1:1 'AMCTDistillConfig'"},
      {"AMCTDistillConfig: { batch_num: 1 }", "D2037 1:1 'AMCTDistillConfig'+2"},
      {"AMCTDistillConfig: 5", "D2001 1:1 'AMCTDistillConfig'"},
      {"{ } batch_num: 1", "D2037 1:1 '{'+1"},
      {"{% x %} batch_num: 1", "D2034 1:1 '{% x %}'"},
      {"--- a\nbatch_num: 1", "D1020 1:1 '--'+1"},
      {"syntax 3", "D2001 1:1 'syntax'"},
      {"package a.b;", "D2032 1:1 'package'"},
      {"enum A { }", "D2032 1:1 'enum'"},
      {"option a = 1;", "D2032 1:1 'option'"},
      {"message\nA { }", "D2001 1:1 'message', D2001 2:1 'A'"},
      {"message: 1", "D2001 1:1 'message'"},
      {R"(import "a.proto";)", "D2032 1:1 'import'"},
      {"import a", "D2001 1:1 'import'"},
      {"null { a: 1 } batch_num", "D2001 1:1 'null', D2039 1:15 'batch_num'"},
      {"// a\n/ b\nbatch_num: 1", "D1020 1:1 '//'+1, D2002 2:1 '/'"},
      {"distill_data_quant_config { }\ndistill_override_layers { layer_name: \"a\" }\n  distill_data_quant_config { "
       "}\n}",
       "D2008 2:43 '}'+1"},
      {"distill_data_quant_config <\n  <<x>\n", "D2002 2:3 '<'+1, D2034 2:4 '<x>', D2006 2:7 ''+1"},
      {"distill_data_quant_config {{ }}", "D2002 1:28 '{'+2"},
      {"distill_override_layers {{ layer_name: 'a' distill_data_quant_config {{ }} }}",
       "D2002 1:26 '{'+2, D2002 1:71 '{'+2"},
      {"batch_num = = 1\ndistill_data_quant_config : = = { }", "D2004 1:11 '= ='+1, D2004 2:29 '= ='+1"},
      {"quant_skip_layers: \"a\0b\" 'c' 'd'\nbatch_num: 1"sv, "D1008 1:22 '\0'+1"sv},
      {"distill_data_quant_config { { { { { { { { { { } } } } } } } } } } batch_num: 1",
       "D2002 1:29 '{'+2, D2002 1:31 '{'+2, D2002 1:33 '{'+2, D2002 1:35 '{'+2, D2002 1:37 '{'+2, D2002 1:39 '{'+2, "
       "D2002 1:41 '{'+2, D2002 1:43 '{'+2, D2002 1:45 '{'+2, D2008 1:65 '}'+1"},
      {"distill_data_quant_config { { [ [ } }\n", "D2002 1:29 '{'+1, D2002 1:31 '['"},
      {"distill_data_quant_config {{ [ }}", "D2002 1:28 '{'+2, D2002 1:30 '['"},
      {"\n\0batch_num: 1"sv, "D1001 2:1 '\0'+1"sv},
      {R"(batch_num: "1.5")", R"(D2013 1:12 '"1.5"')"},
      {"batch_num =", "D2013 1:11 '='"},
      {"batch_num \xC2\xA0 \xC2\xA0: 1", "D1004 1:11 '\xC2\xA0'+1, D1004 1:14 '\xC2\xA0'+1"},
      {"distill_data_quant_config = \xEF\xBC\x9A = { }",
       "D2004 1:27 '='+1, D1004 1:29 '\xEF\xBC\x9A'+1, D2004 1:33 '='+1"},
      {"distill_data_quant_config \xEF\xBD\x9B > ulq_quantize < }",
       "D1004 1:27 '\xEF\xBD\x9B'+1, D2008 1:31 '>'+1, D2007 1:48 '}'+1, D2006 1:49 ''+1"},
      {"distill_override_layers { foo { a { a { a { a { a { a { a { a { } } } } } } } } } } }\n layer_name: 'x' }",
       "D2001 1:27 'foo', D2008 1:83 '}'+1"},
      {"\xFE\xFE batch_num: 1", "D1006 1:1 '\xFE'"},
      {"[}", "D2002 1:1 '['"},
      {"<<<<<<< a\nfoo {\n=======\n>>>>>>> b\n}\n=======\nbatch_num: 1\n",
       "D2033 1:1 '<<<<<<<', D2001 2:1 'foo', D2033 6:1 '======='"},
      {"distill_group { start_layer_name: 'a' end_layer_name: 'b' }, { start_layer_name: 'a' end_layer_name: 'b' } "
       "{ start_layer_name: 'a' end_layer_name: 'b' }",
       "D2040 1:62 '{'+2, D2023 1:108 '{'+1"},
      {"distill_data_quant_config { ulq_quantize { dst_type: DataType::1 } }",
       "D2039 1:44 'dst_type', D2001 1:54 'DataType'+1"},
      {"batch_num: [-]", "D2021 1:12 '[-]'"},
      {"quant_skip_layers: rx'a b'", "D2020 1:20 'rx'"},
      {"quant_skip_layers: \\abcdef\n", "D2020 1:20 '\\abcdef'"},
      {"quant_skip_layers: ['a'\n<<<<<<< x\n, 'b'\n=======\n]\n", "D2033 2:1 '<<<<<<<', D2033 4:1 '======='"},
      {"quant_skip_layers: [1 < 2 > , 'b']", "D2020 1:21 '1'+2"},
      {"quant_skip_layers: [\"a\n, 'b'\nbatch_num: 1", "D2024 1:20 '['+1, D1007 1:21 '\"a'+1"},
      {"quant_skip_layers: [\"a :\n, 'b'\nbatch_num: 1", "D2024 1:20 '['+1, D1007 1:21 '\"a :'"},
      {"quant_skip_layers: [\"a :\n,\nbatch_num: 1", "D2024 1:20 '[', D1007 1:21 '\"a :'"},
      {"quant_skip_layers: [\"a\0\n,\nbatch_num: 1"sv, "D2024 1:20 '[', D1008 1:23 '\0'+1"sv},
      {"quant_skip_layers: [\"a\0\"\n,\nbatch_num: 1"sv, "D2024 1:20 '['+1, D1008 1:23 '\0'+1"sv},
      {"distill_group {\n  start_layer_name: 'a'\n  end_layer_name: 'b'\n<<<<<<< x\ngroup_size: "
       "1\n=======\ngroup_size: 2\n"
       ">>>>>>> y\n",
       "D2006 3:22 ''+1, D2033 4:1 '<<<<<<<'"},
      {"distill_group {\n<<<<<<< x\n  start_layer_name: 'a'\n  end_layer_name: 'b'\n=======\n  start_layer_name: 'c'\n"
       ">>>>>>> y\n",
       "D2033 2:1 '<<<<<<<', D2006 4:22 ''+1"},
      {"distill_group {\n<<<<<<< x\n  start_layer_name: 'a'\n||||||| y\n  start_layer_name: 'c'\n=======\n>>>>>>> z\n"
       "  end_layer_name: 'b'\n",
       "D2033 2:1 '<<<<<<<', D2006 8:22 ''+1"},
      {"distill_group {\n<<<<<<< x\n  start_layer_name: 'a'\n=======\n  end_layer_name: 'b'\n<<<<<<< y\n",
       "D2033 2:1 '<<<<<<<', D2033 4:1 '=======', D2006 5:22 ''+1, D2033 6:1 '<<<<<<<'"},
      {"<<<<<<< x\ndistill_group {\n  [\n}\n", "D2033 1:1 '<<<<<<<', D2002 3:3 '['"},
      {"<<<<<<< x\ngroup_size: 1\n=======\n{{{\n>>>>>>> y\ndistill_group {\n  [\n}\n",
       "D2033 1:1 '<<<<<<<', D2002 7:3 '['"},
      {"<<<<<<< x\nfoo 1 {\n=======\nfoo 2 {\n>>>>>>> y\n}\nbar: 1\n",
       "D2033 1:1 '<<<<<<<', D2001 2:1 'foo', D2001 7:1 'bar'"},
      {"distill_override_layers {\n<<<<<<< x\n  distill_data_quant_config {\n    ulq_quantize { dst_type: INT8 } }\n"
       "  }\n  layer_name: 'a'\n}\n",
       "D2033 2:1 '<<<<<<<', D2008 4:37 '}'+1"},
      {"distill_override_layers {\n  distill_data_quant_config {\n<<<<<<< x\n    ulq_quantize { dst_type: INT8 }\n"
       "=======\n    ulq_quantize {\n      dst_type: INT4 } }\n>>>>>>> y\n  }\n  }\n  layer_name: 'a'\n}\n",
       "D2033 3:1 '<<<<<<<', D2008 10:3 '}'+1"},
      {"distill_group: [1 < 2, 3 >, { }, 4]", "D2005 1:17 '1', D2012 1:29 '{', D2005 1:34 '4'"},
      {"distill_data_quant_config { ulq_quantize { dst_type: INT4::8 } }", "D2002 1:58 ':'"},
      {"distill_data_quant_config { ulq_quantize { dst_type: DataType.INT16::8 } }", "D2019 1:54 'DataType.INT16'"},
      {"batch_num // a remark\n: 1", "D1020 1:11 '//'+1, D2002 2:1 ':'"},
      {"batch_num /* a remark */ 1", "D1020 1:11 '/*'"},
      {"distill_group { start_layer_name: 'a' \xEF\xBD\x9D\n end_layer_name: 'b' }", "D1004 1:39 '\xEF\xBD\x9D'+1"},
      {"distill_group { start_layer_name: 'a' ] end_layer_name: 'b' > >",
       "D2007 1:39 ']'+1, D2007 1:61 '>'+1, D2008 1:63 '>'+1"},
      {"distill_group { start_layer_name: 'a' > end_layer_name: 'b' > >",
       "D2007 1:39 '>'+1, D2007 1:61 '>'+1, D2008 1:63 '>'+1"},
      {"distill-group { start_layer_name: 'a' end_layer_name: 'b' }, { start_layer_name: 'a' end_layer_name: 'b' }",
       "D2001 1:1 'distill-group'+1, D2040 1:62 '{'"},
      {"distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1e+5x clip_min: -1e-1.5 } } }",
       "D1018 1:73 'x', D1019 1:86 '1e-1.5'"},
      {"distill_group {{{ start_layer_name: ${x} end_layer_name: 'b' } } }",
       "D2002 1:16 '{'+2, D2002 1:17 '{'+2, D2034 1:37 '${x}'"},
      {"/*/ a remark */ batch_num: 1", "D1020 1:1 '/*'"},
      {"---", "D2031 1:1 '---'"},
      {"distill_gruop: { start_layer_nam: 'a' end_layer_name: 'b' }",
       "D2001 1:1 'distill_gruop'+1, D2001 1:18 'start_layer_nam'+1"},
      {"distill_gruop: [{ start_layer_nam: 'a' end_layer_name: 'b' }]",
       "D2001 1:1 'distill_gruop'+1, D2001 1:19 'start_layer_nam'+1"},
      {"batch_nun: { a: 1 }", "D2001 1:1 'batch_nun'+1"},
      {"quant_skip_layers: 'a'\n;batch_num: 1 a remark", "D2001 2:15 'a'"},
      {"distill_weight_quant_config { arq_distill { channel_wise: Switch::yes } }", "D2018 1:59 'Switch::yes'+1"},
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.text);
    CHECK(told(mistake.text) == mistake.told);
  }
}

TEST_CASE("words that are longer than what names are compared with") {
  CHECK(told("batch" + repeated("\xD0\xB0", 130) + ": 1") == "D2001 1:1 'batch'+1");
  const std::string first(70, 'a');
  const std::string second(70, 'b');
  CHECK(told(first + " " + second + ": 1") == "D2001 1:1 '" + first + "', D2001 1:72 '" + second + "'");
}

TEST_CASE("rare mistakes in fields that are skipped") {
  struct Mistake {
    std::string_view text;
    std::string_view told;
  };
  const Mistake mistakes[] = {
      {R"(a: "\U01000000")", R"(D2035 1:1 'a', D1012 1:5 '\U01000000')"},
      {R"(a: "\U00110000")", "D2035 1:1 'a'"},
      {"a { b: }", "D2035 1:1 'a', D2039 1:8 '}'"},
      {"a: =", "D2035 1:1 'a', D2039 1:4 '='"},
      {"a: }", "D2035 1:1 'a', D2039 1:1 'a'"},
      {"a: [1u] batch_num: 2", "D2035 1:1 'a', D1018 1:6 'u'+1"},
      {"a < b: = c: = > batch_num: 2", "D2035 1:1 'a', D2039 1:8 '='"},
      {"a [{ b: = c: = }, { d: = }] batch_num: 2", "D2035 1:1 'a', D2039 1:9 '='"},
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.text);
    const Document document = parse(mistake.text, {.allow_unknown = true});
    CHECK(told(mistake.text, document.diagnostics()) == mistake.told);
  }
}

TEST_CASE("in brackets, a slash may stand only where unknown fields are allowed") {
  const auto code = [](std::string_view text) {
    const Document document = parse(text);
    return document.diagnostics()[0].code;
  };
  CHECK(code("[a.b.c]: 1") == Code::extension_name);
  CHECK(code("[a.b/c.d]: 1") == Code::expected_field_name);
}

TEST_CASE("half a surrogate pair is called that, however it is written") {
  for (const std::string_view escape : {"\\ud800", "\\U0000d800"}) {
    CAPTURE(escape);
    const Document document = parse("quant_skip_layers: 'a" + std::string(escape) + "'");
    REQUIRE(document.diagnostics().size() == 1);
    CHECK(document.diagnostics()[0].code == Code::lone_surrogate);
  }
}

TEST_CASE("a word for a number in a list is said to be one, on whatever line it stands") {
  for (const std::string_view blank : {"", "\n"}) {
    CAPTURE(blank);
    const std::string text =
        "node { name: 'a' op_type: 'b' output { consumer: [" + std::string(blank) + "abc, 1, ] } }";
    const ModelDocument document = parse_model(text);
    const Diagnostics& diagnostics = document.diagnostics();
    CAPTURE(told(text, diagnostics));
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].code == Code::expected_integer);
    CHECK(text.substr(diagnostics[0].at.begin, 3) == "abc");
    CHECK(diagnostics[1].code == Code::trailing_comma);
  }
}

// Each '[' is looked for the end of, up to that of the text, which takes most of the effort. With blanks in front
// of all, what is left of it at the mistake grows a little at a time.
TEST_CASE("of lists within each other, the one that lacks a bracket is said to lack it") {
  struct Mistake {
    std::string_view text;
    std::string_view told;
  };
  const Mistake mistakes[] = {
      {"node: [ { name: 'a' op_type: 'b' output: [ { consumer: [1, 2] } ] }\nmodule { name: 'c' type: 'd' }",
       "D2024 1:7 '['+1"},
      {"node: [ { name: 'a' op_type: 'b' output: [ { consumer: [1, 2] } }\nmodule { name: 'c' type: 'd' }",
       "D2024 1:7 '['+1, D2024 1:42 '['+1"},
      {"node: [ { name: 'a' op_type: 'b' output: [ { consumer: [1] } ], { name: 'c' op_type: 'd' }\n"
       "module { name: 'c' type: 'd' }",
       "D2024 1:7 '['+1, D2006 1:63 ''+1"},
      {"node { name: 'a' op_type: 'b' }, { name: 'a' op_type: 'b' output: [ { consumer: [1] } ] }\n"
       "module { name: 'c' type: 'd' }",
       "D2040 1:34 '{'+2"},
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.text);
    const ModelDocument document = parse_model(mistake.text);
    CHECK(told(mistake.text, document.diagnostics()) == mistake.told);
  }
}

TEST_CASE("recovery may end at each kind of mistake") {
  struct Mistake {
    std::string_view before;
    std::string_view at;
  };
  const Mistake mistakes[] = {
      {" distill_group ", "5"},
      {" batch_num ", "5"},
      {" batch_num: ", "x"},
      {"", "\nx: 1"},
      {"", "\n5: 1"},
      {" quant_skip_layers: [", "x]"},
      {" quant_skip_layers: ['a'", " 5]"},
  };
  for (const Mistake& mistake : mistakes) {
    const std::string behind = std::string(mistake.before) + std::string(mistake.at);
    CAPTURE(behind);
    const auto end_of = [](const std::string& text) -> std::size_t {
      const Document document = parse(text, {.limits = {.max_errors = 0}});
      const Diagnostics& diagnostics = document.diagnostics();
      for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
        if (diagnostics[i].code == Code::beyond_recovery) return diagnostics[i].at.begin;
      }
      return text.size();
    };
    const auto made = [&behind](std::size_t lists, std::size_t blanks) {
      return std::string(blanks, ' ') + "quant_skip_layers: " + repeated("['a', ", lists) + "'a']" + behind;
    };
    const auto place_in = [&mistake](const std::string& text) { return text.size() - mistake.at.size(); };
    std::size_t lists = 100;
    while (lists < 1000 && end_of(made(lists, 0)) >= place_in(made(lists, 0))) ++lists;
    std::size_t blanks = 0;
    while (end_of(made(lists, blanks)) < place_in(made(lists, blanks))) ++blanks;
    std::size_t times = 0;
    for (; end_of(made(lists, blanks)) == place_in(made(lists, blanks)); ++blanks) ++times;
    CHECK(times > 0);
  }
}

}  // namespace
}  // namespace distillcfg
