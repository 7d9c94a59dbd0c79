#include "model/taste.h"

#include <gtest/gtest.h>

#include "tests/model/scene.h"

namespace rapport {
namespace {

FactorMatrix RandomFactors(Eigen::Index items, Eigen::Index factors) {
  std::mt19937_64 random(7);
  FactorMatrix values(items, factors);
  for (float& value : values.reshaped()) value = static_cast<float>(Uniform(random) - 0.3);
  return values;
}

TEST(TasteOf, TurnsFactorsSoThatTheirGramianIsTheSpectrum) {
  const FactorMatrix factors = RandomFactors(700, 20);
  const Taste taste = TasteOf({.factors = 20}, factors, 2);
  const Eigen::MatrixXd gramian = Gramian(taste.factors, 1);
  const Eigen::MatrixXd diagonal = taste.spectrum.asDiagonal();
  EXPECT_LT((gramian - diagonal).norm(), 1e-6 * diagonal.norm());
  EXPECT_LT((taste.factors * taste.factors.transpose() - factors * factors.transpose()).norm(),
            1e-5F * factors.squaredNorm());  // what scores are made of
  EXPECT_LT((taste.mean - taste.factors.cast<double>().colwise().mean().transpose()).norm(), 1e-12);
}

TEST(TasteOf, GivesTheSameBitsForAnyNumberOfThreads) {
  const FactorMatrix factors = RandomFactors(700, 20);
  const Taste one = TasteOf({.factors = 20}, factors, 1);
  for (const int threads : {2, 7}) {
    const Taste more = TasteOf({.factors = 20}, factors, threads);
    EXPECT_EQ(one.factors, more.factors);
    EXPECT_EQ(one.spectrum, more.spectrum);
  }
}

TEST(TasteOf, TakesFactorsThatSpanLess) {
  FactorMatrix factors = RandomFactors(50, 8);
  factors.rightCols(5).setZero();
  const Taste taste = TasteOf({.factors = 8}, factors, 1);
  EXPECT_GE(taste.spectrum.minCoeff(), 0);
  EXPECT_TRUE(TasteOf({.factors = 8}, FactorMatrix::Zero(50, 8), 1).factors.isZero());
}

TEST(Gramian, IsTheSameBitsForAnyNumberOfThreads) {
  const ModelSnapshot model = RandomModel(5000, 16, 3);
  const Eigen::MatrixXd one = Gramian(model.tastes[0].factors, 1);
  EXPECT_EQ(one, Gramian(model.tastes[0].factors, 2));
  EXPECT_EQ(one, Gramian(model.tastes[0].factors, 7));
  const Eigen::MatrixXd direct =
      model.tastes[0].factors.cast<double>().transpose() * model.tastes[0].factors.cast<double>();
  EXPECT_LT((one - direct).norm(), 1e-9 * direct.norm());
}

}  // namespace
}  // namespace rapport
