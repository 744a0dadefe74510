// Documents on many threads at once, and one that many read. There is nothing that they share but code and
// constants; ThreadSanitizer sees whether that is so, and each thread whether it gets what one alone gets.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "support/dump.hpp"
#include "support/flat_config.hpp"
#include "support/networks.hpp"
#include "support/output.hpp"

using namespace distillcfg;

namespace {

constexpr unsigned threads = 8;
constexpr unsigned rounds = 25;

const std::string_view texts[] = {
    test::documented_sample,
    "batch_num: 2 quant_skip_layers: ['conv2', 'a\\n' 'b'] distill_group { start_layer_name: 'conv1' end_layer_name: "
    "'relu1' }",
    "batch_nun: 1\ndistill_grup { start_layer_name: 5 }\nquant_skip_layers: \"\xFF\" data_dump: ture {",
    "future: [1, 2] [a.b] { c: -inf } batch_num: 0 distill_override_layers { layer_name: 'conv9' }",
    "distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: 1e-30 clip_min: -3.25 } dst_type: INT4 } }",
};

// What can be said of a document that was read, and of a network with it.
std::string everything(const Document& document, const ModelDocument& model) {
  std::string out = test::described(document.config());
  test::add_diagnostics(out, document.diagnostics());
  out += test::printed(document.config());
  test::add_diagnostics(out, validate(document.config(), {.text = document.text(), .int4 = false}));
  const Resolution resolution = resolve(document.config(), model.model(), {.config_text = document.text()});
  out += test::dump(resolution);
  static_cast<void>(write_config_json(resolution, test::sink_to(out)));
  out += documentation(config_schema(), Language::zh);
  if (find_field(config_schema(), "batch_num") == nullptr) out += "no field";
#ifdef DISTILLCFG_WITH_MESSAGES
  const Sink sink = test::sink_to(out);
  static_cast<void>(render_text(document.diagnostics(), "quant.cfg", document.text(), {}, sink));
  static_cast<void>(render_gcc(resolution.diagnostics(), "quant.cfg", document.text(), {}, sink));
  JsonReport report(sink, {});
  report.add("quant.cfg", document.ok(), document.diagnostics(), document.text());
  static_cast<void>(report.finish());
  SarifReport sarif(sink, {});
  sarif.add("quant.cfg", document.diagnostics(), document.text());
  static_cast<void>(sarif.finish());
  if (resolution.ok()) {
    static_cast<void>(render_resolution_json(resolution, document.text(), sink));
    static_cast<void>(render_resolution_table(resolution, document.text(), {}, sink));
  }
#endif
  return out;
}

ParseOptions options(unsigned i) { return {.semantics = static_cast<Semantics>(i % 3), .allow_unknown = i % 2 != 0}; }

template <class Work>
void on_all_threads(Work work) {
  std::atomic<unsigned> ready{0};
  std::vector<std::thread> running;
  for (unsigned n = 0; n < threads; ++n) {
    running.emplace_back([&, n] {
      // All at once.
      ++ready;
      while (ready < threads) std::this_thread::yield();
      work(n);
    });
  }
  for (std::thread& thread : running) thread.join();
}

}  // namespace

TEST_CASE("different documents at the same time") {
  const std::string network = test::small_net();
  const ModelDocument model = parse_model(network);
  REQUIRE(model.ok());
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 6 * std::size(texts); ++i) {
    expected.push_back(everything(parse(texts[i % std::size(texts)], options(i)), model));
  }
  std::atomic<unsigned> different{0};
  on_all_threads([&](unsigned n) {
    const ModelDocument own_model = parse_model(network);
    std::vector<std::byte> memory(1U << 20U);
    for (unsigned round = 0; round < rounds; ++round) {
      for (unsigned k = 0; k < expected.size(); ++k) {
        const auto i = static_cast<unsigned>((k + n * 7) % expected.size());
        ParseOptions now = options(i);
        if (k % 2 != 0) now.memory = Memory(memory);
        const Document document = parse(texts[i % std::size(texts)], now);
        if (everything(document, own_model) != expected[i]) ++different;
      }
    }
  });
  CHECK(different == 0);
}

TEST_CASE("one document, one network and one resolution that all read") {
  const ModelDocument model = parse_model(test::small_net());
  for (const std::string_view text : texts) {
    const Document document = parse(text, {.semantics = Semantics::amct, .allow_unknown = true});
    const Resolution resolution = resolve(document.config(), model.model(), {.config_text = document.text()});
    const std::string expected = everything(document, model);
    const std::string resolved = test::dump(resolution);
    std::atomic<unsigned> different{0};
    on_all_threads([&](unsigned) {
      for (unsigned round = 0; round < rounds; ++round) {
        if (everything(document, model) != expected || test::dump(resolution) != resolved) ++different;
      }
    });
    CHECK(different == 0);
  }
}

TEST_CASE("a document that is read on one thread and destroyed on another") {
  for (unsigned i = 0; i < 100; ++i) {
    Document document;
    std::thread([&document, i] { document = parse(texts[i % std::size(texts)], options(i)); }).join();
    CHECK(document.text() == texts[i % std::size(texts)]);
    std::thread([moved = std::move(document)] { static_cast<void>(moved.ok()); }).join();
  }
}
