// A sink with a buffer before it, for what is fit to be shown.
#pragma once

#include <cstddef>
#include <string_view>

#include "distillcfg/sink.hpp"
#include "render/display.hpp"

namespace distillcfg::render {

class Output {
 public:
  explicit Output(Sink sink) noexcept : sink_(sink) {}

  // What has not been written yet; append to it, and call flush_if_large now and then.
  [[nodiscard]] Shown& text() noexcept { return pending_; }

  // Returns false once the sink has refused.
  bool flush_if_large() { return pending_.size() < piece || flush(); }

  [[nodiscard]] WriteResult finish() {
    flush();
    return ok_ ? WriteResult{} : WriteResult{Code::output_failed};
  }

 private:
  static constexpr std::size_t piece = 4096;

  bool flush() {
    const std::string_view bytes = pending_.view();
    if (ok_ && !bytes.empty()) ok_ = sink_.write(sink_.context, bytes.data(), bytes.size());
    pending_.clear();
    return ok_;
  }

  Sink sink_;
  Shown pending_;
  bool ok_ = true;
};

}  // namespace distillcfg::render
