#include "reporter.hpp"

#include <cstring>
#include <new>

#include "sort.hpp"

namespace distillcfg::detail {

namespace {

// What has no place stands first.
std::uint32_t place_of(const Diagnostic* diagnostic) noexcept { return diagnostic->at.begin + 1U; }

std::uint64_t rank_of(const Diagnostic* diagnostic) noexcept { return diagnostic->rank; }

bool stands_before(const Diagnostic* a, const Diagnostic* b) noexcept {
  return a->rank != b->rank ? a->rank < b->rank : place_of(a) < place_of(b);
}

}  // namespace

Diagnostic* Reporter::add(Code code, Severity severity, Span at) noexcept {
  if (quiet_) return nullptr;
  const bool is_error = severity == Severity::error;
  std::uint32_t& found = is_error ? out_.errors_ : out_.warnings_;
  std::uint32_t& kept = is_error ? out_.kept_errors_ : out_.kept_warnings_;
  const std::uint32_t limit = is_error ? limits_.max_errors : limits_.max_warnings;
  if (found != UINT32_MAX) ++found;
  if (limit != 0 && kept >= limit) return nullptr;
  // Made where it is kept: it is large for a small stack.
  void* const slot = kept_.append_slot(arena_, sizeof(Diagnostic), alignof(Diagnostic));
  if (slot == nullptr) {
    last_resort(Code::out_of_memory, {});
    return nullptr;
  }
  auto* const diagnostic = new (slot) Diagnostic();
  ++kept;
  diagnostic->code = code;
  diagnostic->severity = severity;
  diagnostic->at = at;
  diagnostic->rank = rank_;
  diagnostic->number = kept_.size();
  return diagnostic;
}

void Reporter::last_resort(Code code, Span at) noexcept {
  if (out_.has_last_resort_) return;
  out_.has_last_resort_ = true;
  out_.last_resort_.code = code;
  out_.last_resort_.at = at;
  if (out_.errors_ != UINT32_MAX) ++out_.errors_;
  ++out_.kept_errors_;
}

void Reporter::amct(Diagnostic* diagnostic, AmctError error, std::initializer_list<std::string_view> names) noexcept {
  if (diagnostic == nullptr) return;
  diagnostic->amct = error;
  if constexpr (!with_details) return;
  auto* const copy = static_cast<std::string_view*>(
      arena_.allocate(names.size() * sizeof(std::string_view), alignof(std::string_view)));
  if (copy == nullptr) return;
  std::size_t count = 0;
  for (const std::string_view name : names) new (copy + count++) std::string_view(name);
  diagnostic->amct_names = {copy, count};
}

void Reporter::text_too_large() noexcept {
  last_resort(Code::text_too_large, {});
  set_argument(out_.last_resort_.arguments[0], 'n', max_source_size);
}

std::string_view Reporter::join(std::string_view a, std::string_view b, std::string_view c) noexcept {
  if constexpr (!with_details) return {};
  const std::size_t size = a.size() + b.size() + c.size();
  auto* const bytes = static_cast<char*>(arena_.allocate(size, 1));
  if (bytes == nullptr) return {};
  char* p = bytes;
  for (const std::string_view piece : {a, b, c}) {
    if (!piece.empty()) std::memcpy(p, piece.data(), piece.size());
    p += piece.size();
  }
  return {bytes, size};
}

void Reporter::finish() noexcept {
  const std::uint32_t count = kept_.size();
  if (count == 0) return;
  const auto room = [&]() -> Diagnostic** {
    return static_cast<Diagnostic**>(arena_.allocate(count * sizeof(Diagnostic*), alignof(Diagnostic*)));
  };
  Diagnostic** order = room();
  bool ordered = true;
  if (order != nullptr) {
    std::uint32_t i = 0;
    for (Diagnostic& diagnostic : kept_) {
      ordered &= i == 0 || !stands_before(&diagnostic, order[i - 1]);
      order[i++] = &diagnostic;
    }
  }
  Diagnostic** others = ordered ? order : room();
  if (others == nullptr) {
    // They cannot be handed out, so they count as not kept.
    out_.kept_errors_ = out_.has_last_resort_ ? 1 : 0;
    out_.kept_warnings_ = 0;
    last_resort(Code::out_of_memory, {});
    return;
  }
  if (!ordered) {
    // By rank, then by place; at one place, what was found first.
    sort_by(order, others, count, place_of);
    sort_by(order, others, count, rank_of);
  }
  out_.order_ = order;
  out_.count_ = count;
}

}  // namespace distillcfg::detail
