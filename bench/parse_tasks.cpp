#include "parse_tasks.hpp"

#include <google/protobuf/text_format.h>
#include <simdjson.h>

// RapidJSON uses vector instructions only if told that the processor has them.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/document.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "distillcfg/print.hpp"
#include "distillcfg/validate.hpp"
#include "memory.hpp"

namespace distillcfg::bench {

namespace {

using google::protobuf::TextFormat;
using Message = AMCTPytorchDistillProto::AMCTDistillConfig;
using benchmark::State;

bool append(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
  return true;
}

// Runs `step` once unmeasured, then as often as is asked for. Its result says whether it went well.
template <class Step>
void measure_again(State& state, const std::string& text, Step step) {
  if (!step()) return state.SkipWithError("failed");
  for ([[maybe_unused]] auto iteration : state) {
    bool ok = step();
    benchmark::DoNotOptimize(ok);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

// ---- everything used again

// An embedder's way: one buffer, used again for every text.
class ReusedBuffer {
 public:
  explicit ReusedBuffer(const ParseInput& input)
      : size_(static_cast<std::size_t>(arena_bound(input.text.size()))), bytes_(new std::byte[size_]) {}

  [[nodiscard]] Memory memory() const { return Memory(std::span(bytes_.get(), size_)); }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> bytes_;
};

// `read` is parse or borrow_padded.
template <auto read>
void measure_reading(State& state, std::string_view text, const ParseInput& input, Layouts* layouts) {
  const ReusedBuffer buffer(input);
  const ParseOptions options{.memory = buffer.memory(), .layouts = layouts};
  measure_again(state, input.text, [&] {
    Document document = read(text, options);
    benchmark::DoNotOptimize(document);
    return document.ok();
  });
}

void run_parse_reused(State& state, const ParseInput& input) {
  Layouts layouts;
  measure_reading<parse>(state, input.text, input, &layouts);
}

void run_parse_unlearnt(State& state, const ParseInput& input) {
  measure_reading<parse>(state, input.text, input, nullptr);
}

void run_parse_borrowed(State& state, const ParseInput& input) {
  const std::string padded = input.text + std::string(source_padding, '\0');
  Layouts layouts;
  measure_reading<borrow_padded>(state, {padded.data(), input.text.size()}, input, &layouts);
}

void run_text_format_reused(State& state, const ParseInput& input) {
  TextFormat::Parser parser;
  Message message;
  measure_again(state, input.text, [&] { return parser.ParseFromString(input.text, &message); });
}

void run_binary_reused(State& state, const ParseInput& input) {
  Message message;
  measure_again(state, input.text, [&] { return message.ParseFromString(input.binary); });
}

void run_simdjson_reused(State& state, const ParseInput& input) {
  const simdjson::padded_string json(input.json);
  simdjson::dom::parser parser;
  measure_again(state, input.text, [&] { return parser.parse(json).error() == simdjson::SUCCESS; });
}

// RapidJSON's memory for a document, which holds it in one piece from the second use on.
class RapidJsonMemory {
 public:
  explicit RapidJsonMemory(const ParseInput& input) {
    rapidjson::Document first;
    first.Parse(input.json.data(), input.json.size());
    size_ = first.GetAllocator().Size() + first.GetAllocator().Size() / 8 + 1024;
    bytes_.reset(new std::byte[size_]);
    pool_.emplace(bytes_.get(), size_);
    document_.emplace(&*pool_);
  }

  rapidjson::Document& clear() {
    document_->SetNull();
    pool_->Clear();
    return *document_;
  }

 private:
  std::size_t size_ = 0;
  std::unique_ptr<std::byte[]> bytes_;
  std::optional<rapidjson::MemoryPoolAllocator<>> pool_;
  std::optional<rapidjson::Document> document_;
};

void run_rapidjson_reused(State& state, const ParseInput& input) {
  RapidJsonMemory memory(input);
  measure_again(state, input.text,
                [&] { return !memory.clear().Parse(input.json.data(), input.json.size()).HasParseError(); });
}

// Strings stay where they are in the text, which it changes: each time it needs a copy.
void run_rapidjson_in_situ_reused(State& state, const ParseInput& input) {
  RapidJsonMemory memory(input);
  const std::unique_ptr<char[]> json(new char[input.json.size() + 1]);
  measure_again(state, input.text, [&] {
    std::memcpy(json.get(), input.json.c_str(), input.json.size() + 1);
    return !memory.clear().ParseInsitu(json.get()).HasParseError();
  });
}

void run_copy(State& state, const ParseInput& input) {
  const std::unique_ptr<char[]> target(new char[input.text.size()]);
  measure_again(state, input.text, [&] {
    std::memcpy(target.get(), input.text.data(), input.text.size());
    benchmark::DoNotOptimize(target.get());
    benchmark::ClobberMemory();
    return true;
  });
}

// ---- everything made anew

void run_parse_fresh(State& state, const ParseInput& input) {
  measure_again(state, input.text, [&] {
    Document document = parse(input.text);
    benchmark::DoNotOptimize(document);
    return document.ok();
  });
}

void run_text_format_fresh(State& state, const ParseInput& input) {
  measure_again(state, input.text, [&] {
    TextFormat::Parser parser;
    Message message;
    return parser.ParseFromString(input.text, &message);
  });
}

void run_binary_fresh(State& state, const ParseInput& input) {
  measure_again(state, input.text, [&] {
    Message message;
    return message.ParseFromString(input.binary);
  });
}

void run_simdjson_fresh(State& state, const ParseInput& input) {
  const simdjson::padded_string json(input.json);
  measure_again(state, input.text, [&] {
    simdjson::dom::parser parser;
    return parser.parse(json).error() == simdjson::SUCCESS;
  });
}

void run_rapidjson_fresh(State& state, const ParseInput& input) {
  measure_again(state, input.text, [&] {
    rapidjson::Document document;
    return !document.Parse(input.json.data(), input.json.size()).HasParseError();
  });
}

// ---- what is done with the result

void run_print(State& state, const ParseInput& input) {
  std::string output;
  output.reserve(input.printed.size());
  measure_again(state, input.printed, [&] {
    output.clear();
    return print(input.document.config(), Sink{append, &output}).ok();
  });
}

void run_text_format_print(State& state, const ParseInput& input) {
  const TextFormat::Printer printer;
  std::string output;
  output.reserve(input.printed.size());
  measure_again(state, input.printed, [&] { return printer.PrintToString(input.message, &output); });
}

void run_validate(State& state, const ParseInput& input) {
  ReusedMemory reused;
  measure_again(state, input.text, [&] {
    Diagnostics found = validate(input.document.config(), {.text = input.document.text(), .memory = reused.memory()});
    benchmark::DoNotOptimize(found);
    return true;
  });
}

}  // namespace

const NamedParseTask parse_tasks[parse_task_count] = {
    {"parse_reused", run_parse_reused},
    {"parse_unlearnt", run_parse_unlearnt},
    {"parse_borrowed", run_parse_borrowed},
    {"text_format_reused", run_text_format_reused},
    {"binary_reused", run_binary_reused},
    {"simdjson_reused", run_simdjson_reused},
    {"rapidjson_reused", run_rapidjson_reused},
    {"rapidjson_in_situ_reused", run_rapidjson_in_situ_reused},
    {"memcpy", run_copy},
    {"parse_fresh", run_parse_fresh},
    {"text_format_fresh", run_text_format_fresh},
    {"binary_fresh", run_binary_fresh},
    {"simdjson_fresh", run_simdjson_fresh},
    {"rapidjson_fresh", run_rapidjson_fresh},
    {"print", run_print},
    {"text_format_print", run_text_format_print},
    {"validate", run_validate},
};

}  // namespace distillcfg::bench
