// What the library makes of a short text, as one number: for comparisons by the million. As describe(), it
// is compiled several times, each time under another name for the library's namespace; this type stands
// outside of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "distillcfg/diagnostics.hpp"

namespace path_summary {

struct Summary {
  std::uint64_t hash = 0;  // of fields, places, diagnostics and tokens
  bool accepted = false;
  bool sound = false;  // all places lie in the text
  friend bool operator==(const Summary&, const Summary&) = default;
};

enum class Reader : std::uint8_t { parse, borrow_padded, parse_model, borrow_padded_model };

struct How {
  Reader reader = Reader::parse;
  unsigned semantics = 0;  // 0 strict, 1 merge, 2 amct
  bool allow_unknown = false;
};

}  // namespace path_summary

namespace distillcfg::test {
// The text is read in `buffer`, without a heap.
path_summary::Summary summary(std::string_view text, const path_summary::How& how, std::span<std::byte> buffer);
// The tokens of a text with padding behind it, and whether each lies in it.
path_summary::Summary tokens(std::string_view padded);
// All that diagnostics say.
std::uint64_t hash_of(const Diagnostics& diagnostics);
}  // namespace distillcfg::test

#ifndef distillcfg
// The other ways to compile it; tests/meson.build has the flags.
namespace distillcfg_words::test {
path_summary::Summary summary(std::string_view text, const path_summary::How& how, std::span<std::byte> buffer);
path_summary::Summary tokens(std::string_view padded);
}  // namespace distillcfg_words::test
namespace distillcfg_plain::test {
path_summary::Summary summary(std::string_view text, const path_summary::How& how, std::span<std::byte> buffer);
path_summary::Summary tokens(std::string_view padded);
}  // namespace distillcfg_plain::test
#endif
