// The numbers of the separator are the buffer's size, its misalignment, and how much of the input is read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "diagnostics_checks.hpp"
#include "distillcfg/config_json.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"
#include "invariants.hpp"
#include "require.hpp"
#include "sample.hpp"
#include "sections.hpp"
#include "support/output.hpp"
#include "support/test_memory.hpp"

namespace distillcfg::fuzz {

namespace {

// Numbers ask for no more than this.
constexpr std::size_t largest_buffer = 1 << 18;
constexpr std::size_t margin = 16;

// Hands out pieces of one buffer with something between them that nobody may change.
class Pieces {
 public:
  explicit Pieces(std::span<std::byte> buffer) : rest_(buffer) { fence(); }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  ~Pieces() {
    for (const std::span<std::byte> fence : std::span(fences_).first(count_)) {
      for (const std::byte b : fence) DISTILLCFG_REQUIRE(b == filling, "nothing is written outside of its memory");
    }
  }

  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  // At most `size` bytes.
  std::span<std::byte> take(std::size_t size) {
    const std::span<std::byte> piece = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(piece.size());
    fence();
    return piece;
  }

 private:
  static constexpr std::byte filling{0x5C};

  void fence() {
    const std::span<std::byte> fence = rest_.first(std::min(margin, rest_.size()));
    std::fill(fence.begin(), fence.end(), filling);
    rest_ = rest_.subspan(fence.size());
    fences_[count_++] = fence;
  }

  std::span<std::byte> rest_;
  std::span<std::byte> fences_[8];
  std::size_t count_ = 0;
};

struct Outcome {
  bool out_of_memory = false;
  bool ok = false;
  std::string json;
};

// The text in a piece of the buffer, with its padding; data() is nullptr if it has no room there.
std::string_view placed(Pieces& pieces, std::string_view text) {
  if (pieces.left() < text.size() + source_padding) return {};
  const std::span<std::byte> piece = pieces.take(text.size() + source_padding);
  std::memset(piece.data(), 0, piece.size());
  if (!text.empty()) std::memcpy(piece.data(), text.data(), text.size());
  return {reinterpret_cast<const char*>(piece.data()), text.size()};
}

Outcome run_in(std::span<std::byte> buffer, const Sections& sections) {
  Outcome outcome;
  Pieces pieces(buffer);
  const std::string_view config_text = placed(pieces, sections.config);
  const std::string_view model_text = placed(pieces, sections.model);
  if (config_text.data() == nullptr || model_text.data() == nullptr) {
    outcome.out_of_memory = true;
    return outcome;
  }
  // Shares, so that each pass is the one that runs out of memory for some size.
  const std::size_t share = pieces.left() / 8;
  const Document document = borrow_padded(
      config_text, {.semantics = Semantics::amct, .limits = {4, 4}, .memory = Memory(pieces.take(2 * share))});
  const ModelDocument model = borrow_padded_model(
      model_text, {.semantics = Semantics::amct, .limits = {4, 4}, .memory = Memory(pieces.take(2 * share))});
  const auto note = [&outcome](const Diagnostics& diagnostics, std::string_view text) {
    require_sound(diagnostics, text, {4, 4});
    outcome.out_of_memory |= contains(diagnostics, Code::out_of_memory);
  };
  note(document.diagnostics(), config_text);
  note(model.diagnostics(), model_text);
  if (!document.ok() || !model.ok()) return outcome;
  {
    const Diagnostics valid =
        validate(document.config(), {.text = config_text, .limits = {4, 4}, .memory = Memory(pieces.take(share))});
    note(valid, config_text);
  }
  const Resolution resolution =
      resolve(document.config(), model.model(),
              {.config_text = config_text, .limits = {4, 4}, .memory = Memory(pieces.take(pieces.left()))});
  note(resolution.diagnostics(), config_text);
  outcome.ok = resolution.ok();
  const WriteResult written = write_config_json(resolution, test::sink_to(outcome.json));
  DISTILLCFG_REQUIRE(written.ok() == (resolution.ok() && resolution.has_graph()), "config.json is written");
  return outcome;
}

Outcome run_in(std::size_t size, std::size_t misalignment, const Sections& sections) {
  set_situation("a buffer of %zu bytes, %zu behind a boundary", size, misalignment);
  const test::TestBuffer buffer(size, misalignment);
  return run_in(buffer.span(), sections);
}

void require_pipeline(std::string_view input) {
  const Sections sections = sections_of(input);
  const Outcome small = run_in(sections.numbers[0] % largest_buffer, sections.numbers[1] % 64, sections);
  // Each pass gets an eighth at least.
  const auto enough = static_cast<std::size_t>(8 * arena_bound(input.size()));
  const Outcome large = run_in(enough, sections.numbers[1] % 8, sections);
  if (small.out_of_memory || large.out_of_memory) return;
  DISTILLCFG_REQUIRE(small.ok == large.ok && small.json == large.json, "size and place of the buffer do not matter");
}

}  // namespace

void require_pipeline_invariants(std::string_view input) {
  require_pipeline(input);
  Sample sample(input);
  const std::uint32_t wanted = sections_of(input).numbers[2];
  const std::size_t cut = wanted < input.size() ? wanted : sample.below(input.size() + 1);
  // Memory that ends with the text, so that a sanitizer sees the first byte read behind it.
  const std::unique_ptr<char[]> exact(new char[cut]);
  std::copy_n(input.begin(), cut, exact.get());
  require_pipeline({exact.get(), cut});
}

}  // namespace distillcfg::fuzz
