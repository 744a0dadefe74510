// Every float: what is printed, and what config.json gets, is read back bit for bit.
//
//     floats_test [--all]
//
// Without --all: one in some thousand. The opposite of a float must be written as the float is, behind its
// sign. std::strtod and std::to_chars, which share nothing with the library, are what the double in
// config.json is held against: it is the value itself and has as few digits as any that is. The library's
// own reader, which takes long for so many digits, gets one in 64 of those.
#include <atomic>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "parallel.hpp"
#include "text/numbers.hpp"
#include "text/plain_values.hpp"
#include "text/shortest.hpp"

namespace {

using namespace distillcfg;

std::atomic<std::uint64_t> written{0};
std::atomic<std::uint32_t> failures{0};

void fail(const char* what, std::uint32_t bits, std::string_view text) {
  if (++failures > 20) return;
  std::printf("%s of %08x: %.*s\n", what, bits, static_cast<int>(text.size()), text.data());
}

std::size_t significant_digits(std::string_view number) {
  std::size_t count = 0;
  std::size_t zeros = 0;
  for (const char c : number.substr(0, number.find('e'))) {
    if (c < '0' || c > '9') continue;
    if (c == '0') {
      zeros += count == 0 ? 0 : 1;
    } else {
      count += zeros + 1;
      zeros = 0;
    }
  }
  return count;
}

// What stands behind a number in a text, and the padding.
struct Text {
  char bytes[64] = {};
  std::string_view text;

  template <class Write>
  explicit Text(Write write) : text(bytes, write(bytes)) {}
};

// `digits` is a number that was written without its sign.
void try_reading(std::string_view what_was_written, std::uint32_t bits) {
  if (std::bit_cast<std::uint32_t>(detail::read_float(what_was_written)) != bits) {
    fail("the value", bits, what_was_written);
  }
}

// A float that is not negative, and its opposite.
void try_float(std::uint32_t bits, bool reads_repr) {
  const auto value = std::bit_cast<float>(bits);
  const Text printed([value](char* out) { return detail::write_float(value, out); });
  const Text repr([value](char* out) { return detail::write_repr(value, out); });
  const Text printed_opposite([value](char* out) { return detail::write_float(-value, out); });
  const Text repr_opposite([value](char* out) { return detail::write_repr(-value, out); });
  if (printed_opposite.text.size() > detail::float_text_size || repr_opposite.text.size() > detail::repr_size) {
    fail("the length", bits, printed.text);
  }
  if (value != value) {
    for (const Text* const text : {&printed, &printed_opposite}) {
      if (text->text != "nan") fail("the name", bits, text->text);
    }
    for (const Text* const text : {&repr, &repr_opposite}) {
      if (text->text != "NaN") fail("the name", bits, text->text);
    }
    return;
  }
  if (printed_opposite.text[0] != '-' || printed_opposite.text.substr(1) != printed.text ||
      repr_opposite.text[0] != '-' || repr_opposite.text.substr(1) != repr.text) {
    fail("the opposite", bits, printed_opposite.text);
  }
  if (std::isinf(value)) {
    if (printed.text != "inf" || repr.text != "Infinity") fail("the name", bits, printed.text);
    return;
  }
  try_reading(printed.text, bits);
  if (reads_repr) try_reading(repr.text, bits);
  // The quick way to read what is written plainly.
  for (const Text* const text : {&printed, &printed_opposite}) {
    float plain = 0;
    const char* const end = detail::read_plain(text->text.data(), plain);
    if (end == nullptr) continue;
    const std::uint32_t expected = std::bit_cast<std::uint32_t>(text == &printed ? value : -value);
    if (end != text->text.data() + text->text.size() || std::bit_cast<std::uint32_t>(plain) != expected) {
      fail("the value as read at once", bits, text->text);
    }
  }
  char* end = nullptr;
  const double wide = std::strtod(repr.bytes, &end);
  if (end != repr.bytes + repr.text.size() || wide != static_cast<double>(value)) fail("the double", bits, repr.text);
  char shortest[40];
  const auto shortest_end =
      std::to_chars(shortest, shortest + sizeof shortest, static_cast<double>(value), std::chars_format::scientific);
  const std::string_view shortest_text(shortest, static_cast<std::size_t>(shortest_end.ptr - shortest));
  if (significant_digits(repr.text) != significant_digits(shortest_text)) fail("the digits", bits, repr.text);
}

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc > 1 && std::string_view(argv[1]) == "--all";
  // Prime, so that all mantissas come up.
  const std::uint32_t stride = all ? 1 : 4099;
  constexpr std::uint32_t pieces = 2048;
  constexpr std::uint32_t piece_size = 0x8000'0000U / pieces;
  test::in_parallel(pieces, [stride](std::uint32_t piece) {
    std::uint32_t count = 0;
    for (std::uint32_t i = piece % stride; i < piece_size; i += stride, ++count) {
      try_float(piece * piece_size + i, count % 64 == 0);
    }
    written += 2 * std::uint64_t{count};
  });
  std::printf("%llu floats, %u failures\n", static_cast<unsigned long long>(written.load()), failures.load());
  return failures == 0 ? 0 : 1;
}
