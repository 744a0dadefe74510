// Where writers put their bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "distillcfg/diagnostics.hpp"

namespace distillcfg {

// Takes `size` bytes; false stops the writer, which then reports D9003. A writer gathers bytes into
// pieces of a few hundred, in distillcfg-render a few thousand, before it calls.
struct Sink {
  bool (*write)(void* context, const char* data, std::size_t size);
  void* context;
};

// Code::none if all was written.
struct [[nodiscard]] WriteResult {
  Code code = Code::none;

  [[nodiscard]] constexpr bool ok() const noexcept { return code == Code::none; }
};

}  // namespace distillcfg
