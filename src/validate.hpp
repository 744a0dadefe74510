// The rules about values that `validate` and the resolver share.
#pragma once

#include <cstdint>
#include <string_view>

#include "distillcfg/ast.hpp"
#include "distillcfg/diagnostics.hpp"
#include "places.hpp"
#include "reporter.hpp"
#include "resolve/sources.hpp"

namespace distillcfg::detail {

// For each override whether nothing reads it (nullptr: there are none), and for each of a layer whether
// that is a Linear (nullptr: any may be a Conv2d).
struct UnusedOverrides {
  const bool* layers = nullptr;
  const bool* types = nullptr;
  const bool* linear_layers = nullptr;
};

// Warnings that no network can take back: 3010, 3011, and 3013 for the overrides that are read.
void report_traps(const AMCTDistillConfig& config, const Places& places, Reporter& reporter,
                  UnusedOverrides unused) noexcept;

// ---- What AMCT checks of the settings that a layer uses. Each returns the diagnostic for notes to
// be added (nullptr: not kept), and sets no AmctError.

// AMCT's conditions on a clip. NaN meets both, -0.0 meets neither.
constexpr bool clip_max_fits(float value) noexcept { return !(value <= 0.0F); }
constexpr bool clip_min_fits(float value) noexcept { return !(value >= 0.0F); }

// 3007 and 3008: of a clip_max that does not fit, a clip_min that does not fit.
Diagnostic* report_clip_max(Severity severity, const Field<ClipMaxMin>& clip, const Places& places,
                            Reporter& reporter) noexcept;
Diagnostic* report_clip_min(Severity severity, const Field<ClipMaxMin>& clip, const Places& places,
                            Reporter& reporter) noexcept;

// 3009: of each value of a clip that fits and is written as inf or nan. (What overflows to infinity is
// a trap, 3010.)
void report_non_finite(const Field<ClipMaxMin>& clip, const Places& places, Reporter& reporter) noexcept;

// 3012: of a source whose data and weights have different types; `source_at` is the place of its
// override, or `absent`. Notes where the other type comes from.
Diagnostic* report_type_mismatch(Severity severity, const Source& source, std::uint32_t source_at, const Places& places,
                                 Reporter& reporter) noexcept;

// 3016: of a channel_wise that is true.
Diagnostic* report_channel_wise(Severity severity, const Field<bool>& channel_wise, const Places& places,
                                Reporter& reporter) noexcept;

// The class that AMCT distils with a name like this one, if `is_candidate`, by LayerClass, has it; or "".
// None is like the name of another class of torch.
[[nodiscard, gnu::pure]] std::string_view similar_class(std::string_view name, const bool (&is_candidate)[2]) noexcept;

// The place of a name's value or, where the name is absent, of the message that lacks it.
[[nodiscard, gnu::pure]] Span place_of(const Field<Text>& name, std::uint32_t message_at,
                                       const Places& places) noexcept;

// AMCT names all mistakes of one kind in one error. The whole list goes to so many of their diagnostics; to
// those behind, which only an unlimited run keeps, their own name alone, or the lists would be quadratic.
inline constexpr std::uint32_t most_whole_lists = 100;

// A name for AmctError: absent names are empty, not None.
inline constexpr std::string_view no_name = "";  // NOLINT(readability-redundant-string-init): has data
constexpr std::string_view name_for_amct(std::string_view name) noexcept {
  return name.data() == nullptr ? no_name : name;
}

}  // namespace distillcfg::detail
