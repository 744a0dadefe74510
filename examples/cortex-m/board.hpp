// What stands in for a board: start-up, and output through a debugger (ARM's semihosting).
#pragma once

#include <cstdint>

namespace board {

// Shows a text that ends with NUL.
void write(const char* text);

// The most bytes of stack that were in use so far.
std::uint32_t stack_used();

// Static memory in use.
std::uint32_t memory_used();

[[noreturn]] void exit(int status);

}  // namespace board
