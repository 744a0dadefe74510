#include <algorithm>
#include <string>
#include <string_view>

#include "distillcfg/render.hpp"
#include "render/display.hpp"
#include "render/words.hpp"
#include "text/characters.hpp"

namespace distillcfg {
namespace {

using render::Literal;
using render::Shown;

struct CatalogueText {
  Literal english;
  Literal chinese;

  [[nodiscard]] constexpr Literal in(Language language) const noexcept {
    return language == Language::zh ? chinese : english;
  }
};

struct CodeText {
  Code code;
  CatalogueText text;
};
constexpr CodeText code_texts[] = {
#define DIAG(number, name, severity, arguments, english, chinese) {Code::name, {english, chinese}},
#include "distillcfg/diagnostics.def"
};

// In the order of NoteKind.
constexpr CatalogueText note_texts[] = {
#define NOTE(name, arguments, english, chinese) {english, chinese},
#include "distillcfg/diagnostics.def"
};

// Whether a text has {0} to {count - 1}, each at least once, and no other brace that is not doubled.
consteval bool has_placeholders(std::string_view text, std::size_t count) {
  bool seen[max_arguments] = {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != '}') continue;
    if (i + 1 < text.size() && text[i + 1] == text[i]) {
      ++i;
      continue;
    }
    if (text[i] == '}' || i + 2 >= text.size() || text[i + 2] != '}') return false;
    const auto index = static_cast<std::size_t>(text[i + 1] - '0');
    if (index >= count) return false;
    seen[index] = true;
    i += 2;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!seen[i]) return false;
  }
  return true;
}

// So vformat below never meets a text that it cannot fill.
#define DIAG(number, name, severity, arguments, english, chinese)                  \
  static_assert(has_placeholders(english, std::string_view(arguments).size()) &&   \
                    has_placeholders(chinese, std::string_view(arguments).size()), \
                #name);
#define NOTE(name, arguments, english, chinese) DIAG(0, name, note, arguments, english, chinese)
#include "distillcfg/diagnostics.def"

// Names of the characters that stand in a text unseen most often, and look like a space or nothing.
struct CharacterName {
  char32_t code_point;
  CatalogueText name;
};
constexpr CharacterName unseen_characters[] = {
    {0x00A0, {"no-break space", "不换行空格"}},
    {0x2002, {"en space", "半身空格"}},
    {0x2003, {"em space", "全身空格"}},
    {0x2009, {"thin space", "窄空格"}},
    {0x200B, {"zero width space", "零宽空格"}},
    {0x200C, {"zero width non-joiner", "零宽不连字"}},
    {0x200D, {"zero width joiner", "零宽连字"}},
    {0x200E, {"left-to-right mark", "左至右标记"}},
    {0x200F, {"right-to-left mark", "右至左标记"}},
    {0x2028, {"line separator", "行分隔符"}},
    {0x2029, {"paragraph separator", "段分隔符"}},
    {0x202A, {"left-to-right embedding", "左至右嵌入"}},
    {0x202B, {"right-to-left embedding", "右至左嵌入"}},
    {0x202D, {"left-to-right override", "左至右覆盖"}},
    {0x202E, {"right-to-left override", "右至左覆盖"}},
    {0x202F, {"narrow no-break space", "窄不换行空格"}},
    {0x3000, {"full-width space", "全角空格"}},
    {0xFEFF, {"byte order mark", "字节顺序标记"}},
};

Shown argument_text(const Argument& argument, Language language) {
  switch (argument.kind) {
    case 'q':
      if (argument.text.empty()) return render::words(language).end_of_file;
      return render::shown("'{}'", render::display_shortened(argument.text, render::max_argument_columns));
    case 'n': return render::shown("{}", argument.number);
    case 'c': return render::code_point_text(argument.number, language);
    case 'b': return render::shown("\\x{:02X}", argument.number & 0xFFU);
    default: return render::display_shortened(argument.text, render::max_argument_columns);
  }
}

Shown fill(Literal text, const Argument (&arguments)[max_arguments], Language language) {
  static_assert(max_arguments == 4);
  return render::shown(text, argument_text(arguments[0], language), argument_text(arguments[1], language),
                       argument_text(arguments[2], language), argument_text(arguments[3], language));
}

}  // namespace

std::string message_of(const Diagnostic& diagnostic, Language language) {
  return std::string(render::message(diagnostic, language).view());
}

std::string message_of(const Note& note, Language language) {
  return std::string(render::message(note, language).view());
}

namespace render {

Shown message(const Diagnostic& diagnostic, Language language) {
  const auto* const row = std::ranges::find(code_texts, diagnostic.code, &CodeText::code);
  if (row == std::end(code_texts)) return {};
  Shown message = fill(row->text.in(language), diagnostic.arguments, language);
  if (!diagnostic.suggestion.empty()) {
    message.append(words(language).did_you_mean, display_shortened(diagnostic.suggestion, max_argument_columns));
  }
  return message;
}

Shown message(const Note& note, Language language) {
  return fill(note_texts[static_cast<std::size_t>(note.kind)].in(language), note.arguments, language);
}

Shown slug(Code code) {
  std::string slug(name_of(code));
  std::ranges::replace(slug, '_', '-');
  return display(slug);
}

Shown code_text(Code code) { return shown("D{:04}", static_cast<unsigned>(code)); }

Shown code_point_text(std::uint64_t number, Language language) {
  const auto code_point = static_cast<char32_t>(number);
  Shown hex = shown("U+{:04X}", number);
  const Words& words = render::words(language);
  for (const CharacterName& character : unseen_characters) {
    if (character.code_point == code_point) return shown(words.named_code_point, hex, character.name.in(language));
  }
  if (number > 0x10FFFF) return hex;
  char bytes[4];
  const std::string_view text(bytes, detail::write_utf8(code_point, bytes));
  const Glyph glyph = glyph_at(text, 0);
  // A combining character would sit on the quote before it.
  if (glyph.form != Form::itself || glyph.columns == 0) return hex;
  return shown(words.code_point, display(text), hex);
}

Shown more_text(std::uint64_t count, Severity severity, const RenderOptions& options) {
  const Words& words = render::words(options.language);
  std::string number = std::to_string(count);
  for (std::size_t i = number.size(); i > 3; i -= 3) number.insert(i - 3, ",");
  Shown text = shown(severity == Severity::error ? words.more_errors : words.more_warnings, display(number),
                     count == 1 ? Literal("") : Literal("s"));
  if (!options.limit_hint.empty()) text.append(words.hint, display(options.limit_hint));
  return text;
}

}  // namespace render
}  // namespace distillcfg
