// Strings as Python shows them in a list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace distillcfg::render {

// Of a text longer than twice `kept` bytes, that many of its front; `text` becomes as many of its end.
[[nodiscard]] std::string_view cut_front(std::string_view& text, std::size_t kept);

// Appends Python 3's repr of a str: in single quotes, or in double quotes if it holds a single one and
// no double one; backslashes, the quote, \n \r \t and what is not printable escaped. `text` is UTF-8; a
// byte that is none appears as \xNN. Of a text longer than twice `kept` bytes only the ends appear.
void append_python_repr(std::string& out, std::string_view text, std::size_t kept = SIZE_MAX);

}  // namespace distillcfg::render
