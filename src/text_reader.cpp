#include "text_reader.hpp"

#include <new>
#include <type_traits>

#include "layouts.hpp"
#include "parser.hpp"

namespace distillcfg {

#ifdef DISTILLCFG_NO_FAST_PATH

Layouts::Layouts() noexcept { static_cast<void>(bytes_); }

#else

static_assert(sizeof(detail::KeptLayouts) <= Layouts::size && std::is_trivially_destructible_v<detail::KeptLayouts>);

Layouts::Layouts() noexcept { new (bytes_) detail::KeptLayouts; }

#endif

namespace detail {

void TextReader::make_arena(ParsedText& parsed, const Memory& memory) noexcept { parsed.arena_ = Arena(memory); }

bool TextReader::run_parser(ParsedText& parsed, const MessageSchema& schema, void* root, const ParseOptions& options,
                            Reporter& reporter) noexcept {
  const char* const begin = parsed.text_.data();
  const char* const end = begin + parsed.text_.size();
#ifdef DISTILLCFG_NO_FAST_PATH
  // Small as they are then, the stack may be smaller.
  struct WithLearnt {
    LearntLayouts learnt;
    Parser parser;
  };
  void* const place = parsed.arena_.allocate(sizeof(WithLearnt), alignof(WithLearnt));
  if (place == nullptr) {
    reporter.last_resort(Code::out_of_memory, {});
    return false;
  }
  auto* const learnt = new (place) LearntLayouts;
  (new (&static_cast<WithLearnt*>(place)->parser) Parser(begin, end, options, reporter, *learnt))->run(schema, root);
#else
  if (options.layouts == nullptr) {
    LearntLayouts learnt;
    Parser(begin, end, options, reporter, learnt).run(schema, root);
  } else {
    auto& kept = *std::launder(reinterpret_cast<KeptLayouts*>(options.layouts->bytes_));
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

}  // namespace detail

}  // namespace distillcfg
