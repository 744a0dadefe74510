// How much stack each pass of the core takes: each runs on a thread of its own whose stack lies between two
// pages that must not be touched and was painted before, so that what was used shows.
//
//     stack_test
//
// Fails where a pass takes more than its bound, and ends in a crash where one leaves the stack: 16 KiB, or
// the least that the system makes threads with. What a thread takes that does nothing does not count for a
// bound, but has to fit too.
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "distillcfg/config_json.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"

namespace {

using namespace distillcfg;

constexpr std::size_t wanted_stack = 16384;
constexpr unsigned char paint = 0xA5;

class Stack {
 public:
  Stack() : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    const long least = sysconf(_SC_THREAD_STACK_MIN);
    size_ = std::max(wanted_stack, least < 0 ? 0 : static_cast<std::size_t>(least));
    size_ = (size_ + page_ - 1) / page_ * page_;
    void* const all = mmap(nullptr, size_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return;
    begin_ = static_cast<unsigned char*>(all) + page_;
    if (mprotect(begin_, size_, PROT_READ | PROT_WRITE) != 0) begin_ = nullptr;
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() {
    if (begin_ != nullptr) munmap(begin_ - page_, size_ + 2 * page_);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  // Runs the function on a thread on this stack; returns how many bytes from the top on it touched, 0 if
  // there could be no such thread.
  std::size_t depth_of(void* (*function)(void*), void* argument) {
    if (begin_ == nullptr) return 0;
    std::memset(begin_, paint, size_);
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    const bool ran = pthread_attr_setstack(&attributes, begin_, size_) == 0 &&
                     pthread_create(&thread, &attributes, function, argument) == 0 &&
                     pthread_join(thread, nullptr) == 0;
    pthread_attr_destroy(&attributes);
    if (!ran) return 0;
    std::size_t untouched = 0;
    while (untouched < size_ && begin_[untouched] == paint) ++untouched;
    return size_ - untouched;
  }

 private:
  std::size_t page_;
  std::size_t size_ = 0;
  unsigned char* begin_ = nullptr;
};

// ---- The passes. They find their inputs and leave their results here: a thread's stack is not theirs.

std::string config_text;
std::string broken_text;
std::string model_text;
alignas(64) std::byte config_memory[1U << 20U];
alignas(64) std::byte model_memory[1U << 20U];
alignas(64) std::byte other_memory[1U << 20U];
Layouts layouts;
Document document;
ModelDocument model;
Resolution resolution;
bool passed;

bool discard(void*, const char*, std::size_t) { return true; }
constexpr Sink nowhere{discard, nullptr};

struct Pass {
  const char* name;
  void* (*run)(void*);
  std::size_t bound;
};

void* nothing(void*) {
  passed = true;
  return nullptr;
}
template <Semantics semantics>
void* parse_config(void*) {
  document = parse(config_text, {.semantics = semantics, .memory = Memory(config_memory)});
  passed = document.ok();
  return nullptr;
}
void* parse_learnt(void*) {
  const Document result = parse(config_text, {.memory = Memory(other_memory), .layouts = &layouts});
  passed = result.ok();
  return nullptr;
}
void* parse_broken(void*) {
  const Document result = parse(broken_text, {.allow_unknown = true, .memory = Memory(other_memory)});
  passed = !result.ok();
  return nullptr;
}
void* parse_network(void*) {
  model = parse_model(model_text, {.memory = Memory(model_memory)});
  passed = model.ok();
  return nullptr;
}
void* validate_config(void*) {
  passed = !validate(document.config(), {.text = document.text(), .memory = Memory(other_memory)}).has_errors();
  return nullptr;
}
void* resolve_config(void*) {
  resolution =
      resolve(document.config(), model.model(), {.config_text = document.text(), .memory = Memory(other_memory)});
  passed = resolution.ok();
  return nullptr;
}
void* print_config(void*) {
  passed = print(document.config(), nowhere).ok();
  return nullptr;
}
void* write_json(void*) {
  passed = write_config_json(resolution, nowhere).ok();
  return nullptr;
}

void make_inputs() {
  const char* const kinds[][3] = {
      {"conv", "Conv2d", "Conv"}, {"bn", "BatchNorm2d", "BatchNormalization"}, {"relu", "ReLU", "Relu"}};
  constexpr unsigned layers = 50;
  unsigned next = 0;
  std::string nodes;
  for (unsigned i = 0; i < layers; ++i) {
    for (const auto& [stem, type, op] : kinds) {
      const std::string name = "block" + std::to_string(i) + "." + stem;
      model_text += "module { name: \"" + name + "\" type: \"" + type + "\" }\n";
      nodes += "node { name: \"" + name + "\" op_type: \"" + op + "\" module_name: \"" + name + "\" output { ";
      nodes += (++next == 3 * layers ? "graph_output: 0" : "consumer: " + std::to_string(next)) + " } }\n";
    }
    const std::string block = "\"block" + std::to_string(i);
    if (i % 3 == 0) {
      config_text +=
          "distill_override_layers { layer_name: " + block +
          ".conv\" distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: " + std::to_string(i + 1) +
          ".1234567891e-12 clip_min: -1.17549435e-38 } dst_type: INT8 } } }\n";
    } else if (i % 7 == 0) {
      config_text += "quant_skip_layers: [" + block + ".\\x63onv\"]\n";
    }
    if (i % 10 == 0) {
      config_text += "distill_group { start_layer_name: " + block + ".conv\" end_layer_name: " + block + ".relu\" }\n";
    }
  }
  model_text += nodes + "graph_output: \"output\"\n";
  broken_text = config_text +
                "batch_nun: x\nfuture { x: [[[1]]] [a.b/c] < y: 'z' > }\ndistill_grup { start_layer_nam: 'a\\q' }\n"
                "quant_skip_layers: ['a' 'b', nope, \"\xFF\", 'c\ndata_dump: ture\n<<<<<<< HEAD\n// no\n}}\n"
                "distill_data_quant_config: { ulq_quantize = { clip_max_min { clip_max: 08";
  // Wrong signs between a name and its value, as many as there may be.
  for (const char* const sign : {"\xEF\xBC\x9A", " =", " \xC2\xA0"}) {
    broken_text += "distill_data_quant_config";
    for (int i = 0; i < 2000; ++i) broken_text += sign;
    broken_text += " { }\n";
  }
}

// Of an optimised build on any processor. Of 16 KiB a thread itself takes up to 5, most of it the C library's.
#ifdef DISTILLCFG_NO_FAST_PATH
constexpr std::size_t parser_bound = 4096;
#else
constexpr std::size_t parser_bound = 12'288;
#endif
constexpr std::size_t bound = 4096;

constexpr Pass passes[] = {
    {"parse, strict", parse_config<Semantics::strict>, parser_bound},
    {"parse, amct", parse_config<Semantics::amct>, parser_bound},
    {"parse, with layouts", parse_learnt, parser_bound},
    {"parse, again", parse_learnt, parser_bound},
    {"parse, with mistakes", parse_broken, parser_bound},
    {"parse_model", parse_network, parser_bound},
    {"validate", validate_config, bound},
    {"resolve", resolve_config, bound},
    {"print", print_config, bound},
    {"write_config_json", write_json, bound},
};

}  // namespace

int main() {
  make_inputs();
  Stack stack;
  const std::size_t of_thread = stack.depth_of(nothing, nullptr);
  if (of_thread == 0) {
    std::printf("there is no thread with a stack of %zu bytes\n", stack.size());
    return 1;
  }
  std::printf("%-24s%6zu bytes of %zu\n", "a thread alone", of_thread, stack.size());
  int failures = 0;
  for (const Pass& pass : passes) {
    passed = false;
    const std::size_t all = stack.depth_of(pass.run, nullptr);
    const std::size_t depth = all - of_thread;
    const char* const verdict = !passed ? "  FAILED" : depth > pass.bound ? "  TOO MUCH" : "";
    std::printf("%-24s%6zu bytes, at most %zu%s\n", pass.name, depth, pass.bound, verdict);
    failures += !passed || depth > pass.bound ? 1 : 0;
  }
  return failures == 0 ? 0 : 1;
}
