#include <cstring>

#include "distillcfg/parse.hpp"
#include "distillcfg/schema.hpp"
#include "parser.hpp"
#include "reporter.hpp"

namespace distillcfg {

namespace {

constexpr AMCTDistillConfig empty_config;

// What the first block holds beside the text: the configuration of a text in the documented layout
// takes less than half of its size.
constexpr std::size_t room_for_nodes(std::size_t size) noexcept { return size / 2 + sizeof(AMCTDistillConfig) + 512; }

}  // namespace

const AMCTDistillConfig& Document::config() const& noexcept { return config_ == nullptr ? empty_config : *config_; }

void Document::read(std::string_view text, bool copy, const ParseOptions& options) noexcept {
  arena_ = Arena(options.memory);
  detail::Reporter reporter(diagnostics_, arena_, options.limits);
  if (text.size() > max_source_size) {
    reporter.text_too_large();
    return;
  }
  char* bytes = nullptr;
  if (copy || text.data() == nullptr) {
    const std::size_t size = text.size() + source_padding;
    // A first block that is too large is no reason to fail: `allocate` tries again with less.
    static_cast<void>(arena_.reserve(size + room_for_nodes(text.size())));
    bytes = static_cast<char*>(arena_.allocate(size, 1));
    if (bytes != nullptr) {
      if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
      std::memset(bytes + text.size(), 0, source_padding);
      text_ = {bytes, text.size()};
    }
  } else {
    static_cast<void>(arena_.reserve(room_for_nodes(text.size())));
    text_ = text;
  }
  auto* const config = text_.data() == nullptr ? nullptr : arena_.create<AMCTDistillConfig>();
  if (config == nullptr) {
    reporter.last_resort(Code::out_of_memory, {});
    return;
  }
  config_ = config;
  detail::Parser parser(text_.data(), text_.data() + text_.size(), options, reporter);
  parser.run(config_schema(), config);
  reporter.finish();
}

Document parse(std::string_view text, const ParseOptions& options) noexcept {
  Document document;
  document.read(text, true, options);
  return document;
}

Document borrow_padded(std::string_view text, const ParseOptions& options) noexcept {
  Document document;
  document.read(text, false, options);
  return document;
}

}  // namespace distillcfg
