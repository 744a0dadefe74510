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

}  // namespace distillcfg
