// How faithful an order of evidence is: by hand where scores are plain sums, by brute force where
// they are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/faithfulness/measures.h"
#include "model/faithfulness/plain_refold.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using testing::DoubleEq;
using testing::Optional;

constexpr ItemIndex kItem{0};
constexpr ItemIndex kRival{1};

std::vector<OwnPurchase> Bought(const std::vector<uint32_t>& items) {
  std::vector<OwnPurchase> purchases;
  for (const uint32_t item : items) purchases.push_back({ItemIndex(item), 0, Day(1)});
  return purchases;
}

// Item 0 scores what its neighbours add: 4, 3, 2, 1 for the items 2, 3, 4, 5 (factors are zero);
// item 1 scores `rival`, by popularity alone. Nothing else.
ModelSnapshot SumsModel(double rival) {
  constexpr size_t kItems = 6;
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.items = Vocabulary({"a", "b", "c", "d", "e", "f"});
  const AlsOptions options{.factors = 2, .neighbour_weight = 1};
  model.tastes.push_back(TasteOf(options, FactorMatrix::Zero(kItems, 2), 1));
  CompressedRows& neighbours = model.tastes[0].neighbours;
  for (size_t item = 0; item < kItems; ++item) {
    if (item >= 2) {
      neighbours.columns.push_back(0);
      neighbours.weights.push_back(static_cast<float>(6 - item));
    }
    neighbours.offsets.push_back(neighbours.columns.size());
  }
  model.popularity.setZero(kItems, kPopularityFeatures.size());
  model.popularity(1, 0) = rival;
  for (PoolWeights& weights : model.weights) weights = {.tastes = {1}, .popularity = {1}};
  return model;
}

// A list of one, of the item or the rival.
class SumsTest : public testing::Test {
 protected:
  explicit SumsTest(double rival = 4.5)
      : model_(SumsModel(rival)), scan_(model_), eligible_(scan_.None()) {
    eligible_.Admit(kItem);
    eligible_.Admit(kRival);
  }
  PlainRefold MakeRefold() const {
    return {scan_, Pool::kNewToCustomer, purchases_, eligible_, kItem, 1};
  }
  double Measured(Measure measure, const std::vector<size_t>& order) const {
    return Of(MeasuresOf(MakeRefold(), order), measure).value_or(NAN);
  }

  const ModelSnapshot model_;
  const ItemScan scan_;
  ItemScan::Filter eligible_;
  const std::vector<OwnPurchase> purchases_ = Bought({2, 3, 4, 5});
  const std::vector<size_t> best_ = {0, 1, 2, 3}, worst_ = {3, 2, 1, 0};
};
using Faithfulness = SumsTest;

TEST_F(Faithfulness, TheSceneIsASum) {
  const PlainRefold refold = MakeRefold();
  EXPECT_DOUBLE_EQ(refold.ScoreWith(best_), 10);
  EXPECT_DOUBLE_EQ(refold.ScoreWith(std::vector<size_t>{1, 3}), 4);
  EXPECT_EQ(refold.RankWith(best_), 1u);
  EXPECT_EQ(refold.RankWith(std::vector<size_t>{3, 1}), 2u);
}

// Without the first m of 4, 3, 2, 1 the score is 6, 3, 1, 0; the rival has 4.5.
TEST_F(Faithfulness, PnTellsWhetherTheItemLeavesWithoutTheTop) {
  EXPECT_EQ(Measured(Measure::kPn1, best_), 0);
  EXPECT_EQ(Measured(Measure::kPn2, best_), 1);
  EXPECT_EQ(Measured(Measure::kPn3, best_), 1);
  EXPECT_EQ(Measured(Measure::kPn5, best_), 1) << "of four, all";
  EXPECT_EQ(Measured(Measure::kPn2, worst_), 0) << "7 are left";
  EXPECT_EQ(Measured(Measure::kPn3, worst_), 1);
}

TEST_F(Faithfulness, PsTellsWhetherTheTopAloneKeepsIt) {
  EXPECT_EQ(Measured(Measure::kPs1, best_), 0) << "4 is not enough";
  EXPECT_EQ(Measured(Measure::kPs2, best_), 1);
  EXPECT_EQ(Measured(Measure::kPs3, best_), 1);
  EXPECT_EQ(Measured(Measure::kPs5, best_), 1);
  EXPECT_EQ(Measured(Measure::kPs2, worst_), 0) << "3 is not";
  EXPECT_EQ(Measured(Measure::kPs3, worst_), 1) << "6 is";
}

// At the eleven cuts 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4 entries count.
TEST_F(Faithfulness, PosCountsTheCutsThatTheItemSurvivesWithoutTheTop) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kPos, best_), 3.0 / 11);
  EXPECT_DOUBLE_EQ(Measured(Measure::kPos, worst_), 6.0 / 11);
}

TEST_F(Faithfulness, NegCountsTheCutsThatItSurvivesWithoutTheBottom) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kNeg, best_), 6.0 / 11);
  EXPECT_DOUBLE_EQ(Measured(Measure::kNeg, worst_), 3.0 / 11);
}

TEST_F(Faithfulness, DelIsThePartOfTheScoreThatIsLeft) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kDel, best_), (10 + 2 * 6 + 3 * 3 + 2 * 1) / 110.0);
  EXPECT_DOUBLE_EQ(Measured(Measure::kDel, worst_), (10 + 2 * 9 + 3 * 7 + 2 * 4) / 110.0);
}

TEST_F(Faithfulness, InsIsThePartOfTheScoreThatTheTopReaches) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kIns, best_), (2 * 4 + 3 * 7 + 2 * 9 + 3 * 10) / 110.0);
  EXPECT_DOUBLE_EQ(Measured(Measure::kIns, worst_), (2 * 1 + 3 * 3 + 2 * 6 + 3 * 10) / 110.0);
}

TEST_F(Faithfulness, CeCountsRemovalsUntilTheItemHasLeft) {
  EXPECT_EQ(Measured(Measure::kCe, best_), 2);
  EXPECT_EQ(Measured(Measure::kCe, worst_), 3);
}

class Popular : public SumsTest {
 protected:
  Popular() : SumsTest(-1) {}
};

TEST_F(Popular, ItemsThatStayWithoutAnyEvidenceHaveNoCe) {
  const Measures measures = MeasuresOf(MakeRefold(), best_);
  EXPECT_FALSE(Of(measures, Measure::kCe).has_value());
  EXPECT_THAT(Of(measures, Measure::kPos), Optional(DoubleEq(1)));
}

TEST(Measures, ScoresThatAreNotAboveZeroHaveNoPartsLeft) {
  ModelSnapshot model = SumsModel(0);
  model.popularity(0, 0) = -20;
  const ItemScan scan(model);
  const std::vector<OwnPurchase> purchases = Bought({2, 3});
  const ItemScan::Filter all = scan.All();
  const PlainRefold refold(scan, Pool::kNewToCustomer, purchases, all, kItem, 1);
  const Measures measures = MeasuresOf(refold, std::vector<size_t>{0, 1});
  EXPECT_FALSE(Of(measures, Measure::kDel).has_value());
  EXPECT_FALSE(Of(measures, Measure::kIns).has_value());
}

// Customers whose evidence is at random, in a model at random: everything scored and sorted.
TEST(PlainRefold, StandsWhereSortingEverythingPutsIt) {
  const ModelSnapshot model = RandomModel(150, 8, 3);
  const ItemScan scan(model);
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 30; ++trial) {
    std::vector<OwnPurchase> purchases;
    for (uint32_t line = 0; line < 14; ++line) {
      purchases.push_back({ItemIndex(static_cast<uint32_t>(random() % 20)),
                           static_cast<uint32_t>(random() % 4), Day(900 + 100 * Uniform(random))});
    }
    const Evidence whole(purchases);
    const ItemScan::Filter eligible = OfPool(scan.All(), Pool::kNewToCustomer, whole);
    const ItemIndex item{static_cast<uint32_t>(20 + random() % 130)};
    const PlainRefold refold(scan, Pool::kNewToCustomer, purchases, eligible, item, 60);
    ASSERT_EQ(refold.size(), whole.entries().size());
    std::vector<size_t> kept;
    std::vector<OwnPurchase> rest;
    for (size_t entry = 0; entry < refold.size(); ++entry) {
      if (random() % 2 == 0) continue;
      kept.push_back(entry);
      for (const OwnPurchase& purchase : purchases) {
        if (purchase.item == whole.entries()[entry].item) rest.push_back(purchase);
      }
    }
    const Evidence evidence(rest);
    const Scorer scorer(model, Pool::kNewToCustomer, evidence);
    std::vector<Ranked> sorted;
    for (uint32_t other = 0; other < 150; ++other) {
      if (eligible.Admits(ItemIndex(other)))
        sorted.push_back({ItemIndex(other), scorer.Score(ItemIndex(other))});
    }
    std::sort(sorted.begin(), sorted.end(), RanksBefore);
    const auto rank = 1 + std::ranges::find(sorted, item, &Ranked::item) - sorted.begin();
    std::reverse(kept.begin(), kept.end());
    EXPECT_EQ(refold.RankWith(kept), static_cast<size_t>(rank));
    EXPECT_EQ(refold.With(kept).listed, rank <= 60);
    EXPECT_EQ(refold.With(kept).score, scorer.Score(item));
    EXPECT_EQ(refold.ListWith(kept, 1).front().item, sorted.front().item);
  }
}

// Ages are counted to the last of what is left, those lines too that an earlier one stands for.
TEST(PlainRefold, CountsAgesToTheLastPurchaseThatIsLeft) {
  const ModelSnapshot model = RandomModel(40, 4, 3);
  const ItemScan scan(model);
  const std::vector<OwnPurchase> purchases = {{ItemIndex(2), 0, Day(10)},
                                              {ItemIndex(2), 0, Day(90)},
                                              {ItemIndex(3), 1, Day(40)},
                                              {ItemIndex(4), 2, Day(500)}};
  const ItemScan::Filter all = scan.All();
  const PlainRefold refold(scan, Pool::kNewToCustomer, purchases, all, ItemIndex(9), 5);
  const Evidence evidence({purchases.begin(), purchases.begin() + 3});
  EXPECT_EQ(refold.ScoreWith(std::vector<size_t>{0, 1}),
            Scorer(model, Pool::kNewToCustomer, evidence).Score(ItemIndex(9)));
}

}  // namespace
}  // namespace rapport
