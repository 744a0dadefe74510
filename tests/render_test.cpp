// How diagnostics look. Most cases make their diagnostics by hand, so that they hold places that a
// parser would not choose; the last ones go through parse().
#include "distillcfg/render.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "distillcfg/parse.hpp"
#include "render/display.hpp"
#include "render/source_lines.hpp"
#include "reporter.hpp"
#include "support/terminal.hpp"
#include "text/characters.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;

namespace {

bool append_to_string(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
  return true;
}

// Diagnostics of a text, made one by one.
class Sample {
 public:
  explicit Sample(std::string_view text, Limits limits = {0, 0})
      : text_(text), arena_(Memory{}), reporter_(diagnostics_, arena_, limits) {}

  detail::Reporter& reporter() { return reporter_; }
  Diagnostic* unknown(Span at, std::string_view name) {
    return reporter_.error<Code::unknown_field>(at, name, "DistillGroup"sv);
  }
  Diagnostic* stray(Span at) { return reporter_.error<Code::stray_close>(at, "}"sv); }

  std::string as_text(const RenderOptions& options = {}) {
    finish();
    std::string out;
    CHECK(render_text(diagnostics_, "q.cfg", text_, options, {append_to_string, &out}).ok());
    return out;
  }
  std::string as_gcc(const RenderOptions& options = {}) {
    finish();
    std::string out;
    CHECK(render_gcc(diagnostics_, "q.cfg", text_, options, {append_to_string, &out}).ok());
    return out;
  }
  std::string as_json(const RenderOptions& options = {}, std::string_view path = "q.cfg") {
    finish();
    std::string out;
    JsonReport report({append_to_string, &out}, options);
    report.add(path, !diagnostics_.has_errors(), diagnostics_, text_);
    CHECK(report.finish().ok());
    return out;
  }

 private:
  void finish() {
    if (!finished_) reporter_.finish();
    finished_ = true;
  }

  std::string_view text_;
  Arena arena_;
  Diagnostics diagnostics_;
  detail::Reporter reporter_;
  bool finished_ = false;
};

// The excerpt of one diagnostic: what follows the header.
std::string excerpt(std::string_view text, Span at, std::size_t width = 100) {
  Sample sample(text);
  sample.stray(at);
  std::string out = sample.as_text({.width = width});
  return out.substr(out.find('\n') + 1);
}

std::string text_of(const Document& document, const RenderOptions& options = {}) {
  std::string out;
  CHECK(render_text(document.diagnostics(), "q.cfg", document.text(), options, {append_to_string, &out}).ok());
  return out;
}

}  // namespace

// Nothing but the gate makes a text that may be shown out of one that was read.
template <class T>
concept can_be_appended = requires(render::Shown& shown, T text) {
  shown += text;
};
template <class T>
concept can_be_filled_in = requires(render::Shown& shown, T text) {
  shown.append("{}", text);
};
template <class T>
concept can_be_a_format = requires(render::Shown& shown, T text) {
  shown.append(text);
};
template <class T>
constexpr bool is_kept_out =
    !std::is_convertible_v<T, render::Shown> && !std::is_constructible_v<render::Shown, T> &&
    !std::is_constructible_v<render::Literal, T> && !can_be_appended<T> && !can_be_filled_in<T> && !can_be_a_format<T>;
static_assert(is_kept_out<std::string_view> && is_kept_out<std::string> && is_kept_out<const char*> &&
              is_kept_out<char> && is_kept_out<char*> && is_kept_out<Text>);
static_assert(can_be_appended<render::Shown> && can_be_appended<render::Literal> && can_be_filled_in<int> &&
              can_be_a_format<render::Literal>);

TEST_CASE("bytes are made displayable") {
  const auto display = [](std::string_view text) { return std::string(render::display(text).view()); };
  CHECK(display("abc 卷积 😀 é") == "abc 卷积 😀 é");
  CHECK(display("\x1B[31m\n\t\r\x7F\0"sv) == "\\x1B[31m\\x0A\\x09\\x0D\\x7F\\x00");
  CHECK(display("\xC2\x9B"
                "31m") == "\\u{009B}31m");                                      // a C1 control
  CHECK(display("a\u202Eb\u2066c") == "a\\u{202E}b\\u{2066}c");                 // bidirectional controls
  CHECK(display("a\u200Bb\u200Dc\uFEFF") == "a\\u{200B}b\\u{200D}c\\u{FEFF}");  // nothing to see
  CHECK(display("\u2028\u2029\u00AD\uFE0F") == "\\u{2028}\\u{2029}\\u{00AD}\\u{FE0F}");
  CHECK(display("\U000E0041\U0010FFFF\uFFFE") == "\\u{E0041}\\u{10FFFF}\\u{FFFE}");
  // Malformed: a byte alone, cut short, overlong, a surrogate, beyond the last code point.
  CHECK(display("\xFF") == "\\xFF");
  CHECK(display("\xE5\x8D") == "\\xE5\\x8D");
  CHECK(display("\xC0\xAF") == "\\xC0\\xAF");
  CHECK(display("\xED\xA0\x80") == "\\xED\\xA0\\x80");
  CHECK(display("\xF4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");
}

TEST_CASE("the columns of glyphs") {
  const auto columns = [](std::string_view text) { return static_cast<int>(render::glyph_at(text, 0).columns); };
  CHECK(columns("a") == 1);
  CHECK(columns("é") == 1);
  CHECK(columns("卷") == 2);
  CHECK(columns("，") == 2);  // full-width comma
  CHECK(columns("ｱ") == 1);   // half-width katakana
  CHECK(columns("한") == 2);
  CHECK(columns("😀") == 2);
  CHECK(columns("𠀀") == 2);  // plane 2
  CHECK(columns("\u0301") == 0);
  CHECK(columns("\u0E31") == 0);  // a Thai vowel above
  CHECK(columns("\u0C00") == 0);  // a range that ends with the first character of its 64
  CHECK(columns("\u0C01") == 1);
  CHECK(columns("\u033F") == 0);  // a range from one 64 into the next
  CHECK(columns("\u0340") == 0);
  CHECK(columns("\U0003FFFD") == 2);
  CHECK(columns("\U00040000") == 1);
  CHECK(columns("\U000E0FFF") == 9);
  CHECK(columns("\U000E1000") == 1);
  CHECK(columns("\x1B") == 4);
  CHECK(columns("\u202E") == 8);
  CHECK(columns("\U000E0041") == 9);
  CHECK(columns("\U0010FFFF") == 10);
}

TEST_CASE("the glyph that holds a byte") {
  const std::string_view text = "a卷\xE5\x8D\xF0\x9F\x98\x80\x80";
  const std::array<std::size_t, 11> starts{0, 1, 1, 1, 4, 5, 6, 6, 6, 6, 10};
  for (std::size_t i = 0; i < text.size(); ++i) CHECK(render::glyph_around(text, i).start == starts[i]);
}

TEST_CASE("long texts lose their middle") {
  const auto display_shortened = [](std::string_view text, std::size_t columns) {
    return std::string(render::display_shortened(text, columns).view());
  };
  CHECK(display_shortened("", 12) == "");
  CHECK(display_shortened("abcdefghijkl", 12) == "abcdefghijkl");
  CHECK(display_shortened("abcdefghijklm", 12) == "abcdefg…jklm");
  CHECK(display_shortened("卷卷卷卷卷卷卷", 12) == "卷卷卷…卷卷");
  CHECK(display_shortened(std::string(1 << 20, 'x') + "end", 12) == "xxxxxxx…xend");
  CHECK(display_shortened("\x1B\x1B\x1B\x1B\x1B", 12) == "\\x1B…\\x1B");
  // Combining characters take no column, but are not let through without end either.
  std::string marks = "e";
  for (int i = 0; i < 1000; ++i) marks += "\u0301";
  CHECK(display_shortened(marks, 12).size() == 1 + 6 * 2 + 3 + 4 * 2);
}

TEST_CASE("what the gate lets through is fit for a terminal") {
  const auto require_fit = [](std::string_view text) {
    render::Shown shown;
    shown.add(text);
    shown.add_shortened(text, 8);
    shown.add_json_string(text);
    if (test::first_unfit(shown.view(), false) != shown.size()) FAIL(shown.view());
  };
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0x20000) c = 0xDFFFE;  // ideographs, and planes without characters
    if (c == 0xE1000) c = 0x10FFF0;
    char bytes[4];
    require_fit({bytes, detail::write_utf8(c, bytes)});
  }
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    const char bytes[2] = {static_cast<char>(pair >> 8U), static_cast<char>(pair)};
    require_fit({bytes, 2});
  }
  // What tells the two apart.
  CHECK(test::first_unfit("a\x1B[31mb", false) == 1);
  CHECK(test::first_unfit("a\x1B[1;31mb\n", true) == 10);
  CHECK(test::first_unfit("a\x1B[2J", true) == 1);
  CHECK(test::first_unfit("ab\x1B]0;m", true) == 2);
  for (const std::string_view text : {"\r"sv, "\t"sv, "\x7F"sv, "\x80"sv, "\xC2\x9B"sv, "\xED\xA0\x80"sv,
                                      "\xF4\x90\x80\x80"sv, "\u202E"sv, "\u2066"sv, "\uFEFF"sv, "\0"sv, "\xE5\x8D"sv}) {
    CHECK(test::first_unfit(text, true) == 0);
  }
}

TEST_CASE("JSON strings are valid whatever they are made from") {
  const auto json = [](std::string_view text) {
    render::Shown out;
    out.add_json_string(text);
    return std::string(out.view());
  };
  CHECK(json("plain 卷积") == R"("plain 卷积")");
  CHECK(json("\"\\/\b\n\t\r\0"sv) == R"("\"\\/\u0008\n\t\u000D\u0000")");
  CHECK(json("\x7F\u0085\u202E\u2028") == R"("\u007F\u0085\u202E\u2028")");
  CHECK(json("\U000E0041") == R"("\uDB40\uDC41")");
  CHECK(json("\U000E01EF") == R"("\uDB40\uDDEF")");
  CHECK(json("a\xFFz\xC3") == R"("a\\xFFz\\xC3")");
}

TEST_CASE("places in a text") {
  render::SourceLines lines("ab\r\n\nc\rd\n");
  const auto at = [&lines](std::uint32_t offset) {
    const Position place = lines.position(offset);
    return place.line * 100 + place.column;
  };
  CHECK(at(0) == 101);
  CHECK(at(3) == 104);  // the LF itself
  CHECK(at(4) == 201);
  CHECK(at(5) == 301);
  CHECK(at(8) == 304);
  CHECK(at(9) == 401);   // behind the last LF
  CHECK(at(99) == 401);  // beyond the end
  CHECK(lines.line_at(1).text == "ab");
  CHECK(lines.line_at(4).text == "");
  CHECK(lines.line_at(5).text == "c\rd");
  CHECK(lines.line_at(9).text == "");
  CHECK(lines.line_at(9).begin == 9);
  CHECK(lines.bytes({1, 3}) == "b\r");
  CHECK(lines.bytes({8, 99}) == "\n");
  CHECK(lines.bytes({50, 99}) == "");
  CHECK(render::SourceLines("").position(0).line == 1);
}

TEST_CASE("a diagnostic with everything") {
  Sample sample("distill_group {\n  start_layer: \"conv1\"\n}\n");
  Diagnostic* const diagnostic = sample.unknown({18, 29}, "start_layer");
  diagnostic->suggestion = "start_layer_name";
  sample.reporter().fix(diagnostic, {18, 29}, "start_layer_name");
  sample.reporter().note<NoteKind::opened_here>(diagnostic, {0, 13}, "distill_group"sv);
  sample.reporter().note<NoteKind::escape_backslash>(diagnostic, {});
  // The help line would only repeat the suggestion.
  CHECK(sample.as_text() ==
        "q.cfg:2:3: error: DistillGroup has no field named 'start_layer'; did you mean 'start_layer_name'? [D2001]\n"
        "   2 |   start_layer: \"conv1\"\n"
        "     |   ^~~~~~~~~~~\n"
        "q.cfg:1:1: note: 'distill_group' is opened here\n"
        "   1 | distill_group {\n"
        "     | ^~~~~~~~~~~~~\n"
        "     = note: write a backslash as \\\\\n");
  CHECK(sample.as_gcc() ==
        "q.cfg:2:3: error: DistillGroup has no field named 'start_layer'; did you mean 'start_layer_name'? [D2001]\n"
        "q.cfg:1:1: note: 'distill_group' is opened here\n"
        "q.cfg:2:3: note: write a backslash as \\\\\n");
  CHECK(sample.as_json() ==
        R"({"version":1,"files":[
{"path":"q.cfg","ok":false,"diagnostics":[
{"code":"D2001","slug":"unknown-field","severity":"error",)"
        R"("message":"DistillGroup has no field named 'start_layer'; did you mean 'start_layer_name'?",)"
        R"("line":2,"column":3,"begin":18,"end":29,)"
        R"("notes":[{"message":"'distill_group' is opened here","line":1,"column":1,"begin":0,"end":13},)"
        R"({"message":"write a backslash as \\\\","line":null,"column":null,"begin":null,"end":null}],)"
        R"("fixes":[{"begin":18,"end":29,"text":"start_layer_name"}]}]}]}
)");
  CHECK(sample.as_text({.language = Language::zh}) ==
        "q.cfg:2:3: 错误：DistillGroup 没有名为 'start_layer' 的字段；是否想写 'start_layer_name'？ [D2001]\n"
        "   2 |   start_layer: \"conv1\"\n"
        "     |   ^~~~~~~~~~~\n"
        "q.cfg:1:1: 说明：'distill_group' 在此打开\n"
        "   1 | distill_group {\n"
        "     | ^~~~~~~~~~~~~\n"
        "     = 说明：反斜杠请写作 \\\\\n");
  CHECK(sample.as_gcc({.language = Language::zh}).starts_with("q.cfg:2:3: error: DistillGroup 没有"));
  CHECK(sample.as_json({.language = Language::zh}).find("\"severity\":\"error\"") != std::string::npos);
}

TEST_CASE("colors end on the line they start on") {
  Sample sample("  }");
  Diagnostic* const diagnostic = sample.stray({2, 3});
  sample.reporter().fix(diagnostic, {2, 3}, "");
  sample.reporter().report<Code::skipped_unknown_field>(Severity::warning, {}, "a"sv, "B"sv);
  CHECK(sample.as_text({.color = true}) ==
        "\x1B[1mq.cfg\x1B[0m: \x1B[1;35mwarning: \x1B[0m"
        "\x1B[1mskipped 'a', a field that B does not have here\x1B[0m [D2035]\n"
        "\x1B[1mq.cfg:1:3\x1B[0m: \x1B[1;31merror: \x1B[0m\x1B[1m'}' closes nothing\x1B[0m [D2008]\n"
        "   1 |   }\n"
        "     |   \x1B[1;32m^\x1B[0m\n"
        "     = \x1B[1;32mhelp: \x1B[0mdelete '}'\n");
  CHECK(sample.as_gcc({.color = true}) ==
        "\x1B[1mq.cfg:\x1B[0m \x1B[1;35mwarning:\x1B[0m "
        "\x1B[1mskipped 'a', a field that B does not have here [D2035]\x1B[0m\n"
        "\x1B[1mq.cfg:1:3:\x1B[0m \x1B[1;31merror:\x1B[0m \x1B[1m'}' closes nothing [D2008]\x1B[0m\n");
}

TEST_CASE("warnings can count as errors") {
  Sample sample("a", {0, 1});
  for (int i = 0; i < 3; ++i) {
    sample.reporter().report<Code::skipped_unknown_field>(Severity::warning, {0, 1}, "a"sv, "B"sv);
  }
  CHECK(sample.as_gcc() ==
        "q.cfg:1:1: warning: skipped 'a', a field that B does not have here [D2035]\n"
        "q.cfg: note: 2 more warnings not shown\n");
  const RenderOptions raised{.warnings_as_errors = true};
  CHECK(sample.as_gcc(raised) ==
        "q.cfg:1:1: error: skipped 'a', a field that B does not have here [D2035]\n"
        "q.cfg: note: 2 more errors not shown\n");
  CHECK(sample.as_json(raised).find("\"severity\":\"error\"") != std::string::npos);
  CHECK(sample.as_json(raised).find("\"errors_not_shown\":2}") != std::string::npos);
}

TEST_CASE("fixes are put into words") {
  Sample sample("a: [1 2,]\nb\n");
  Diagnostic* const diagnostic = sample.reporter().error<Code::trailing_comma>({7, 8});
  sample.reporter().fix(diagnostic, {0, 1}, "batch_num");
  sample.reporter().fix(diagnostic, {5, 5}, ", ");
  sample.reporter().fix(diagnostic, {7, 8}, "");
  sample.reporter().fix(diagnostic, {8, 8}, "\n");
  sample.reporter().fix(diagnostic, {11, 11}, "\n}");
  CHECK(sample.as_text() ==
        "q.cfg:1:8: error: a list cannot end with ',' [D2022]\n"
        "   1 | a: [1 2,]\n"
        "     |        ^\n"
        "     = help: write 'batch_num' instead of 'a' at 1:1\n"
        "     = help: insert ',' at 1:6\n"
        "     = help: delete ','\n"
        "     = help: insert a line break\n"
        "     = help: insert '}' at 2:2\n");
  CHECK(sample.as_text({.language = Language::zh}) ==
        "q.cfg:1:8: 错误：列表不能以 ',' 结尾 [D2022]\n"
        "   1 | a: [1 2,]\n"
        "     |        ^\n"
        "     = 建议：将 'a' 改为 'batch_num'（1:1 处）\n"
        "     = 建议：插入 ','（1:6 处）\n"
        "     = 建议：删除 ','\n"
        "     = 建议：插入 换行\n"
        "     = 建议：插入 '}'（2:2 处）\n");
}

TEST_CASE("fixes that are close together are shown as one") {
  const auto help = [](std::string_view text, std::initializer_list<Fix> fixes, Language language = Language::en) {
    Sample sample(text);
    Diagnostic* const diagnostic = sample.stray({3, 5});
    for (const Fix& fix : fixes) sample.reporter().fix(diagnostic, fix.at, fix.text);
    const std::string out = sample.as_text({.language = language});
    return out.substr(out.find(language == Language::zh ? "建议：" : "help: "));
  };
  CHECK(help("a: bc\n", {{{3, 3}, "\""}, {{5, 5}, "\""}}) == "help: write '\"bc\"' instead of 'bc'\n");
  CHECK(help("a: [1]\n", {{{3, 4}, ""}, {{5, 6}, ""}}) == "help: write '1' instead of '[1]'\n");
  CHECK(help("a: [1]\n", {{{0, 1}, "b"}, {{5, 6}, ""}}) == "help: write 'b: [1' instead of 'a: [1]' at 1:1\n");
  CHECK(help("a: bc\n", {{{3, 4}, ""}, {{4, 5}, ""}}) == "help: delete 'b'\n     = help: delete 'c'\n");
  // No edit goes over lines.
  CHECK(help("a: bc\n", {{{3, 3}, "x\n"}, {{5, 5}, "y"}}) == "help: insert 'x'\n     = help: insert 'y'\n");
  // Where the text ends before it, there is nothing to be seen.
  CHECK(help("a: bc", {{{5, 9}, ""}}) == "help: delete ''\n");
  // What cannot be seen in quotes has a name.
  CHECK(help("a: bc\n", {{{4, 4}, " "}}) == "help: insert a space\n");
  CHECK(help("a: \u00A0\n", {{{3, 5}, " "}}) == "help: write a space instead of U+00A0 (no-break space)\n");
  CHECK(help("a: \u00A0\n", {{{3, 5}, " "}}, Language::zh) == "建议：将 U+00A0 (不换行空格) 改为 空格\n");
  CHECK(help("a: \u200B\n", {{{3, 6}, ""}}) == "help: delete U+200B (zero width space)\n");
  // Not one edit, as it would take two lines; and one that changes nothing.
  CHECK(help("a: bc\n", {{{3, 3}, "\n"}, {{5, 5}, "}"}}) == "help: insert a line break\n     = help: insert '}'\n");
  CHECK(help("a: bc\n", {{{4, 4}, ""}}) == "help: delete ''\n");
}

TEST_CASE("what has no place is a header alone") {
  Sample sample("");
  sample.reporter().text_too_large();
  CHECK(sample.as_text() == "q.cfg: error: the file is larger than 2147483647 bytes [D9002]\n");
  CHECK(sample.as_gcc() == "q.cfg: error: the file is larger than 2147483647 bytes [D9002]\n");
  CHECK(sample.as_json().find(R"("line":null,"column":null,"begin":null,"end":null,"notes":[],"fixes":[])") !=
        std::string::npos);
}

TEST_CASE("underlines stand under what they mark") {
  CHECK(excerpt("abc def\n", {4, 7}) == "   1 | abc def\n     |     ^~~\n");
  // A point, and the end of a line.
  CHECK(excerpt("abc\n", {1, 1}) == "   1 | abc\n     |  ^\n");
  CHECK(excerpt("abc\n", {3, 3}) == "   1 | abc\n     |    ^\n");
  CHECK(excerpt("abc\ndef", {3, 4}) == "   1 | abc\n     |    ^\n");
  // Clipped to the first line.
  CHECK(excerpt("abc {\n}\n", {4, 7}) == "   1 | abc {\n     |     ^\n");
  CHECK(excerpt("abc {\n}\n", {1, 7}) == "   1 | abc {\n     |  ^~~~\n");
  // The end of the file: behind text, behind the last LF, in an empty line, in an empty file.
  CHECK(excerpt("abc", {3, 3}) == "   1 | abc\n     |    ^\n");
  CHECK(excerpt("abc\n", {4, 4}) == "   2 |\n     | ^\n");
  CHECK(excerpt("a\n\nb", {2, 2}) == "   2 |\n     | ^\n");
  CHECK(excerpt("", {0, 0}) == "   1 |\n     | ^\n");
  // Beyond the end.
  CHECK(excerpt("abc", {9, 12}) == "   1 | abc\n     |    ^\n");
  CHECK(excerpt("abc", {1, 900}) == "   1 | abc\n     |  ^~\n");
}

TEST_CASE("tabs stand for up to eight columns") {
  CHECK(excerpt("\tab\tc\n", {1, 3}) == "   1 |         ab      c\n     |         ^~\n");
  CHECK(excerpt("\tab\tc\n", {4, 5}) == "   1 |         ab      c\n     |                 ^\n");
  CHECK(excerpt("\tab\tc\n", {0, 2}) == "   1 |         ab      c\n     | ^~~~~~~~~\n");
  CHECK(excerpt("1234567\tb", {8, 9}) == "   1 | 1234567 b\n     |         ^\n");
  CHECK(excerpt("卷卷卷\tb", {10, 11}) == "   1 | 卷卷卷  b\n     |         ^\n");
}

TEST_CASE("wide and combining characters") {
  CHECK(excerpt("卷积 层\n", {7, 10}) == "   1 | 卷积 层\n     |      ^~\n");
  CHECK(excerpt("卷积 层\n", {0, 6}) == "   1 | 卷积 层\n     | ^~~~\n");
  CHECK(excerpt("a😀b", {5, 6}) == "   1 | a😀b\n     |    ^\n");
  CHECK(excerpt("e\u0301x", {3, 4}) == "   1 | e\u0301x\n     |  ^\n");
  CHECK(excerpt("e\u0301x", {1, 3}) == "   1 | e\u0301x\n     |  ^\n");
  // A place inside a character marks all of it; a point, its front.
  CHECK(excerpt("a卷b", {2, 3}) == "   1 | a卷b\n     |  ^~\n");
  CHECK(excerpt("a卷b", {2, 2}) == "   1 | a卷b\n     |  ^\n");
}

TEST_CASE("bytes that are not text") {
  CHECK(excerpt("a\x1B[0mb", {1, 2}) == "   1 | a\\x1B[0mb\n     |  ^~~~\n");
  CHECK(excerpt("a\x1B[0mb", {5, 6}) == "   1 | a\\x1B[0mb\n     |         ^\n");
  CHECK(excerpt("\xFF\xFE", {1, 2}) == "   1 | \\xFF\\xFE\n     |     ^~~~\n");
  CHECK(excerpt("a\0b"sv, {2, 3}) == "   1 | a\\x00b\n     |      ^\n");
  CHECK(excerpt("a\u202Eb", {4, 5}) == "   1 | a\\u{202E}b\n     |          ^\n");
  CHECK(excerpt("\uFEFF"
                "a",
                {0, 3}) == "   1 | \\u{FEFF}a\n     | ^~~~~~~~\n");
}

TEST_CASE("CR before LF is not shown, elsewhere it is") {
  CHECK(excerpt("ab\r\ncd", {0, 2}) == "   1 | ab\n     | ^~\n");
  CHECK(excerpt("ab\r\ncd", {1, 4}) == "   1 | ab\n     |  ^\n");
  CHECK(excerpt("ab\r\ncd", {2, 2}) == "   1 | ab\n     |   ^\n");
  CHECK(excerpt("ab\r\ncd", {3, 4}) == "   1 | ab\n     |   ^\n");
  CHECK(excerpt("ab\r\ncd", {4, 6}) == "   2 | cd\n     | ^~\n");
  CHECK(excerpt("a\rb", {2, 3}) == "   1 | a\\x0Db\n     |      ^\n");
  CHECK(excerpt("a\r", {0, 1}) == "   1 | a\\x0D\n     | ^\n");
}

TEST_CASE("of a long line a window is shown") {
  std::string digits;
  while (digits.size() < 1'000'000) digits += "0123456789";
  // The front.
  CHECK(excerpt(digits, {0, 3}, 40) == "   1 | 012345678901234567890123456789012345678…\n     | ^~~\n");
  CHECK(excerpt(digits, {12, 13}, 40) == "   1 | 012345678901234567890123456789012345678…\n     |             ^\n");
  // The middle: a third of it before the place.
  CHECK(excerpt(digits, {500'000, 500'002}, 40) ==
        "   1 | …78901234567890123456789012345678901234…\n     |               ^~\n");
  // A place that is larger than the window.
  CHECK(excerpt(digits, {500'000, 600'000}, 40) ==
        "   1 | …78901234567890123456789012345678901234…\n"
        "     |               ^~~~~~~~~~~~~~~~~~~~~~~~~\n");
  // The end, and behind it.
  CHECK(excerpt(digits, {999'999, 1'000'000}, 40) ==
        "   1 | …123456789012345678901234567890123456789\n"
        "     |                                        ^\n");
  CHECK(excerpt(digits, {1'000'000, 1'000'000}, 40) ==
        "   1 | …123456789012345678901234567890123456789\n"
        "     |                                         ^\n");
  // One column less, and the whole line fits.
  CHECK(excerpt(digits.substr(0, 40), {39, 40}, 40) ==
        "   1 | 0123456789012345678901234567890123456789\n"
        "     |                                        ^\n");
  // Wide characters are not cut in two.
  std::string wide;
  for (int i = 0; i < 1000; ++i) wide += "卷";
  const std::string shown = excerpt(wide, {1500, 1503}, 40);
  CHECK(shown ==
        "   1 | …卷卷卷卷卷卷卷卷卷卷卷卷卷卷卷卷卷卷卷…\n"
        "     |              ^~\n");
  // Neither tabs nor marks without a column nor escapes make it longer.
  for (const std::string_view unit : {"\t"sv, "\u0301"sv, "\xFF"sv, "\u202E"sv}) {
    std::string line;
    for (int i = 0; i < 10'000; ++i) line += unit;
    for (const std::uint32_t place : {0U, 5'000U, 10'000U}) {
      CHECK(excerpt(line, {place, place + 1}, 40).size() < 300);
    }
  }
}

TEST_CASE("line numbers widen the gutter of a whole diagnostic") {
  std::string text(123'456, '\n');
  text += "}";
  Sample sample(text);
  Diagnostic* const diagnostic = sample.stray({123'456, 123'457});
  sample.reporter().note<NoteKind::opened_here>(diagnostic, {0, 0}, "a"sv);
  CHECK(sample.as_text() ==
        "q.cfg:123457:1: error: '}' closes nothing [D2008]\n"
        "123457 | }\n"
        "       | ^\n"
        "q.cfg:1:1: note: 'a' is opened here\n"
        "     1 |\n"
        "       | ^\n");
}

TEST_CASE("arguments of each kind") {
  const auto message = [](auto add, Language language = Language::en) {
    Sample sample("");
    const Diagnostic* const diagnostic = add(sample.reporter());
    return message_of(*diagnostic, language);
  };
  CHECK(message([](auto& to) { return to.template error<Code::unknown_field>(Span{}, "\x1B[2J\n"sv, "M"sv); }) ==
        "M has no field named '\\x1B[2J\\x0A'");
  CHECK(message([](auto& to) { return to.template error<Code::expected_field_name>(Span{}, "\"a\""sv); }) ==
        "expected a field name, found '\"a\"'");
  const auto at_end = [](auto& to) { return to.template error<Code::expected_field_name>(Span{}, ""sv); };
  CHECK(message(at_end) == "expected a field name, found end of file");
  CHECK(message(at_end, Language::zh) == "此处应为字段名，却是 文件结尾");
  CHECK(message([](auto& to) { return to.template error<Code::invalid_byte>(Span{}, 0xA3U); }) ==
        "byte \\xA3 is not UTF-8 and stands outside a string or comment");
  CHECK(message([](auto& to) { return to.template error<Code::nesting_limit>(Span{}, 10000U); }) ==
        "unknown fields are nested more than 10000 levels deep");
  CHECK(message([](auto& to) { return to.template error<Code::lookalike_character>(Span{}, 0xFF1AU, ":"sv); }) ==
        "'：' (U+FF1A) looks like ':' but is another character");
  const auto unseen = [](auto& to) { return to.template error<Code::non_ascii_character>(Span{}, 0xA0U); };
  CHECK(message(unseen) == "U+00A0 (no-break space) is not allowed outside a string or comment");
  CHECK(message(unseen, Language::zh) == "字符串和注释之外不允许出现 U+00A0 (不换行空格)");
  for (const auto& [code_point, shown] :
       {std::pair{0x202EU, "U+202E (right-to-left override)"sv}, std::pair{0x0301U, "U+0301"sv},
        std::pair{0x85U, "U+0085"sv}, std::pair{0x1F600U, "'😀' (U+1F600)"sv}}) {
    const auto add = [c = code_point](auto& to) { return to.template error<Code::non_ascii_character>(Span{}, c); };
    CHECK(message(add) == std::string(shown) + " is not allowed outside a string or comment");
  }
  // What no pass of the library says, but code may.
  CHECK(message([](auto& to) { return to.template error<Code::non_ascii_character>(Span{}, 0x110000U); }) ==
        "U+110000 is not allowed outside a string or comment");
  CHECK(message_of(Diagnostic(), Language::en).empty());
  // A name as long as a file does not flood the screen.
  const std::string name(1'000'000, 'x');
  CHECK(message([&name](auto& to) {
          return to.template error<Code::unknown_field>(Span{}, std::string_view(name), "M"sv);
        }).size() < 100);
  // Braces in a name are no placeholders.
  CHECK(message([](auto& to) { return to.template error<Code::unknown_field>(Span{}, "{0}{x"sv, "M"sv); }) ==
        "M has no field named '{0}{x'");
}

TEST_CASE("every text of the catalogue can be filled") {
  for (const Language language : {Language::en, Language::zh}) {
    for (unsigned number = 0; number < 10'000; ++number) {
      Diagnostic diagnostic;
      diagnostic.code = static_cast<Code>(number);
      if (name_of(diagnostic.code).empty()) continue;
      std::size_t i = 0;
      for (const char kind : argument_kinds(diagnostic.code)) diagnostic.arguments[i++] = {kind, 'A', "a"};
      const std::string message = message_of(diagnostic, language);
      CHECK(!message.empty());
      CHECK(message.find("{0") == std::string::npos);
    }
  }
}

TEST_CASE("diagnostics may be added one by one") {
  Diagnostic error;
  error.code = Code::unknown_field;
  Diagnostic warning;
  warning.code = Code::octal_number;
  warning.severity = Severity::warning;
  Findings findings;
  findings.append(warning);
  CHECK_FALSE(findings.has_errors());
  CHECK(findings.warnings() == 1);
  findings.append(error);
  CHECK(findings.errors() == 1);
  CHECK(findings.warnings() == 1);
  CHECK(findings.has(Code::octal_number));
}

TEST_CASE("what is not kept is counted") {
  Sample sample("}", {1, 0});
  for (int i = 0; i < 1'000'000; ++i) sample.stray({0, 1});
  const RenderOptions hinted{.limit_hint = "--max-errors 0 shows all"};
  CHECK(sample.as_text(hinted) ==
        "q.cfg:1:1: error: '}' closes nothing [D2008]\n"
        "   1 | }\n"
        "     | ^\n"
        "q.cfg: note: 999,999 more errors not shown (--max-errors 0 shows all)\n");
  CHECK(sample.as_gcc() ==
        "q.cfg:1:1: error: '}' closes nothing [D2008]\n"
        "q.cfg: note: 999,999 more errors not shown\n");
  CHECK(sample.as_text({.language = Language::zh, .limit_hint = "X"})
            .ends_with("q.cfg: 说明：另有 999,999 个错误未显示（X）\n"));
  CHECK(sample.as_json().ends_with("\"fixes\":[]}],\"errors_not_shown\":999999}]}\n"));
}

TEST_CASE("what is not kept counts as what it is called") {
  Sample sample("}", {2, 1});
  for (int i = 0; i < 5; ++i) sample.stray({0, 1});
  for (int i = 0; i < 4; ++i) {
    sample.reporter().report<Code::overflow_to_infinity>(Severity::warning, Span{0, 1}, "clip_max"sv, "1e39"sv,
                                                         "inf"sv);
  }
  CHECK(sample.as_gcc().ends_with("note: 3 more errors not shown\nq.cfg: note: 3 more warnings not shown\n"));
  const std::string raised = sample.as_gcc({.warnings_as_errors = true});
  CHECK(raised.ends_with("note: 6 more errors not shown\n"));
  CHECK(raised.find("more warning") == std::string::npos);
}

TEST_CASE("many diagnostics on one long line take time in proportion") {
  const std::string text(1'000'000, '}');
  Sample sample(text);
  for (std::uint32_t i = 0; i < 20'000; ++i) sample.stray({i * 50, i * 50 + 1});
  std::size_t bytes = 0;
  const auto count = [](void* context, const char*, std::size_t size) {
    *static_cast<std::size_t*>(context) += size;
    return true;
  };
  Diagnostics none;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(sample.as_text().size() > 2'000'000);
  CHECK(sample.as_json().size() > 2'000'000);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
  CHECK(render_text(none, "q.cfg", text, {}, {count, &bytes}).ok());
  CHECK(bytes == 0);
}

TEST_CASE("a path is made safe") {
  Sample sample("}");
  sample.stray({0, 1});
  CHECK(sample.as_json({}, "a\"\xFF\n\x1B.cfg").find(R"({"path":"a\"\\xFF\n\u001B.cfg",)") != std::string::npos);
  CHECK(Sample("").as_json({}, "") == "{\"version\":1,\"files\":[\n{\"path\":\"\",\"ok\":true,\"diagnostics\":[]}]}\n");
  std::string out;
  const Document document = parse("}");
  CHECK(render_gcc(document.diagnostics(), "\x1B[2J.cfg", document.text(), {}, {append_to_string, &out}).ok());
  CHECK(out.starts_with("\\x1B[2J.cfg:1:1: error: "));
}

TEST_CASE("a JSON document of no files, and of several") {
  std::string out;
  {
    JsonReport report({append_to_string, &out}, {});
    CHECK(report.finish().ok());
  }
  CHECK(out == "{\"version\":1,\"files\":[]}\n");
  out.clear();
  const Diagnostics none;
  JsonReport report({append_to_string, &out}, {});
  report.add("a", true, none, "");
  report.add("b", true, none, "");
  CHECK(report.finish().ok());
  CHECK(out ==
        "{\"version\":1,\"files\":[\n"
        "{\"path\":\"a\",\"ok\":true,\"diagnostics\":[]},\n"
        "{\"path\":\"b\",\"ok\":true,\"diagnostics\":[]}]}\n");
}

TEST_CASE("a sink that refuses once is not asked again") {
  // Enough for several pieces.
  std::string text;
  for (int i = 0; i < 200; ++i) text += "batch: 1\n";
  const Document many = parse(text, {.limits = {0, 0}});
  REQUIRE(many.diagnostics().size() == 200);
  const auto once = [](void* context, const char*, std::size_t) { return ++*static_cast<int*>(context) != 1; };
  int calls = 0;
  CHECK_FALSE(render_text(many.diagnostics(), "q.cfg", many.text(), {}, {once, &calls}).ok());
  CHECK(calls == 1);
  calls = 0;
  CHECK_FALSE(render_gcc(many.diagnostics(), "q.cfg", many.text(), {}, {once, &calls}).ok());
  CHECK(calls == 1);
  calls = -1;  // the head of the document is written by itself
  JsonReport report({once, &calls}, {});
  report.add("q.cfg", false, many.diagnostics(), many.text());
  CHECK_FALSE(report.finish().ok());
  CHECK(calls == 1);
}

TEST_CASE("what code has set stands on no line") {
  const ModelDocument model =
      parse_model("module { name: \"fc\" type: \"Linear\" } module { name: \"fc2\" type: \"Linear\" }");
  AMCTDistillConfig config;
  Field<Text> skipped[] = {Text("fc")};
  config.quant_skip_layers = List<Field<Text>>(std::span<Field<Text>>(skipped));
  const Resolution resolution = resolve(config, model.model());
  REQUIRE(resolution.ok());
  std::string table;
  REQUIRE(render_resolution_table(resolution, "batch_num: 1\n", {}, {append_to_string, &table}).ok());
  CHECK(table.find("skip layer\n") != std::string::npos);
  CHECK(table.find("line 1") == std::string::npos);
  CHECK(table.find("line 2") == std::string::npos);
}

std::string amct_line_of(const Diagnostic& diagnostic) {
  return "     = AMCT: " + std::string(render::display_shortened(amct_error_of(diagnostic), 200).view()) + '\n';
}

TEST_CASE("AMCT's error with names however long or many is the whole error shortened") {
  constexpr std::string_view characters[] = {"a",      "\u00e9", "\u4e2d", "\U0001F600", "\U00010000",
                                             "\u0301", "\x01",   "\\",     "\xff"};
  std::vector<std::string> names;
  for (const std::string_view character : characters) {
    for (const std::size_t count : {0U, 1U, 60U, 140U, 270U, 440U, 900U, 4000U}) {
      std::string name;
      for (std::size_t i = 0; i < count; ++i) name += character;
      names.push_back(name + "'.");
    }
  }
  for (std::size_t i = 0; i < 300; ++i) names.push_back(std::to_string(i * 7919 % 1000));
  const std::vector<std::string_view> views(names.begin(), names.end());
  constexpr AmctError errors[] = {AmctError::override_layers_repeated, AmctError::quantizers, AmctError::member_type};
  for (const AmctError error : errors) {
    CAPTURE(static_cast<int>(error));
    for (std::size_t first = 0; first + 4 <= views.size(); first += 3) {
      for (const std::size_t count : {std::size_t{2}, std::size_t{4}, views.size() - first}) {
        CAPTURE(first);
        CAPTURE(count);
        Sample sample("}");
        Diagnostic* const diagnostic = sample.stray({0, 1});
        detail::Reporter::amct(diagnostic, error, std::span(views).subspan(first, count));
        CHECK(sample.as_text().ends_with("     | ^\n" + amct_line_of(*diagnostic)));
      }
    }
  }
}

TEST_CASE("AMCT's error is shown with the first of those that share it") {
  constexpr std::string_view layers[] = {"a", "b"};
  constexpr std::string_view types[] = {"c"};
  Sample sample("}}}}");
  for (std::uint32_t i = 0; i < 4; i += 2) {
    detail::Reporter::amct(sample.stray({i, i + 1}), AmctError::override_layers_repeated, layers);
    detail::Reporter::amct(sample.stray({i + 1, i + 2}), AmctError::override_types_repeated, types);
  }
  const std::string text = sample.as_text();
  const std::size_t first = text.find("= AMCT: ValueError: Please delete repeated items in distill_override_layers,");
  const std::size_t second =
      text.find("= AMCT: ValueError: Please delete repeated items in distill_override_layer_types");
  CHECK(first < second);
  CHECK(second < text.find("q.cfg:1:3"));
  CHECK(text.find("= AMCT", second + 1) == std::string::npos);
}

TEST_CASE("fixes on two lines are two edits") {
  Sample sample("ab\ncd\n");
  Diagnostic* const diagnostic = sample.unknown({0, 2}, "ab");
  sample.reporter().fix(diagnostic, {1, 3}, "x");
  sample.reporter().fix(diagnostic, {3, 4}, "y");
  CHECK(sample.as_text().find("write 'x' instead of 'b'") != std::string::npos);
  CHECK(sample.as_text().find("write 'y' instead of 'c'") != std::string::npos);
}

TEST_CASE("a note's line number may be the longest") {
  const std::string source = "ab\n" + std::string(12'344, '\n') + "cd\n";
  Sample sample(source);
  Diagnostic* const diagnostic = sample.unknown({0, 2}, "ab");
  sample.reporter().note<NoteKind::opened_here>(diagnostic, {12'347, 12'349}, "cd"sv);
  const std::string text = sample.as_text();
  CHECK(text.find("\n    1 | ab\n      | ^~\n") != std::string::npos);
  CHECK(text.find("\n12346 | cd\n      | ^~\n") != std::string::npos);
}

TEST_CASE("a sink that refuses stops the writer") {
  const Document document = parse("}");
  int calls = 0;
  const Sink broken{[](void* context, const char*, std::size_t) {
                      ++*static_cast<int*>(context);
                      return false;
                    },
                    &calls};
  CHECK(render_text(document.diagnostics(), "q.cfg", document.text(), {}, broken).code == Code::output_failed);
  CHECK(render_gcc(document.diagnostics(), "q.cfg", document.text(), {}, broken).code == Code::output_failed);
  CHECK(calls == 2);
  JsonReport report(broken, {});
  report.add("q.cfg", false, document.diagnostics(), document.text());
  CHECK(report.finish().code == Code::output_failed);
  CHECK(calls == 3);
}

TEST_CASE("from text to text") {
  CHECK(text_of(parse("batch_num: 1\n")) == "");
  CHECK(text_of(parse("bach_num: 1\n")) ==
        "q.cfg:1:1: error: AMCTDistillConfig has no field named 'bach_num'; did you mean 'batch_num'? [D2001]\n"
        "   1 | bach_num: 1\n"
        "     | ^~~~~~~~\n");
  CHECK(text_of(parse("batch_num：1\n")).starts_with("q.cfg:1:10: error: '：' (U+FF1A) looks like ':'"));
  const std::string hostile = text_of(parse("\x1B[2J\xFF\u202E: \"\xE5\"\r\n"));
  CHECK(hostile.find('\x1B') == std::string::npos);
  CHECK(hostile.find('\r') == std::string::npos);
  CHECK(hostile.find("\u202E") == std::string::npos);
  CHECK(text_of(parse("")) == "");
}
