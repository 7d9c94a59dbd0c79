#include "model/neighbours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stop_token>
#include <vector>

#include "Eigen/Core"
#include "tests/model/random_interactions.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

constexpr size_t kItems = 120;

Interactions Shop() {
  std::vector<size_t> counts;
  for (size_t row = 0; row < 90; ++row) counts.push_back(row % 30);
  Interactions interactions;
  interactions.by_customer =
      RandomRows(counts, kItems, 3, [](std::mt19937_64& chance) { return 0.25 + Uniform(chance); });
  interactions.by_item = Transpose(interactions.by_customer, kItems);
  return interactions;
}

// M with every entry, by dense matrices.
Eigen::MatrixXd AllOf(const Interactions& interactions) {
  Eigen::MatrixXd w =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(interactions.by_customer.rows()), kItems);
  for (size_t row = 0; row < interactions.by_customer.rows(); ++row) {
    const auto columns = interactions.by_customer.ColumnsOf(row);
    for (size_t entry = 0; entry < columns.size(); ++entry) {
      w(static_cast<Eigen::Index>(row), columns[entry]) =
          static_cast<double>(interactions.by_customer.WeightsOf(row)[entry]);
    }
  }
  const auto power = [](const Eigen::ArrayXd& sums, double exponent) {
    return Eigen::VectorXd((sums > 0).select(sums.pow(exponent), 0));
  };
  const Eigen::ArrayXd of_customers = w.rowwise().sum().array();
  const Eigen::ArrayXd of_items = w.colwise().sum().transpose().array();
  Eigen::MatrixXd m = power(of_items, -0.75).asDiagonal() * w.transpose() *
                      power(of_customers, -0.5).asDiagonal() * w *
                      power(of_items, -0.25).asDiagonal();
  m.diagonal().setZero();
  return m;
}

TEST(Neighbours, AreTheGreatestOfTheDenseProduct) {
  const Interactions interactions = Shop();
  const Eigen::MatrixXd all = AllOf(interactions);
  const CompressedRows neighbours = NeighboursOf(interactions, 2);
  ASSERT_EQ(neighbours.rows(), kItems);
  size_t cut = 0;
  for (size_t j = 0; j < kItems; ++j) {
    double least_kept = INFINITY;
    size_t kept = 0;
    for (size_t i = 0; i < kItems; ++i) {
      const double expected = all(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i));
      const double value = Neighbourhood(neighbours, j, i);
      if (value == 0) continue;
      EXPECT_NEAR(value, expected, 1e-6 * expected);
      least_kept = std::min(least_kept, expected);
      ++kept;
    }
    const auto row = all.row(static_cast<Eigen::Index>(j)).array();
    EXPECT_EQ(kept, std::min(kNeighbours, static_cast<size_t>((row > 0).count())));
    if (kept == kNeighbours) {
      EXPECT_EQ((row >= least_kept * (1 - 1e-9)).count(), static_cast<Eigen::Index>(kNeighbours));
      cut += (row > 0).count() > static_cast<Eigen::Index>(kNeighbours) ? 1 : 0;
    }
  }
  EXPECT_GT(cut, 0u);
}

TEST(Neighbours, AreTheSameBitsForAnyNumberOfThreads) {
  const Interactions interactions = Shop();
  const CompressedRows one = NeighboursOf(interactions, 1);
  for (const int threads : {2, 7}) {
    const CompressedRows more = NeighboursOf(interactions, threads);
    EXPECT_EQ(one.offsets, more.offsets);
    EXPECT_EQ(one.columns, more.columns);
    EXPECT_EQ(one.weights, more.weights);
  }
}

TEST(Neighbours, OfEqualOnesTheFirstItemsAreKept) {
  constexpr size_t kBought = kNeighbours + 20;
  Interactions interactions;
  interactions.by_customer =
      RandomRows({kBought}, kBought, 3, [](std::mt19937_64&) { return 1.0; });
  interactions.by_item = Transpose(interactions.by_customer, kBought);
  const CompressedRows neighbours = NeighboursOf(interactions, 2);
  for (uint32_t item = 0; item < kBought; ++item) {
    std::vector<uint32_t> first;
    for (uint32_t other = 0; first.size() < kNeighbours; ++other) {
      if (other != item) first.push_back(other);
    }
    EXPECT_TRUE(std::ranges::equal(neighbours.ColumnsOf(item), first)) << item;
  }
}

TEST(Neighbours, WhoBoughtVeryMuchSaysNothingOfWhatGoesTogether) {
  for (const size_t bought : {kMostTogether, kMostTogether + 1}) {
    Interactions interactions;
    interactions.by_customer =
        RandomRows({bought}, bought, 3, [](std::mt19937_64&) { return 1.0; });
    interactions.by_item = Transpose(interactions.by_customer, bought);
    const size_t found = NeighboursOf(interactions, 2).columns.size();
    EXPECT_EQ(found, bought > kMostTogether ? 0 : bought * kNeighbours);
  }
}

TEST(Neighbours, HearAStop) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(NeighboursOf(Shop(), 2, {.stop = stop.get_token()}).columns.empty());
}

TEST(Neighbours, NobodyHasNone) {
  Interactions nobody;
  nobody.by_item = Transpose(nobody.by_customer, 5);
  const CompressedRows neighbours = NeighboursOf(nobody, 2);
  EXPECT_EQ(neighbours.rows(), 5u);
  EXPECT_TRUE(neighbours.columns.empty());
}

}  // namespace
}  // namespace rapport
