#include "require.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace distillcfg::fuzz {

namespace {

char situation[256];

}  // namespace

void set_situation(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(situation, sizeof situation, format, arguments);
  va_end(arguments);
}

void fail(const char* invariant, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: invariant broken: %s\n  situation: %s\n", file, line, invariant, situation);
  std::abort();
}

}  // namespace distillcfg::fuzz
