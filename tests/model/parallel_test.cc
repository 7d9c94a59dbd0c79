#include "model/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <vector>

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

TEST(ParallelFor, EndsSoonAfterTheWatchAsks) {
  for (const int threads : {1, 2, 7}) {
    std::stop_source stop;
    std::atomic<int> done = 0;
    const auto work = [&](size_t, int) {
      if (++done == 10) stop.request_stop();
    };
    ParallelFor(threads, 1'000'000, work, {.stop = stop.get_token()});
    EXPECT_GE(done, 10);
    EXPECT_LT(done, 1'000'000);
  }
}

TEST(ParallelFor, TellsTheCallingThreadHowMuchIsDone) {
  std::vector<double> told;
  const Watch watch{.progress = [&](double fraction) { told.push_back(fraction); }};
  ParallelFor(
      1, 4, [](size_t, int) {}, watch.Part(0.5, 0.75));
  EXPECT_EQ(told, (std::vector<double>{0.5625, 0.625, 0.6875, 0.75}));
  told.clear();
  ParallelFor(
      7, 1000, [](size_t, int) {}, watch);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

}  // namespace
}  // namespace rapport
