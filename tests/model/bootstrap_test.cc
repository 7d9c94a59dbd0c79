#include "model/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace rapport {
namespace {

TEST(PairedBootstrap, GivesTheMeanDifferenceAndAnIntervalAroundIt) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> ours, theirs;
  for (int pair = 0; pair < 2000; ++pair) {
    theirs.push_back(noise(random));
    ours.push_back(theirs.back() + 0.1 + 0.5 * noise(random));
  }
  const MeanDifference difference = PairedBootstrap(ours, theirs);
  const double error = 0.5 / std::sqrt(2000.0);  // of the mean, from the noise put in
  EXPECT_NEAR(difference.mean, 0.1, 4 * error);
  EXPECT_NEAR(difference.high - difference.low, 2 * 1.96 * error, 0.15 * error * 2 * 1.96);
  EXPECT_LT(difference.low, difference.mean);
  EXPECT_GT(difference.high, difference.mean);
  EXPECT_TRUE(difference.SignificantlyAbove());
  EXPECT_FALSE(difference.SignificantlyBelow());
}

TEST(PairedBootstrap, IsSureOfNothingWhereNothingDiffers) {
  const std::vector<double> same = {0.2, 0.4, 0.1};
  const MeanDifference difference = PairedBootstrap(same, same);
  EXPECT_EQ(difference.mean, 0);
  EXPECT_FALSE(difference.SignificantlyAbove());
  EXPECT_FALSE(difference.SignificantlyBelow());
  EXPECT_EQ(PairedBootstrap({}, {}).high, 0);
}

TEST(PairedBootstrap, GivesTheSameIntervalTwice) {
  const std::vector<double> ours = {1, 0, 0, 1, 1}, theirs = {0, 0, 1, 0, 1};
  EXPECT_EQ(PairedBootstrap(ours, theirs).low, PairedBootstrap(ours, theirs).low);
  EXPECT_EQ(PairedBootstrap(ours, theirs).high, PairedBootstrap(ours, theirs).high);
}

TEST(RatioBootstrap, GivesTheRatioOfTheMeansAndAnIntervalAroundIt) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> above, below;
  for (int pair = 0; pair < 2000; ++pair) {
    below.push_back(10 + noise(random));
    above.push_back(0.6 * below.back() + noise(random));
  }
  const MeanDifference ratio = RatioBootstrap(above, below);
  const double error = 0.1 / std::sqrt(2000.0);  // what is not shared, over the mean below
  EXPECT_NEAR(ratio.mean, 0.6, 4 * error);
  EXPECT_NEAR(ratio.high - ratio.low, 2 * 1.96 * error, 0.15 * error * 2 * 1.96);
  EXPECT_LT(ratio.low, ratio.mean);
  EXPECT_GT(ratio.high, ratio.mean);
}

TEST(RatioBootstrap, OfNothingIsNothing) {
  EXPECT_EQ(RatioBootstrap({}, {}).high, 0);
  const std::vector<double> above = {1, 2}, below = {0, 0};
  EXPECT_EQ(RatioBootstrap(above, below).mean, 0);
}

}  // namespace
}  // namespace rapport
