// A sink with a buffer before it.
#pragma once

#include <string>
#include <string_view>

#include "distillcfg/sink.hpp"

namespace distillcfg::render {

class Output {
 public:
  explicit Output(Sink sink) noexcept : sink_(sink) {}

  // What has not been written yet; append to it, and call flush_if_large now and then.
  [[nodiscard]] std::string& text() noexcept { return pending_; }

  // Returns false once the sink has refused.
  bool flush_if_large() { return pending_.size() < piece || flush(); }

  [[nodiscard]] WriteResult finish() {
    flush();
    return ok_ ? WriteResult{} : WriteResult{Code::output_failed};
  }

 private:
  static constexpr std::size_t piece = 4096;

  bool flush() {
    if (ok_ && !pending_.empty()) ok_ = sink_.write(sink_.context, pending_.data(), pending_.size());
    pending_.clear();
    return ok_;
  }

  Sink sink_;
  std::string pending_;
  bool ok_ = true;
};

}  // namespace distillcfg::render
