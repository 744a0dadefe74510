// Memory in which large files are read.
#pragma once

#include <cstddef>

#include "distillcfg/memory.hpp"

namespace distillcfg::cli {

// As std::malloc, to be freed with std::free. A page that is touched for the first time costs as much
// as parsing what stands in it, so large pieces get large pages where the system has them.
[[nodiscard]] void* allocate_large(std::size_t size) noexcept;

// The same for what is made of the files.
[[nodiscard]] Memory large_memory() noexcept;

}  // namespace distillcfg::cli
