#include "model/tune.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/model/scene.h"

namespace rapport {
namespace {

// Useless on purpose: one direction cannot tell three tastes apart, and is pulled to zero.
Recipe Poor() {
  return {.als = {.factors = 2, .alpha0 = 0.5, .regularization = 0.5, .iterations = 2},
          .long_half_life_days = 0};
}

TuneOptions Small(const Recipe& start, int threads = 2) {
  return {.start = start, .candidates = 6, .cuts = 2, .threads = threads};
}

PairsSplit FiveTastes() {
  constexpr uint32_t kCustomers = 600;
  std::vector<std::vector<uint32_t>> train(kCustomers), test(kCustomers);
  std::mt19937_64 random(3);
  for (uint32_t customer = 0; customer < kCustomers; ++customer) {
    for (uint32_t item = customer % 5; item < 100; item += 5) {
      const double chance = Uniform(random);
      if (chance < 0.3) train[customer].push_back(item);
      if (chance > 0.9) test[customer].push_back(item);
    }
  }
  const auto view = [](const std::vector<std::vector<uint32_t>>& rows) {
    std::vector<PairsOfCustomer> pairs;
    for (uint32_t customer = 0; customer < rows.size(); ++customer)
      pairs.push_back({.customer = customer, .items = rows[customer]});
    return pairs;
  };
  return *MakePairsSplit(view(train), view(test));
}

void ExpectSame(const Tuned& a, const Tuned& b) {
  EXPECT_EQ(a.recipe, b.recipe);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.gain.low, b.gain.low);
  ASSERT_EQ(a.tried.size(), b.tried.size());
  for (size_t row = 0; row < a.tried.size(); ++row)
    EXPECT_EQ(a.tried[row].scores, b.tried[row].scores);
}

TEST(CandidatesAround, BeginWithTheStartAndStayInTheirRanges) {
  const Recipe start;
  const AlsOptions resolved{.factors = 128, .alpha0 = 0.05, .regularization = 0.01};
  const auto candidates = CandidatesAround(start, resolved, true, 200, 200, 1);
  ASSERT_EQ(candidates.size(), 200u);
  EXPECT_EQ(candidates[0], start);
  std::set<int> factors;
  size_t single = 0;
  for (size_t row = 1; row < candidates.size(); ++row) {
    const auto& [als, long_half_life_days] = candidates[row];
    EXPECT_GE(als.alpha0, 0.05 / 8 * 0.99);
    EXPECT_LE(als.alpha0, 0.05 * 8 * 1.01);
    EXPECT_GE(als.regularization, 0.01 / 8 * 0.99);
    EXPECT_LE(als.regularization, 0.01 * 8 * 1.01);
    EXPECT_GE(als.half_life_days, 20);
    EXPECT_LE(als.half_life_days, 180);
    EXPECT_TRUE(als.iterations == 8 || als.iterations == 12);
    EXPECT_EQ(als.nu, 1);
    factors.insert(als.factors);
    if (long_half_life_days == 0) {
      ++single;
    } else {
      EXPECT_GE(long_half_life_days, std::max(120.0, 2 * als.half_life_days));
      EXPECT_LE(long_half_life_days, 1'000);
    }
  }
  EXPECT_EQ(factors, (std::set<int>{64, 128, 200}));  // 256 would be too many
  EXPECT_NEAR(static_cast<double>(single), 40, 5);
}

TEST(CandidatesAround, FillTheRangeEvenlyAndDependOnTheSeedAlone) {
  const AlsOptions resolved{.factors = 64, .alpha0 = 1, .regularization = 1};
  const auto candidates = CandidatesAround({}, resolved, true, 1'024, 27, 7);
  std::array<int, 6> sixths = {};
  for (size_t row = 1; row < candidates.size(); ++row)
    ++sixths[static_cast<size_t>((std::log2(candidates[row].als.alpha0) + 3) * 0.999)];
  for (const int count : sixths) EXPECT_NEAR(count, 26 / 6.0, 2);
  EXPECT_EQ(candidates, CandidatesAround({}, resolved, true, 1'024, 27, 7));
  EXPECT_NE(candidates, CandidatesAround({}, resolved, true, 1'024, 27, 8));
}

TEST(Tune, FindsBetterOptionsThanPoorOnes) {
  const PurchaseLog log = ShopWithTastes({.customers = 600});
  const auto tuned = Tune(log, Day(200), Small(Poor()), nullptr, {});
  ASSERT_TRUE(tuned.ok()) << tuned.status();
  EXPECT_TRUE(tuned->changed);
  EXPECT_EQ(tuned->rung, 2u);
  EXPECT_GT(tuned->score, tuned->start_score);
  EXPECT_EQ(tuned->best_score, tuned->score);
  EXPECT_NEAR(tuned->gain.mean, tuned->score - tuned->start_score, 1e-12);
  EXPECT_EQ(tuned->tried.size(), 6u);
  EXPECT_EQ(tuned->tried[0].recipe, Poor());
  ASSERT_EQ(tuned->rows.size(), 2u);
  EXPECT_EQ(tuned->cuts, (std::vector{Day(172), Day(144)}));
}

TEST(Tune, TheScoreIsTheMeanOfBothPools) {
  const auto tuned = Tune(ShopWithTastes({}), Day(200), Small(Poor()), nullptr, {});
  ASSERT_TRUE(tuned.ok());
  // Rows are means over windows, the score over customers; the windows are about as large.
  EXPECT_NEAR(tuned->score, (tuned->rows[0].ndcg + tuned->rows[1].ndcg) / 2, 0.01);
}

TEST(Tune, GivesTheSameAtOneTwoAndSevenThreads) {
  const PurchaseLog log = ShopWithTastes({});
  const auto one = Tune(log, Day(200), Small(Poor(), 1), nullptr, {});
  ASSERT_TRUE(one.ok());
  ExpectSame(*one, *Tune(log, Day(200), Small(Poor(), 2), nullptr, {}));
  ExpectSame(*one, *Tune(log, Day(200), Small(Poor(), 7), nullptr, {}));
}

TEST(Tune, WhatComesLaterChangesNothing) {
  std::vector<std::string> ids;
  for (int item = 0; item < 12; ++item) ids.push_back("item-" + std::to_string(item));
  // After day 100 everybody buys what was never theirs.
  const auto shop = [&](bool later) {
    PurchaseLogBuilder builder;
    for (int customer = 0; customer < 60; ++customer) {
      std::vector<RawLine> lines;
      for (int day = 0; day < 100; day += 5)
        lines.push_back(
            {.item_id = ids[static_cast<size_t>((customer + day) % 6)], .at = Day(day)});
      for (int day = 100; later && day < 150; ++day)
        lines.push_back({.item_id = ids[static_cast<size_t>(day % 6)], .at = Day(day)});
      builder.AddCustomer(lines);
    }
    return std::move(builder).Build();
  };
  const auto without = Tune(shop(false), Day(100), Small(Poor()), nullptr, {});
  ASSERT_TRUE(without.ok()) << without.status();
  ExpectSame(*without, *Tune(shop(true), Day(100), Small(Poor()), nullptr, {}));
}

TEST(Tune, WithoutTimeTheStartStays) {
  double now = 0;
  TuneOptions options = Small(Poor());
  options.budget_seconds = 1;
  options.seconds = [&] { return now += 1; };
  const auto tuned = Tune(ShopWithTastes({}), Day(200), options, nullptr, {});
  ASSERT_TRUE(tuned.ok()) << tuned.status();
  EXPECT_FALSE(tuned->changed);
  EXPECT_FALSE(tuned->in_time);
  EXPECT_EQ(tuned->recipe, Poor());
}

TEST(Tune, SaysWhenThereIsTooLittleHistory) {
  const auto tuned = Tune(ShopWithTastes({.days = 40}), Day(40), Small(Poor()), nullptr, {});
  EXPECT_TRUE(absl::IsFailedPrecondition(tuned.status()));
  EXPECT_NE(tuned.status().message().find("too little history to tune on"), std::string::npos);
}

TEST(Tune, CanBeStopped) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(absl::IsCancelled(
      Tune(ShopWithTastes({}), Day(200), Small(Poor()), nullptr, stop.get_token()).status()));
}

TEST(TuneOnPairs, FindsBetterOptionsThanPoorOnesAndVariesNoHalfLives) {
  const auto tuned = TuneOnPairs(FiveTastes(), Small(Poor()), nullptr, {});
  ASSERT_TRUE(tuned.ok()) << tuned.status();
  EXPECT_TRUE(tuned->changed);
  EXPECT_GT(tuned->score, tuned->start_score);
  for (const TriedRecipe& tried : tuned->tried) {
    EXPECT_EQ(tried.recipe.long_half_life_days, 0);
    EXPECT_EQ(tried.recipe.als.half_life_days, Poor().als.half_life_days);
  }
}

TEST(TuneOnPairs, SaysWhenNothingIsHeldOut) {
  PairsSplit split = FiveTastes();
  for (auto& items : split.test) items.clear();
  EXPECT_TRUE(absl::IsFailedPrecondition(TuneOnPairs(split, Small(Poor()), nullptr, {}).status()));
}

}  // namespace
}  // namespace rapport
