// Numbers as the text format reads and prints them. No locale, no errno, no allocation.
#pragma once

#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace distillcfg::detail {

// Whether the processor has double arithmetic that rounds each operation once, to double: not so on
// the x87, nor on small ARMs, where it would cost 2 KiB of a library.
#if defined(DISTILLCFG_PORTABLE) || (defined(__arm__) && (!defined(__ARM_FP) || (__ARM_FP & 8) == 0))
inline constexpr bool exact_double = false;
#else
inline constexpr bool exact_double = FLT_EVAL_METHOD == 0;
#endif

inline constexpr double exact_powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr int largest_exact_power = 22;

// The value of an integer token (decimal, 0x hex, 0 octal), whatever its length.
// false: it is larger than `limit`; `value` then is `limit`.
[[nodiscard]] bool read_integer(std::string_view digits, std::uint64_t limit, std::uint64_t& value) noexcept;

// The value of a decimal token without a sign: digits [. digits] [e [+-] digits] [f]. Rounded to a
// double first and to a float then, as protobuf does: double rounding is visible. Between FLT_MAX
// and halfway to 2^128 the result is FLT_MAX, above it infinity.
[[nodiscard]] float read_float(std::string_view decimal) noexcept;

// How protobuf prints a float. Writes at most float_text_size bytes; returns how many.
inline constexpr std::size_t float_text_size = 24;
[[nodiscard]] std::size_t write_float(float value, char* out) noexcept;

// Decimal digits of a number; at most 20 bytes.
[[nodiscard]] std::size_t write_unsigned(std::uint64_t value, char* out) noexcept;

}  // namespace distillcfg::detail
