#include "reporter.hpp"

#include <cstring>
#include <new>
#include <utility>

namespace distillcfg::detail {

namespace {

// By rank, then by place; what has no place stands first; at one place, what was found first.
bool stands_before(const Diagnostic& a, const Diagnostic& b) noexcept {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (a.at.begin != b.at.begin) return a.at.begin + 1U < b.at.begin + 1U;
  return a.number < b.number;
}

// Heap sort: in place, for there may be no memory left.
void sort_by_place(Diagnostic** items, std::uint32_t count) noexcept {
  const auto sift_down = [items](std::uint64_t root, std::uint64_t end) {
    for (std::uint64_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
      if (child + 1 < end && stands_before(*items[child], *items[child + 1])) ++child;
      if (!stands_before(*items[root], *items[child])) return;
      std::swap(items[root], items[child]);
      root = child;
    }
  };
  for (std::uint64_t root = count / 2; root-- > 0;) sift_down(root, count);
  for (std::uint64_t end = count; end-- > 1;) {
    std::swap(items[0], items[end]);
    sift_down(0, end);
  }
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
  if (!ordered) sort_by_place(order, count);
  out_.order_ = order;
  out_.count_ = count;
}

}  // namespace distillcfg::detail
