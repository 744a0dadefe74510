// One task on a fixed input, for its instructions to be counted.
//
//     counted_task           the names of all tasks
//     counted_task NAME      runs it twice: first unmeasured, then as the function `counted`
//
// To be run in the project's root; scripts/count_instructions.sh does, under callgrind.
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "distillcfg/config_json.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"
#include "generate_inputs.hpp"
#include "memory.hpp"

namespace {

using namespace distillcfg;
using namespace distillcfg::bench;

constexpr std::size_t layers = 100;

struct Inputs {
  std::string regular = generate_input(Layout::regular, layers, 1);
  std::string irregular = generate_input(Layout::irregular, layers, 1);
  std::string short_regular = generate_input(Layout::regular, 9, 1);
  std::string sample;
  std::string model_text = generate_model(layers);
  Document regular_config = parse(regular);
  Document irregular_config = parse(irregular);
  ModelDocument model = parse_model(model_text);
  ReusedMemory reused;
  Layouts layouts;
};

bool discard(void*, const char*, std::size_t) { return true; }
constexpr Sink nowhere{discard, nullptr};

// Each returns whether it went well.
struct Task {
  const char* name;
  bool (*run)(Inputs&);
};
constexpr Task tasks[] = {
    {"parse-regular", [](Inputs& in) { return parse(in.regular, {.memory = in.reused.memory()}).ok(); }},
    {"parse-irregular", [](Inputs& in) { return parse(in.irregular, {.memory = in.reused.memory()}).ok(); }},
    {"parse-sample", [](Inputs& in) { return parse(in.sample, {.memory = in.reused.memory()}).ok(); }},
    {"parse-short", [](Inputs& in) { return parse(in.short_regular, {.memory = in.reused.memory()}).ok(); }},
    {"parse-short-again",
     [](Inputs& in) { return parse(in.short_regular, {.memory = in.reused.memory(), .layouts = &in.layouts}).ok(); }},
    {"parse-model", [](Inputs& in) { return parse_model(in.model_text, {.memory = in.reused.memory()}).ok(); }},
    {"print-regular", [](Inputs& in) { return print(in.regular_config.config(), nowhere).ok(); }},
    {"print-irregular", [](Inputs& in) { return print(in.irregular_config.config(), nowhere).ok(); }},
    {"validate-regular",
     [](Inputs& in) {
       const ValidateOptions options{.text = in.regular_config.text(), .memory = in.reused.memory()};
       return !validate(in.regular_config.config(), options).has_errors();
     }},
    {"validate-irregular",
     [](Inputs& in) {
       const ValidateOptions options{.text = in.irregular_config.text(), .memory = in.reused.memory()};
       return !validate(in.irregular_config.config(), options).has_errors();
     }},
    {"resolve-and-config-json",
     [](Inputs& in) {
       const Resolution resolution =
           resolve(in.regular_config.config(), in.model.model(), {.memory = in.reused.memory()});
       return write_config_json(resolution, nowhere).ok();
     }},
};

}  // namespace

// callgrind knows it by this name.
extern "C" [[gnu::noinline]] bool counted(const void* task, void* inputs);
bool counted(const void* task, void* inputs) {
  return static_cast<const Task*>(task)->run(*static_cast<Inputs*>(inputs));
}

int main(int argc, char** argv) {
  if (argc != 2) {
    for (const Task& task : tasks) std::printf("%s\n", task.name);
    return 0;
  }
  Inputs inputs;
  std::ifstream sample("examples/quant.cfg", std::ios::binary);
  inputs.sample.assign(std::istreambuf_iterator<char>(sample), std::istreambuf_iterator<char>());
  for (const Task& task : tasks) {
    if (std::string_view(argv[1]) != task.name) continue;
    const bool ok = !inputs.sample.empty() && task.run(inputs) && counted(&task, &inputs);
    return ok ? 0 : 1;
  }
  std::fprintf(stderr, "no task is called %s\n", argv[1]);
  return 2;
}
