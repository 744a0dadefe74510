// A text to measure with, in every form that is measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "distillcfg/parse.hpp"
#include "quant.pb.h"

namespace distillcfg::bench {

struct ParseInput {
  std::string name;
  std::string text;
  std::string printed;
  std::string binary;  // protobuf's wire form
  std::string json;
  AMCTPytorchDistillProto::AMCTDistillConfig message;
  Document document;
  // What parsing the text asks of an allocator, and what it uses of that.
  std::uint64_t allocations = 0;
  std::uint64_t peak_bytes = 0;
  std::size_t used_bytes = 0;
};

// Everything that is measured must read the same from the text, else a figure would compare nothing.
// nullptr, and a word on standard error, if not.
[[nodiscard]] std::unique_ptr<ParseInput> prepare_input(std::string name, std::string text);

}  // namespace distillcfg::bench
