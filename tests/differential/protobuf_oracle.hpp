// What libprotobuf makes of a text, and where this project means to differ from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "distillcfg/parse.hpp"

namespace distillcfg::differential {

struct Outcome {
  bool accepted = false;
  std::string printed;  // if accepted
};

// libprotobuf's own parser: Parse for strict, Merge for merge, Merge with AllowPartialMessage for amct.
[[nodiscard]] Outcome protobuf_reads(std::string_view text, Semantics semantics, bool allow_unknown);

// Why a text that libprotobuf accepts is to be refused.
enum class Stricter : std::uint8_t {
  no,
  not_utf8,            // a string value that is not UTF-8
  code_point_too_big,  // \U00110000 to \U001FFFFF, which libprotobuf reads as ten characters
  octal_too_big,       // \400 to \777, which libprotobuf reduces to a byte
};
inline constexpr std::size_t stricter_count = 4;

// Judges all string literals of a text that libprotobuf accepts, each run of adjacent ones as one value.
[[nodiscard]] Stricter stricter_than_protobuf(std::string_view text);

// A text with its unknown fields taken out, by the grammar that README and parse.hpp promise for
// allow_unknown. Written from that grammar, on libprotobuf's tokenizer.
struct Stripped {
  bool accepted = false;  // the tokens are sound and so is each unknown field
  std::string text;       // the known fields, which libprotobuf is to judge
  // What libprotobuf 3.21 refuses in unknown fields although its grammar does not: a separator
  // behind one outside a skipped message, an empty list, a list without a colon, and '/' in [ ].
  bool odd = false;
  // What libprotobuf 3.21 accepts although the grammar does not: an integer for a name.
  bool integer_name = false;
};
[[nodiscard]] Stripped without_unknown_fields(std::string_view text);

// libprotobuf's parser recurses where unknown fields are nested; texts that may nest deeper than
// this many levels are not given to it.
inline constexpr std::size_t deepest_for_protobuf = 500;
[[nodiscard]] bool may_nest_too_deep(std::string_view text);

}  // namespace distillcfg::differential
