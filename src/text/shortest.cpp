// Schubfach, as Raffaello Giulietti describes it in "The Schubfach way to render doubles" (2020), for
// the doubles that are floats: there are so few exponents that its table of powers of ten takes
// 1,344 bytes, and so few values that all 2^31 without a sign have been compared with std::to_chars.
#include "text/shortest.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace distillcfg::detail {

namespace {

struct Wide {
  std::uint64_t high;
  std::uint64_t low;
};

// 64 by 64 bits.
constexpr Wide multiply(std::uint64_t a, std::uint64_t b) noexcept {
#if defined(__SIZEOF_INT128__) && !defined(DISTILLCFG_PORTABLE)
  __extension__ using Integer = unsigned __int128;
  const Integer product = Integer{a} * b;
  return {static_cast<std::uint64_t>(product >> 64U), static_cast<std::uint64_t>(product)};
#else
  constexpr std::uint64_t half = 0xFFFF'FFFFU;
  const std::uint64_t low = (a & half) * (b & half);
  const std::uint64_t middle = (a >> 32U) * (b & half) + (low >> 32U);
  const std::uint64_t other = (a & half) * (b >> 32U) + (middle & half);
  return {(a >> 32U) * (b >> 32U) + (middle >> 32U) + (other >> 32U), other << 32U | (low & half)};
#endif
}

// A float other than 0 is m * 2^(q + 29) with 2^23 <= m < 2^24; as a double it has 53 bits, of which
// the last has the weight 2^q.
constexpr int smallest_q = -201;
constexpr int largest_q = 75;
constexpr int spare_bits = 29;
constexpr int float_bits = 24;

// floor(log10(2^q)) and floor(log10(3/4 * 2^q)), for smallest_q <= q <= largest_q.
constexpr int log10_of_power(int q) noexcept { return (q * 78913) >> 18; }
constexpr int log10_of_three_quarters(int q) noexcept { return (q * 78913 - 32752) >> 18; }
// floor(log2(10^j)), for smallest_power <= j <= largest_power.
constexpr int log2_of_power(int j) noexcept { return (j * 217706) >> 16; }

constexpr int smallest_power = -log10_of_power(largest_q);
constexpr int largest_power = -log10_of_three_quarters(smallest_q);

// 10^j as a significand of 128 bits, the highest of them set, rounded up; exact for 0 <= j <= 55.
consteval Wide significand_of_power(int j) {
  constexpr std::uint64_t top = 1ULL << 63U;
  if (j < 0) {
    // 5^-j is below 2^54, so a remainder can be doubled. Long division, until the highest bit is set.
    std::uint64_t divisor = 1;
    for (int i = 0; i < -j; ++i) divisor *= 5;
    Wide quotient{0, 0};
    std::uint64_t rest = 1;
    while ((quotient.high & top) == 0) {
      rest *= 2;
      quotient.high = quotient.high << 1U | quotient.low >> 63U;
      quotient.low = quotient.low << 1U | (rest >= divisor ? 1U : 0U);
      if (rest >= divisor) rest -= divisor;
    }
    ++quotient.low;  // never exact
    if (quotient.low == 0) ++quotient.high;
    return quotient;
  }
  // 5^61 has 142 bits.
  std::uint32_t words[5] = {1};
  for (int i = 0; i < j; ++i) {
    std::uint64_t carry = 0;
    for (std::uint32_t& word : words) {
      carry += std::uint64_t{word} * 5;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
  }
  // Shifted to the top of 160 bits; what stands below the highest 128 is rounded up.
  while ((words[4] & 0x8000'0000U) == 0) {
    for (int i = 4; i > 0; --i) words[i] = words[i] << 1U | words[i - 1] >> 31U;
    words[0] <<= 1U;
  }
  Wide result{std::uint64_t{words[4]} << 32U | words[3], std::uint64_t{words[2]} << 32U | words[1]};
  if (words[0] != 0 && ++result.low == 0) ++result.high;
  return result;
}

constexpr auto powers_of_ten = []() consteval {
  std::array<Wide, largest_power - smallest_power + 1> table{};
  for (int j = smallest_power; j <= largest_power; ++j) {
    table[static_cast<std::size_t>(j - smallest_power)] = significand_of_power(j);
  }
  return table;
}
();

// The part of power * factor above its lowest 128 bits, with the lowest bit set if more than rounding
// is left below.
std::uint64_t scale(const Wide& power, std::uint64_t factor) noexcept {
  const Wide upper = multiply(power.high, factor);
  const std::uint64_t middle = upper.low + multiply(power.low, factor).high;
  return (upper.high + (middle < upper.low ? 1U : 0U)) | (middle != 0 ? 1U : 0U);
}

// digits * 10^exponent
struct ShortDecimal {
  std::uint64_t digits;  // at most 17 of them
  int exponent;
};

// The shortest decimal of a finite float above 0.
ShortDecimal shortest(std::uint32_t bits) noexcept {
  constexpr std::uint32_t fraction_mask = (1U << (float_bits - 1)) - 1;
  const std::uint32_t biased = bits >> (float_bits - 1);
  std::uint32_t mantissa = bits & fraction_mask;
  int q = static_cast<int>(biased == 0 ? 1 : biased) - 150 - spare_bits;
  if (biased != 0) {
    mantissa |= fraction_mask + 1;
  } else {
    // Subnormal as a float, but not as a double.
    const int shift = std::countl_zero(mantissa) - (32 - float_bits);
    mantissa <<= static_cast<unsigned>(shift);
    q -= shift;
  }
  // A whole number below 2^24: what most configurations hold. Its digits are the fewest: it has at most
  // eight, and doubles are nearer to each other than decimals of that length.
  const int fraction_bits = -(q + spare_bits);
  if (fraction_bits >= 0 && fraction_bits < float_bits && std::countr_zero(mantissa) >= fraction_bits) {
    return {mantissa >> static_cast<unsigned>(fraction_bits), 0};
  }
  // The doubles next to it are 2^q away; the one below a power of two, half of that.
  const bool is_power_of_two = mantissa == fraction_mask + 1;
  const int exponent = is_power_of_two ? log10_of_three_quarters(q) : log10_of_power(q);
  const Wide& power = powers_of_ten[static_cast<std::size_t>(-exponent - smallest_power)];
  const auto shift = static_cast<unsigned>(q + log2_of_power(-exponent) + 1);  // 1 to 4
  // In quarters of 10^exponent: the value, and the bounds within which a decimal reads back as it.
  // Every float is an even double, to which both bounds are rounded.
  const std::uint64_t quarters = std::uint64_t{mantissa} << (spare_bits + 2);
  const std::uint64_t value = scale(power, quarters << shift);
  const std::uint64_t lower = scale(power, (quarters - (is_power_of_two ? 1 : 2)) << shift);
  const std::uint64_t upper = scale(power, (quarters + 2) << shift);

  const std::uint64_t below = value / 4;
  const std::uint64_t short_below = below / 10;
  const bool short_fits = lower <= 40 * short_below;
  const bool short_above_fits = 40 * short_below + 40 <= upper;
  if (short_fits != short_above_fits) return {short_below + (short_above_fits ? 1 : 0), exponent + 1};
  const bool fits = lower <= 4 * below;
  const bool above_fits = 4 * below + 4 <= upper;
  if (fits != above_fits) return {below + (above_fits ? 1 : 0), exponent};
  const std::uint64_t middle = 4 * below + 2;
  const bool up = value > middle || (value == middle && (below & 1U) != 0);
  return {below + (up ? 1 : 0), exponent};
}

// Drops the last `count` digits, power = 10^count, if all are 0.
template <std::uint32_t power>
void drop_zeros(ShortDecimal& decimal, int count) noexcept {
  if (decimal.digits % power != 0) return;
  decimal.digits /= power;
  decimal.exponent += count;
}

// The last `count` decimal digits of `value`.
void write_digits(std::uint32_t value, int count, char* out) noexcept {
  while (count > 0) {
    out[--count] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

std::size_t write_repr(float value, char* out) noexcept {
  constexpr std::uint32_t infinity = 0x7F80'0000U;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7FFF'FFFFU;
  char* p = out;
  const auto append = [&p](const char* from, std::size_t size) {
    std::memcpy(p, from, size);
    p += size;
  };
  const auto fill = [&p](std::size_t zeros) {
    std::memset(p, '0', zeros);
    p += zeros;
  };
  if (magnitude > infinity) {
    append("NaN", 3);
    return 3;
  }
  if ((bits >> 31U) != 0) *p++ = '-';
  if (magnitude == infinity || magnitude == 0) {
    magnitude == 0 ? append("0.0", 3) : append("Infinity", 8);
    return static_cast<std::size_t>(p - out);
  }

  ShortDecimal decimal = shortest(magnitude);
  constexpr std::uint32_t eight_digits = 100'000'000;
  // Fewer digits are those of a whole number, which is printed with its zeros anyway.
  if (decimal.digits >= eight_digits) {
    drop_zeros<eight_digits>(decimal, 8);
    drop_zeros<10'000>(decimal, 4);
    drop_zeros<100>(decimal, 2);
    drop_zeros<10>(decimal, 1);
  }
  // 17 digits, of which the first `zeros` are 0.
  constexpr int most_digits = 17;
  char digits[most_digits];
  std::size_t zeros = most_digits - 8;
  if (decimal.digits >= eight_digits) {
    write_digits(static_cast<std::uint32_t>(decimal.digits / eight_digits), most_digits - 8, digits);
    zeros = 0;
  }
  write_digits(static_cast<std::uint32_t>(decimal.digits % eight_digits), 8, digits + most_digits - 8);
  while (digits[zeros] == '0') ++zeros;
  const char* const first = digits + zeros;
  const std::size_t count = most_digits - zeros;

  const int point = static_cast<int>(count) + decimal.exponent;  // digits before the point
  if (point < -3 || point > 16) {
    // No float so small or so large is one digit times a power of ten.
    *p++ = *first;
    *p++ = '.';
    append(first + 1, count - 1);
    *p++ = 'e';
    *p++ = point > 0 ? '+' : '-';
    write_digits(static_cast<std::uint32_t>(point > 0 ? point - 1 : 1 - point), 2, p);
    p += 2;
  } else if (point <= 0) {
    append("0.", 2);
    fill(static_cast<std::size_t>(-point));
    append(first, count);
  } else if (decimal.exponent >= 0) {
    append(first, count);
    fill(static_cast<std::size_t>(decimal.exponent));
    append(".0", 2);
  } else {
    append(first, static_cast<std::size_t>(point));
    *p++ = '.';
    append(first + point, count - static_cast<std::size_t>(point));
  }
  return static_cast<std::size_t>(p - out);
}

}  // namespace distillcfg::detail
