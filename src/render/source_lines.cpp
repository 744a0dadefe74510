#include "render/source_lines.hpp"

#include <algorithm>

namespace distillcfg::render {

std::size_t SourceLines::line_index(std::uint32_t offset) {
  if (starts_.empty()) {
    starts_.push_back(0);
    for (std::size_t i = text_.find('\n'); i != std::string_view::npos; i = text_.find('\n', i + 1)) {
      starts_.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<std::size_t>(next - starts_.begin()) - 1;
}

Position SourceLines::position(std::uint32_t offset) {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const std::size_t line = line_index(offset);
  return {static_cast<std::uint32_t>(line + 1), offset - starts_[line] + 1};
}

SourceLines::Line SourceLines::line_at(std::uint32_t offset) {
  const std::size_t line = line_index(std::min(offset, static_cast<std::uint32_t>(text_.size())));
  const std::uint32_t begin = starts_[line];
  if (line + 1 == starts_.size()) return {text_.substr(begin), begin};
  std::string_view content = text_.substr(begin, starts_[line + 1] - 1 - begin);
  if (content.ends_with('\r')) content.remove_suffix(1);
  return {content, begin};
}

std::string_view SourceLines::bytes(Span span) const noexcept {
  const std::size_t begin = std::min<std::size_t>(span.begin, text_.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, text_.size());
  return {text_.data() + begin, end - begin};
}

}  // namespace distillcfg::render
