// What the library writes, as strings.
#pragma once

#include <string>
#include <string_view>

#include "distillcfg/distillcfg.hpp"

namespace distillcfg::test {

// A sink that appends to `text`.
inline Sink sink_to(std::string& text) {
  return {[](void* context, const char* data, std::size_t size) {
            static_cast<std::string*>(context)->append(data, size);
            return true;
          },
          &text};
}

inline std::string printed(const AMCTDistillConfig& config) {
  std::string text;
  return print(config, sink_to(text)).ok() ? text : "print failed";
}

inline const char* name_of(Semantics semantics) {
  switch (semantics) {
    case Semantics::strict: return "strict";
    case Semantics::merge: return "merge";
    case Semantics::amct: return "amct";
  }
  return "";
}

inline const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "";
}

inline std::string shown(Code code) { return "D" + std::to_string(static_cast<unsigned>(code)); }

}  // namespace distillcfg::test
