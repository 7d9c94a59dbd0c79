#include "model/repurchase.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/timing_scene.h"

namespace rapport {
namespace {

// One subject; gaps alone.
RepurchaseModel ModelOf(GapStatistics of) {
  of.customers = 100;
  return {.gaps = {.all = of, .of = {of}}};
}

RepurchaseModel Monthly() {
  return ModelOf({.repeat_share = 0.6F, .mean_log_gap = 3.4F, .deviation = 0.5F});
}

// With every weight at work.
RepurchaseModel Weighted() {
  RepurchaseModel model = Monthly();
  model.gaps.of[0].lately = 0.3F;
  model.weights = {-3.5, {0.6, 0.4, -0.2, -0.1, 0.05, 0.3, 0.8, 0.4, 0.5}};
  return model;
}

// P(gap in (since, since + days] | gap > since) by summing the density in small steps.
double Summed(double share, double mean, double deviation, double since, double days) {
  const auto part = [&](double from, double to) {
    constexpr double kStep = 1e-4;
    double sum = 0;
    for (double z = (std::log(from) - mean) / deviation; z < (std::log(to) - mean) / deviation;
         z += kStep) {
      sum += std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979) * kStep;
    }
    return sum;
  };
  const double low = std::exp(mean - 8 * deviation);
  const double before = part(low, since + 0.5);
  return share * part(since + 0.5, since + days + 0.5) / (1 - share * before);
}

TEST(Repurchase, ByGapsIsTheShareOfGapsThatCloseAmongThoseStillOpen) {
  const OwnGap gap = {.repeat_share = 0.7, .mean_log_gap = std::log(20), .deviation = 0.6};
  for (const double since : {0, 5, 20, 60}) {
    for (const double days : {1, 7, 28}) {
      EXPECT_NEAR(ByGaps(gap, since, days), Summed(0.7, std::log(20), 0.6, since, days), 2e-4)
          << since << " " << days;
    }
  }
}

// What every purchase is followed by, the classical form is.
TEST(Repurchase, IsTheConditionalGapWhereEverybodyComesBack) {
  const OwnGap gap = {.repeat_share = 1, .mean_log_gap = 3, .deviation = 0.5};
  const double before = GapWithin(3, 0.5, 10), after = GapWithin(3, 0.5, 24);
  EXPECT_DOUBLE_EQ(ByGaps(gap, 10, 14), (after - before) / (1 - before));
}

TEST(Repurchase, WhatIsBoughtEveryFourteenDaysIsDueWhenItShouldBe) {
  const RepurchaseModel model = Monthly();
  const auto own = DaysAt({0, 14, 28, 42, 56, 70, 84, 98});
  const auto due = [&](int today) {
    const Seen seen = SeenOf(own, today);
    return model.DueWithin(0, seen.own, seen.visits, 7);
  };
  EXPECT_LT(due(98), 0.15);  // just bought
  EXPECT_GT(due(108), 0.5);  // the fourteenth day lies in the next seven
  EXPECT_GT(due(108), 3 * due(98));
  EXPECT_NEAR(model.ExpectedIn(0, SeenOf(own, 98).own), 16, 3);
  EXPECT_NEAR(model.ExpectedIn(0, SeenOf(own, 108).own), 8, 3);
}

TEST(Repurchase, OwnGapsCountTheMoreOfThemThereAre) {
  const RepurchaseModel model = Monthly();
  double before = std::exp(3.4);
  for (const auto& own :
       {DaysAt({0}), DaysAt({0, 7}), DaysAt({0, 7, 14}), DaysAt({0, 7, 14, 21})}) {
    const double typical = model.GapOf(0, SummaryOf(own, OnDay(30))).TypicalDays();
    EXPECT_TRUE(own.size() == 1 ? std::abs(typical - before) < 1e-4 : typical < before);
    EXPECT_GT(typical, 7);
    before = typical;
  }
}

TEST(Repurchase, IsAProbabilityThatIsZeroForNoDaysAndNeverFalls) {
  for (const RepurchaseModel& model : {Monthly(), Weighted()}) {
    std::mt19937_64 random(3);
    for (int trial = 0; trial < 300; ++trial) {
      std::vector<PurchaseDay> own;
      int day = 0;
      for (int purchase = 0; purchase < 1 + trial % 6; ++purchase)
        own.push_back(OnDay(day += 1 + static_cast<int>(40 * Uniform(random))));
      const Seen seen =
          SeenOf(own, day + static_cast<int>(400 * Uniform(random) * Uniform(random)));
      EXPECT_EQ(model.DueWithin(0, seen.own, seen.visits, 0), 0);
      double before = 0;
      for (const double days : {0.01, 1.0, 2.0, 7.0, 14.0, 28.0, 90.0, 1000.0, 100'000.0}) {
        const double due = model.DueWithin(0, seen.own, seen.visits, days);
        EXPECT_GE(due, before);
        EXPECT_LE(due, 1);
        before = due;
      }
    }
  }
}

TEST(Repurchase, APurchaseOfTodayCountsAtOnce) {
  const RepurchaseModel model = Monthly();
  const Seen before = SeenOf(DaysAt({0, 14, 28}), 42);
  const Seen after = SeenOf(DaysAt({0, 14, 28, 42}), 42);
  EXPECT_GT(model.DueWithin(0, before.own, before.visits, 7),
            1.5 * model.DueWithin(0, after.own, after.visits, 7));
}

// A clock that was set back sees the same as on the day of the last purchase.
TEST(Repurchase, PurchasesLaterThanTodayAreOfToday) {
  const RepurchaseModel model = Weighted();
  const Seen back = SeenOf(DaysAt({0, 14, 28}), 5);
  const Seen then = SeenOf(DaysAt({0, 14, 28}), 28);
  EXPECT_EQ(model.DueWithin(0, back.own, back.visits, 7),
            model.DueWithin(0, then.own, then.visits, 7));
}

// Long overdue: by gaps alone it would have come long ago, or never will.
TEST(Repurchase, WhatIsLongOverdueHasADayAndAProbabilityStill) {
  const RepurchaseModel model =
      ModelOf({.repeat_share = 0.9F, .mean_log_gap = 2, .deviation = 0.05F});
  const Seen seen = SeenOf(DaysAt({0, 7, 14}), 4000);
  const double due = model.DueWithin(0, seen.own, seen.visits, 7);
  EXPECT_TRUE(due >= 0 && due <= 1) << due;
  EXPECT_GE(model.ExpectedIn(0, seen.own), 1);
}

}  // namespace
}  // namespace rapport
