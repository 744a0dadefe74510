// Texts of every length right against memory that must not be touched, on either side: no byte outside of
// what a function was given is read, and none changes what comes out. By vectors, by machine words and byte
// by byte.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "paths/summary.hpp"
#include "support/dump.hpp"
#include "support/files.hpp"
#include "support/flat_config.hpp"
#include "support/guarded.hpp"
#include "support/networks.hpp"
#include "support/output.hpp"

using namespace distillcfg;
using distillcfg::test::GuardedMemory;
using path_summary::How;
using path_summary::Reader;
using path_summary::Summary;

namespace {

constexpr std::size_t longest = 300;
constexpr char fillers[] = {'\0', '"', 'a', '0', '\n', '\xC3'};

alignas(64) std::array<std::byte, 1U << 20U> memory;

struct Summaries {
  Summary vectors;
  Summary words;
  Summary plain;
  friend bool operator==(const Summaries&, const Summaries&) = default;
};

Summaries summaries(std::string_view text, const How& how) {
  return {test::summary(text, how, memory), distillcfg_words::test::summary(text, how, memory),
          distillcfg_plain::test::summary(text, how, memory)};
}

std::string_view place_padded(GuardedMemory& guarded, std::string_view text, std::size_t behind_padding, char filler) {
  const std::string_view placed = guarded.place_at_end(text, source_padding + behind_padding, filler);
  std::memset(guarded.end() - source_padding - behind_padding, 0, source_padding);
  return placed;
}

// One text in every place. `how.reader` is parse or parse_model.
void try_everywhere(GuardedMemory& guarded, std::string_view text, How how, std::size_t alignments) {
  CAPTURE(text);
  const bool is_model = how.reader == Reader::parse_model;
  const Summaries expected = summaries(std::string(text), how);
  REQUIRE(expected.vectors.sound);
  REQUIRE(expected.vectors == expected.words);
  REQUIRE(expected.vectors == expected.plain);
  const char filler = fillers[text.size() % std::size(fillers)];
  REQUIRE(summaries(guarded.place_at_end(text, 0, filler), how) == expected);
  REQUIRE(summaries(guarded.place_at_begin(text, filler), how) == expected);
  how.reader = is_model ? Reader::borrow_padded_model : Reader::borrow_padded;
  for (std::size_t behind = 0; behind < alignments; ++behind) {
    const char other = fillers[(text.size() + behind) % std::size(fillers)];
    REQUIRE(summaries(place_padded(guarded, text, behind, other), how) == expected);
  }
  // Nothing in front of it.
  const std::string_view placed = guarded.place_at_begin(text, filler);
  std::memset(guarded.begin() + text.size(), 0, source_padding);
  REQUIRE(summaries(placed, how) == expected);
}

const std::string_view strings =
    "quant_skip_layers: ['', 'a', \"layer\\n4.0.conv1\", 'x' \"y\", '\xC3\xA9\\u4e2d', 'exactly.sixteen.', "
    "'seventeen.bytes..', 'layer with thirty-two bytes in it', 'one that is not closed]\n";
const std::string_view comments =
    "# comment\n\n\n                                 batch_num: 2 # "
    "two\n\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tgroup_size: 0x10 "
    "#                  \n## the end of this comment is the end of the text";
const std::string_view unknown =
    "future: [1, 2, { a: 'b' }] [type.googleapis.com/x.y] { z < w: -inf > } next: 1.5e-3 batch_num: 3 a b";

std::vector<std::string> samples() {
  std::vector<std::string> all{std::string(test::documented_sample), std::string(strings), std::string(comments),
                               std::string(unknown)};
  std::string groups;
  for (int i = 0; i < 6; ++i) {
    groups += "distill_group {\n  start_layer_name: \"layer" + std::string(static_cast<std::size_t>(i), '1') +
              "\"\n  end_layer_name: \"b\"\n}\n";
  }
  all.push_back(groups);
  all.emplace_back(
      "distill_data_quant_config{ulq_quantize{clip_max_min{clip_max:3.25 clip_min:-12345678.5}dst_type:INT4 "
      "fixed_min:true}}distill_weight_quant_config<arq_distill{channel_wise:false}>data_dump:t batch_num:4294967295");
  return all;
}

}  // namespace

TEST_CASE("texts of every length") {
  GuardedMemory guarded(4096);
  for (const std::string& sample : samples()) {
    for (std::size_t size = 0; size <= std::min(sample.size(), longest); ++size) {
      const std::string_view text = std::string_view(sample).substr(0, size);
      try_everywhere(guarded, text, {Reader::parse, static_cast<unsigned>(size % 3), size % 2 != 0}, 16);
      // The ends of a text in front of which nothing is.
      try_everywhere(guarded, std::string_view(sample).substr(sample.size() - size),
                     {Reader::parse, static_cast<unsigned>(size % 3), size % 2 != 0}, 1);
    }
  }
}

TEST_CASE("descriptions of networks of every length") {
  GuardedMemory guarded(4096);
  const std::string sample =
      test::small_net().substr(0, longest) + test::node_text("n", "Conv", "output { consumer: 1");
  for (std::size_t size = 0; size <= sample.size(); ++size) {
    try_everywhere(guarded, std::string_view(sample).substr(0, size), {Reader::parse_model, 0, false}, 16);
  }
}

TEST_CASE("the conformance inputs") {
  const std::filesystem::path inputs = test::data_folder() / "conformance" / "inputs";
  std::size_t count = 0;
  for (const std::string& name : test::files_below(inputs)) {
    const auto whole = test::read_file(inputs / name);
    REQUIRE(whole);
    if (whole->size() > 2048) continue;
    GuardedMemory guarded(whole->size() + 512);
    try_everywhere(guarded, *whole, {Reader::parse, 0, false}, 2);
    for (std::size_t cut = 1; cut <= whole->size() && cut <= 4; ++cut) {
      try_everywhere(guarded, std::string_view(*whole).substr(0, whole->size() - cut), {Reader::parse, 2, true}, 1);
    }
    ++count;
  }
  CHECK(count > 1000);
}

TEST_CASE("what validate and resolve are told of the text ends with its padding") {
  const ModelDocument model = parse_model(test::small_net());
  GuardedMemory guarded(4096);
  std::size_t accepted = 0;
  for (const std::string& sample : samples()) {
    for (std::size_t size = 0; size <= std::min(sample.size(), longest); ++size) {
      const std::string_view text = std::string_view(sample).substr(0, size);
      const Document document = parse(text, {.semantics = Semantics::amct});
      if (!document.ok()) continue;
      ++accepted;
      const auto said = [&](std::string_view config_text) {
        std::string all;
        test::add_diagnostics(all, validate(document.config(), {.text = config_text, .int4 = false}));
        const Resolution resolution = resolve(document.config(), model.model(), {.config_text = config_text});
        test::add_diagnostics(all, resolution.diagnostics());
        return all;
      };
      const std::string expected = said(document.text());
      for (std::size_t behind = 0; behind < 16; ++behind) {
        REQUIRE(said(place_padded(guarded, text, behind, fillers[size % std::size(fillers)])) == expected);
      }
    }
  }
  CHECK(accepted > 100);
}

TEST_CASE("positions in a text") {
  GuardedMemory guarded(4096);
  const std::string sample(comments);
  for (std::size_t size = 0; size <= sample.size(); ++size) {
    const auto last = static_cast<std::uint32_t>(size);
    const Position expected = position_of(sample, last);
    const Position found = position_of(guarded.place_at_end(std::string_view(sample).substr(0, size), 0, '\n'), last);
    REQUIRE(found.line == expected.line);
    REQUIRE(found.column == expected.column);
  }
}

#ifdef DISTILLCFG_WITH_MESSAGES
TEST_CASE("the text that messages are shown with") {
  GuardedMemory guarded(8192);
  std::vector<std::string> all = samples();
  all.emplace_back(
      "batch_nun: 1\n\tquant_skip_layer: '\xE4\xB8\xAD\xE6\x96\x87\xFF'\r\n\x01 \xE2\x80\xAE\xF0\x9F\x98\x80 "
      "distill_grup {");
  for (const std::string& sample : all) {
    for (std::size_t size = 0; size <= std::min(sample.size(), longest); ++size) {
      const std::string_view text = std::string_view(sample).substr(0, size);
      const Document document = parse(text);
      const auto shown = [&](std::string_view source) {
        std::string out;
        const Sink sink = test::sink_to(out);
        RenderOptions options;
        options.width = 40;
        REQUIRE(render_text(document.diagnostics(), "quant.cfg", source, options, sink).ok());
        REQUIRE(render_gcc(document.diagnostics(), "quant.cfg", source, options, sink).ok());
        JsonReport report(sink, options);
        report.add("quant.cfg", document.ok(), document.diagnostics(), source);
        REQUIRE(report.finish().ok());
        SarifReport sarif(sink, options);
        sarif.add("quant.cfg", document.diagnostics(), source);
        REQUIRE(sarif.finish().ok());
        return out;
      };
      const std::string expected = shown(document.text());
      const char filler = fillers[size % std::size(fillers)];
      REQUIRE(shown(guarded.place_at_end(text, 0, filler)) == expected);
      REQUIRE(shown(guarded.place_at_begin(text, filler)) == expected);
    }
  }
}

TEST_CASE("the text that resolutions are shown with") {
  const std::string sample =
      "batch_num: 2 quant_skip_layers: 'conv2'\ndistill_override_layers { layer_name: 'fc1' }\n"
      "distill_group { start_layer_name: 'conv1' end_layer_name: 'relu1' }\n";
  const ModelDocument model = parse_model(test::small_net());
  const Document before = parse("");
  const Resolution resolution_before = resolve(before.config(), model.model());
  GuardedMemory guarded(4096);
  for (std::size_t spaces = 0; spaces < 64; ++spaces) {
    const std::string text = std::string(spaces, ' ') + sample;
    const Document document = parse(text);
    const Resolution resolution = resolve(document.config(), model.model(), {.config_text = document.text()});
    REQUIRE(resolution.ok());
    std::vector<const Layer*> layers;
    for (const Layer& layer : resolution.layers()) layers.push_back(&layer);
    const auto shown = [&](std::string_view source) {
      std::string out;
      const Sink sink = test::sink_to(out);
      REQUIRE(render_resolution_json(resolution, source, sink).ok());
      REQUIRE(render_resolution_table(resolution, source, {}, sink).ok());
      REQUIRE(render_explanation(resolution, {"quant.cfg", source}, layers, {}, sink).ok());
      REQUIRE(render_difference({resolution_before, {"before", ""}}, {resolution, {"after", source}}, {}, sink)
                  .written.ok());
      return out;
    };
    const std::string expected = shown(document.text());
    REQUIRE(shown(guarded.place_at_end(text, 0, '\n')) == expected);
    REQUIRE(shown(guarded.place_at_begin(text, '\n')) == expected);
  }
}
#endif
