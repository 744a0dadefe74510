#include "reporter.hpp"

#include <cstring>
#include <new>

namespace distillcfg::detail {

namespace {

// By rank, then by place; what has no place stands first.
bool stands_before(const Diagnostic& a, const Diagnostic& b) noexcept {
  if (a.rank != b.rank) return a.rank < b.rank;
  return a.at.begin + 1U < b.at.begin + 1U;
}

// A stable merge sort of `items`, with `scratch` as large.
void sort_by_place(Diagnostic** items, Diagnostic** scratch, std::uint32_t count) noexcept {
  for (std::uint64_t width = 1; width < count; width *= 2) {
    for (std::uint64_t begin = 0; begin < count; begin += 2 * width) {
      const std::uint64_t middle = begin + width < count ? begin + width : count;
      const std::uint64_t end = begin + 2 * width < count ? begin + 2 * width : count;
      std::uint64_t left = begin;
      std::uint64_t right = middle;
      for (std::uint64_t i = begin; i < end; ++i) {
        const bool take_right = left == middle || (right < end && stands_before(*items[right], *items[left]));
        scratch[i] = take_right ? items[right++] : items[left++];
      }
    }
    std::memcpy(items, scratch, count * sizeof *items);
  }
}

}  // namespace

Diagnostic* Reporter::keep(Code code, Severity severity, Span at) noexcept {
  const bool is_error = severity == Severity::error;
  std::uint32_t& found = is_error ? out_.errors_ : out_.warnings_;
  std::uint32_t& kept = is_error ? out_.kept_errors_ : out_.kept_warnings_;
  const std::uint32_t limit = is_error ? limits_.max_errors : limits_.max_warnings;
  if (found != UINT32_MAX) ++found;
  if (limit != 0 && kept >= limit) return nullptr;
  Diagnostic* const diagnostic = kept_.push_back(arena_, Diagnostic{});
  if (diagnostic == nullptr) {
    last_resort(Code::out_of_memory, {});
    return nullptr;
  }
  ++kept;
  diagnostic->code = code;
  diagnostic->severity = severity;
  diagnostic->at = at;
  diagnostic->rank = rank_;
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

void Reporter::amct(Diagnostic* diagnostic, AmctError error,
                    std::initializer_list<std::string_view> names) noexcept {
  if (diagnostic == nullptr) return;
  diagnostic->amct = error;
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
  auto** const order = static_cast<Diagnostic**>(arena_.allocate(count * sizeof(Diagnostic*), alignof(Diagnostic*)));
  if (order == nullptr) {
    // They cannot be handed out, so they count as not kept.
    out_.kept_errors_ = out_.has_last_resort_ ? 1 : 0;
    out_.kept_warnings_ = 0;
    last_resort(Code::out_of_memory, {});
    return;
  }
  std::uint32_t i = 0;
  bool ordered = true;
  for (Diagnostic& diagnostic : kept_) {
    ordered &= i == 0 || !stands_before(diagnostic, *order[i - 1]);
    order[i++] = &diagnostic;
  }
  if (!ordered) {
    auto** const scratch = static_cast<Diagnostic**>(arena_.allocate(count * sizeof(Diagnostic*), alignof(Diagnostic*)));
    if (scratch != nullptr) {
      sort_by_place(order, scratch, count);
    } else {
      last_resort(Code::out_of_memory, {});
    }
  }
  out_.order_ = order;
  out_.count_ = count;
}

}  // namespace distillcfg::detail
