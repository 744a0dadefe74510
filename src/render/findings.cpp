// The diagnostics of several passes, as one list.
#include <algorithm>

#include "distillcfg/render.hpp"

namespace distillcfg {

void Findings::append(const Diagnostics& diagnostics) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) kept_.push_back(&diagnostics[i]);
  errors_ += diagnostics.errors();
  warnings_ += diagnostics.warnings();
  count_kept();
}

void Findings::append(const Diagnostic& diagnostic) {
  kept_.push_back(&diagnostic);
  ++(diagnostic.severity == Severity::error ? errors_ : warnings_);
  count_kept();
}

void Findings::sort_by_place() {
  std::ranges::stable_sort(kept_, {}, [](const Diagnostic* diagnostic) { return diagnostic->at.begin + 1U; });
}

void Findings::drop_explained() {
  std::vector<std::uint32_t> places;  // of errors
  for (const Diagnostic* const diagnostic : kept_) {
    if (diagnostic->severity == Severity::error && diagnostic->at.has_place()) places.push_back(diagnostic->at.begin);
  }
  std::ranges::sort(places);
  const auto dropped = std::erase_if(kept_, [&places](const Diagnostic* diagnostic) {
    return diagnostic->code == Code::missing_required && diagnostic->severity == Severity::warning &&
           std::ranges::binary_search(places, diagnostic->at.begin);
  });
  warnings_ -= dropped;
  count_kept();
}

void Findings::limit(const Limits& limits) {
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::erase_if(kept_, [&](const Diagnostic* diagnostic) {
    const bool is_error = diagnostic->severity == Severity::error;
    const std::uint32_t most = is_error ? limits.max_errors : limits.max_warnings;
    return most != 0 && ++(is_error ? errors : warnings) > most;
  });
  count_kept();
}

bool Findings::has(Code code) const noexcept {
  return std::ranges::any_of(kept_, [code](const Diagnostic* diagnostic) { return diagnostic->code == code; });
}

void Findings::count_kept() noexcept {
  kept_errors_ = static_cast<std::uint64_t>(std::ranges::count(kept_, Severity::error, &Diagnostic::severity));
  kept_warnings_ = kept_.size() - kept_errors_;
}

}  // namespace distillcfg
