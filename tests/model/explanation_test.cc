#include "model/explanation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "Eigen/LU"
#include "tests/model/scene.h"

namespace rapport {
namespace {

// b w_j ((y_i - mean y)' A^-1 y_j + beta M_ji) / scale of one taste, with an explicit dense inverse
// and a scan for the scale.
double BruteForceOfTaste(const Taste& taste, const Evidence& evidence, ItemIndex item,
                         const Evidence::Entry& entry) {
  const Eigen::MatrixXd y = taste.factors.cast<double>();
  Eigen::MatrixXd a = taste.options.alpha0 * y.transpose() * y;
  Eigen::VectorXd b = Eigen::VectorXd::Zero(y.cols());
  for (const Evidence::Entry& other : evidence.entries()) {
    const double weight = evidence.Weight(other, taste.options.half_life_days);
    const Eigen::VectorXd row = y.row(static_cast<Eigen::Index>(Row(other.item))).transpose();
    a += weight * row * row.transpose();
    b += weight * row;
  }
  a.diagonal().array() +=
      Regularization(taste.options, evidence.entries().size(), static_cast<size_t>(y.rows()));
  const Eigen::MatrixXd inverse = a.inverse();
  const Eigen::ArrayXd raw = y * (inverse * b);
  const double scale = std::sqrt((raw - raw.mean()).square().mean());
  double neighbour = 0;
  for (size_t at = taste.neighbours.rows() == 0 ? 0 : taste.neighbours.offsets[Row(entry.item)];
       taste.neighbours.rows() > 0 && at < taste.neighbours.offsets[Row(entry.item) + 1]; ++at) {
    if (taste.neighbours.columns[at] == Row(item))
      neighbour = static_cast<double>(taste.neighbours.weights[at]);
  }
  return evidence.Weight(entry, taste.options.half_life_days) *
         ((y.row(static_cast<Eigen::Index>(Row(item))) - y.colwise().mean())
              .dot(inverse * y.row(static_cast<Eigen::Index>(Row(entry.item))).transpose()) +
          taste.options.neighbour_weight * neighbour) /
         scale;
}

double BruteForceContribution(const ModelSnapshot& model, const Evidence& evidence, ItemIndex item,
                              const Evidence::Entry& entry) {
  double sum = 0;
  for (size_t taste = 0; taste < model.tastes.size(); ++taste) {
    sum += model.WeightsOf(Pool::kAny).tastes[taste] *
           BruteForceOfTaste(model.tastes[taste], evidence, item, entry);
  }
  return sum;
}

TEST(Explain, AgreesWithBruteForce) {
  const ModelSnapshot model = RandomModel(80, 12, 4);
  const Evidence evidence = RandomEvidence(80, 9, 8);
  const Scorer scorer(model, Pool::kAny, evidence);
  for (const size_t item : {0, 17, 79}) {
    const Explanation explanation = Explain(scorer, ItemIndex(item));
    ASSERT_EQ(explanation.contributions.size(), evidence.entries().size());
    for (const Contribution& line : explanation.contributions) {
      EXPECT_NEAR(line.contribution,
                  BruteForceContribution(model, evidence, ItemIndex(item), *line.entry), 1e-8);
    }
  }
}

TEST(Explain, ContributionsSumToTheServedScore) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const ModelSnapshot model = RandomModel(120, 16, seed);
    const Evidence evidence = RandomEvidence(120, 1 + seed % 100, seed);
    const auto notes = std::make_shared<const Notes>(model, RandomNotes(120, seed % 4, seed));
    const Scorer scorer(model, Pool::kAny, evidence, nullptr, notes);
    for (size_t item = 0; item < 120; item += 13) {
      const Explanation explanation = Explain(scorer, ItemIndex(item));
      double sum = explanation.terms.repeat + explanation.terms.popularity;
      for (const Contribution& line : explanation.contributions) sum += line.contribution;
      for (const double note : explanation.notes) sum += note;
      const double score = scorer.Score(ItemIndex(item));
      EXPECT_LE(std::abs(sum - score), kResidualLimit * std::max(1.0, std::abs(score)));
    }
  }
}

TEST(Explain, ManyItemsAtOnceHaveTheContributionsThatEachHasAlone) {
  for (const size_t purchases : {1, 5, 40}) {  // fewer than the factors, and more
    const ModelSnapshot model = RandomModel(80, 12, 4);
    const Evidence evidence = RandomEvidence(80, purchases, 8);
    const Scorer scorer(model, Pool::kAny, evidence);
    const std::vector<ItemIndex> items = {ItemIndex(0), ItemIndex(17), ItemIndex(79)};
    const Eigen::MatrixXd together = scorer.EntryContributions(items);
    ASSERT_EQ(together.rows(), static_cast<Eigen::Index>(evidence.entries().size()));
    for (size_t place = 0; place < items.size(); ++place) {
      for (const Contribution& line : Explain(scorer, items[place]).contributions) {
        const auto entry = line.entry - evidence.entries().data();
        EXPECT_NEAR(together(entry, static_cast<Eigen::Index>(place)), line.contribution, 1e-10);
      }
    }
    EXPECT_EQ(scorer.EntryContributions({}).cols(), 0);
  }
  const Evidence nothing;
  const ModelSnapshot model = RandomModel(80, 12, 4);
  const Scorer scorer(model, Pool::kAny, nothing);
  EXPECT_EQ(scorer.EntryContributions(std::vector{ItemIndex(3)}).rows(), 0);
}

TEST(Explain, OrdersOfAnItemSumToItsContribution) {
  const ModelSnapshot model = RandomModel(80, 12, 4);
  const Evidence evidence = RandomEvidence(80, 9, 8);
  const Scorer scorer(model, Pool::kAny, evidence);
  for (const Contribution& line : Explain(scorer, ItemIndex(5)).contributions) {
    ASSERT_EQ(line.orders.size(), line.entry->order_count);
    double sum = 0;
    for (const double order : line.orders) sum += order;
    EXPECT_NEAR(sum, line.contribution, 1e-14);
  }
}

TEST(Explain, ListsTheLargestFirstAndKeepsWhatSpeaksAgainst) {
  const ModelSnapshot model = RandomModel(80, 12, 4);
  const Evidence evidence = RandomEvidence(80, 30, 8);
  const Scorer scorer(model, Pool::kAny, evidence);
  const Explanation explanation = Explain(scorer, ItemIndex(5));
  bool negative = false;
  for (size_t row = 1; row < explanation.contributions.size(); ++row) {
    EXPECT_GE(std::abs(explanation.contributions[row - 1].contribution),
              std::abs(explanation.contributions[row].contribution));
    negative = negative || explanation.contributions[row].contribution < 0;
  }
  EXPECT_TRUE(negative);
}

TEST(Explain, WithoutHistoryOnlyPopularityRemains) {
  const ModelSnapshot model = RandomModel(80, 12, 4);
  const Evidence none;
  const Scorer scorer(model, Pool::kAny, none);
  const Explanation explanation = Explain(scorer, ItemIndex(5));
  EXPECT_TRUE(explanation.contributions.empty());
  EXPECT_EQ(explanation.terms.taste, 0);
  EXPECT_EQ(explanation.terms.Sum(), explanation.terms.popularity);
  EXPECT_FALSE(scorer.personal());
}

TEST(PopularityDriven, IsWhatIsNoMoreToOnesTasteThanOnAverage) {
  ModelSnapshot model = RandomModel(80, 12, 4);
  const Evidence evidence = RandomEvidence(80, 9, 8);
  const Scorer scorer(model, Pool::kNewToCustomer, evidence);
  int driven = 0;
  for (size_t row = 0; row < 80; ++row) {
    const auto item = ItemIndex(row);
    double average = 0;
    for (size_t taste = 0; taste < 2; ++taste) {
      const Taste& of = model.tastes[taste];
      average +=
          model.WeightsOf(Pool::kNewToCustomer).tastes[taste] *
          ((of.factors.row(static_cast<Eigen::Index>(row)).cast<double>().transpose() - of.mean)
               .dot(of.average.vector) +
           (taste == 0
                ? 0.0
                : static_cast<double>(of.average.neighbourhood[static_cast<Eigen::Index>(row)])));
    }
    EXPECT_NEAR(*scorer.AverageTaste(item), average, 1e-12);
    const ScoreTerms terms = scorer.Terms(item);
    EXPECT_EQ(PopularityDriven(scorer, item), terms.taste + terms.repeat <= average);
    driven += PopularityDriven(scorer, item) ? 1 : 0;
  }
  EXPECT_GT(driven, 10);
  EXPECT_LT(driven, 70);
}

TEST(PopularityDriven, WithoutKnownAveragesIsOnlyWhatHasNothingPersonal) {
  ModelSnapshot model = RandomModel(80, 12, 4);
  model.tastes[1].average = {};
  const Evidence evidence = RandomEvidence(80, 9, 8), none;
  const Scorer known(model, Pool::kAny, evidence), unknown(model, Pool::kAny, none);
  EXPECT_FALSE(known.AverageTaste(ItemIndex(3)).has_value());
  for (size_t row = 0; row < 80; ++row) {
    EXPECT_FALSE(PopularityDriven(known, ItemIndex(row)));
    EXPECT_TRUE(PopularityDriven(unknown, ItemIndex(row)));
  }
  model.tastes.clear();
  for (PoolWeights& weights : model.weights) weights.tastes.clear();
  const Scorer repeats(model, Pool::kAny, evidence);
  for (size_t row = 0; row < 80; ++row) {
    EXPECT_EQ(PopularityDriven(repeats, ItemIndex(row)), evidence.Find(ItemIndex(row)) == nullptr);
  }
}

}  // namespace
}  // namespace rapport
