#include "model/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "model/learn.h"
#include "model/ranker.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

// Suggestions whose chance is a given function of score and group.
template <typename Chance>
std::vector<SuggestedItem> Items(size_t count, uint64_t seed, const Chance& chance) {
  std::mt19937_64 random(seed);
  std::vector<SuggestedItem> items(count);
  for (SuggestedItem& item : items) {
    item.score = 6 * Uniform(random) - 3;
    item.depth = static_cast<HistoryDepth>(random() % kHistoryDepths);
    item.bought_before = random() % 2 == 0;
    item.bought = Uniform(random) < chance(item);
  }
  return items;
}

double Logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }
double ByScore(const SuggestedItem& item) { return Logistic(item.score - 3); }

PoolCalibration CalibrationOf(const std::vector<SuggestedItem>& items) {
  return CalibratePool({&items, 1});
}

TEST(Calibration, FindsTheChancesThatScoresStandFor) {
  const PoolCalibration calibration = CalibrationOf(Items(40'000, 1, ByScore));
  const CalibrationQuality quality = JudgeCalibration(calibration, Items(40'000, 2, ByScore));
  EXPECT_LT(quality.ece, 0.005);
  EXPECT_NEAR(quality.expected, quality.bought, 0.005);
  EXPECT_GT(quality.brier_skill, 0.05);
  for (const double score : {-2.0, 0.0, 2.0}) {
    EXPECT_NEAR(calibration.ProbabilityOf(score, HistoryDepth::kFew, false), Logistic(score - 3),
                0.05);
  }
}

TEST(Calibration, NeverFallsAsTheScoreRisesAndStaysWithinBounds) {
  const PoolCalibration calibration = CalibrationOf(Items(3'000, 3, ByScore));
  for (size_t depth = 0; depth < kHistoryDepths; ++depth) {
    for (const bool bought_before : {false, true}) {
      double before = 0;
      for (double score = -5; score < 5; score += 0.01) {
        const double p =
            calibration.ProbabilityOf(score, static_cast<HistoryDepth>(depth), bought_before);
        EXPECT_GE(p, before - 1e-12);
        EXPECT_GT(p, 0);
        EXPECT_LT(p, 1);
        before = p;
      }
    }
  }
}

TEST(Calibration, TellsGroupsApartWhereThereIsEnoughToGoBy) {
  const auto repeat_sells_more = [](const SuggestedItem& item) {
    return item.bought_before ? 0.3 : 0.05;
  };
  const PoolCalibration calibration = CalibrationOf(Items(80'000, 4, repeat_sells_more));
  EXPECT_NEAR(calibration.ProbabilityOf(0, HistoryDepth::kMany, true), 0.3, 0.03);
  EXPECT_NEAR(calibration.ProbabilityOf(0, HistoryDepth::kMany, false), 0.05, 0.03);
}

TEST(Calibration, OfASmallGroupIsDrawnToThePool) {
  std::vector<SuggestedItem> items = Items(20'000, 5, [](const SuggestedItem&) { return 0.1; });
  for (SuggestedItem& item : items) item.depth = HistoryDepth::kSome;
  std::vector<SuggestedItem> lucky = Items(100, 6, [](const SuggestedItem&) { return 1.0; });
  for (SuggestedItem& item : lucky) item.depth = HistoryDepth::kOneOrder;
  items.insert(items.end(), lucky.begin(), lucky.end());
  const PoolCalibration calibration = CalibrationOf(items);
  const double of_lucky = calibration.ProbabilityOf(0, HistoryDepth::kOneOrder, true);
  EXPECT_GT(of_lucky, 0.12);
  EXPECT_LT(of_lucky, 0.25);
  EXPECT_NEAR(calibration.ProbabilityOf(0, HistoryDepth::kMany, true), 0.1, 0.02);  // nobody
}

TEST(Calibration, ExpectsOfTheLastWindowWhatWasBoughtInIt) {
  const std::vector<std::vector<SuggestedItem>> windows = {
      Items(20'000, 7, ByScore),
      Items(20'000, 8, [](const SuggestedItem& item) { return Logistic(item.score - 2.5); })};
  const PoolCalibration calibration = CalibratePool(windows);
  const CalibrationQuality quality = JudgeCalibration(calibration, windows.back());
  EXPECT_NEAR(quality.expected, quality.bought, 1e-6);
  EXPECT_EQ(calibration.base_rate, quality.bought);
  EXPECT_NEAR(calibration.shift, 0.25, 0.08);  // half of the way between the two
}

TEST(Calibration, IntervalsAreWilsons) {
  PoolCalibration calibration;
  calibration.samples = 100;
  calibration.base_rate = 0.02;
  calibration.curves[0][0] = {{.score = 0, .probability = 0.1, .samples = 100}};
  const PurchaseChance chance = calibration.ChanceOf(1, HistoryDepth::kOneOrder, false);
  EXPECT_NEAR(chance.low, 0.0552, 5e-5);  // the textbook's 10 of 100
  EXPECT_NEAR(chance.high, 0.1744, 5e-5);
  EXPECT_EQ(chance.samples, 100);
}

TEST(Calibration, ConfidenceIsBesideTheBaseRate) {
  PoolCalibration calibration;
  calibration.samples = 100;
  calibration.curves[0][0] = {{.score = 0, .probability = 0.1, .samples = 100}};
  const auto confidence = [&](double base_rate) {
    calibration.base_rate = base_rate;
    return calibration.ChanceOf(0, HistoryDepth::kOneOrder, false).confidence;
  };
  EXPECT_EQ(confidence(0.09), Confidence::kThin);
  EXPECT_EQ(confidence(0.05), Confidence::kFair);
  EXPECT_EQ(confidence(0.0335), Confidence::kFair);
  EXPECT_EQ(confidence(0.0333), Confidence::kStrong);  // three times as likely
}

TEST(Calibration, OfNothingKnowsNothing) {
  EXPECT_TRUE(CalibratePool({}).empty());
  const PoolCalibration empty;
  EXPECT_EQ(empty.ProbabilityOf(1, HistoryDepth::kFew, true), 0);
  const PurchaseChance chance = empty.ChanceOf(1, HistoryDepth::kFew, true);
  EXPECT_EQ(chance.low, 0);
  EXPECT_EQ(chance.high, 1);
  EXPECT_EQ(JudgeCalibration(empty, {}).samples, 0);
}

TEST(Calibration, IsFiniteWhereNobodyBoughtOrEverybodyDid) {
  for (const double chance : {0.0, 1.0}) {
    const auto items = Items(500, 9, [&](const SuggestedItem&) { return chance; });
    const PoolCalibration calibration = CalibrationOf(items);
    EXPECT_NEAR(calibration.ProbabilityOf(0, HistoryDepth::kFew, true), chance, 1e-9);
    EXPECT_TRUE(std::isfinite(JudgeCalibration(calibration, items).brier_skill));
  }
}

TEST(JudgeCalibration, SaysNothingOfKnowingTheShareAlone) {
  PoolCalibration calibration;
  for (auto& of_depth : calibration.curves) {
    for (CalibrationCurve& curve : of_depth)
      curve = {{.score = 0, .probability = 0.5, .samples = 10}};
  }
  std::vector<SuggestedItem> items(100);
  for (size_t row = 0; row < 50; ++row) items[2 * row].bought = true;
  const CalibrationQuality quality = JudgeCalibration(calibration, items);
  EXPECT_DOUBLE_EQ(quality.brier, 0.25);
  EXPECT_NEAR(quality.brier_skill, 0, 1e-12);
  EXPECT_NEAR(quality.ece, 0.0, 0.01);
}

TEST(LevelsOf, MoveWithEveryScoreAlike) {
  ModelSnapshot model = RandomModel(60, 8, 1);
  const ScoreLevels before = LevelsOf(model);
  for (PoolWeights& weights : model.weights) weights.popularity = {0, 0, 1, 0, 0};
  model.popularity.col(2).setConstant(2);
  const ScoreLevels after = LevelsOf(model);
  EXPECT_NE(before, after);
  EXPECT_NEAR(after[0], 2 + std::log(59.0), 1e-12);
}

class SuggestedAtTest : public testing::Test {
 protected:
  SuggestedAtTest() : log_(ShopWithTastes({})) {
    const LearnOptions options{.tastes = {{.factors = 8, .iterations = 5}}, .threads = 2};
    trial_ = std::make_unique<Trial>(*TrialAt(log_, Day(170), options, nullptr, {}));
  }
  PurchaseLog log_;
  std::unique_ptr<Trial> trial_;
};

TEST_F(SuggestedAtTest, CountsThoseWhoDidNotComeToo) {
  const SuggestedItems items = SuggestedAt(log_, trial_->held_out, trial_->model, 2);
  const size_t customers = items[static_cast<size_t>(Pool::kAny)].size() / kListLength;
  EXPECT_EQ(customers, static_cast<size_t>(trial_->held_out.customers_before));
  EXPECT_GT(customers, trial_->held_out.customers.size());
}

TEST_F(SuggestedAtTest, IsTheSameForAnyNumberOfThreads) {
  const SuggestedItems one = SuggestedAt(log_, trial_->before, trial_->earlier, 1);
  const SuggestedItems seven = SuggestedAt(log_, trial_->before, trial_->earlier, 7);
  for (size_t pool = 0; pool < kPoolCount; ++pool) {
    ASSERT_EQ(one[pool].size(), seven[pool].size());
    for (size_t row = 0; row < one[pool].size(); ++row)
      ASSERT_EQ(one[pool][row].score, seven[pool][row].score);
  }
}

TEST_F(SuggestedAtTest, GivesAChanceThatHoldsInTheNextWindow) {
  const SuggestedItems before = SuggestedAt(log_, trial_->before, trial_->earlier, 2);
  const CalibrationQualities qualities = JudgeCalibrations(
      CalibratePools({&before, 1}), SuggestedAt(log_, trial_->held_out, trial_->model, 2));
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    const CalibrationQuality& quality = qualities[static_cast<size_t>(pool)];
    EXPECT_NEAR(quality.expected, quality.bought, 0.3 * quality.bought);
    EXPECT_LT(quality.ece, 0.3 * quality.bought);
  }
}

}  // namespace
}  // namespace rapport
