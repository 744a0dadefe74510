// Python's repr of floats: known ones, and more than a million against std::to_chars, which finds the
// shortest digits of a double too.
#include "text/shortest.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cfloat>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

using namespace distillcfg::detail;

namespace {

std::string repr(float value) {
  char text[repr_size + 1];
  text[repr_size] = '#';
  const std::size_t size = write_repr(value, text);
  CHECK(size <= repr_size);
  CHECK(text[repr_size] == '#');
  return {text, size};
}

// The digits of std::to_chars in Python's notation.
std::string reference(float value) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, static_cast<double>(value), std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  std::string result;
  if (text.starts_with('-')) {
    result = "-";
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  std::string digits(text.substr(0, e));
  if (digits.size() > 1) digits.erase(1, 1);
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    const std::string power = std::to_string(std::abs(exponent));
    return result + digits[0] + (count > 1 ? "." : "") + digits.substr(1) + (exponent < 0 ? "e-" : "e+") +
           (power.size() < 2 ? "0" : "") + power;
  }
  if (exponent < 0) return result + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (count <= exponent + 1)
    return result + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
  const auto whole = static_cast<std::size_t>(exponent + 1);
  return result + digits.substr(0, whole) + "." + digits.substr(whole);
}

// Counts what differs instead of asserting each of a million cases.
struct Comparison {
  std::uint32_t cases = 0;
  std::uint32_t different = 0;
  std::string first;

  void compare(std::uint32_t bits) {
    const auto value = std::bit_cast<float>(bits);
    if (value - value != 0) return;
    ++cases;
    char text[64];
    const std::size_t size = write_repr(value, text);
    const std::string expected = reference(value);
    if (std::string_view(text, size) == expected) return;
    if (different++ == 0) first = std::string(text, size) + " instead of " + expected;
  }
};

constexpr std::uint32_t sign = 0x8000'0000U;

TEST_CASE("known ones") {
  CHECK(repr(6.0F) == "6.0");
  CHECK(repr(-6.0F) == "-6.0");
  CHECK(repr(0.1F) == "0.10000000149011612");
  CHECK(repr(6.1F) == "6.099999904632568");
  CHECK(repr(0.5F) == "0.5");
  CHECK(repr(16777216.0F) == "16777216.0");
  CHECK(repr(1e-4F) == "9.999999747378752e-05");
  CHECK(repr(1.1e-4F) == "0.00011000000085914508");
  CHECK(repr(1e-5F) == "9.999999747378752e-06");
  CHECK(repr(999999986991104.0F) == "999999986991104.0");
  CHECK(repr(1e16F) == "1.0000000272564224e+16");
  CHECK(repr(FLT_MAX) == "3.4028234663852886e+38");
  CHECK(repr(FLT_MIN) == "1.1754943508222875e-38");
  CHECK(repr(std::numeric_limits<float>::denorm_min()) == "1.401298464324817e-45");
}

TEST_CASE("zeros, and what is not finite") {
  CHECK(repr(0.0F) == "0.0");
  CHECK(repr(-0.0F) == "-0.0");
  CHECK(repr(std::numeric_limits<float>::infinity()) == "Infinity");
  CHECK(repr(-std::numeric_limits<float>::infinity()) == "-Infinity");
  CHECK(repr(std::numeric_limits<float>::quiet_NaN()) == "NaN");
  CHECK(repr(-std::numeric_limits<float>::quiet_NaN()) == "NaN");
}

TEST_CASE("every exponent with mantissas at the edges") {
  Comparison comparison;
  for (std::uint32_t exponent = 0; exponent < 255; ++exponent) {
    for (std::uint32_t bit = 0; bit <= 23; ++bit) {
      for (const std::uint32_t near : {0U, 1U, 2U, 0x7F'FFFFU, 0x7F'FFFEU}) {
        const std::uint32_t mantissa = ((1U << bit) - 1 + near) & 0x7F'FFFFU;
        comparison.compare(exponent << 23U | mantissa);
        comparison.compare(sign | exponent << 23U | mantissa);
      }
    }
  }
  CHECK_MESSAGE(comparison.different == 0, comparison.first);
  CHECK(comparison.cases == 2 * 255 * 24 * 5);
}

TEST_CASE("whole numbers and short decimals") {
  Comparison comparison;
  for (std::uint32_t i = 1; i < 20'000; ++i) {
    comparison.compare(std::bit_cast<std::uint32_t>(static_cast<float>(i)));
    comparison.compare(std::bit_cast<std::uint32_t>(static_cast<float>(i) / 1000));
    comparison.compare(std::bit_cast<std::uint32_t>(static_cast<float>(i) * 1024 + 16'000'000));
    comparison.compare(std::bit_cast<std::uint32_t>(static_cast<float>(i) / 4096));
  }
  CHECK_MESSAGE(comparison.different == 0, comparison.first);
}

TEST_CASE("a million and a half spread over all floats") {
  Comparison comparison;
  // A step that is prime to 2^32 meets each exponent with ever new mantissas.
  std::uint32_t bits = 0x1234'5678U;
  for (int i = 0; i < 1'500'000; ++i) comparison.compare(bits += 0x9E37'79B1U);
  CHECK_MESSAGE(comparison.different == 0, comparison.first);
  CHECK(comparison.cases > 1'400'000);
}

}  // namespace
