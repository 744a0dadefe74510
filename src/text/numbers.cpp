#include "text/numbers.hpp"

#include <bit>
#include <cfloat>
#include <limits>

#include "text/characters.hpp"

namespace distillcfg::detail {

namespace {

// Below 2^-151 a double becomes the float 0, from 2^128 on infinity: outside that range digits no
// longer matter. Every midpoint of two doubles within it has fewer than 160 significant digits,
// so 160 digits, and whether anything but zeros follows them, decide every rounding.
constexpr int max_digits = 160;
constexpr std::int64_t certainly_infinite = 40;  // value >= 10^39
constexpr std::int64_t certainly_zero = -50;     // value < 10^-50

constexpr std::uint64_t largest_exact_integer = 1ULL << 53U;

// An unsigned integer of at most 768 bits: 160 digits are 532 bits, 10^210 is 698 bits, and
// comparing them takes one bit more.
class BigInteger {
 public:
  explicit BigInteger(std::uint64_t value) noexcept {
    for (; value != 0; value >>= 32U) words_[size_++] = static_cast<std::uint32_t>(value);
  }

  void multiply_add(std::uint32_t factor, std::uint32_t addend) noexcept {
    std::uint64_t carry = addend;
    for (int i = 0; i < size_; ++i) {
      carry += std::uint64_t{words_[i]} * factor;
      words_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
    if (carry != 0) words_[size_++] = static_cast<std::uint32_t>(carry);
  }

  void multiply_by_power_of_ten(int exponent) noexcept {
    for (; exponent >= 9; exponent -= 9) multiply_add(1'000'000'000, 0);
    for (; exponent > 0; --exponent) multiply_add(10, 0);
  }

  void shift_left(int bits) noexcept {
    const int words = bits / 32;
    const int rest = bits % 32;
    if (size_ == 0 || bits == 0) return;
    std::uint64_t carry = 0;
    for (int i = size_ - 1; i >= 0; --i) {
      const std::uint64_t shifted = std::uint64_t{words_[i]} << static_cast<unsigned>(rest);
      if (i == size_ - 1) carry = shifted >> 32U;
      words_[i + words] = static_cast<std::uint32_t>(shifted);
      if (i + 1 < size_) words_[i + 1 + words] |= static_cast<std::uint32_t>(shifted >> 32U);
    }
    for (int i = 0; i < words; ++i) words_[i] = 0;
    size_ += words;
    if (carry != 0) words_[size_++] = static_cast<std::uint32_t>(carry);
  }

  // Of a number above 0.
  [[nodiscard]] int bit_length() const noexcept {
    return 32 * (size_ - 1) + static_cast<int>(std::bit_width(words_[size_ - 1]));
  }
  [[nodiscard]] bool is_zero() const noexcept { return size_ == 0; }

  // Less, equal, greater: negative, zero, positive.
  [[nodiscard]] int compare(const BigInteger& other) const noexcept {
    if (size_ != other.size_) return size_ - other.size_;
    for (int i = size_ - 1; i >= 0; --i) {
      if (words_[i] != other.words_[i]) return words_[i] < other.words_[i] ? -1 : 1;
    }
    return 0;
  }

  // *this >= other
  void subtract(const BigInteger& other) noexcept {
    std::uint64_t borrow = 0;
    for (int i = 0; i < size_; ++i) {
      const std::uint64_t taken = (i < other.size_ ? other.words_[i] : 0) + borrow;
      borrow = words_[i] < taken ? 1 : 0;
      words_[i] = static_cast<std::uint32_t>(words_[i] - taken);
    }
    while (size_ > 0 && words_[size_ - 1] == 0) --size_;
  }

 private:
  std::uint32_t words_[24] = {};
  int size_ = 0;
};

// floor(numerator * 2^shift / denominator), with `shift` chosen so that it has 63 or 64 bits, and
// the lowest bit set if anything was cut off. Neither number is zero; both are used up.
struct Quotient {
  std::uint64_t bits;
  int shift;
};
Quotient divide(BigInteger& numerator, BigInteger& denominator) noexcept {
  const int difference = denominator.bit_length() - numerator.bit_length();
  if (difference > 0) numerator.shift_left(difference);
  if (difference < 0) denominator.shift_left(-difference);
  // Now 1/2 < numerator / denominator < 2.
  std::uint64_t quotient = 0;
  for (int i = 0; i < 64; ++i) {
    quotient <<= 1U;
    if (numerator.compare(denominator) >= 0) {
      numerator.subtract(denominator);
      quotient |= 1U;
    }
    if (i < 63) numerator.shift_left(1);
  }
  if (!numerator.is_zero()) quotient |= 1U;
  return {quotient, difference + 63};
}

// Digits of a decimal number: D * 10^exponent, and whether something non-zero was cut off.
struct Decimal {
  std::string_view digits;  // may hold one point, which does not count
  std::int64_t exponent;    // of the last digit in `digits`
};

// bits / 2^shift (shift is 1 to 64), rounded to an integer half to even.
std::uint64_t round_shifted(std::uint64_t bits, unsigned shift) noexcept {
  const std::uint64_t half = 1ULL << (shift - 1);
  const std::uint64_t rest = bits & (half | (half - 1));
  const std::uint64_t whole = shift == 64 ? 0 : bits >> shift;
  return whole + (rest > half || (rest == half && (whole & 1U) != 0) ? 1 : 0);
}

// mantissa * 2^exponent
struct Binary {
  std::uint64_t mantissa;
  int exponent;
};

// The value, which is above 0, rounded once to `precision` bits (53 or 24). Something far too large or 0 where the
// value is far outside the range of float.
Binary round_decimal(Decimal decimal, int precision) noexcept {
  constexpr Binary zero{0, 0};
  constexpr Binary too_large{1, 1000};
  BigInteger significand(0);
  int kept = 0;
  std::int64_t dropped = 0;
  bool inexact = false;
  for (const char c : decimal.digits) {
    if (c == '.') continue;
    if (kept == 0 && c == '0') continue;
    if (kept < max_digits) {
      significand.multiply_add(10, static_cast<std::uint32_t>(c - '0'));
      ++kept;
    } else {
      ++dropped;
      inexact |= c != '0';
    }
  }
  const std::int64_t exponent = decimal.exponent + dropped;
  if (exponent + kept > certainly_infinite) return too_large;
  if (exponent + kept < certainly_zero) return zero;
  BigInteger denominator(1);
  if (exponent >= 0) {
    significand.multiply_by_power_of_ten(static_cast<int>(exponent));
  } else {
    denominator.multiply_by_power_of_ten(static_cast<int>(-exponent));
  }
  Quotient quotient = divide(significand, denominator);
  if (inexact) quotient.bits |= 1U;
  const int excess = static_cast<int>(std::bit_width(quotient.bits)) - precision;
  return {round_shifted(quotient.bits, static_cast<unsigned>(excess)), excess - quotient.shift};
}

// As protobuf's SafeDoubleToFloat: halfway between FLT_MAX and 2^128 is FLT_MAX. Without double, which
// small processors do in software.
float to_float(Binary value) noexcept {
  if (value.mantissa == 0) return 0;
  const int unused = std::countl_zero(value.mantissa);
  const std::uint64_t bits = value.mantissa << static_cast<unsigned>(unused);
  // 2^(top-1) <= value < 2^top; the last place of a float is 2^-149.
  const int top = value.exponent + 64 - unused;
  constexpr int smallest = -149;
  constexpr int smallest_normal = smallest + FLT_MANT_DIG;
  if (top > FLT_MAX_EXP) return std::numeric_limits<float>::infinity();
  if (top < smallest) return 0;
  const int precision = top < smallest_normal ? top - smallest : FLT_MANT_DIG;
  const auto mantissa = static_cast<std::uint32_t>(round_shifted(bits, static_cast<unsigned>(64 - precision)));
  // A mantissa that was rounded up to the next power of two carries into the exponent.
  const auto exponent = static_cast<std::uint32_t>(top < smallest_normal ? 0 : top - smallest_normal);
  const auto result = std::bit_cast<float>((exponent << 23U) + mantissa);
  constexpr std::uint64_t behind_max = 0xFFFF'FF80'0000'0000U;
  return top == FLT_MAX_EXP && bits == behind_max ? FLT_MAX : result;
}

}  // namespace

bool read_integer(std::string_view digits, std::uint64_t limit, std::uint64_t& value) noexcept {
  unsigned base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const bool hex = lower(digits[1]) == 'x';
    base = hex ? 16 : 8;
    digits = std::string_view(digits.data() + (hex ? 2 : 1), digits.size() - (hex ? 2 : 1));
  }
  std::uint64_t result = 0;
  for (const char c : digits) {
    // In two halves: a division by the base would cost as much as all the rest where the processor has none.
    const std::uint64_t low = (result & UINT32_MAX) * base + hex_value(c);
    const std::uint64_t high = (result >> 32U) * base + (low >> 32U);
    result = high << 32U | (low & UINT32_MAX);
    if (high > UINT32_MAX || result > limit) {
      value = limit;
      return false;
    }
  }
  value = result;
  return true;
}

float read_float(std::string_view decimal) noexcept {
  const char* p = decimal.data();
  const char* const end = p + decimal.size();
  const char* const digits = p;
  std::uint64_t significand = 0;
  int significant = 0;
  std::int64_t exponent = 0;
  bool fraction = false;
  for (; p != end && is(*p, digit | point); ++p) {
    if (*p == '.') {
      fraction = true;
      continue;
    }
    if (significant < 19) significand = significand * 10 + static_cast<unsigned>(*p - '0');
    significant += significant != 0 || *p != '0' ? 1 : 0;
    exponent -= fraction ? 1 : 0;
  }
  const std::string_view all_digits(digits, static_cast<std::size_t>(p - digits));
  if (p != end && lower(*p) == 'e') {
    ++p;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+') ++p;
    std::int64_t given = 0;
    // Past the number of digits there can be, a larger exponent changes nothing.
    constexpr std::int64_t saturated = 1LL << 40U;
    for (; p != end && is(*p, digit); ++p) given = given < saturated ? given * 10 + (*p - '0') : given;
    exponent += negative ? -given : given;
  }
  if (significand == 0) return 0;
  if constexpr (exact_double) {
    if (significant <= 19 && significand <= largest_exact_integer) {
      // Both operands are exact, so the one operation rounds correctly; what comes out is far below FLT_MAX.
      if (exponent >= 0 && exponent <= largest_exact_power) {
        return static_cast<float>(static_cast<double>(significand) * exact_powers_of_ten[exponent]);
      }
      if (exponent < 0 && exponent >= -largest_exact_power) {
        return static_cast<float>(static_cast<double>(significand) / exact_powers_of_ten[-exponent]);
      }
    }
  }
  return to_float(round_decimal({all_digits, exponent}, 53));
}

std::size_t write_unsigned(std::uint64_t value, char* out) noexcept {
  char digits[20];
  std::size_t size = 0;
  do {
    digits[size++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  for (std::size_t i = 0; i < size; ++i) out[i] = digits[size - 1 - i];
  return size;
}

namespace {

// A positive finite float as `precision` significant digits: digits * 10^(exponent + 1 - precision),
// 10^(precision-1) <= digits < 10^precision, the exact value rounded half to even.
struct RoundedDecimal {
  std::uint32_t digits;
  int exponent;
};

constexpr std::uint32_t integer_power_of_ten(int exponent) noexcept {
  std::uint32_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

// value * 10^scale, rounded to an integer half to even; the result is below 2^32.
std::uint32_t scale_and_round(float value, int scale) noexcept {
  if constexpr (exact_double) {
    if (scale >= -largest_exact_power && scale <= largest_exact_power) {
      const double scaled = scale >= 0 ? static_cast<double>(value) * exact_powers_of_ten[scale]
                                       : static_cast<double>(value) / exact_powers_of_ten[-scale];
      const auto whole = static_cast<std::uint64_t>(scaled);
      const double rest = scaled - static_cast<double>(whole);
      // `scaled` is below 10^10 and off by at most 2^-53 of itself: a rest this far from 1/2 is on
      // the right side of it.
      constexpr double safe = 1e-5;
      if (rest > 0.5 + safe) return static_cast<std::uint32_t>(whole + 1);
      if (rest < 0.5 - safe) return static_cast<std::uint32_t>(whole);
    }
  }
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t biased = bits >> 23U;
  const std::uint32_t mantissa = (bits & 0x7F'FFFFU) | (biased == 0 ? 0U : 0x80'0000U);
  const int exponent = static_cast<int>(biased == 0 ? 1 : biased) - 150;
  BigInteger numerator(mantissa);
  BigInteger denominator(1);
  if (scale >= 0) {
    numerator.multiply_by_power_of_ten(scale);
  } else {
    denominator.multiply_by_power_of_ten(-scale);
  }
  if (exponent >= 0) {
    numerator.shift_left(exponent);
  } else {
    denominator.shift_left(-exponent);
  }
  // Long division, bit by bit: the quotient has at most 32 bits.
  std::uint32_t quotient = 0;
  for (int i = numerator.bit_length() - denominator.bit_length(); i >= 0; --i) {
    BigInteger shifted = denominator;
    shifted.shift_left(i);
    if (numerator.compare(shifted) >= 0) {
      numerator.subtract(shifted);
      quotient |= 1U << static_cast<unsigned>(i);
    }
  }
  numerator.shift_left(1);
  const int order = numerator.compare(denominator);
  return quotient + (order > 0 || (order == 0 && (quotient & 1U) != 0) ? 1U : 0U);
}

RoundedDecimal round_to_digits(float value, int precision) noexcept {
  // floor(log10(2) * binary_exponent): floor(log10(value)), or one below. 1233/4096 gives the right
  // floor for every exponent of a float, -149 to 127.
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const int biased = static_cast<int>(bits >> 23U);
  const int binary_exponent = biased != 0 ? biased - 127 : static_cast<int>(std::bit_width(bits)) - 150;
  int exponent = (binary_exponent * 1233) >> 12;
  std::uint32_t digits = scale_and_round(value, precision - 1 - exponent);
  const std::uint32_t above = integer_power_of_ten(precision);
  if (digits >= above) {
    ++exponent;
    digits = scale_and_round(value, precision - 1 - exponent);
  }
  return {digits, exponent};
}

// printf's %g of such a number.
std::size_t write_general(RoundedDecimal decimal, int precision, char* out) noexcept {
  char digits[10];
  std::uint32_t rest = decimal.digits;
  for (int i = precision - 1; i >= 0; --i) {
    digits[i] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  int count = precision;
  while (count > 1 && digits[count - 1] == '0') --count;
  char* p = out;
  int exponent = decimal.exponent;
  if (exponent < -4 || exponent >= precision) {
    *p++ = digits[0];
    if (count > 1) *p++ = '.';
    for (int i = 1; i < count; ++i) *p++ = digits[i];
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    exponent = exponent < 0 ? -exponent : exponent;
    *p++ = static_cast<char>('0' + exponent / 10);
    *p++ = static_cast<char>('0' + exponent % 10);
  } else if (exponent < 0) {
    *p++ = '0';
    *p++ = '.';
    for (int i = -1; i > exponent; --i) *p++ = '0';
    for (int i = 0; i < count; ++i) *p++ = digits[i];
  } else {
    for (int i = 0; i <= exponent; ++i) *p++ = i < count ? digits[i] : '0';
    if (count > exponent + 1) *p++ = '.';
    for (int i = exponent + 1; i < count; ++i) *p++ = digits[i];
  }
  return static_cast<std::size_t>(p - out);
}

// Whether strtof of these digits gives `value` back: one rounding, to float.
bool reads_back(RoundedDecimal decimal, int precision, float value) noexcept {
  const int exponent = decimal.exponent + 1 - precision;
  if constexpr (exact_double) {
    if (exponent >= -largest_exact_power && exponent <= largest_exact_power) {
      const double read = exponent >= 0 ? decimal.digits * exact_powers_of_ten[exponent]
                                        : decimal.digits / exact_powers_of_ten[-exponent];
      // Exactly between two floats, the double may owe its place to its own rounding.
      constexpr std::uint64_t below_float = (1ULL << 29U) - 1;
      if ((std::bit_cast<std::uint64_t>(read) & below_float) != 1ULL << 28U) return static_cast<float>(read) == value;
    }
  }
  char digits[20];
  const std::size_t size = write_unsigned(decimal.digits, digits);
  return to_float(round_decimal({{digits, size}, exponent}, 24)) == value;
}

}  // namespace

std::size_t write_float(float value, char* out) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7FFF'FFFFU;
  constexpr std::uint32_t infinity = 0x7F80'0000U;
  char* p = out;
  const auto append = [&p](std::string_view text) {
    for (const char c : text) *p++ = c;
    return p;
  };
  if (magnitude > infinity) return static_cast<std::size_t>(append("nan") - out);
  if ((bits >> 31U) != 0) *p++ = '-';
  if (magnitude == infinity) return static_cast<std::size_t>(append("inf") - out);
  if (magnitude == 0) return static_cast<std::size_t>(append("0") - out);
  const auto positive = std::bit_cast<float>(magnitude);
  constexpr int short_form = 6;
  constexpr int long_form = 9;
  // protobuf tries six digits and reads them back with strtof; it takes a subnormal result, for
  // which strtof sets ERANGE, as a failure.
  if (positive >= FLT_MIN) {
    const RoundedDecimal decimal = round_to_digits(positive, short_form);
    if (reads_back(decimal, short_form, positive)) {
      return static_cast<std::size_t>(p - out) + write_general(decimal, short_form, p);
    }
  }
  return static_cast<std::size_t>(p - out) + write_general(round_to_digits(positive, long_form), long_form, p);
}

}  // namespace distillcfg::detail
