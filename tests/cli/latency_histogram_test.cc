#include "services/cli/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace rapport::cli {
namespace {

using std::chrono::nanoseconds;

TEST(LatencyHistogram, OfNothingIsZero) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.Percentile(0.5), nanoseconds(0));
  EXPECT_EQ(histogram.max(), nanoseconds(0));
}

TEST(LatencyHistogram, OneLatencyIsEveryPercentile) {
  LatencyHistogram histogram;
  histogram.Add(nanoseconds(1'234'567));
  for (const double share : {0.0, 0.5, 0.999, 1.0}) {
    EXPECT_EQ(histogram.Percentile(share), nanoseconds(1'234'567));
  }
}

TEST(LatencyHistogram, EveryLatencyIsToldWithinOnePercentAndNeverTooLow) {
  for (int step = 0; step < 2'545; ++step) {
    const double exact = std::pow(1.0173, step);  // to 9e18
    const auto nanos = static_cast<int64_t>(exact);
    LatencyHistogram histogram;
    histogram.Add(nanoseconds(nanos));
    histogram.Add(nanoseconds::max());  // so that the greatest does not stand for it
    const auto told = static_cast<double>(histogram.Percentile(0.5).count());
    ASSERT_GE(told, static_cast<double>(nanos));
    ASSERT_LE(told, 1.01 * static_cast<double>(nanos));
  }
}

TEST(LatencyHistogram, PercentilesAreThoseOfTheSortedLatencies) {
  std::mt19937_64 chance(1);
  std::lognormal_distribution<double> draw(13, 2);
  LatencyHistogram histogram;
  std::vector<double> sorted;
  for (int call = 0; call < 20'001; ++call) {
    sorted.push_back(std::floor(draw(chance)));
    histogram.Add(nanoseconds(static_cast<int64_t>(sorted.back())));
  }
  std::ranges::sort(sorted);
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = sorted[static_cast<size_t>(std::ceil(share * 20'001)) - 1];
    const auto told = static_cast<double>(histogram.Percentile(share).count());
    EXPECT_GE(told, exact) << share;
    EXPECT_LE(told, 1.01 * exact) << share;
  }
  EXPECT_EQ(static_cast<double>(histogram.max().count()), sorted.back());
  EXPECT_EQ(histogram.Percentile(1), histogram.max());
}

TEST(LatencyHistogram, SumsAreAsIfAllHadBeenAddedToOne) {
  LatencyHistogram fast;
  LatencyHistogram slow;
  for (int call = 1; call <= 99; ++call) fast.Add(nanoseconds(call));
  slow.Add(nanoseconds(5'000'000));
  fast.Add(slow);
  EXPECT_EQ(fast.count(), 100);
  EXPECT_EQ(fast.Percentile(0.99), nanoseconds(99));
  EXPECT_EQ(fast.Percentile(1), nanoseconds(5'000'000));
}

TEST(LatencyHistogram, AClockThatWentBackCountsAsZero) {
  LatencyHistogram histogram;
  histogram.Add(nanoseconds(-5));
  EXPECT_EQ(histogram.count(), 1);
  EXPECT_EQ(histogram.max(), nanoseconds(0));
}

}  // namespace
}  // namespace rapport::cli
