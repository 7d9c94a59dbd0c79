// ParallelFor: work in fixed blocks, so that what is computed does not depend on how many threads
// compute it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "model/watch.h"

namespace rapport {

// Calls work(block, worker) once for every block in [0, blocks), from `threads` threads (the
// caller's among them), in no particular order; worker < threads tells the thread, for its own
// workspace. Returns when all are done, or soon after the watch asks. Requires: threads >= 1; work
// does not throw.
template <typename Work>
void ParallelFor(int threads, size_t blocks, const Work& work, const Watch& watch = {}) {
  std::atomic<size_t> next{0};
  const auto take = [&](int worker) {
    for (size_t block = next++; block < blocks && !watch.Stopped(); block = next++) {
      work(block, worker);
      if (worker == 0) watch.Tell(static_cast<double>(block + 1) / static_cast<double>(blocks));
    }
  };
  std::vector<std::jthread> others;
  const int count =
      static_cast<int>(std::min<size_t>(static_cast<size_t>(threads), std::max<size_t>(blocks, 1)));
  for (int worker = 1; worker < count; ++worker) others.emplace_back(take, worker);
  take(0);
}

}  // namespace rapport
