#include "services/admission/gradient_limit.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rapport {
namespace {

constexpr double kUsual = 0.001;

// A limit of 20 to 200 that knows the usual latency.
GradientLimit Learned() {
  GradientLimit limit(20, 200);
  for (int window = 0; window < 100; ++window) limit.Update(kUsual, 0);
  return limit;
}

// The same, raised to its most by calls that were all as fast as usual.
GradientLimit Raised() {
  GradientLimit limit = Learned();
  while (limit.limit() < 200) limit.Update(kUsual, limit.limit());
  return limit;
}

TEST(GradientLimit, BeginsWithTheLeast) { EXPECT_EQ(GradientLimit(20, 200).limit(), 20); }

TEST(GradientLimit, RisesToTheMostWhileLatencyStays) {
  GradientLimit limit = Learned();
  for (int window = 0; window < 1000; ++window) limit.Update(kUsual, limit.limit());
  EXPECT_EQ(limit.limit(), 200);
}

TEST(GradientLimit, RisesByAFifthOfTheQueueAWindow) {
  GradientLimit limit = Learned();
  for (int window = 0; window < 10; ++window) limit.Update(kUsual, limit.limit());
  EXPECT_EQ(limit.limit(), 28);
}

TEST(GradientLimit, FallsWhenLatencyRises) {
  GradientLimit limit = Raised();
  for (int window = 0; window < 50; ++window) limit.Update(4 * kUsual, limit.limit());
  EXPECT_LE(limit.limit(), 22);
}

TEST(GradientLimit, NeverFallsBelowTheLeast) {
  GradientLimit limit = Raised();
  for (int window = 0; window < 500; ++window) {
    limit.Update(1'000'000 * kUsual, limit.limit());
    ASSERT_GE(limit.limit(), 20);
  }
}

TEST(GradientLimit, ToleratesHalfAsMuchAgainAsUsual) {
  GradientLimit limit = Learned();
  for (int window = 0; window < 10; ++window) limit.Update(1.45 * kUsual, limit.limit());
  EXPECT_EQ(limit.limit(), 28);
}

TEST(GradientLimit, OneOutlierTakesATenthAtMost) {
  GradientLimit limit = Raised();
  limit.Update(60, limit.limit());
  EXPECT_GE(limit.limit(), 180);
  EXPECT_LT(limit.limit(), 200);
}

TEST(GradientLimit, StaysWhereFewerThanHalfOfItWereInFlight) {
  GradientLimit limit = Learned();
  for (int window = 0; window < 100; ++window) limit.Update(kUsual, 9);
  EXPECT_EQ(limit.limit(), 20);
  GradientLimit raised = Raised();
  for (int window = 0; window < 100; ++window) raised.Update(100 * kUsual, 99);
  EXPECT_EQ(raised.limit(), 200);
}

TEST(GradientLimit, SettlesAShortQueueAboveWhatTheServerDoesAtOnce) {
  // A server that does ten calls at once: beyond that, they wait.
  GradientLimit limit = Raised();
  for (int window = 0; window < 100; ++window) {
    const double queued = static_cast<double>(limit.limit()) / 10;
    limit.Update(kUsual * std::max(1.0, queued), limit.limit());
  }
  EXPECT_GE(limit.limit(), 20);
  EXPECT_LE(limit.limit(), 40);
}

TEST(GradientLimit, ForgetsAnOverloadSoonAfterItsEnd) {
  GradientLimit limit(20, 200);
  for (int window = 0; window < 1000; ++window) limit.Update(20 * kUsual, 20);
  for (int window = 0; window < 60; ++window) limit.Update(kUsual, 1);
  EXPECT_LE(limit.long_seconds(), 2.1 * kUsual);
}

TEST(GradientLimit, LearnsInTheLongRunThatWorkTakesLonger) {
  GradientLimit limit = Learned();
  for (int window = 0; window < 3000; ++window) limit.Update(4 * kUsual, 0);
  EXPECT_NEAR(limit.long_seconds(), 4 * kUsual, 0.01 * kUsual);
}

}  // namespace
}  // namespace rapport
