// Numbers against the C library, which rounds correctly: every exponent, every digit that decides.
#include "text/numbers.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cerrno>
#include <cfloat>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace distillcfg::detail;

namespace {

constexpr std::uint32_t sign_bit = 0x8000'0000U;

class Random {
 public:
  std::uint32_t next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state_ >> 32U);
  }
  std::uint32_t below(std::uint32_t bound) { return next() % bound; }

 private:
  std::uint64_t state_ = 20240229;
};

// protobuf's way: decimal to double, double to float, FLT_MAX up to halfway to 2^128.
float reference(const std::string& decimal) {
  const double read = std::strtod(decimal.c_str(), nullptr);
  if (read <= static_cast<double>(FLT_MAX)) return static_cast<float>(read);
  return read <= 3.4028235677973366e+38 ? FLT_MAX : std::numeric_limits<float>::infinity();
}

std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

// Counts what differs instead of asserting each of millions of cases.
class Comparison {
 public:
  void read(const std::string& decimal) {
    ++cases;
    const float expected = reference(decimal);
    const float found = read_float(decimal);
    if (bits_of(expected) != bits_of(found)) note(decimal, std::to_string(found));
  }
  void write(std::uint32_t bits) {
    ++cases;
    const auto value = std::bit_cast<float>(bits);
    char expected[64];
    errno = 0;
    int size = std::snprintf(expected, sizeof expected, "%.6g", static_cast<double>(value));
    if (!std::isnan(value)) {
      // A subnormal sets ERANGE, which protobuf takes for a failure.
      errno = 0;
      const float back = std::strtof(expected, nullptr);
      const bool subnormal = value != 0 && std::fabs(value) < FLT_MIN;
      if (errno != 0 || subnormal || back != value) {
        size = std::snprintf(expected, sizeof expected, "%.9g", static_cast<double>(value));
      }
    } else {
      size = std::snprintf(expected, sizeof expected, "nan");
    }
    char found[float_text_size + 1] = {};
    found[float_text_size] = '#';
    const std::size_t found_size = write_float(value, found);
    const std::string_view found_text(found, found_size);
    const std::string_view expected_text(expected, static_cast<std::size_t>(size));
    if (found_text != expected_text || found[float_text_size] != '#') {
      note(std::string(expected_text), std::string(found_text));
      return;
    }
    // Nine digits are enough to read back the same float.
    if (!std::isfinite(value)) return;
    const std::string_view magnitude = found[0] == '-' ? found_text.substr(1) : found_text;
    if (bits_of(read_float(magnitude)) != (bits & ~sign_bit)) note(std::string(found_text), "not read back");
  }
  void note(const std::string& expected, const std::string& found) {
    if (++differences <= 5) first += "\n  " + expected + " / " + found;
  }

  std::uint32_t cases = 0;
  std::uint32_t differences = 0;
  std::string first;
};

std::string formatted(const char* format, int precision, double value) {
  std::string text(2000, '\0');
  text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), format, precision, value)));
  return text;
}

// Mantissas where something changes: few bits, all bits, and both sides of each.
std::vector<std::uint32_t> edge_mantissas() {
  std::vector<std::uint32_t> mantissas;
  for (unsigned bit = 0; bit <= 23; ++bit) {
    const std::uint32_t power = 1U << bit;
    for (const std::uint32_t m : {power - 1, power, power + 1, (0x80'0000U - power), (0x7F'FFFFU ^ power)}) {
      mantissas.push_back(m & 0x7F'FFFFU);
    }
  }
  for (const std::uint32_t m : {0x55'5555U, 0x2A'AAAAU, 0x40'0000U, 0x3F'FFFFU, 0x11'1111U}) mantissas.push_back(m);
  return mantissas;
}

bool reads(std::string_view digits, std::uint64_t limit, std::uint64_t expected) {
  std::uint64_t value = 12345;
  return read_integer(digits, limit, value) && value == expected;
}

bool too_large(std::string_view digits, std::uint64_t limit) {
  std::uint64_t value = 12345;
  return !read_integer(digits, limit, value) && value == limit;
}

}  // namespace

TEST_CASE("integers in three bases") {
  CHECK(reads("0", UINT32_MAX, 0));
  CHECK(reads("1", UINT32_MAX, 1));
  CHECK(reads("9", UINT32_MAX, 9));
  CHECK(reads("123456789", UINT32_MAX, 123456789));
  CHECK(reads("00", UINT32_MAX, 0));
  CHECK(reads("010", UINT32_MAX, 8));
  CHECK(reads("0777", UINT32_MAX, 511));
  CHECK(reads("0x0", UINT32_MAX, 0));
  CHECK(reads("0X1f", UINT32_MAX, 31));
  CHECK(reads("0xAbCdEf", UINT32_MAX, 0xABCDEF));
  for (unsigned value = 0; value < 5000; ++value) {
    char text[32];
    for (const char* const format : {"%u", "0%o", "0x%x", "0X%X", "000%o", "0x000%x"}) {
      std::snprintf(text, sizeof text, format, value);
      REQUIRE(reads(text, UINT32_MAX, value));
    }
  }
}

TEST_CASE("the limits of uint32, int32, bool and uint64 in three bases") {
  CHECK(reads("4294967295", UINT32_MAX, UINT32_MAX));
  CHECK(reads("0xffffffff", UINT32_MAX, UINT32_MAX));
  CHECK(reads("037777777777", UINT32_MAX, UINT32_MAX));
  CHECK(too_large("4294967296", UINT32_MAX));
  CHECK(too_large("4294967300", UINT32_MAX));
  CHECK(too_large("0x100000000", UINT32_MAX));
  CHECK(too_large("040000000000", UINT32_MAX));
  CHECK(too_large("18446744073709551616", UINT32_MAX));
  CHECK(too_large("18446744073709551617", UINT32_MAX));  // wraps to 1

  CHECK(reads("2147483647", 0x7FFF'FFFF, 0x7FFF'FFFF));
  CHECK(too_large("2147483648", 0x7FFF'FFFF));
  CHECK(reads("2147483648", 0x8000'0000, 0x8000'0000));

  for (const std::string_view one : {"1", "01", "001", "0x1", "0X1", "0x0001"}) CHECK(reads(one, 1, 1));
  for (const std::string_view zero : {"0", "00", "0x0", "0000"}) CHECK(reads(zero, 1, 0));
  for (const std::string_view more : {"2", "02", "0x2", "10", "010", "0x10", "4294967297", "18446744073709551617"}) {
    CHECK(too_large(more, 1));
  }

  CHECK(reads("18446744073709551615", UINT64_MAX, UINT64_MAX));
  CHECK(reads("0xffffffffffffffff", UINT64_MAX, UINT64_MAX));
  CHECK(reads("01777777777777777777777", UINT64_MAX, UINT64_MAX));
  CHECK(too_large("18446744073709551616", UINT64_MAX));
  CHECK(too_large("0x10000000000000000", UINT64_MAX));
  CHECK(too_large("02000000000000000000000", UINT64_MAX));
}

TEST_CASE("integers of thousands of digits") {
  for (const std::size_t size : {20U, 30U, 1000U, 5000U, 100'000U}) {
    CAPTURE(size);
    CHECK(too_large(std::string(size, '9'), UINT32_MAX));
    CHECK(too_large('1' + std::string(size, '0'), UINT32_MAX));
    CHECK(too_large("0x" + std::string(size, 'f'), UINT32_MAX));
    CHECK(too_large("01" + std::string(size, '0'), UINT32_MAX));
    CHECK(reads(std::string(size, '0'), UINT32_MAX, 0));
    CHECK(reads(std::string(size, '0') + "17", UINT32_MAX, 15));
    CHECK(reads("0x" + std::string(size, '0') + "ffffffff", UINT32_MAX, UINT32_MAX));
    CHECK(too_large("0x" + std::string(size, '0') + "100000000", UINT32_MAX));
  }
}

TEST_CASE("floats as they are written") {
  const auto bits = [](std::string_view text) { return bits_of(read_float(text)); };
  for (const std::string_view one : {"1", "1.", "1.0", "1f", "1F", "1.f", "1.0F", "1e0", "1E0", "1e+0", "1e-0", "10e-1",
                                     "0.1e1", ".1e1", "100e-2f", ".0001e4", "1.e0f", "1e0000000000000000000000"}) {
    CAPTURE(one);
    CHECK(bits(one) == bits_of(1.0F));
  }
  for (const std::string_view zero :
       {"0", "0.", ".0", "0.0", "0f", "0e5", "0.000", "0e999999999999999999999999", "0e-99999999999999999999"}) {
    CAPTURE(zero);
    CHECK(bits(zero) == 0);
  }
  CHECK(bits("6.0") == bits_of(6.0F));
  CHECK(bits("0.1") == bits_of(0.1F));
  CHECK(bits("3.14159274") == bits_of(3.14159274F));
  CHECK(bits("16777217") == bits_of(16777216.0F));  // half to even
  CHECK(bits("16777219") == bits_of(16777220.0F));
}

TEST_CASE("the double between decimal and float shows") {
  const float next_to_one = std::nextafter(1.0F, 2.0F);
  // Just above halfway: the double is halfway exactly, and the float rounds to even.
  CHECK(read_float("1.0000000596046447753906250000000000000000000000001") == 1.0F);
  CHECK(read_float("1.00000005960464477539062500000000000000000000000000000000000000001") == 1.0F);
  // A double above halfway stays above.
  CHECK(read_float("1.000000059604645") == next_to_one);
  // Just below halfway between an odd float and the next: the double is halfway, and goes up.
  CHECK(read_float("1.0000001788139342") == next_to_one);
  CHECK(read_float("1.00000017881393432617187499999999999999999") == std::nextafter(next_to_one, 2.0F));
  // 9007199254740993 = 2^53 + 1 is halfway between two doubles.
  CHECK(bits_of(read_float("9007199254740993")) == bits_of(9007199254740992.0F));
  // The smallest subnormal: halfway to it is 2^-150.
  CHECK(bits_of(read_float("7.006492321624085e-46")) == 0);
  CHECK(bits_of(read_float("7.006492321624086e-46")) == 0);
  CHECK(bits_of(read_float("7.006492321624087e-46")) == 1);
  CHECK(bits_of(read_float("1e-45")) == 1);
  CHECK(bits_of(read_float("1.4e-45")) == 1);
  CHECK(bits_of(read_float("1.1754942e-38")) == 0x007F'FFFF);
  CHECK(bits_of(read_float("1.17549435e-38")) == 0x0080'0000);
}

TEST_CASE("above FLT_MAX") {
  const std::uint32_t infinity = bits_of(std::numeric_limits<float>::infinity());
  const std::uint32_t largest = bits_of(FLT_MAX);
  for (const std::string_view finite :
       {"3.4028234663852886e38", "3.4028235e+38", "3.4028235677973362e38", "3.4028235677973366e38",
        "3.4028235677973367e38", "340282356779733661637539395458142568447",
        "340282356779733661637539395458142568448"}) {
    CAPTURE(finite);
    CHECK(bits_of(read_float(finite)) == largest);
  }
  for (const std::string_view infinite :
       {"3.4028235677973370e38", "3.4028236e38", "3.5e38", "1e39", "1e40", "1e41", "1e309", "1e9999",
        "1e99999999999999999999", "1e9223372036854775807", "1e9223372036854775808", "0.00001e18446744073709551616",
        "1e18446744073709551617", "1e1844674407370955161700000000000000000000001"}) {
    CAPTURE(infinite);
    CHECK(bits_of(read_float(infinite)) == infinity);
  }
  for (const std::string_view zero :
       {"1e-46", "1e-51", "1e-400", "1e-9999", "1e-99999999999999999999", "1e-9223372036854775808",
        "1e-9223372036854775809", "1e-18446744073709551616", "99999999999999999999e-18446744073709551615"}) {
    CAPTURE(zero);
    CHECK(bits_of(read_float(zero)) == 0);
  }
}

TEST_CASE("hundreds and thousands of digits") {
  const std::uint32_t infinity = bits_of(std::numeric_limits<float>::infinity());
  CHECK(bits_of(read_float(std::string(400, '9'))) == infinity);
  CHECK(bits_of(read_float("0." + std::string(400, '0') + "1")) == 0);
  CHECK(bits_of(read_float("1" + std::string(400, '0') + "e-400")) == bits_of(1.0F));
  CHECK(bits_of(read_float("0." + std::string(399, '0') + "1e400")) == bits_of(1.0F));
  CHECK(bits_of(read_float(std::string(100'000, '0') + ".5")) == bits_of(0.5F));
  CHECK(bits_of(read_float("1." + std::string(100'000, '0') + "1")) == bits_of(1.0F));
  CHECK(bits_of(read_float("2" + std::string(100'000, '0') + ".0e-100000")) == bits_of(2.0F));
  CHECK(bits_of(read_float("." + std::string(100'000, '0') + "3e100001")) == bits_of(3.0F));
  Comparison comparison;
  Random random;
  for (int i = 0; i < 4000; ++i) {
    std::string digits;
    const std::uint32_t size = 1 + random.below(400);
    for (std::uint32_t j = 0; j < size; ++j) digits += static_cast<char>('0' + random.below(10));
    digits.insert(random.below(size), ".");
    const int exponent = static_cast<int>(random.below(500)) - 350;
    comparison.read(digits + "e" + std::to_string(exponent));
  }
  CHECK_MESSAGE(comparison.differences == 0, comparison.first);
}

TEST_CASE("short decimals, which take the fast path, and their neighbours") {
  Comparison comparison;
  Random random;
  for (int i = 0; i < 300'000; ++i) {
    std::string decimal = std::to_string(random.next());
    if (random.below(2) == 0) decimal += std::to_string(random.next());
    decimal.resize(1 + random.below(static_cast<std::uint32_t>(decimal.size())));
    if (random.below(2) == 0) decimal.insert(random.below(static_cast<std::uint32_t>(decimal.size())), ".");
    if (random.below(2) == 0) decimal += "e" + std::to_string(static_cast<int>(random.below(120)) - 75);
    comparison.read(decimal);
  }
  for (int exponent = -60; exponent <= 45; ++exponent) {
    for (const char* const digits : {"1", "9", "17", "9007199254740991", "9007199254740992", "9007199254740993",
                                     "18446744073709551615", "18446744073709551616", "9999999999999999999"}) {
      comparison.read(std::string(digits) + "e" + std::to_string(exponent));
    }
  }
  CHECK_MESSAGE(comparison.differences == 0, comparison.first);
}

TEST_CASE("midpoints of floats and of doubles, exactly and on either side") {
  Comparison comparison;
  Random random;
  const auto around = [&comparison](std::string exact) {
    comparison.read(exact);
    const std::size_t e = exact.find('e');
    // Far below the last digit that decides.
    std::string above = exact;
    above.insert(e, std::string(60, '0') + "1");
    comparison.read(above);
    std::size_t last = e - 1;
    while (exact[last] == '0' || exact[last] == '.') --last;
    --exact[last];
    exact.insert(e, std::string(60, '9'));
    comparison.read(exact);
  };
  for (int i = 0; i < 10'000; ++i) {
    const std::uint32_t bits = random.next() % 0x7F80'0000U;
    const auto value = static_cast<double>(std::bit_cast<float>(bits));
    const auto next = static_cast<double>(std::nextafter(std::bit_cast<float>(bits), FLT_MAX));
    const double middle = value / 2 + next / 2;
    around(formatted("%.*e", 120, middle));
    around(formatted("%.*e", 120, std::nextafter(middle, 0.0)));
    around(formatted("%.*e", 120, std::nextafter(middle, DBL_MAX)));
#if LDBL_MANT_DIG > 53
    // Between two doubles, one of which is that midpoint or near it.
    const double beside = std::nextafter(middle, DBL_MAX);
    std::string text(400, '\0');
    const long double between = (static_cast<long double>(middle) + static_cast<long double>(beside)) / 2;
    text.resize(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.180Le", between)));
    around(text);
#endif
  }
  CHECK_MESSAGE(comparison.differences == 0, comparison.first);
}

TEST_CASE("written as printf writes, read back as they were: every exponent with edge mantissas") {
  Comparison comparison;
  const std::vector<std::uint32_t> mantissas = edge_mantissas();
  for (std::uint32_t exponent = 0; exponent <= 255; ++exponent) {
    for (const std::uint32_t mantissa : mantissas) {
      comparison.write(exponent << 23U | mantissa);
      comparison.write(sign_bit | exponent << 23U | mantissa);
    }
  }
  CHECK(comparison.cases > 50'000);
  CHECK_MESSAGE(comparison.differences == 0, comparison.first);
}

TEST_CASE("a million floats written as printf writes, and read back as they were") {
  Comparison comparison;
  // A step that is odd meets all residues; it is prime to 2^32.
  std::uint32_t bits = 0;
  for (int i = 0; i < 1'100'000; ++i) {
    comparison.write(bits);
    bits += 2'654'435'761U;
  }
  CHECK_MESSAGE(comparison.differences == 0, comparison.first);
}

TEST_CASE("decimals of few digits keep these digits") {
  Comparison comparison;
  for (int digits = 1; digits <= 999; ++digits) {
    for (int exponent = -44; exponent <= 38; ++exponent) {
      const float value = std::strtof((std::to_string(digits) + "e" + std::to_string(exponent)).c_str(), nullptr);
      if (std::isfinite(value)) comparison.write(bits_of(value));
    }
  }
  CHECK_MESSAGE(comparison.differences == 0, comparison.first);

  const auto written = [](float value) {
    char text[float_text_size];
    return std::string(text, write_float(value, text));
  };
  CHECK(written(6.0F) == "6");
  CHECK(written(-6.0F) == "-6");
  CHECK(written(0.1F) == "0.1");
  CHECK(written(0.0F) == "0");
  CHECK(written(-0.0F) == "-0");
  CHECK(written(100000.0F) == "100000");
  CHECK(written(1000000.0F) == "1e+06");
  CHECK(written(0.0001F) == "0.0001");
  CHECK(written(0.00001F) == "1e-05");
  CHECK(written(FLT_MAX) == "3.40282347e+38");
  CHECK(written(std::bit_cast<float>(1U)) == "1.40129846e-45");
  CHECK(written(std::numeric_limits<float>::infinity()) == "inf");
  CHECK(written(-std::numeric_limits<float>::infinity()) == "-inf");
  for (const std::uint32_t nan : {0x7F80'0001U, 0x7FC0'0000U, 0xFFC0'0000U, 0xFFFF'FFFFU}) {
    CHECK(written(std::bit_cast<float>(nan)) == "nan");
  }
}

TEST_CASE("unsigned numbers in decimal") {
  const auto written = [](std::uint64_t value) {
    char text[20];
    return std::string(text, write_unsigned(value, text));
  };
  CHECK(written(0) == "0");
  CHECK(written(UINT64_MAX) == "18446744073709551615");
  std::uint64_t value = 1;
  for (int i = 0; i < 2000; ++i) {
    CHECK(written(value) == std::to_string(value));
    CHECK(written(value - 1) == std::to_string(value - 1));
    value = i < 20 ? value * 10 : value * 6364136223846793005U + 1442695040888963407U;
  }
}

TEST_CASE("the locale changes nothing") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  const char* found = nullptr;
  for (const char* const name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR.utf8", "fr_FR",
                                 "nl_NL.utf8", "ru_RU.UTF-8", "pl_PL.UTF-8", "es_ES.UTF-8", "pt_BR.UTF-8"}) {
    found = std::setlocale(LC_ALL, name);
    if (found != nullptr && std::localeconv()->decimal_point == std::string_view(",")) break;
    found = nullptr;
  }
  if (found == nullptr) MESSAGE("no locale with a decimal comma is installed");
  CHECK(read_float("1.5") == 1.5F);
  CHECK(read_float("1234567.25e-3") == 1234.56725F);
  CHECK(read_float("0.1000000000000000055511151231257827") == 0.1F);
  char text[float_text_size];
  CHECK(std::string_view(text, write_float(1.5F, text)) == "1.5");
  CHECK(std::string_view(text, write_float(1.0F / 3, text)) == "0.333333343");
  CHECK(std::string_view(text, write_float(1234567.0F, text)) == "1234567");
  std::setlocale(LC_ALL, before.c_str());
}
