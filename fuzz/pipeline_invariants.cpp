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

// Numbers ask for less than this: with more, an input's time would be spent on clearing memory.
constexpr std::size_t largest_buffer = 1 << 16;
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
  std::string json = {};
};

// The text in a piece of the buffer, with its padding; data() is nullptr if it has no room there.
std::string_view placed(Pieces& pieces, std::string_view text) {
  if (pieces.left() < text.size() + source_padding) return {};
  const std::span<std::byte> piece = pieces.take(text.size() + source_padding);
  std::memset(piece.data(), 0, piece.size());
  if (!text.empty()) std::memcpy(piece.data(), text.data(), text.size());
  return {reinterpret_cast<const char*>(piece.data()), text.size()};
}

// A configuration and a model with their padding, and the memory for each pass over them.
struct Job {
  std::string_view config_text;
  std::string_view model_text;
  Memory parse_config = {};
  Memory parse_model = {};
  Memory validate = {};
  Memory resolve = {};
};

Outcome outcome_of(const Job& job) {
  Outcome outcome;
  const Document document =
      borrow_padded(job.config_text, {.semantics = Semantics::amct, .limits = {4, 4}, .memory = job.parse_config});
  const ModelDocument model =
      borrow_padded_model(job.model_text, {.semantics = Semantics::amct, .limits = {4, 4}, .memory = job.parse_model});
  const auto note = [&outcome](const Diagnostics& diagnostics, std::string_view text) {
    require_sound(diagnostics, text, {4, 4});
    outcome.out_of_memory |= contains(diagnostics, Code::out_of_memory);
  };
  note(document.diagnostics(), job.config_text);
  note(model.diagnostics(), job.model_text);
  if (!document.ok() || !model.ok()) return outcome;
  note(validate(document.config(), {.text = job.config_text, .limits = {4, 4}, .memory = job.validate}),
       job.config_text);
  const Resolution resolution = resolve(document.config(), model.model(),
                                        {.config_text = job.config_text, .limits = {4, 4}, .memory = job.resolve});
  note(resolution.diagnostics(), job.config_text);
  outcome.ok = resolution.ok();
  const WriteResult written = write_config_json(resolution, test::sink_to(outcome.json));
  DISTILLCFG_REQUIRE(written.ok() == (resolution.ok() && resolution.has_graph()), "config.json is written");
  return outcome;
}

// All of it in one buffer, texts included.
Outcome outcome_in(std::size_t size, std::size_t misalignment, const Sections& sections) {
  set_situation("a buffer of %zu bytes, %zu behind a boundary", size, misalignment);
  const test::TestBuffer buffer(size, misalignment);
  Pieces pieces(buffer.span());
  const std::string_view config_text = placed(pieces, sections.config);
  const std::string_view model_text = placed(pieces, sections.model);
  if (config_text.data() == nullptr || model_text.data() == nullptr) return {.out_of_memory = true};
  // Shares, so that each pass is the one that runs out of memory for some size.
  const std::size_t share = pieces.left() / 8;
  const Memory parse_config(pieces.take(2 * share));
  const Memory parse_model(pieces.take(2 * share));
  const Memory validate(pieces.take(share));
  return outcome_of({config_text, model_text, parse_config, parse_model, validate, Memory(pieces.take(pieces.left()))});
}

Outcome outcome_on_heap(const Sections& sections) {
  set_situation("memory from the heap");
  const test::PaddedText config_text(sections.config);
  const test::PaddedText model_text(sections.model);
  return outcome_of({config_text.view(), model_text.view()});
}

void require_pipeline(std::string_view input) {
  const Sections sections = sections_of(input);
  const std::size_t misalignment = sections.numbers[1] % 64;
  const Outcome large = outcome_on_heap(sections);
  DISTILLCFG_REQUIRE(!large.out_of_memory, "the heap suffices");
  const auto require_same = [&large](const Outcome& other) {
    DISTILLCFG_REQUIRE(other.out_of_memory || (other.ok == large.ok && other.json == large.json),
                       "size and place of the buffer do not matter");
  };
  require_same(outcome_in(sections.numbers[0] % largest_buffer, misalignment, sections));
  // One in which each pass has an eighth at least.
  if (Sample(input).one_in(16)) {
    require_same(outcome_in(static_cast<std::size_t>(8 * arena_bound(input.size())), misalignment, sections));
  }
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
