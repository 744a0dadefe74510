#include "parse_input.hpp"

#include <google/protobuf/text_format.h>

#include <cstdio>
#include <utility>

#include "distillcfg/print.hpp"
#include "json_text.hpp"
#include "memory.hpp"

namespace distillcfg::bench {

namespace {

bool append(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
  return true;
}

}  // namespace

std::unique_ptr<ParseInput> prepare_input(std::string name, std::string text) {
  using google::protobuf::TextFormat;
  auto input = std::make_unique<ParseInput>();
  input->name = std::move(name);
  input->text = std::move(text);
  input->document = parse(input->text);
  if (!input->document.ok()) {
    const Diagnostic& first = input->document.diagnostics()[0];
    std::fprintf(stderr, "%s: distillcfg refuses it (D%u at byte %u)\n", input->name.c_str(),
                 static_cast<unsigned>(first.code), first.at.begin);
    return nullptr;
  }
  if (!TextFormat::ParseFromString(input->text, &input->message)) {
    std::fprintf(stderr, "%s: libprotobuf refuses it\n", input->name.c_str());
    return nullptr;
  }
  std::string expected;
  TextFormat::PrintToString(input->message, &expected);
  const WriteResult result = print(input->document.config(), Sink{append, &input->printed});
  if (!result.ok() || input->printed != expected) {
    std::fprintf(stderr, "%s: distillcfg and libprotobuf print it differently\n", input->name.c_str());
    return nullptr;
  }
  input->message.SerializeToString(&input->binary);
  input->json = json_text(input->message);

  CountedMemory counted;
  const Document document = parse(input->text, {.memory = counted.memory()});
  input->allocations = counted.allocations();
  input->peak_bytes = counted.peak();
  input->used_bytes = document.arena_used();
  return input;
}

}  // namespace distillcfg::bench
