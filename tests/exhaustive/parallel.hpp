// Splits work over the cores.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace distillcfg::test {

// Calls work(i) for each i below `count`, on as many threads as there are cores. Which thread gets which i
// is left to chance, so that the work must not depend on it.
template <class Work>
void in_parallel(std::uint32_t count, Work work) {
  std::atomic<std::uint32_t> next{0};
  const auto run = [&] {
    for (std::uint32_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> threads;
  for (unsigned n = 1; n < std::thread::hardware_concurrency(); ++n) threads.emplace_back(run);
  run();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace distillcfg::test
