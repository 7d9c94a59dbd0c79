#include "model/als.h"

#include <gtest/gtest.h>

#include <stop_token>

#include "Eigen/LU"
#include "model/fold_in.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using Matrix = Eigen::MatrixXd;

// One half sweep with dense matrices and an LU: X_u = (lambda I + a Y'Y + sum w y y')^-1 sum w y.
Matrix DenseHalfSweep(const Matrix& weights, const Matrix& y, const AlsOptions& options) {
  Matrix x(weights.rows(), y.cols());
  for (Eigen::Index row = 0; row < weights.rows(); ++row) {
    const auto entries = static_cast<size_t>((weights.row(row).array() > 0).count());
    Matrix a =
        options.alpha0 * y.transpose() * y + y.transpose() * weights.row(row).asDiagonal() * y;
    a.diagonal().array() += Regularization(options, entries, static_cast<size_t>(y.rows()));
    x.row(row) = a.fullPivLu().solve(y.transpose() * weights.row(row).transpose()).transpose();
  }
  return x;
}

TEST(TrainAls, AgreesWithDenseTextbookSweeps) {
  const PurchaseLog log = ShopWithTastes({.customers = 40, .items = 30});
  const Interactions interactions = InteractionsAt(log, Day(200), 60);
  AlsOptions options{
      .factors = 6, .alpha0 = 0.05, .regularization = 0.01, .iterations = 1};
  const auto after_one = TrainAls(interactions, options, 2, nullptr, {});
  options.iterations = 2;
  const auto after_two = TrainAls(interactions, options, 2, nullptr, {});
  ASSERT_TRUE(after_one.ok() && after_two.ok());

  Matrix weights = Matrix::Zero(static_cast<Eigen::Index>(interactions.by_customer.rows()), 30);
  for (size_t row = 0; row < interactions.by_customer.rows(); ++row) {
    const auto columns = interactions.by_customer.ColumnsOf(row);
    for (size_t entry = 0; entry < columns.size(); ++entry) {
      weights(static_cast<Eigen::Index>(row), columns[entry]) =
          interactions.by_customer.WeightsOf(row)[entry];
    }
  }
  // The second sweep, from where the first one ended.
  const Matrix customers =
      DenseHalfSweep(weights, after_one->cast<double>(), options).cast<float>().cast<double>();
  const Matrix items = DenseHalfSweep(weights.transpose(), customers, options);
  EXPECT_LT((items - after_two->cast<double>()).norm(), 1e-5 * items.norm());
}

TEST(TrainAls, GivesTheSameBitsAtOneTwoAndSevenThreads) {
  const Interactions interactions = InteractionsAt(ShopWithTastes({}), Day(200), 60);
  const AlsOptions options{
      .factors = 16, .alpha0 = 0.05, .regularization = 0.01, .iterations = 3};
  const auto one = TrainAls(interactions, options, 1, nullptr, {});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(*one, *TrainAls(interactions, options, 2, nullptr, {}));
  EXPECT_EQ(*one, *TrainAls(interactions, options, 7, nullptr, {}));
}

TEST(TrainAls, IsCancelledWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const auto factors =
      TrainAls(InteractionsAt(ShopWithTastes({}), Day(200), 60), {}, 2, nullptr, stop.get_token());
  EXPECT_TRUE(absl::IsCancelled(factors.status()));
}

TEST(TrainAls, ReportsProgressUpToOne) {
  std::vector<double> fractions;
  const AlsOptions options{
      .factors = 4, .alpha0 = 0.05, .regularization = 0.01, .iterations = 2};
  ASSERT_TRUE(TrainAls(InteractionsAt(ShopWithTastes({}), Day(200), 60), options, 2,
                       [&](double fraction) { fractions.push_back(fraction); }, {})
                  .ok());
  EXPECT_EQ(fractions, (std::vector<double>{0.25, 0.5, 0.75, 1.0}));
}

TEST(Interactions, HoldTheSamePairsBothWays) {
  const Interactions interactions = InteractionsAt(ShopWithTastes({}), Day(150), 60);
  const CompressedRows back = Transpose(interactions.by_item, interactions.by_customer.rows());
  EXPECT_EQ(back.offsets, interactions.by_customer.offsets);
  EXPECT_EQ(back.columns, interactions.by_customer.columns);
  EXPECT_EQ(back.weights, interactions.by_customer.weights);
}

}  // namespace
}  // namespace rapport
