#include "model/pairs_evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/fold_in.h"
#include "model/scorer.h"
#include "model/top_k.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using Lines = std::vector<std::pair<uint32_t, std::vector<uint32_t>>>;

absl::StatusOr<PairsSplit> SplitOf(const Lines& train, const Lines& test) {
  const auto view = [](const Lines& lines) {
    std::vector<PairsOfCustomer> pairs;
    for (const auto& [customer, items] : lines)
      pairs.push_back({.customer = customer, .items = items});
    return pairs;
  };
  return MakePairsSplit(view(train), view(test));
}

// Customers of two tastes: of the odd items and of the even ones.
PairsSplit RandomSplit(uint32_t customers, uint32_t items) {
  std::mt19937_64 random(5);
  Lines train, test;
  for (uint32_t customer = 0; customer < customers; ++customer) {
    train.push_back({customer, {}});
    test.push_back({customer, {}});
    for (uint32_t item = customer % 2; item < items; item += 2) {
      const double chance = Uniform(random);
      if (chance < 0.2) train.back().second.push_back(item);
      if (chance > 0.9) test.back().second.push_back(item);
    }
  }
  return *SplitOf(train, test);
}

// Every item scored as served and all sorted.
std::vector<RankingQuality> Plainly(const PairsSplit& split, const ModelSnapshot& model) {
  std::vector<RankingQuality> each;
  for (size_t customer = 0; customer < split.customers(); ++customer) {
    if (split.test[customer].empty()) continue;
    std::vector<OwnPurchase> own;
    for (const uint32_t item : split.train.by_customer.ColumnsOf(customer))
      own.push_back({.item = ItemIndex(item), .order = 0, .at = Day(0)});
    const Evidence evidence(own);
    const Scorer scorer(model, Pool::kNewToCustomer, evidence);
    std::vector<Ranked> ranked;
    for (size_t item = 0; item < split.items(); ++item) {
      if (evidence.Find(ItemIndex(item)) == nullptr)
        ranked.push_back({ItemIndex(item), scorer.Score(ItemIndex(item))});
    }
    std::sort(ranked.begin(), ranked.end(), RanksBefore);
    std::vector<ItemIndex> list;
    for (size_t place = 0; place < std::min(kListLength, ranked.size()); ++place)
      list.push_back(ranked[place].item);
    each.push_back(QualityOf(list, split.test[customer]));
  }
  return each;
}

void ExpectSame(const std::vector<RankingQuality>& a, const std::vector<RankingQuality>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t row = 0; row < a.size(); ++row) {
    EXPECT_EQ(a[row].recall, b[row].recall) << row;
    EXPECT_EQ(a[row].ndcg, b[row].ndcg) << row;
  }
}

TEST(MakePairsSplit, NumbersCustomersAndItemsInOrderAndCountsAPairOnce) {
  const PairsSplit split = *SplitOf({{70, {9, 3, 9}}, {20, {3}}}, {{70, {5}}, {90, {3}}});
  EXPECT_EQ(split.customers(), 3u);  // 20, 70, 90
  EXPECT_EQ(split.items(), 3u);      // 3, 5, 9
  EXPECT_EQ(split.train_pairs(), 3u);
  EXPECT_EQ(split.test_pairs(), 2u);
  EXPECT_EQ(split.train.by_customer.ColumnsOf(1).size(), 2u);
  EXPECT_EQ(split.test[1], std::vector{ItemIndex(1)});
  EXPECT_EQ(split.test[2], std::vector{ItemIndex(0)});
}

TEST(MakePairsSplit, RefusesWhatWouldSpoilTheFigures) {
  EXPECT_EQ(SplitOf({{1, {2}}, {1, {3}}}, {}).status().message(), "customer 1 stands on two lines");
  EXPECT_EQ(SplitOf({{1, {2, 7}}}, {{1, {7}}}).status().message(),
            "customer 1 has item 7 in training and in test");
}

TEST(EvaluatePairs, IsWhatScoringEverythingAsServedGives) {
  const PairsSplit split = RandomSplit(150, 200);
  const ModelSnapshot model = *TrainOnPairs(split, {.factors = 8, .iterations = 3}, 2, nullptr);
  ExpectSame(EvaluatePairs(split, model, 2, nullptr), Plainly(split, model));
}

TEST(EvaluatePairs, SeesNeighboursAsServed) {
  const PairsSplit split = RandomSplit(150, 200);
  const AlsOptions options{.factors = 8, .iterations = 3};
  AlsOptions with = options;
  with.neighbour_weight = 2;
  const ModelSnapshot model = *TrainOnPairs(split, with, 2, nullptr);
  const auto each = EvaluatePairs(split, model, 2, nullptr);
  ExpectSame(each, Plainly(split, model));
  const auto without = EvaluatePairs(split, *TrainOnPairs(split, options, 2, nullptr), 2, nullptr);
  EXPECT_NE(MeanOf(each).ndcg, MeanOf(without).ndcg);
}

TEST(EvaluatePairs, OrdersScoresThatSinglePrecisionCannotTellApart) {
  const PairsSplit split = RandomSplit(150, 200);
  ModelSnapshot model = *TrainOnPairs(split, {.factors = 33, .iterations = 1}, 2, nullptr);
  std::mt19937_64 random(6);
  Taste& taste = model.tastes.front();
  for (float& factor : taste.factors.reshaped())
    factor = 1 + static_cast<float>(4e-7 * Uniform(random));
  taste = TasteOf(taste.options, taste.factors, 1);
  ExpectSame(EvaluatePairs(split, model, 2, nullptr), Plainly(split, model));
}

TEST(EvaluatePairs, DoesNotDependOnTheNumberOfThreads) {
  const PairsSplit split = RandomSplit(300, 100);
  const ModelSnapshot model = *TrainOnPairs(split, {.factors = 8, .iterations = 3}, 2, nullptr);
  ExpectSame(EvaluatePairs(split, model, 1, nullptr), EvaluatePairs(split, model, 7, nullptr));
}

TEST(EvaluatePairs, JudgesThoseWithoutTrainingItemsToo) {
  const PairsSplit split = *SplitOf({{1, {2, 3}}, {2, {3, 4}}}, {{1, {4}}, {9, {2}}});
  const ModelSnapshot model = *TrainOnPairs(split, {.factors = 2, .iterations = 2}, 1, nullptr);
  const auto each = EvaluatePairs(split, model, 1, nullptr);
  ASSERT_EQ(each.size(), 2u);
  EXPECT_EQ(each[0].recall, 1);  // one item is left to rank
  EXPECT_EQ(each[1].recall, 1);
}

TEST(EvaluatePairs, FindsTheTastesThatPopularityCannotSee) {
  const PairsSplit split = RandomSplit(150, 200);
  const ModelSnapshot model = *TrainOnPairs(split, {.factors = 8, .iterations = 5}, 2, nullptr);
  EXPECT_GT(MeanOf(EvaluatePairs(split, model, 2, nullptr)).recall,
            1.5 * MeanOf(EvaluatePairsByPopularity(split)).recall);
}

TEST(EvaluatePairsByPopularity, RanksByTrainingCustomersWithoutTheOwnItems) {
  const PairsSplit split =
      *SplitOf({{1, {10, 11}}, {2, {11, 12}}, {3, {11, 12}}, {4, {10}}}, {{4, {12}}});
  const auto each = EvaluatePairsByPopularity(split);
  ASSERT_EQ(each.size(), 1u);
  EXPECT_DOUBLE_EQ(each[0].ndcg, 1 / std::log2(3.0));  // behind 11
}

}  // namespace
}  // namespace rapport
