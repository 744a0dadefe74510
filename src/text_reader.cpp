#include "text_reader.hpp"

#include <new>

#include "layouts.hpp"
#include "parser.hpp"

namespace distillcfg::detail {

void TextReader::make_arena(ParsedText& parsed, const Memory& memory) noexcept { parsed.arena_ = Arena(memory); }

bool TextReader::run_parser(ParsedText& parsed, const MessageSchema& schema, void* root, const ParseOptions& options,
                            Reporter& reporter) noexcept {
  const char* const begin = parsed.text_.data();
  const char* const end = begin + parsed.text_.size();
#ifdef DISTILLCFG_NO_FAST_PATH
  // Small as they are then, the stack may be smaller.
  auto* const learnt = parsed.arena_.create<LearntLayouts>();
  auto* const parser =
      learnt == nullptr ? nullptr : parsed.arena_.create<Parser>(begin, end, options, reporter, *learnt);
  if (parser == nullptr) {
    reporter.last_resort(Code::out_of_memory, {});
    return false;
  }
  parser->run(schema, root);
#else
  if (options.layouts == nullptr) {
    LearntLayouts learnt;
    Parser(begin, end, options, reporter, learnt).run(schema, root);
  } else {
    KeptLayouts& kept = KeptLayouts::of(*options.layouts);
    Parser(begin, end, options, reporter, kept.begin_text(schema)).run(schema, root);
    kept.end_text();
  }
#endif
  return true;
}

bool TextReader::place_text(ParsedText& parsed, std::string_view text, bool copy, std::size_t root_size) noexcept {
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

}  // namespace distillcfg::detail
