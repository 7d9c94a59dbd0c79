#include "model/purchase_timing.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/timing_bytes.h"
#include "tests/model/timing_scene.h"

namespace rapport {
namespace {

// Customers who come for beans at a pace of their own, of 5 to 45 days, and stay away for ever with
// probability 0.08 after each visit; a coat now and then.
PurchaseLog Paces(size_t customers, int until, uint64_t seed) {
  std::vector<std::vector<Bought>> shop;
  for (size_t customer = 0; customer < customers; ++customer) {
    std::mt19937_64 random(seed * 100'000 + customer);  // the same for any `until`
    const double pace = 5 + 40 * Uniform(random);
    Bought bean{.item = "bean"}, coat{.item = "coat"};
    for (double day = 60 * Uniform(random); day < until;
         day += pace * (0.7 + 0.6 * Uniform(random))) {
      bean.days.push_back(static_cast<int>(day));
      if (Uniform(random) < 0.1) coat.days.push_back(static_cast<int>(day));
      if (Uniform(random) < 0.08) break;
    }
    shop.push_back({bean, coat});
  }
  return LogOfDays(shop);
}

struct Judged {
  double expected = 0, happened = 0, brier = 0, count = 0;
  double Skill() const {
    const double share = happened / count;
    return 1 - brier / (count * share * (1 - share));
  }
};

// What is said on day `cut` of beans in the next 14 days, and what comes.
Judged JudgeDue(const PurchaseLog& log, const PurchaseTiming& timing, int cut) {
  const PurchaseDays days = PurchaseDays::OfItems(log, Day(10'000));
  Judged judged;
  for (size_t customer = 0; customer < days.customer_count(); ++customer) {
    const auto all = days.DaysOf(days.SubjectsOf(CustomerIndex(customer))[0]);
    const auto own = Before(all, OnDay(cut));
    if (own.empty()) continue;
    const DaySummary seen = SummaryOf(own, OnDay(cut - 1));
    const double due = timing.items.DueWithin(0, seen, seen, 14);
    const bool came = own.size() < all.size() && all[own.size()] < OnDay(cut + 14);
    judged.expected += due;
    judged.happened += came ? 1 : 0;
    judged.brier += (due - came) * (due - came);
    judged.count += 1;
  }
  return judged;
}

TEST(PurchaseTiming, SaysWhoIsDueOnDaysThatItHasNotSeen) {
  const PurchaseLog log = Paces(3000, 420, 5);
  const Judged judged = JudgeDue(log, LearnTiming(log, Day(380), 2), 380);
  EXPECT_NEAR(judged.expected, judged.happened, 0.15 * judged.happened);
  EXPECT_GT(judged.Skill(), 0.4);
}

TEST(PurchaseTiming, LearnsNothingFromTheDayItIsOfAndLater) {
  const PurchaseLog log = Paces(400, 420, 5);
  const PurchaseLog until = Paces(400, 300, 5);
  EXPECT_EQ(TimingBytes(LearnTiming(log, Day(300), 1)),
            TimingBytes(LearnTiming(until, Day(300), 1)));
}

TEST(PurchaseTiming, WhatIsBroughtBackLaterIsNotKnownYet) {
  const auto timing_with = [](std::optional<Instant> returned) {
    PurchaseLogBuilder builder;
    for (int customer = 0; customer < 40; ++customer) {
      const std::vector<RawLine> lines = {
          {.item_id = "bean", .at = Day(10)},
          {.item_id = "bean", .at = Day(20), .returned_in_full_at = returned}};
      builder.AddCustomer(lines);
    }
    return TimingBytes(LearnTiming(std::move(builder).Build(), Day(100), 1));
  };
  EXPECT_EQ(timing_with(Day(101)), timing_with(std::nullopt));
  EXPECT_NE(timing_with(Day(99)), timing_with(std::nullopt));
}

TEST(PurchaseTiming, WhoHasStayedAwayLongBesideTheirOwnPaceHasLapsedTheLikelier) {
  const PurchaseLog log = Paces(3000, 420, 6);
  const PurchaseTiming timing = LearnTiming(log, Day(420), 2);
  ASSERT_FALSE(timing.lapse.empty());
  const auto weekly = DaysAt({0, 7, 14, 21, 28, 35, 42, 49, 56, 63});
  const auto chance_on = [&](int today) {
    const DaySummary seen = SummaryOf(weekly, OnDay(today));
    return timing.lapse.ChanceOf(seen, seen.halved_90);
  };
  double before = 0;
  for (const int today : {63, 70, 90, 120, 180}) {
    const double chance = chance_on(today);
    EXPECT_GT(chance, before) << today;
    EXPECT_LT(chance, 1);
    before = chance;
  }
  EXPECT_LT(chance_on(64), 0.2);
  EXPECT_GT(before, 0.8);
}

TEST(PurchaseTiming, TheSameBitsForAnyNumberOfThreads) {
  const PurchaseLog log = Paces(800, 420, 7);
  const std::string one = TimingBytes(LearnTiming(log, Day(420), 1));
  EXPECT_EQ(TimingBytes(LearnTiming(log, Day(420), 2)), one);
  EXPECT_EQ(TimingBytes(LearnTiming(log, Day(420), 7)), one);
}

TEST(PurchaseTiming, TooLittleHistoryGivesGapsAlone) {
  for (const std::vector<std::vector<Bought>>& shop :
       {std::vector<std::vector<Bought>>{{{"bean", {5, 12, 19}}}},  // one customer
        {{{"bean", {5}}}, {{"bean", {90}}}},                        // no repeats
        {{{"bean", {5}}, {"cup", {5}}}, {{"bean", {5}}}}}) {        // all on one day
    const PurchaseTiming timing = LearnTiming(LogOfDays(shop), Day(100), 1);
    EXPECT_FALSE(timing.empty());
    EXPECT_TRUE(timing.lapse.empty());
    EXPECT_TRUE(timing.categories.empty());
    EXPECT_EQ(timing.items.weights, DueWeights{});
    const Seen seen = SeenOf(DaysAt({5}), 30);
    const double due = timing.items.DueWithin(0, seen.own, seen.visits, 14);
    EXPECT_TRUE(due > 0 && due < 1) << due;
  }
  EXPECT_TRUE(LearnTiming(LogOfDays({}), Day(100), 1).empty());
}

TEST(PurchaseTiming, CategoriesHaveTimesOfTheirOwn) {
  PurchaseLogBuilder builder;
  std::vector<RawLine> lines;
  for (int week = 0; week < 12; ++week)  // another roast every week
    lines.push_back({.item_id = week % 2 == 0 ? "bean" : "roast", .at = Day(7 * week + 0.5)});
  for (int customer = 0; customer < 80; ++customer) builder.AddCustomer(lines);
  builder.AddItem("bean", {"coffee"});
  builder.AddItem("roast", {"coffee"});
  const PurchaseLog log = std::move(builder).Build();
  const PurchaseTiming timing = LearnTiming(log, Day(84), 1);
  ASSERT_EQ(timing.category_of, (std::vector<uint32_t>{0, 0}));
  EXPECT_NEAR(std::exp(timing.items.gaps.of[0].mean_log_gap), 14, 1);
  EXPECT_NEAR(std::exp(timing.categories.gaps.of[0].mean_log_gap), 7, 1);
}

PurchaseTiming WithCategories() {
  PurchaseTiming timing;
  timing.items.gaps = {.all = {0.5F, 3, 1, 0, 9, 4},
                       .of = {{0.4F, 2.5F, 0.75F, -0.25F, 5, 2}, {0.5F, 3.5F, 1.25F, 0.5F, 4, 2}}};
  timing.items.weights = {-3, {0.5, 0.25, 1, 2, 3, 4, 5, 6, 7}};
  timing.categories = {.gaps = {.all = {0.5F, 2, 1, 0, 9, 4}, .of = {{0.5F, 2, 1, 0, 9, 4}}}};
  timing.category_of = {PurchaseTiming::kNoCategory, 0};
  timing.lapse = {.constant = 0.5, .weights = {1, 2, 3}, .customers = 77};
  return timing;
}

TEST(TimingBytes, ReadsBackWhatItWrote) {
  const PurchaseTiming timing = WithCategories();
  PurchaseTiming back;
  ASSERT_TRUE(LoadTiming(TimingBytes(timing), 2, &back));
  EXPECT_EQ(back.items.gaps.of, timing.items.gaps.of);
  EXPECT_EQ(back.items.gaps.all, timing.items.gaps.all);
  EXPECT_EQ(back.items.weights, timing.items.weights);
  EXPECT_EQ(back.categories.gaps.of, timing.categories.gaps.of);
  EXPECT_EQ(back.category_of, timing.category_of);
  EXPECT_EQ(back.lapse.weights, timing.lapse.weights);
  EXPECT_EQ(back.lapse.customers, 77);
}

TEST(TimingBytes, RefusesWhatMakesNoSense) {
  const auto refused = [](const std::function<void(PurchaseTiming&)>& spoil, size_t items = 2) {
    PurchaseTiming timing = WithCategories();
    spoil(timing);
    PurchaseTiming back;
    return !LoadTiming(TimingBytes(timing), items, &back);
  };
  EXPECT_FALSE(refused([](PurchaseTiming&) {}));
  EXPECT_TRUE(refused([](PurchaseTiming&) {}, 3));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.of[1].repeat_share = 1; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.of[1].repeat_share = 0; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.of[0].deviation = 0; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.of[0].lately = NAN; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.all.mean_log_gap = NAN; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.weights.of[0] = -1; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.weights.of[1] = -1; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.lapse.weights[2] = INFINITY; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.lapse.customers = -1; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.category_of[1] = 1; }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.category_of.pop_back(); }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.all.customers = 0; }));
}

TEST(TimingBytes, RefusesEveryTruncation) {
  const std::string bytes = TimingBytes(WithCategories());
  for (size_t length = 0; length < bytes.size(); ++length) {
    PurchaseTiming back;
    EXPECT_FALSE(LoadTiming(std::string_view(bytes).substr(0, length), 2, &back)) << length;
  }
}

}  // namespace
}  // namespace rapport
