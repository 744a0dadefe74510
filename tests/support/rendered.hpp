#pragma once

// What tests of renderers share.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "distillcfg/distillcfg.hpp"
#include "support/diff.hpp"
#include "support/output.hpp"

namespace distillcfg::test {

inline void check_text(const std::string& found, std::string_view expected) {
  if (found != expected) FAIL_CHECK(diff(expected, found), "found:\n", found);
}

inline std::string table(const Resolution& resolution, std::string_view cfg, Language language = Language::en) {
  std::string text;
  RenderOptions options;
  options.language = language;
  CHECK(render_resolution_table(resolution, cfg, options, sink_to(text)).ok());
  return text;
}

}  // namespace distillcfg::test
