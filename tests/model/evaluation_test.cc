#include "model/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "model/baselines/baselines.h"
#include "model/learn.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

std::vector<ItemIndex> Items(std::initializer_list<uint32_t> items) {
  std::vector<ItemIndex> indexes;
  for (const uint32_t item : items) indexes.push_back(ItemIndex(item));
  return indexes;
}

Trial TrialOf(const PurchaseLog& log) {
  const LearnOptions options{.tastes = {{.factors = 8, .iterations = 5}}, .threads = 2};
  auto trial = TrialAt(log, Day(170), options, nullptr, {});
  EXPECT_TRUE(trial.ok()) << trial.status();
  return *std::move(trial);
}

TEST(QualityOf, IsWhatTheDefinitionsSay) {
  // Hits at places 1 and 3 of three relevant.
  const RankingQuality quality = QualityOf(Items({4, 9, 7, 1}), Items({4, 5, 7}));
  EXPECT_DOUBLE_EQ(quality.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(quality.hit, 1);
  const double gain = 1 + 1 / std::log2(4.0);
  const double ideal = 1 + 1 / std::log2(3.0) + 1 / std::log2(4.0);
  EXPECT_DOUBLE_EQ(quality.ndcg, gain / ideal);
}

TEST(QualityOf, LooksAtTwentyPlacesOnly) {
  std::vector<ItemIndex> list;
  for (uint32_t item = 0; item < 30; ++item) list.push_back(ItemIndex(item));
  EXPECT_EQ(QualityOf(list, Items({20})).hit, 0);
  EXPECT_EQ(QualityOf(list, Items({19})).hit, 1);
}

TEST(QualityOf, LooksAtAsManyPlacesAsItIsAsked) {
  EXPECT_EQ(QualityOf(Items({4, 9, 7}), Items({7}), 2).hit, 0);
  EXPECT_EQ(QualityOf(Items({4, 7, 9}), Items({4, 7, 8}), 2).ndcg, 1);
}

TEST(QualityOf, CutsTheIdealListAtTwentyToo) {
  std::vector<ItemIndex> relevant;
  for (uint32_t item = 0; item < 40; ++item) relevant.push_back(ItemIndex(item));
  const RankingQuality perfect = QualityOf(std::span(relevant).first(20), relevant);
  EXPECT_DOUBLE_EQ(perfect.ndcg, 1);
  EXPECT_DOUBLE_EQ(perfect.recall, 0.5);
}

TEST(JudgeBeside, JudgesEveryMethodByTheSameCustomers) {
  const PurchaseLog log = ShopWithTastes({});
  const Trial trial = TrialOf(log);
  const std::vector<Judgement> judgements = JudgeBeside(log, trial, AllBaselines(), 2);
  ASSERT_EQ(judgements.size(), 2 * (1 + AllBaselines().size()));
  std::set<std::string> methods;
  for (size_t place = 0; place < judgements.size(); ++place) {
    methods.insert(judgements[place].method);
    EXPECT_EQ(judgements[place].lists.size(), trial.held_out.customers.size());
    EXPECT_EQ(judgements[place].each.size(), judgements[place % 2].each.size());
  }
  EXPECT_EQ(methods.size(), 1 + AllBaselines().size());
}

TEST(JudgeBeside, DoesNotDependOnTheNumberOfThreads) {
  const PurchaseLog log = ShopWithTastes({});
  const Trial trial = TrialOf(log);
  const auto one = JudgeBeside(log, trial, AllBaselines(), 1);
  const auto seven = JudgeBeside(log, trial, AllBaselines(), 7);
  for (size_t place = 0; place < one.size(); ++place)
    EXPECT_EQ(one[place].lists, seven[place].lists) << one[place].method;
}

TEST(ReportOf, ComparesOursWithEveryOtherMethodOfThePool) {
  const PurchaseLog log = ShopWithTastes({});
  const Trial trial = TrialOf(log);
  const EvaluationReport report = EvaluateBesideBaselines(log, trial, 2);
  EXPECT_EQ(report.rows.size(), 2 * (1 + QuickBaselines().size()));
  ASSERT_EQ(report.comparisons.size(), 2 * QuickBaselines().size());
  const auto row = [&](std::string_view method, Pool pool) {
    for (const EvaluationRow& one : report.rows) {
      if (one.method == method && one.pool == pool) return one;
    }
    return EvaluationRow{};
  };
  for (const EvaluationComparison& comparison : report.comparisons) {
    const double ours = row(kOurMethod, comparison.pool).ndcg;
    EXPECT_NEAR(comparison.ndcg.mean, ours - row(comparison.method, comparison.pool).ndcg, 1e-12);
    EXPECT_LE(comparison.ndcg.low, comparison.ndcg.mean);
    EXPECT_GE(comparison.ndcg.high, comparison.ndcg.mean);
  }
}

TEST(ReportOf, SeesThatAShopOfTastesIsNotServedByPopularity) {
  const PurchaseLog log = ShopWithTastes({});
  const EvaluationReport report = EvaluateBesideBaselines(log, TrialOf(log), 2);
  for (const EvaluationComparison& comparison : report.comparisons) {
    if (comparison.method == "popularity") {
      EXPECT_TRUE(comparison.ndcg.SignificantlyAbove());
      EXPECT_TRUE(comparison.recall.SignificantlyAbove());
    }
  }
}

}  // namespace
}  // namespace rapport
