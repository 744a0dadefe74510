#include "text_reader.hpp"

namespace distillcfg {

namespace {

constexpr AMCTDistillConfig empty_config;

Document read(std::string_view text, bool copy, const ParseOptions& options) noexcept {
  return detail::TextReader::read<AMCTDistillConfig, Document>(
      text, copy, config_schema(), options, [](const AMCTDistillConfig&, std::string_view, detail::Reporter&) {});
}

}  // namespace

const AMCTDistillConfig& Document::config() const& noexcept {
  return root() == nullptr ? empty_config : *static_cast<const AMCTDistillConfig*>(root());
}

Document parse(std::string_view text, const ParseOptions& options) noexcept { return read(text, true, options); }

Document borrow_padded(std::string_view text, const ParseOptions& options) noexcept {
  return read(text, false, options);
}

bool detail::TextReader::place_text(ParsedText& parsed, std::string_view text, bool copy,
                                    std::size_t root_size) noexcept {
  // What the first block holds beside the text: the messages of a text in the documented layout take
  // less than half of its size. A first block that is too large is no reason to fail: the
  // allocation itself tries again with less.
  const std::size_t for_messages = text.size() / 2 + root_size + 512;
  if (!copy && text.data() != nullptr) {
    static_cast<void>(parsed.arena_.reserve(for_messages));
    parsed.text_ = text;
    return true;
  }
  const std::size_t size = text.size() + source_padding;
  static_cast<void>(parsed.arena_.reserve(size + for_messages));
  auto* const bytes = static_cast<char*>(parsed.arena_.allocate(size, 1));
  if (bytes == nullptr) return false;
  if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
  std::memset(bytes + text.size(), 0, source_padding);
  parsed.text_ = {bytes, text.size()};
  return true;
}

}  // namespace distillcfg
