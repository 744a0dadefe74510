// A program that uses the installed library, with messages.
#include <cstdio>
#include <string>

#include "distillcfg/distillcfg.hpp"

int main() {
  const distillcfg::Document document = distillcfg::parse("batch_nun: 1");
  if (document.ok() || document.diagnostics().empty()) return 1;
  std::puts(distillcfg::message_of(document.diagnostics()[0], distillcfg::Language::en).c_str());
  return 0;
}
