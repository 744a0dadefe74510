// Values as they are nearly always written. Each function returns behind the value, or nullptr if it
// is written in another way, or wrong. All may read up to 16 bytes from `p` on.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "text/characters.hpp"
#include "text/numbers.hpp"

namespace distillcfg::detail {

// What may not follow a name or a word directly.
inline constexpr unsigned behind_name_class = name_start | digit;
// What may not follow a number directly, nor stand in a plain decimal one.
inline constexpr unsigned behind_number_class = name_start | digit | point;

// Eight bytes of which the first is the lowest.
inline constexpr bool eight_digits_at_once = std::endian::native == std::endian::little && sizeof(void*) == 8;

// Bytes as they stand in `text`, with '0' as zero.
inline std::uint64_t load_digits(const char* text) noexcept {
  std::uint64_t bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes ^ 0x3030'3030'3030'3030U;
}

// The high bit of each byte that is no digit, exact up to the lowest one and to a point behind it.
inline std::uint64_t not_digits(std::uint64_t digits) noexcept {
  return ((digits + 0x7676'7676'7676'7676U) | digits) & 0x8080'8080'8080'8080U;
}

// The number that the `count` (1 to 8) lowest bytes are.
inline std::uint32_t eight_digits(std::uint64_t digits, unsigned count) noexcept {
  // The last digit goes to the highest byte; then pairs, fours and all eight are added up.
  digits <<= 64 - 8 * count;
  digits = digits * 10 + (digits >> 8U);
  const std::uint64_t low = (digits & 0x0000'00FF'0000'00FFU) * 0x000F'4240'0000'0064U;
  const std::uint64_t high = ((digits >> 16U) & 0x0000'00FF'0000'00FFU) * 0x0000'2710'0000'0001U;
  return static_cast<std::uint32_t>((low + high) >> 32U);
}

// What the caller still has to check of a value.
enum class Behind : std::uint8_t {
  checked,   // nothing
  unchecked  // whether what stands behind it may stand there
};

// Decimal, without a leading zero, below 10^9.
template <Behind behind = Behind::checked>
inline const char* read_plain(const char* p, std::uint32_t& value) noexcept {
  if constexpr (eight_digits_at_once) {
    const std::uint64_t digits = load_digits(p);
    const std::uint64_t others = not_digits(digits);
    const auto count = static_cast<unsigned>(std::countr_zero(others)) / 8;
    if (others != 0) [[likely]] {
      if (count == 0 || ((digits & 0xFFU) == 0 && count > 1)) return nullptr;
      if (behind == Behind::checked && is(p[count], behind_number_class)) return nullptr;
      value = eight_digits(digits, count);
      return p + count;
    }
  }
  const char* const first = p;
  std::uint32_t result = 0;
  while (is(*p, digit) && p - first < 9) result = result * 10 + static_cast<std::uint32_t>(*p++ - '0');
  if (p == first || (*first == '0' && p - first > 1) || is(*p, behind_number_class)) return nullptr;
  value = result;
  return p;
}

inline float quotient(std::uint64_t digits, unsigned fraction, bool negative) noexcept {
  const auto result = static_cast<float>(static_cast<double>(digits) / exact_powers_of_ten[fraction]);
  // Without a branch: signs are as good as random.
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(result) | static_cast<std::uint32_t>(negative) << 31U);
}

// Behind the number that ends at `p`, with the f that may stand there.
inline const char* behind_float(const char* p) noexcept {
  if (lower(*p) == 'f') ++p;
  return is(*p, behind_number_class) ? nullptr : p;
}

// [-] digits [. digits] [f], at most 15 of them, so that both numbers of the one division are exact.
template <Behind behind = Behind::checked>
inline const char* read_plain(const char* p, float& value) noexcept {
  if constexpr (!exact_double) return nullptr;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  if constexpr (eight_digits_at_once) {
    const std::uint64_t bytes = load_digits(p);
    const std::uint64_t others = not_digits(bytes);
    const std::uint64_t behind_point = others & (others - 1);
    const auto whole = static_cast<unsigned>(std::countr_zero(others)) / 8;
    // behind_point is zero if others is.
    if (behind_point != 0 && whole != 0 && p[whole] == '.') [[likely]] {
      const auto end = static_cast<unsigned>(std::countr_zero(behind_point)) / 8;
      if ((bytes & 0xFFU) == 0 && whole > 1) return nullptr;
      // The digits behind the point move to its place.
      const std::uint64_t before_point = (std::uint64_t{1} << (8 * whole)) - 1;
      const std::uint64_t joined = (bytes & before_point) | ((bytes >> 8U) & ~before_point);
      p += end;
      p = behind == Behind::checked ? behind_float(p) : p + (lower(*p) == 'f' ? 1 : 0);
      if (p != nullptr) value = quotient(eight_digits(joined, end - 1), end - whole - 1, negative);
      return p;
    }
  }
  const char* const first = p;
  std::uint64_t digits = 0;
  while (is(*p, digit)) digits = digits * 10 + static_cast<unsigned>(*p++ - '0');
  if (p == first || (*first == '0' && p - first > 1)) return nullptr;
  std::ptrdiff_t fraction = 0;
  if (*p == '.') {
    const char* const behind_point = ++p;
    while (is(*p, digit)) digits = digits * 10 + static_cast<unsigned>(*p++ - '0');
    fraction = p - behind_point;
  }
  if (p - first > 15) return nullptr;
  p = behind_float(p);
  if (p != nullptr) value = quotient(digits, static_cast<unsigned>(fraction), negative);
  return p;
}

template <Behind behind = Behind::checked>
inline const char* read_plain(const char* p, bool& value) noexcept {
  // Without a branch on which of them it is.
  const auto word = [](const char* text) {
    std::uint32_t bytes;
    std::memcpy(&bytes, text, sizeof bytes);
    return bytes;
  };
  const std::uint32_t not_true = word(p) ^ word("true");
  const std::uint32_t not_false = (word(p) ^ word("fals")) | (static_cast<unsigned char>(p[4]) ^ std::uint32_t{'e'});
  bool is_true = not_true == 0;
  const char* end = p + 5 - (is_true ? 1 : 0);
  if (not_true != 0 && not_false != 0) [[unlikely]] {
    is_true = *p == 't' || *p == '1' || *p == 'T';
    if (*p == 't' || *p == 'f' || *p == '1' || *p == '0') {
      end = p + 1;
    } else if (std::memcmp(p, "True", 4) == 0) {
      end = p + 4;
    } else if (std::memcmp(p, "False", 5) != 0) {
      return nullptr;
    }
  }
  // Behind 1 and 0 stands no point either.
  if (behind == Behind::checked && is(*end, behind_number_class)) return nullptr;
  value = is_true;
  return end;
}

}  // namespace distillcfg::detail
