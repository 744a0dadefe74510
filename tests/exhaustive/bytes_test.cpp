// Every three bytes wherever the lexer can be (states.hpp), read by vectors, by machine words and byte by
// byte: no crash, places in the text, and the same from all three.
//
//     bytes_test [--all]
//
// Without --all: three of the bytes that mean something, and one in some thousand of all others.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "distillcfg/memory.hpp"
#include "parallel.hpp"
#include "states.hpp"

namespace {

using distillcfg::test::State;
using distillcfg::test::states;
using path_summary::Summary;

constexpr std::size_t bytes = 3;
constexpr std::uint32_t all_sequences = std::uint32_t{1} << (8 * bytes);
// Prime, so that all values of each byte come up.
constexpr std::uint32_t sample_stride = 1021;
constexpr std::string_view meaningful = "\"'\\#\n {>[:,-.07exuU\x01\x80\xC3\xED\xF0";

std::atomic<std::uint64_t> compared{0};
std::atomic<std::uint32_t> failures{0};

// One state's text, of which three bytes change.
class Text {
 public:
  explicit Text(const State& state) : how_(state.how), at_(state.before.size()) {
    text_.append(state.before).append(bytes, ' ').append(state.behind);
    size_ = text_.size();
    text_.append(distillcfg::source_padding, '\0');
  }

  void try_bytes(std::uint32_t sequence, const State& state) {
    for (std::size_t i = 0; i < bytes; ++i) text_[at_ + i] = static_cast<char>(sequence >> (8 * i));
    const std::string_view text(text_.data(), size_);
    const Summary vectors = distillcfg::test::summary(text, how_, memory_);
    const Summary words = distillcfg_words::test::summary(text, how_, memory_);
    const Summary plain = distillcfg_plain::test::summary(text, how_, memory_);
    const Summary tokens = distillcfg::test::tokens(text);
    const bool same = vectors == words && vectors == plain && tokens == distillcfg_words::test::tokens(text) &&
                      tokens == distillcfg_plain::test::tokens(text);
    if (same && vectors.sound && tokens.sound) return;
    if (++failures > 20) return;
    std::printf("%s, %s: bytes %02x %02x %02x\n", state.name, same ? "a place outside of the text" : "paths differ",
                sequence & 0xFFU, sequence >> 8U & 0xFFU, sequence >> 16U);
  }

 private:
  path_summary::How how_;
  std::size_t at_;
  std::size_t size_ = 0;
  std::string text_;
  std::array<std::byte, 65536> memory_;
};

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc > 1 && std::string_view(argv[1]) == "--all";
  // One piece of work: a state, and one value of the last byte.
  distillcfg::test::in_parallel(static_cast<std::uint32_t>(std::size(states)) * 256, [all](std::uint32_t piece) {
    const State& state = states[piece / 256];
    const std::uint32_t last = piece % 256;
    Text text(state);
    std::uint64_t count = 0;
    const auto try_one = [&](std::uint32_t first_two) {
      text.try_bytes(last << 16U | first_two, state);
      ++count;
    };
    if (all) {
      for (std::uint32_t sequence = 0; sequence < all_sequences / 256; ++sequence) try_one(sequence);
    } else {
      for (std::uint32_t sequence = last; sequence < all_sequences / 256; sequence += sample_stride) try_one(sequence);
      if (meaningful.find(static_cast<char>(last)) != std::string_view::npos) {
        for (const char first : meaningful) {
          for (const char second : meaningful) {
            try_one(static_cast<unsigned char>(first) | static_cast<std::uint32_t>(static_cast<unsigned char>(second))
                                                            << 8U);
          }
        }
      }
    }
    compared += count;
  });
  std::printf("%llu texts in %zu states, %u failures\n", static_cast<unsigned long long>(compared.load()),
              std::size(states), failures.load());
  return failures == 0 ? 0 : 1;
}
