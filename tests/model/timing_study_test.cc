// Studies of due times and lapses, on made-up customers.
#include <gtest/gtest.h>

#include <cmath>

#include "model/timing_study/due_baselines.h"
#include "model/timing_study/due_figures.h"
#include "model/timing_study/due_study.h"
#include "model/timing_study/lapse_study.h"
#include "tests/model/timing_scene.h"

namespace rapport {
namespace {

constexpr size_t kLongest = kDueHorizons.size() - 1;

// With the same chances by every method and within every horizon.
DueCase CaseOf(uint32_t customer, uint32_t row, float chance, bool bought, int purchases = 1) {
  DueCase made{.customer = customer, .row = row, .purchases = purchases};
  for (auto& of_method : made.chance) of_method.fill(chance);
  made.bought.fill(bought);
  return made;
}

TEST(DueStudy, SaysWhatWasBoughtInEachHorizonAfterTheCutAndNothingOfWhatCameBefore) {
  const PurchaseLog log =
      LogOfDays({{{"bean", {10, 40, 106}}, {"cup", {20, 114}}, {"mug", {30}}, {"new", {101}}}});
  const PurchaseTiming timing = LearnTiming(log, Day(100), 1);
  const std::vector<DueCase> cases = DueCasesAt(log, OnDay(100), timing, DueSubject::kItems, 1);
  ASSERT_EQ(cases.size(), 3u);  // nobody had bought what is new
  EXPECT_EQ(cases[0].bought, (std::array<bool, 3>{true, true, true}));  // day 106 is the seventh
  EXPECT_EQ(cases[1].bought,
            (std::array<bool, 3>{false, false, true}));  // day 114 is the fifteenth
  EXPECT_EQ(cases[2].bought, (std::array<bool, 3>{false, false, false}));
  EXPECT_EQ(cases[0].purchases, 2);
  EXPECT_EQ(cases[0].since_visit, 59);
  const DaySummary own = SummaryOf(DaysAt({10, 40}), OnDay(99));
  const DaySummary visits = SummaryOf(DaysAt({10, 20, 30, 40}), OnDay(99));
  EXPECT_FLOAT_EQ(cases[0].Chance(DueMethod::kOurs, 1),
                  static_cast<float>(timing.items.DueWithin(cases[0].row, own, visits, 14)));
}

TEST(DueStudy, TheSameCasesForAnyNumberOfThreads) {
  const PurchaseLog log = LogNormalShop(900, 0.7, 3, 0.5, 300, 8);
  const PurchaseTiming timing = LearnTiming(log, Day(250), 1);
  const auto one = DueCasesAt(log, OnDay(250), timing, DueSubject::kItems, 1);
  const auto seven = DueCasesAt(log, OnDay(250), timing, DueSubject::kItems, 7);
  ASSERT_EQ(one.size(), seven.size());
  for (size_t place = 0; place < one.size(); ++place) {
    EXPECT_EQ(one[place].customer, seven[place].customer);
    EXPECT_EQ(one[place].chance, seven[place].chance);
  }
}

TEST(DueBaselines, AreTheFormulasOfTheirPaper) {
  // Twelve customers at the pace of ten days, twelve once.
  std::vector<std::vector<Bought>> shop;
  for (int customer = 0; customer < 12; ++customer) {
    shop.push_back({{"bean", {0, 10, 20, 30}}});
    shop.push_back({{"bean", {0}}});
  }
  const PurchaseDays days = PurchaseDays::OfItems(LogOfDays(shop), Day(100));
  const DueBaselines baselines(days, OnDay(100));
  const DaySummary own = SummaryOf(DaysAt({60, 80, 90}), OnDay(97));
  const double share = (12 + 0.5) / (24 + 1);
  EXPECT_DOUBLE_EQ(baselines.OwnMeanGap(0, own, 14), 1 - std::exp(-14 / 15.0));
  EXPECT_NEAR(baselines.AggregateTime(0, own, 14),
              share * (GapWithin(std::log(10), 0.1, 21) - GapWithin(std::log(10), 0.1, 7)), 1e-9);
  // All come at 1/10 a day, so the prior is as narrow as it may be: shape 1000, rate 10000.
  const double soon = (3 + 1000) / (30 + 2 * std::abs(15.0 - 7) + 10'000);
  EXPECT_NEAR(baselines.ModifiedPoissonGamma(0, own, 14), share * (1 - std::exp(-14 * soon)), 1e-6);
  const DaySummary late = SummaryOf(DaysAt({60, 80, 90}), OnDay(130));
  const double never = (3 + 1000) / (70.0 + 10'000);
  EXPECT_NEAR(baselines.ModifiedPoissonGamma(0, late, 14), share * (1 - std::exp(-14 * never)),
              1e-6);
}

TEST(DueFigures, ForecastsAreJudgedInBinsOfAsManyEach) {
  std::vector<Forecast> forecasts;
  for (int place = 0; place < 1000;
       ++place)  // half at .2, of which .3 happen; half at .6, all right
    forecasts.push_back({place < 500 ? 0.2F : 0.6F, place % 10 < (place < 500 ? 3 : 6)});
  const CalibrationQuality quality = JudgeForecasts(forecasts);
  EXPECT_EQ(quality.samples, 1000);
  EXPECT_NEAR(quality.expected, 0.4, 1e-6);
  EXPECT_NEAR(quality.bought, 0.45, 1e-9);
  EXPECT_NEAR(quality.ece, 0.05, 1e-6);
  const double brier = 0.5 * (0.3 * 0.64 + 0.7 * 0.04) + 0.5 * (0.6 * 0.16 + 0.4 * 0.36);
  EXPECT_NEAR(quality.brier, brier, 1e-6);
  EXPECT_NEAR(quality.brier_skill, 1 - brier / (0.45 * 0.55), 1e-6);
  EXPECT_EQ(JudgeForecasts({}).samples, 0);
}

TEST(DueFigures, TheAreaUnderTheCurveCountsPairsInOrder) {
  std::mt19937_64 random(2);
  std::vector<Forecast> forecasts;
  for (int place = 0; place < 300; ++place) {
    const auto chance = static_cast<float>(std::floor(10 * Uniform(random)) / 10);
    forecasts.push_back({chance, Uniform(random) < chance});
  }
  double right = 0, pairs = 0;
  for (const Forecast& did : forecasts) {
    for (const Forecast& did_not : forecasts) {
      if (!did.happened || did_not.happened) continue;
      right += did.chance > did_not.chance ? 1 : did.chance == did_not.chance ? 0.5 : 0;
      pairs += 1;
    }
  }
  EXPECT_NEAR(AreaUnderCurve(forecasts), right / pairs, 1e-12);
  EXPECT_EQ(AreaUnderCurve({{0.3F, true}}), 0.5);
}

TEST(DueFigures, TheFirstFiveOfEachCustomerAreJudged) {
  std::vector<DueCase> cases;
  for (uint32_t row = 0; row < 8; ++row)  // the likeliest and the sixth likeliest are bought
    cases.push_back(CaseOf(0, row, 0.8F - 0.1F * static_cast<float>(row), row == 0 || row == 5));
  cases.push_back(CaseOf(1, 0, 0.9F, false));  // buys nothing again: not judged
  const std::vector<std::vector<DueCase>> cuts = {cases};
  const DueRanking ranking = RankingOf(cuts, DueMethod::kOurs);
  ASSERT_EQ(ranking.ndcg.size(), 1u);
  EXPECT_NEAR(ranking.ndcg[0], 1 / (1 + 1 / std::log2(3)), 1e-9);
  EXPECT_NEAR(ranking.recall[0], 0.5, 1e-9);
}

TEST(DueFigures, ADaysListHasEachCustomerOnceForTheirLikeliest) {
  std::vector<DueCase> cases;
  for (uint32_t customer = 0; customer < 40; ++customer) {
    const float chance = 0.02F * static_cast<float>(customer);
    cases.push_back(CaseOf(customer, 0, chance, customer >= 20));  // the likely half buy it
    cases.push_back(CaseOf(customer, 1, chance / 2, false));
    cases.back().since_visit = cases[cases.size() - 2].since_visit = static_cast<float>(customer);
  }
  const std::vector<std::vector<DueCase>> cuts = {cases};
  EXPECT_EQ(PrecisionAtCapacity(cuts, ListedBy::kChance), 1);
  EXPECT_EQ(PrecisionAtCapacity(cuts, ListedBy::kEarliestVisit), 1);
  EXPECT_EQ(PrecisionAtCapacity(cuts, ListedBy::kLatestVisit), 0);
  EXPECT_EQ(PrecisionAtCapacity(cuts, ListedBy::kRandom), 0.25);
}

TEST(DueFigures, CalibrationIsOfThoseWithEnoughPurchases) {
  const std::vector<std::vector<DueCase>> cuts = {
      {CaseOf(0, 0, 0.5F, true, 1), CaseOf(0, 1, 0.25F, false, 2)}, {CaseOf(1, 0, 0.75F, true, 3)}};
  EXPECT_EQ(CalibrationOf(cuts, DueMethod::kOurs, kLongest, 1).all.samples, 3);
  const DueCalibration twice = CalibrationOf(cuts, DueMethod::kOurs, kLongest, 2);
  EXPECT_EQ(twice.all.samples, 2);
  EXPECT_NEAR(twice.all.ece, 0.25, 1e-6);
  EXPECT_NEAR(twice.worst_ece, 0.25, 1e-6);
}

TEST(LapseStudy, WhoBuysNothingForNinetyDaysHasLapsed) {
  const PurchaseLog log = LogOfDays(
      {{{"bean", {10, 90, 189}}}, {{"bean", {10, 90, 190}}}, {{"bean", {10}}}, {{"bean", {150}}}});
  LapseModel model{.weights = {-1, 0, 0}, .customers = 10};
  const LapseForecasts forecasts = LapseForecastsAt(log, OnDay(100), model);
  const auto& ours = forecasts[static_cast<size_t>(LapseMethod::kOurs)];
  ASSERT_EQ(ours.size(), 3u);  // the fourth came later
  EXPECT_FALSE(ours[0].happened);
  EXPECT_TRUE(ours[1].happened);  // on the ninety-first day
  EXPECT_TRUE(ours[2].happened);
  EXPECT_EQ(forecasts[static_cast<size_t>(LapseMethod::kRecency)][0].chance, 9);
}

}  // namespace
}  // namespace rapport
