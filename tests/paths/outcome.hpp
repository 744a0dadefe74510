// What a build without details (-Ddetails=false) promises to give as one with them. The test compiles the core
// both ways, one of them under another name for its namespace.
#pragma once

#include <string>
#include <string_view>

namespace outcome {

struct How {
  unsigned semantics = 0;  // 0 strict, 1 merge, 2 amct
  bool allow_unknown = false;
  bool int4 = true;
  bool default_config = false;
};

}  // namespace outcome

namespace distillcfg::test {
// Of a text with errors, the first of these; of a network or configuration without, its fields; of the latter also
// what the passes behind it say, and what they write.
std::string outcome(std::string_view config, std::string_view network, const ::outcome::How& how);
}  // namespace distillcfg::test

#ifndef distillcfg
namespace distillcfg_codes::test {
std::string outcome(std::string_view config, std::string_view network, const ::outcome::How& how);
}  // namespace distillcfg_codes::test
#endif
