// How a broken invariant ends the program, and what it says then.
#pragma once

namespace distillcfg::fuzz {

// What was being tried when an invariant broke: "strict", "amct, allow_unknown, buffer of 300 bytes".
// Kept for the message only.
void set_situation(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Prints the invariant, where it is asserted and the situation, then aborts, which is what a
// fuzzer takes for a finding.
[[noreturn]] void fail(const char* invariant, const char* file, int line);

}  // namespace distillcfg::fuzz

// Aborts unless `condition` holds. `invariant` is a sentence that says what was to hold.
#define DISTILLCFG_REQUIRE(condition, invariant)                                 \
  do {                                                                           \
    if (!(condition)) ::distillcfg::fuzz::fail((invariant), __FILE__, __LINE__); \
  } while (false)
