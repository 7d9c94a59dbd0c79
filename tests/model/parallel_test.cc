#include "model/parallel.h"

#include <gtest/gtest.h>

#include <atomic>

namespace rapport {
namespace {

TEST(ParallelFor, DoesEveryBlockOnce) {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::atomic<int>> done(100);
    ParallelFor(threads, done.size(), [&](size_t block, int worker) {
      EXPECT_LT(worker, threads);
      ++done[block];
    });
    for (const auto& count : done) EXPECT_EQ(count, 1);
  }
}

TEST(ParallelFor, NothingToDoIsFine) {
  ParallelFor(3, 0, [](size_t, int) { FAIL(); });
}

}  // namespace
}  // namespace rapport
