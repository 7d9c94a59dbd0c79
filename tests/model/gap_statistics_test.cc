#include "model/gap_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/timing_scene.h"

namespace rapport {
namespace {

GapsOfSubjects GapsOf(const PurchaseLog& log, int cut) {
  return GapsBefore(PurchaseDays::OfItems(log, Day(cut)), OnDay(cut), nullptr);
}

// The same, computed the plainest way: the log-likelihood of gaps, those still open included.
double LogLikelihood(std::span<const Gap> gaps, double share, double mean, double deviation) {
  double sum = 0;
  for (const Gap& gap : gaps) {
    if (gap.open) {
      sum += gap.count * std::log(1 - share * GapWithin(mean, deviation, gap.days));
      continue;
    }
    const double z = (std::log(gap.days) - mean) / deviation;
    sum += gap.count * (std::log(share / deviation) - z * z / 2);
  }
  return sum;
}

TEST(GapStatistics, FindsTheGapsThatCustomersWereMadeWith) {
  const PurchaseLog log = LogNormalShop(4000, 0.7, std::log(20), 0.4, 400, 3);
  const GapStatistics all = GapsOf(log, 400).all;
  EXPECT_NEAR(all.repeat_share, 0.7, 0.01);
  EXPECT_NEAR(all.mean_log_gap, std::log(20), 0.02);
  EXPECT_NEAR(all.deviation, 0.4, 0.02);
  EXPECT_EQ(all.customers, 4000u);
}

// Most gaps are still open on day 60, and those that have closed are the short ones.
TEST(GapStatistics, GapsThatAreStillOpenAreEvidenceToo) {
  const PurchaseLog log = LogNormalShop(20'000, 0.6, std::log(40), 0.5, 90, 4);
  const GapsOfSubjects early = GapsOf(log, 90);
  EXPECT_NEAR(early.all.mean_log_gap, std::log(40), 0.1);
  EXPECT_NEAR(early.all.repeat_share, 0.6, 0.08);
}

TEST(GapStatistics, NoOtherParametersAreLikelier) {
  std::vector<Gap> gaps;
  std::mt19937_64 random(5);
  for (int gap = 0; gap < 3000; ++gap) {
    const int seen = 1 + static_cast<int>(150 * Uniform(random));
    const int days = 1 + static_cast<int>(60 * Uniform(random) * Uniform(random));
    const bool closed = Uniform(random) < 0.6 && days <= seen;
    gaps.push_back({closed ? days : seen, !closed});
  }
  const GapStatistics fitted = FitGaps(gaps, {.repeat_share = 0.5F, .mean_log_gap = 3}, 0.01, 500);
  const double share = fitted.repeat_share, mean = fitted.mean_log_gap,
               deviation = fitted.deviation;
  const double best = LogLikelihood(gaps, share, mean, deviation);
  for (const double step : {-0.03, 0.03}) {
    EXPECT_GT(best, LogLikelihood(gaps, share + step, mean, deviation));
    EXPECT_GT(best, LogLikelihood(gaps, share, mean + step, deviation));
    EXPECT_GT(best, LogLikelihood(gaps, share, mean, deviation + step));
  }
}

TEST(GapStatistics, FewGapsAreDrawnToTheWiderGroup) {
  const GapStatistics parent = {.repeat_share = 0.5F, .mean_log_gap = 3, .deviation = 0.5F};
  EXPECT_EQ(FitGaps({}, parent, 50, 4).mean_log_gap, parent.mean_log_gap);
  double before = parent.mean_log_gap;
  for (const double count : {1, 10, 100, 1000}) {
    const std::vector<Gap> week = {{.days = 7, .count = count}};
    const GapStatistics fitted = FitGaps(week, parent, 50, 4);
    EXPECT_LT(fitted.mean_log_gap, before);
    before = fitted.mean_log_gap;
  }
  EXPECT_NEAR(before, std::log(7), 0.1);
}

TEST(GapStatistics, ItemsAreDrawnToTheirCategory) {
  std::vector<std::vector<Bought>> shop;
  for (int customer = 0; customer < 60; ++customer) {
    shop.push_back({{"bean", {0, 7, 14, 21, 28, 35}}, {"coat", {0, 90, 180}}});
  }
  shop.push_back({{"roast", {0}}, {"scarf", {0}}});
  const PurchaseLog plain = LogOfDays(shop);
  PurchaseLogBuilder builder;
  for (size_t customer = 0; customer < plain.customer_count(); ++customer) {
    std::vector<RawLine> lines;
    for (const PurchaseLog::Line& line : plain.LinesOf(CustomerIndex(customer)))
      lines.push_back({.item_id = plain.items().Id(line.item), .at = line.at});
    builder.AddCustomer(lines);
  }
  for (const char* item : {"bean", "roast"}) builder.AddItem(item, {"coffee"});
  for (const char* item : {"coat", "scarf"}) builder.AddItem(item, {"clothes"});
  const PurchaseLog log = std::move(builder).Build();
  const PurchaseDays days = PurchaseDays::OfItems(log, Day(200));
  const GapsOfSubjects gaps = GapsBefore(days, OnDay(200), &log.categories());
  const auto of = [&](const char* item) { return gaps.of[Row(*log.items().Find(item))]; };
  EXPECT_LT(of("roast").mean_log_gap, std::log(12));
  EXPECT_GT(of("scarf").mean_log_gap, std::log(60));
}

TEST(GapStatistics, WhatIsBoughtAgainLatelyMoreThanAllElseSaysSo) {
  std::vector<std::vector<Bought>> shop;
  for (int customer = 0; customer < 30; ++customer)
    shop.push_back({{"bean", {0, 95}}, {"coat", {0, 30}}, {"cup", {0}}});
  const PurchaseLog log = LogOfDays(shop);
  const GapsOfSubjects gaps = GapsOf(log, 100);
  const auto lately = [&](const char* item) {
    return gaps.of[Row(*log.items().Find(item))].lately;
  };
  EXPECT_GT(lately("bean"), 0.5);
  EXPECT_LT(lately("coat"), -0.5);
  EXPECT_EQ(lately("cup"), lately("coat"));
}

TEST(GapStatistics, ShopsWithLittleToGoByHaveProbabilitiesStill) {
  for (const std::vector<std::vector<Bought>>& shop :
       {std::vector<std::vector<Bought>>{{{"bean", {5}}}},  // one purchase
        {{{"bean", {5}}, {"cup", {5}}}, {{"bean", {5}}}},   // all on one day, no repeats
        {{{"bean", {1, 2, 3, 4, 5}}}}}) {                   // one customer, one item, daily
    for (const GapStatistics& of : GapsOf(LogOfDays(shop), 6).of) {
      EXPECT_GT(of.repeat_share, 0);
      EXPECT_LT(of.repeat_share, 1);
      EXPECT_GT(of.deviation, 0);
      EXPECT_TRUE(std::isfinite(of.mean_log_gap));
      EXPECT_TRUE(std::isfinite(of.lately));
    }
  }
  EXPECT_EQ(GapsOf(LogOfDays({}), 6).all.customers, 0u);
}

}  // namespace
}  // namespace rapport
