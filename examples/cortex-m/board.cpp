#include "board.hpp"

#include <cstddef>
#include <cstdint>

int main();

// From the linker script.
extern "C" {
extern std::uint32_t data_in_flash[], data_begin[], data_end[], bss_begin[], bss_end[], stack_end[], stack_top[];
}

namespace {

// The stack is painted with this, so that it shows how far it was used.
constexpr std::uint32_t paint = 0x5AA5'5AA5;

std::uint32_t semihost(std::uint32_t operation, const void* parameter) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = parameter;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

[[gnu::noinline]] void run_main() { board::exit(main()); }

}  // namespace

void board::write(const char* text) {
  constexpr std::uint32_t write0 = 0x04;
  semihost(write0, text);
}

std::uint32_t board::stack_used() {
  const std::uint32_t* lowest = stack_end;
  while (*lowest == paint) ++lowest;
  return static_cast<std::uint32_t>(stack_top - lowest) * sizeof *lowest;
}

std::uint32_t board::memory_used() {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(bss_end) -
                                    reinterpret_cast<std::uintptr_t>(data_begin));
}

void board::exit(int status) {
  constexpr std::uint32_t exit_extended = 0x20;
  constexpr std::uint32_t application_exit = 0x20026;
  const std::uint32_t parameters[] = {application_exit, static_cast<std::uint32_t>(status)};
  for (;;) semihost(exit_extended, parameters);
}

extern "C" {

[[noreturn]] void reset() {
  const std::uint32_t* from = data_in_flash;
  for (std::uint32_t* to = data_begin; to != data_end;) *to++ = *from++;
  for (std::uint32_t* to = bss_begin; to != bss_end;) *to++ = 0;
  std::uint32_t* stack;
  asm volatile("mov %0, sp" : "=r"(stack));
  for (std::uint32_t* to = stack_end; to != stack;) *to++ = paint;
  run_main();
  __builtin_unreachable();
}

[[noreturn]] void fault() {
  board::write("fault\n");
  board::exit(3);
}
}

namespace {

union Vector {
  const void* stack;
  void (*handler)();
};

// The stack, reset, and every exception that the processor itself may raise.
[[gnu::section(".vectors"), gnu::used]] const Vector vectors[] = {
    {.stack = stack_top}, {.handler = reset}, {.handler = fault}, {.handler = fault},
    {.handler = fault},   {.handler = fault}, {.handler = fault}};

}  // namespace
