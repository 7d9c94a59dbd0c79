#include "model/chance_regression.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/scene.h"

namespace rapport {
namespace {

struct Sample {
  FeatureRows rows;
  std::vector<uint8_t> happened;
};

double Chance(ChanceLink link, double linear) {
  return link == ChanceLink::kLogit ? 1 / (1 + std::exp(-linear)) : 1 - std::exp(-std::exp(linear));
}

Sample SampleOf(ChanceLink link, const Eigen::Vector3d& weights, Eigen::Index count) {
  std::mt19937_64 random(11);
  Sample sample{.rows = FeatureRows(count, 3)};
  for (Eigen::Index row = 0; row < count; ++row) {
    sample.rows.row(row) << 1, 2 * Uniform(random) - 1, 2 * Uniform(random) - 1;
    const double linear = sample.rows.row(row).dot(weights);
    sample.happened.push_back(Uniform(random) < Chance(link, linear) ? 1 : 0);
  }
  return sample;
}

TEST(ChanceRegression, FindsTheWeightsThatChancesWereMadeWith) {
  const Eigen::Vector3d weights(-1, 2, -0.5);
  for (const ChanceLink link : {ChanceLink::kLogit, ChanceLink::kComplementaryLog}) {
    const Sample sample = SampleOf(link, weights, 40'000);
    const Eigen::VectorXd fitted =
        FitChances(sample.rows, sample.happened, {.link = link, .prior = Eigen::Vector3d::Zero()});
    EXPECT_LT((fitted - weights).cwiseAbs().maxCoeff(), 0.08) << fitted.transpose();
  }
}

TEST(ChanceRegression, WithoutRowsThePriorStands) {
  const Eigen::Vector3d prior(0.5, 1, -2);
  EXPECT_EQ(FitChances(FeatureRows(0, 3), {}, {.prior = prior}), prior);
}

TEST(ChanceRegression, WeightsThatMayNotBeNegativeAreZeroAndTheOthersStillTheLikeliest) {
  const ChanceLink link = ChanceLink::kLogit;
  const Sample sample = SampleOf(link, {-1, 2, -0.5}, 20'000);
  const Eigen::VectorXd fitted =
      FitChances(sample.rows, sample.happened,
                 {.link = link, .prior = Eigen::Vector3d::Zero(), .never_negative = {2}});
  const Eigen::VectorXd without = FitChances(sample.rows.leftCols<2>(), sample.happened,
                                             {.link = link, .prior = Eigen::Vector2d::Zero()});
  EXPECT_EQ(fitted[2], 0);
  EXPECT_NEAR(fitted[0], without[0], 1e-6);
  EXPECT_NEAR(fitted[1], without[1], 1e-6);
}

TEST(ChanceRegression, TheSameBitsForAnyNumberOfThreads) {
  const Sample sample = SampleOf(ChanceLink::kLogit, {-1, 2, -0.5}, 30'000);
  const auto fitted = [&](int threads) {
    return FitChances(sample.rows, sample.happened,
                      {.prior = Eigen::Vector3d::Zero(), .threads = threads});
  };
  EXPECT_EQ(fitted(1), fitted(2));
  EXPECT_EQ(fitted(1), fitted(7));
}

}  // namespace
}  // namespace rapport
