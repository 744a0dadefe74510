#include "steps.hpp"

#include <cstddef>

namespace {

std::uint64_t steps = 0;

void count_bytes(std::size_t size) { steps += size / 16; }

}  // namespace

namespace distillcfg::fuzz {

std::uint64_t steps_taken() noexcept { return steps; }

}  // namespace distillcfg::fuzz

// The names are the compiler's and the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

void __wrap___sanitizer_cov_trace_pc();
void __wrap___sanitizer_cov_trace_pc() { ++steps; }

void* __real_memcpy(void* to, const void* from, std::size_t size);
void* __wrap_memcpy(void* to, const void* from, std::size_t size);
void* __wrap_memcpy(void* to, const void* from, std::size_t size) {
  count_bytes(size);
  return __real_memcpy(to, from, size);
}

void* __real_memmove(void* to, const void* from, std::size_t size);
void* __wrap_memmove(void* to, const void* from, std::size_t size);
void* __wrap_memmove(void* to, const void* from, std::size_t size) {
  count_bytes(size);
  return __real_memmove(to, from, size);
}

void* __real_memset(void* to, int byte, std::size_t size);
void* __wrap_memset(void* to, int byte, std::size_t size);
void* __wrap_memset(void* to, int byte, std::size_t size) {
  count_bytes(size);
  return __real_memset(to, byte, size);
}

int __real_memcmp(const void* a, const void* b, std::size_t size);
int __wrap_memcmp(const void* a, const void* b, std::size_t size);
int __wrap_memcmp(const void* a, const void* b, std::size_t size) {
  count_bytes(size);
  return __real_memcmp(a, b, size);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
