// What all texts have in common: memory, the copy with padding, the parser, the diagnostics.
#pragma once

#include <cstring>
#include <string_view>

#include "distillcfg/parse.hpp"
#include "distillcfg/schema.hpp"
#include "reporter.hpp"

namespace distillcfg::detail {

class TextReader {
 public:
  // Reads `text` as a message of the schema into `result`; `check`, called with the Root, its
  // text and the Reporter, adds what the format alone does not ask for.
  template <class Root, class Result, class Check>
  static Result read(std::string_view text, bool copy, const MessageSchema& schema, const ParseOptions& options,
                     Check check) noexcept {
    Result result;
    ParsedText& parsed = result;
    make_arena(parsed, options.memory);
    Reporter reporter(parsed.diagnostics_, parsed.arena_, options.limits);
    if (text.size() > max_source_size) {
      reporter.text_too_large();
      return result;
    }
    const bool has_text = place_text(parsed, text, copy, sizeof(Root));
    auto* const root = has_text ? parsed.arena_.template create<Root>() : nullptr;
    if (root == nullptr) {
      reporter.last_resort(Code::out_of_memory, {});
      return result;
    }
    parsed.root_ = root;
    if (run_parser(parsed, schema, root, options, reporter)) check(*root, parsed.text_, reporter);
    reporter.finish();
    return result;
  }

 private:
  // Out of line, so that what it moves is not in the way while the text is read: stacks may be small.
  static void make_arena(ParsedText& parsed, const Memory& memory) noexcept;
  // False if there is no memory.
  [[nodiscard]] static bool run_parser(ParsedText& parsed, const MessageSchema& schema, void* root,
                                       const ParseOptions& options, Reporter& reporter) noexcept;
  [[nodiscard]] static bool place_text(ParsedText& parsed, std::string_view text, bool copy,
                                       std::size_t root_size) noexcept;
};

}  // namespace distillcfg::detail
