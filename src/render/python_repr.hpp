// Strings as Python shows them in a list.
#pragma once

#include <string>
#include <string_view>

namespace distillcfg::render {

// Appends Python 3's repr of a str: in single quotes, or in double quotes if it holds a single one and
// no double one; backslashes, the quote, \n \r \t and what is not printable escaped. `text` is UTF-8; a
// byte that is none appears as \xNN.
void append_python_repr(std::string& out, std::string_view text);

}  // namespace distillcfg::render
