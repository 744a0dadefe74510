// distillcfg in firmware: reads a quant.cfg that stands in flash, checks it, and says what the layers
// of a network get. There is no heap, no operating system and no C library.
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

#include "board.hpp"
#include "distillcfg/ast.hpp"
#include "distillcfg/diagnostics.hpp"
#include "distillcfg/memory.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"

using namespace distillcfg;
using namespace std::string_view_literals;

extern "C" {
extern const char quant_cfg[], quant_cfg_end[], mistakes_cfg[], mistakes_cfg_end[];
}

namespace {

// Where the results live, and what they hold: static, because a stack should be small.
template <class Result, std::size_t size>
struct Place {
  alignas(Result) std::byte result[sizeof(Result)];
  alignas(std::max_align_t) std::byte buffer[size];

  Memory memory() { return Memory(buffer); }
};
Place<Document, 1664> document_place;
Place<Diagnostics, 2048> validation_place;
Place<Resolution, 2304> resolution_place;

constexpr Module module(std::string_view name, std::string_view type) {
  Module result;
  result.name = Text(name);
  result.type = Text(type);
  return result;
}
constinit Field<Module> modules[] = {module("layer1"sv, "Conv2d"sv), module("layer3"sv, "Linear"sv),
                                     module("layer4"sv, "Linear"sv)};
constinit Model model;

// A line of output.
class Line {
 public:
  Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    add("\n"sv);
    text_[size_] = '\0';
    board::write(text_);
  }

  Line& add(std::string_view text) {
    for (const char c : text) {
      if (size_ < sizeof text_ - 2 || c == '\n') text_[size_++] = c;
    }
    return *this;
  }
  Line& add(std::uint32_t number) {
    char digits[10];
    std::size_t count = 0;
    do digits[count++] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    while (count != 0) add(std::string_view(&digits[--count], 1));
    return *this;
  }

 private:
  char text_[80];
  std::size_t size_ = 0;
};

[[gnu::noinline]] void show(std::string_view a, std::string_view b) { Line().add(a).add(b); }

[[gnu::noinline]] void show(const Diagnostic& diagnostic, std::string_view text) {
  Line line;
  line.add(diagnostic.severity == Severity::error ? "error D"sv : "warning D"sv);
  line.add(static_cast<std::uint32_t>(diagnostic.code));
  if (!diagnostic.at.has_place()) return;
  const Position position = position_of(text, diagnostic.at.begin);
  line.add(" line "sv).add(position.line).add(" column "sv).add(position.column);
}

void show(const Diagnostics& diagnostics, std::string_view text) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) show(diagnostics[i], text);
}

std::string_view name_of(DataType type) { return type == DataType::INT4 ? "INT4"sv : "INT8"sv; }

std::string_view name_of(Origin from) {
  constexpr std::string_view names[] = {"skip layer"sv,    "skip type"sv, "layer override"sv,
                                        "type override"sv, "global"sv,    "default"sv};
  return names[static_cast<std::size_t>(from)];
}

[[gnu::noinline]] void show(const Resolution& resolution, const Layer& layer, std::string_view text) {
  Line line;
  line.add(resolution.name(layer));
  if (resolution.quantized(layer)) {
    line.add(": data "sv).add(name_of(resolution.data(layer).dst_type.value));
    line.add(", weights "sv).add(name_of(resolution.weight(layer).dst_type.value));
  } else {
    line.add(": not quantised"sv);
  }
  const Rule rule = resolution.rule(layer);
  line.add(", "sv).add(name_of(rule.from));
  if (rule.at != absent) line.add(", line "sv).add(position_of(text, rule.at).line);
}

[[gnu::noinline]] void show_use(std::uint32_t stack) {
  Line().add("used: "sv).add(board::memory_used()).add(" bytes of memory, "sv).add(stack).add(" of stack"sv);
}

// False if the text is refused.
[[gnu::noinline]] bool read(std::string_view name, std::string_view text) {
  // The buffer is used again for the next text, so nothing of this one is kept.
  const auto& document =
      *new (document_place.result) Document(borrow_padded(text, {.memory = document_place.memory()}));
  show(name, document.ok() ? ": accepted"sv : ": refused"sv);
  if (document.ok()) {
    show(document.diagnostics(), text);
    return true;
  }
  // The first of them is the same with and without recovery.
  show(document.diagnostics()[0], text);
  return false;
}

[[gnu::noinline]] void check_and_resolve(std::string_view text) {
  const auto& document = *std::launder(reinterpret_cast<const Document*>(document_place.result));
  const auto& validation = *new (validation_place.result) Diagnostics(
      validate(document.config(), {.text = text, .memory = validation_place.memory()}));
  show(validation, text);
  model.module = List<Field<Module>>(modules);
  const auto& resolution = *new (resolution_place.result) Resolution(
      resolve(document.config(), model, {.config_text = text, .memory = resolution_place.memory()}));
  show(resolution.diagnostics(), text);
  for (const Layer& layer : resolution.layers()) show(resolution, layer, text);
}

}  // namespace

int main() {
  const std::string_view good(quant_cfg, static_cast<std::size_t>(quant_cfg_end - quant_cfg));
  const std::string_view bad(mistakes_cfg, static_cast<std::size_t>(mistakes_cfg_end - mistakes_cfg));
  if (!read("quant.cfg"sv, good)) return 1;
  check_and_resolve(good);
  const std::uint32_t stack = board::stack_used();
  if (read("mistakes.cfg"sv, bad)) return 2;
  show_use(stack);
  return 0;
}
