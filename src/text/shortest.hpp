// A float as Python writes it in JSON.
#pragma once

#include <cstddef>

namespace distillcfg::detail {

// Python's repr of the double that `value` widens to: the fewest digits that read back to the same
// double, of those the nearest to it; in fixed notation from 1e-04 to below 1e+16. Not finite:
// Infinity, -Infinity, NaN. Writes at most repr_size bytes; returns how many.
inline constexpr std::size_t repr_size = 24;
[[nodiscard]] std::size_t write_repr(float value, char* out) noexcept;

}  // namespace distillcfg::detail
