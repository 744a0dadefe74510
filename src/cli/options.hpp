// What the command line asks for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/distillcfg.hpp"
#include "render/display.hpp"

namespace distillcfg::cli {

// Exit statuses; of several files the worst counts, which is the largest.
enum Status : int {
  status_ok = 0,
  status_input = 1,    // the input has errors
  status_trouble = 2,  // wrong usage, or reading or writing failed
};

enum class Command : std::uint8_t { none, check, print, resolve, explain, diff };
enum class Format : std::uint8_t { text, gcc, json, sarif };
enum class Product : std::uint8_t { table, json, amct };
enum class Color : std::uint8_t { automatic, always, never };

struct Options {
  Command command = Command::none;
  std::vector<const char*> files;  // of explain: a file, and names of layers
  const char* model = nullptr;
  const char* output = nullptr;
  Product product = Product::table;
  Format format = Format::text;  // of the diagnostics
  Semantics semantics = Semantics::strict;
  Language language = Language::en;
  Color color = Color::automatic;
  std::uint32_t max_errors = Limits{}.max_errors;  // and warnings
  bool allow_unknown = false;
  bool int4 = true;
  bool warnings_as_errors = false;
  bool help = false;
  bool version = false;
};

// Options in any order before and behind the files, as --name value or --name=value; those that every
// command has may stand before the command too. The last of several wins.
struct Invocation {
  Options options;
  render::Shown error;  // empty: none; else in the language that the options ask for
};
[[nodiscard]] Invocation read_arguments(std::span<const char* const> arguments);

// What --help prints.
[[nodiscard]] render::Shown help_text(Command command, Language language);

// "check"; there is none for Command::none.
[[nodiscard]] render::Literal command_name(Command command);

// Of two texts that say the same, the one in the language.
[[nodiscard]] constexpr render::Literal choose(Language language, render::Literal english,
                                               render::Literal chinese) noexcept {
  return language == Language::zh ? chinese : english;
}

}  // namespace distillcfg::cli
