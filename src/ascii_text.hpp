// Texts of one ASCII character that outlive every diagnostic.
#pragma once

#include <string_view>

namespace distillcfg::detail {

inline constexpr char ascii_characters[] =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

// `c` is one of ' ' to '~'.
[[nodiscard]] constexpr std::string_view ascii_text(char c) noexcept { return {ascii_characters + (c - ' '), 1}; }

}  // namespace distillcfg::detail
