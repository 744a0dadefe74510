// One text, read by distillcfg and by libprotobuf: whether they differ where they are not meant to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protobuf_oracle.hpp"

namespace distillcfg::differential {

// What distillcfg is to make of a text, and by which rule.
struct Expectation {
  Outcome outcome;
  Stricter stricter = Stricter::no;
  bool odd = false;              // libprotobuf refuses unknown fields that its grammar accepts
  bool integer_name = false;     // libprotobuf accepts an integer for the name of an unknown field
  const char* broken = nullptr;  // the oracle contradicts libprotobuf
};
[[nodiscard]] Expectation expectation(std::string_view text, Semantics semantics, bool allow_unknown);

// What distillcfg makes of it.
[[nodiscard]] Outcome distillcfg_reads(std::string_view text, Semantics semantics, bool allow_unknown);

enum class Difference : std::uint8_t { none, oracle, acceptance, printed };
[[nodiscard]] Difference difference(const Expectation& expected, const Outcome& outcome);

// The difference in words, for who has to look into it.
[[nodiscard]] std::string description(std::string_view text, Semantics semantics, bool allow_unknown, Difference kind);

}  // namespace distillcfg::differential
