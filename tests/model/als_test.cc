#include "model/als.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stop_token>
#include <vector>

#include "Eigen/LU"
#include "model/fold_in.h"
#include "model/sweep.h"
#include "tests/model/random_interactions.h"
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
  AlsOptions options{.factors = 6, .iterations = 1};
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
  EXPECT_LT((items - after_two->cast<double>()).norm(), 4 * kSweepTolerance * items.norm());
}

TEST(TrainAls, GivesTheSameBitsAtOneTwoAndSevenThreads) {
  const Interactions interactions = InteractionsAt(ShopWithTastes({}), Day(200), 60);
  const AlsOptions options{.factors = 16, .iterations = 3};
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

TEST(TrainAls, StopsWithinASweep) {
  std::stop_source stop;
  double last = 0;
  const AlsOptions options{.factors = 16, .iterations = 50};
  const auto factors = TrainAls(
      InteractionsAt(ShopWithTastes({.customers = 4000, .orders = 2}), Day(200), 60), options, 1,
      [&](double fraction) {
        last = fraction;
        stop.request_stop();
      },
      stop.get_token());
  EXPECT_TRUE(absl::IsCancelled(factors.status()));
  EXPECT_LT(last, 0.01);  // half a sweep is 0.01
}

TEST(TrainAls, ReportsProgressUpToOne) {
  std::vector<double> fractions;
  const AlsOptions options{.factors = 4, .iterations = 2};
  ASSERT_TRUE(TrainAls(InteractionsAt(ShopWithTastes({}), Day(200), 60), options, 2,
                       [&](double fraction) { fractions.push_back(fraction); }, {})
                  .ok());
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_GT(fractions.front(), 0);
  EXPECT_EQ(fractions.back(), 1);
}

double OneOf(std::mt19937_64& random, std::initializer_list<double> values) {
  return *(values.begin() + static_cast<std::ptrdiff_t>(random() % values.size()));
}

// 40 customers; weights are 2 to the power of -`decay` to `growth`.
Interactions RandomInteractions(size_t items, double decay, double growth,
                                std::mt19937_64& random) {
  std::vector<size_t> counts;
  for (int row = 0; row < 40; ++row) counts.push_back(random() % (items + 1));
  Interactions interactions;
  interactions.by_customer = RandomRows(counts, items, random(), [&](std::mt19937_64& chance) {
    return std::exp2((decay + growth) * Uniform(chance) - decay);
  });
  interactions.by_item = Transpose(interactions.by_customer, items);
  return interactions;
}

AlsOptions RandomOptions(std::mt19937_64& random) {
  return {.factors = static_cast<int32_t>(OneOf(random, {1, 7, 16, 33})),
          .alpha0 = OneOf(random, {1e-12, 1e-3, 1, 1e6}),
          .regularization = OneOf(random, {1e-12, 1e-3, 1, 1e6}),
          .nu = OneOf(random, {0, 0.5, 1, 2}),
          .iterations = 5};
}

// A purchase may have decayed to nothing; a customer may have ordered an item a million times.
TEST(TrainAls, NeverGivesWhatIsNoNumber) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    const AlsOptions options = RandomOptions(random);
    const auto items = static_cast<size_t>(OneOf(random, {1, 2, 40, 150}));
    const double decay = OneOf(random, {0, 10, 300});
    const double growth = OneOf(random, {0, 20});
    const auto factors =
        TrainAls(RandomInteractions(items, decay, growth, random), options, 2, nullptr, {});
    EXPECT_TRUE(factors.ok() && factors->allFinite()) << round;
  }
}

TEST(TrainAls, SaysSoWhereNumbersEnd) {
  std::mt19937_64 random(5);
  int out_of_range = 0;
  for (int round = 0; round < 300; ++round) {
    const AlsOptions options = RandomOptions(random);
    const auto factors =
        TrainAls(RandomInteractions(150, 120, 120, random), options, 2, nullptr, {});
    EXPECT_TRUE(factors.ok() ? factors->allFinite() : absl::IsOutOfRange(factors.status()));
    out_of_range += factors.ok() ? 0 : 1;
  }
  EXPECT_GT(out_of_range, 0);
}

TEST(TrainAls, GivesZerosWhereNobodyBought) {
  Interactions nobody;
  nobody.by_item = Transpose(nobody.by_customer, 5);
  EXPECT_EQ(*TrainAls(nobody, {.factors = 3}, 2, nullptr, {}), FactorMatrix::Zero(5, 3));
}

}  // namespace
}  // namespace rapport
