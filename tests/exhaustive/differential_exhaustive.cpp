// Holds distillcfg against libprotobuf on all short texts of a kind, in all semantics, with and without
// allow_unknown:
//
// - every sequence of up to six tokens of one of several small alphabets, each of which is enough for one
//   part of the grammar, and every one of up to four tokens of all of those and more;
// - every three bytes in each state of the lexer (states.hpp).
//
//     exhaustive_differential [--all]
//
// Without --all: sequences of up to four and of up to three tokens, and three of the bytes that mean something.
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "comparison.hpp"
#include "exhaustive/parallel.hpp"
#include "exhaustive/states.hpp"

namespace {

using namespace distillcfg::differential;
using distillcfg::Semantics;
using distillcfg::test::State;
using distillcfg::test::states;

constexpr std::uint32_t failures_shown = 20;

std::atomic<std::uint64_t> texts{0};
std::atomic<std::uint64_t> comparisons{0};
std::atomic<std::uint64_t> accepted{0};
std::atomic<std::uint32_t> failures{0};

void compare(std::string_view text, Semantics semantics, bool allow_unknown) {
  const Expectation expected = expectation(text, semantics, allow_unknown);
  ++comparisons;
  accepted += expected.outcome.accepted ? 1 : 0;
  const Difference kind = difference(expected, distillcfg_reads(text, semantics, allow_unknown));
  if (kind == Difference::none || ++failures > failures_shown) return;
  std::printf("%s", description(text, semantics, allow_unknown, kind).c_str());
}

void compare_in_all(std::string_view text) {
  ++texts;
  for (const bool allow_unknown : {false, true}) {
    for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
      compare(text, semantics, allow_unknown);
    }
  }
}

// ---- Tokens

using Alphabet = std::vector<std::string_view>;

struct Part {
  const char* name;
  Alphabet alphabet;
};

const Part parts[] = {
    {"scalars", {"batch_num", "data_dump", ":", "1", "-", "true", "[", "]", ",", ";", "'a'"}},
    {"strings", {"quant_skip_layers", ":", "[", "]", ",", ";", "'a'", "\"\\x62\"", "group_size: 3", "1"}},
    {"messages",
     {"distill_group", ":", "{", "}", "<", ">", "[", "]", ",", "start_layer_name: 's'", "end_layer_name: 'e'"}},
    {"oneofs",
     {"distill_weight_quant_config", "{", "}", "arq_distill", "ulq_distill", "dst_type: INT4", "channel_wise: f", ":",
      ";"}},
    {"floats",
     {"distill_data_quant_config { ulq_quantize { clip_max_min {", "clip_max:", "clip_min:", "-", "1.5", "inf", "nan",
      "2", "0x1", "}"}},
    {"unknown fields", {"x", "[", "]", ":", "{", "}", ",", ".", "1", "-", "'a'"}},
};

Alphabet everything() {
  Alphabet all;
  for (const Part& part : parts) all.insert(all.end(), part.alphabet.begin(), part.alphabet.end());
  for (const std::string_view more : {"distill_override_layers",
                                      "layer_name: 'a'",
                                      "ulq_quantize",
                                      "distill_data_quant_config",
                                      "quant_skip_layer",
                                      "INT8",
                                      "false",
                                      "0",
                                      "08",
                                      "1e5",
                                      "1.5f",
                                      "1u",
                                      "4294967296",
                                      "''",
                                      "'\\q'",
                                      "'\xFF'",
                                      "'",
                                      "/",
                                      "+",
                                      "\\",
                                      "#",
                                      "\n",
                                      "\x01",
                                      "\xC3\xA9",
                                      "=",
                                      "(",
                                      "x:y"}) {
    all.push_back(more);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// All sequences of up to `longest` tokens behind `text`.
void compare_sequences(const Alphabet& alphabet, std::string& text, std::size_t longest) {
  compare_in_all(text);
  if (longest == 0) return;
  const std::size_t size = text.size();
  for (const std::string_view token : alphabet) {
    if (size != 0) text += ' ';
    text += token;
    compare_sequences(alphabet, text, longest - 1);
    text.resize(size);
  }
}

void compare_alphabet(const Alphabet& alphabet, std::size_t longest) {
  const std::size_t count = alphabet.size();
  // A piece of work: the first two tokens. What is shorter is done with the first of them.
  distillcfg::test::in_parallel(static_cast<std::uint32_t>(count * count), [&](std::uint32_t piece) {
    std::string text(alphabet[piece / count]);
    if (piece % count == 0) compare_in_all(text);
    text.append(1, ' ').append(alphabet[piece % count]);
    compare_sequences(alphabet, text, longest - 2);
  });
}

// ---- Bytes

constexpr std::string_view meaningful = "\"'\\#\n {>[:,-.07exuU\x01\x80\xC3";

void compare_bytes(const State& state, std::string_view bytes) {
  std::string text(state.before);
  text.append(bytes).append(state.behind);
  ++texts;
  compare(text, static_cast<Semantics>(state.how.semantics), state.how.allow_unknown);
}

void compare_state(const State& state, unsigned first, bool all) {
  char bytes[3] = {static_cast<char>(first), 0, 0};
  if (all) {
    for (unsigned second_and_third = 0; second_and_third < 0x10000; ++second_and_third) {
      bytes[1] = static_cast<char>(second_and_third >> 8U);
      bytes[2] = static_cast<char>(second_and_third);
      compare_bytes(state, {bytes, 3});
    }
  } else if (meaningful.find(bytes[0]) != std::string_view::npos) {
    for (const char second : meaningful) {
      bytes[1] = second;
      for (const char third : meaningful) {
        bytes[2] = third;
        compare_bytes(state, {bytes, 3});
      }
    }
  }
}

void show(const std::string& what) {
  std::printf("%s: %llu texts, %llu comparisons, %llu accepted, %u failures\n", what.c_str(),
              static_cast<unsigned long long>(texts.exchange(0)),
              static_cast<unsigned long long>(comparisons.exchange(0)),
              static_cast<unsigned long long>(accepted.exchange(0)), failures.load());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  const bool all = argc > 1 && std::string_view(argv[1]) == "--all";
  compare_in_all("");
  for (const Part& part : parts) {
    compare_alphabet(part.alphabet, all ? 6 : 4);
    show(std::string("tokens of ") + part.name);
  }
  compare_alphabet(everything(), all ? 4 : 3);
  show("tokens of all kinds");
  distillcfg::test::in_parallel(static_cast<std::uint32_t>(std::size(states)) * 256,
                                [all](std::uint32_t piece) { compare_state(states[piece / 256], piece % 256, all); });
  show("bytes");
  return failures == 0 ? 0 : 1;
}
