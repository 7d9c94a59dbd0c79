#include "model/learn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "model/calibration.h"
#include "model/scorer.h"
#include "model/snapshot_format.h"
#include "model/top_k.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

LearnOptions SmallOptions(int threads = 2) {
  return {.tastes = TastesOf({.factors = 8, .alpha0 = 0, .iterations = 5}), .threads = threads};
}

const EvaluationRow& RowOf(const ModelSnapshot& model, const std::string& method, Pool pool) {
  for (const EvaluationRow& row : model.evaluation.rows) {
    if (row.method == method && row.pool == pool) return row;
  }
  ADD_FAILURE() << "no row " << method;
  return model.evaluation.rows.front();
}

PurchaseLog LogOf(const std::vector<std::vector<RawLine>>& customers) {
  PurchaseLogBuilder builder;
  for (const auto& lines : customers) builder.AddCustomer(lines);
  return std::move(builder).Build();
}

void ExpectFiniteScores(const PurchaseLog& log, const ModelSnapshot& model) {
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), Day(1e6)));
    for (const Pool pool : kPools) {
      const Scorer scorer(model, pool, evidence);
      for (size_t item = 0; item < log.items().size(); ++item)
        EXPECT_TRUE(std::isfinite(scorer.Score(ItemIndex(item))));
    }
  }
}

ItemIndex BestOf(const Scorer& scorer) {
  const ItemScan scan(scorer.model());
  return scan.TopK(scorer, 1, scan.All())[0].item;
}

// Says what is missing, and a model without tastes serves.
void ExpectTooLittle(const PurchaseLog& log) {
  const absl::Status status = Learn(log, SmallOptions(), nullptr, {}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(status.message().find("too little to learn from: only "), 0u) << status;
  ExpectFiniteScores(log, PopularityModel(log));
}

// Enough customers and weeks, whatever they do.
PurchaseLog Everybody(const std::function<std::vector<RawLine>(int customer)>& buys) {
  std::vector<std::vector<RawLine>> customers;
  for (int customer = 0; customer < 40; ++customer) customers.push_back(buys(customer));
  return LogOf(customers);
}

constexpr std::array<const char*, 12> kTwelve = {"a", "b", "c", "d", "e", "f",
                                                 "g", "h", "i", "j", "k", "l"};

void ExpectUsable(const PurchaseLog& log) {
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  ExpectFiniteScores(log, *model);
}

// Open options follow from the data: they move with every purchase.
TEST(Learn, JudgesTheRunningModelAgainOnlyIfItsRecipeIsAnotherOne) {
  const PurchaseLog log = ShopWithTastes({});
  LearnOptions options = SmallOptions();
  const auto judged_running = [&](const ModelSnapshot& running) {
    options.running = &running;
    const auto model = Learn(log, options, nullptr, {});
    EXPECT_TRUE(model.ok()) << model.status();
    return std::ranges::any_of(model->evaluation.rows,
                               [](const EvaluationRow& row) { return row.method == "running"; });
  };
  auto running = Learn(log, options, nullptr, {});
  ASSERT_TRUE(running.ok()) << running.status();
  EXPECT_FALSE(judged_running(*running));
  running->tastes[0].options.alpha0 *= 2;
  EXPECT_TRUE(judged_running(*running));
  running->tastes[0].options.alpha0 /= 2;
  running->tastes[1].options.half_life_days += 1;
  EXPECT_TRUE(judged_running(*running));
}

TEST(Learn, FindsTastesThatPopularityCannotSee) {
  const PurchaseLog log = ShopWithTastes({});
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_GT(RowOf(*model, "rapport", Pool::kNewToCustomer).recall,
            1.3 * RowOf(*model, "popularity", Pool::kNewToCustomer).recall);
  EXPECT_GT(RowOf(*model, "rapport", Pool::kAny).ndcg,
            RowOf(*model, "popularity", Pool::kAny).ndcg);
  EXPECT_TRUE(model->WeightsOf(Pool::kAny).fitted);
  const auto& tastes = model->WeightsOf(Pool::kNewToCustomer).tastes;
  EXPECT_GT(tastes[0] + tastes[1], 0);
}

TEST(Learn, EveryModelKnowsWhenItemsAreBoughtAgain) {
  const PurchaseLog log = ShopWithTastes({});
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->timing.items.gaps.of.size(), log.items().size());
  EXPECT_NE(model->timing.items.weights, DueWeights{});
  EXPECT_FALSE(PopularityModel(log).timing.empty());
}

TEST(Learn, CalibratesProbabilitiesAndJudgesThemOneWindowEarlier) {
  const PurchaseLog log = ShopWithTastes({});
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->calibration.levels, LevelsOf(*model));
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    const CalibrationQuality& quality = model->evaluation.calibration[static_cast<size_t>(pool)];
    EXPECT_GT(quality.samples, 0);
    EXPECT_NEAR(quality.expected, quality.bought, 0.3 * quality.bought);
    const PoolCalibration& learned = model->calibration.Of(pool);
    EXPECT_GT(learned.samples, quality.samples);  // of both windows
    EXPECT_GT(learned.base_rate, 0);
    const double level = model->calibration.levels[static_cast<size_t>(pool)];
    EXPECT_LE(model->calibration.ChanceOf(pool, level - 5, HistoryDepth::kSome, false).probability,
              model->calibration.ChanceOf(pool, level + 5, HistoryDepth::kSome, false).probability);
  }
}

TEST(Learn, SuggestsNewItemsOfTheCustomersTaste) {
  const ShopOptions shop;
  const PurchaseLog log = ShopWithTastes(shop);
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok());
  int own_taste = 0;
  int all = 0;
  const ItemScan scan(*model);
  for (uint32_t customer = 0; customer < 30; ++customer) {
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), Day(201)));
    const Scorer scorer(*model, Pool::kNewToCustomer, evidence);
    for (const Ranked& ranked :
         scan.TopK(scorer, 3, OfPool(scan.All(), Pool::kNewToCustomer, evidence))) {
      own_taste += Row(ranked.item) % shop.tastes == customer % shop.tastes ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(own_taste, 0.8 * all);
}

TEST(Learn, GivesTheSameBytesAtOneTwoAndSevenThreads) {
  const PurchaseLog log = ShopWithTastes({});
  const std::string one = SerializeModel(*Learn(log, SmallOptions(1), nullptr, {}));
  EXPECT_EQ(one, SerializeModel(*Learn(log, SmallOptions(2), nullptr, {})));
  EXPECT_EQ(one, SerializeModel(*Learn(log, SmallOptions(7), nullptr, {})));
}

TEST(Learn, SaysWhenThereIsTooLittleHistoryToJudgeByAndServesDefaults) {
  const PurchaseLog log = ShopWithTastes({.days = 20});
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok());
  EXPECT_NE(model->remark.find("too little history"), std::string::npos);
  EXPECT_TRUE(model->evaluation.rows.empty());
  EXPECT_FALSE(model->WeightsOf(Pool::kAny).fitted);
}

TEST(Learn, SaysWhatIsMissing) {
  EXPECT_EQ(Learn(LogOf({{{.item_id = "mug", .at = Day(1)}, {.item_id = "cup", .at = Day(8)}}}),
                  SmallOptions(), nullptr, {})
                .status()
                .message(),
            "too little to learn from: only 1 of 20 customers, 2 of 10 items, 1.0 of 2 weeks with "
            "purchases so far");
}

TEST(Learn, TellsWhatItDoesAndHowMuchOfItIsDone) {
  std::array<std::vector<double>, kLearnStages> told;
  LearnStage last = LearnStage::kTrainingToFit;
  const auto tell = [&](LearnStage stage, double fraction) {
    EXPECT_GE(stage, last);
    last = stage;
    told[static_cast<size_t>(stage)].push_back(fraction);
  };
  ASSERT_TRUE(Learn(ShopWithTastes({}), SmallOptions(1), tell, {}).ok());
  for (const std::vector<double>& of_stage : told) {
    ASSERT_FALSE(of_stage.empty());
    EXPECT_TRUE(std::ranges::is_sorted(of_stage));
    EXPECT_GE(of_stage.front(), 0);
    EXPECT_NEAR(of_stage.back(), 1, 1e-12);
  }
}

TEST(Learn, EndsSoonWhateverItDoesWhenAskedTo) {
  const PurchaseLog log = ShopWithTastes({});
  auto running = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(running.ok());
  LearnOptions options = SmallOptions();
  options.tastes.front().factors = 4;  // another recipe: the running one is learned again, to judge
  options.running = &*running;
  for (size_t stage = 0; stage < kLearnStages; ++stage) {
    std::stop_source stop;
    int told = 0;
    const auto tell = [&](LearnStage now, double fraction) {
      if (now == LearnStage(stage) && fraction < 1) stop.request_stop();
      if (stop.stop_requested()) ++told;
    };
    const auto model = Learn(log, options, tell, stop.get_token());
    EXPECT_TRUE(absl::IsCancelled(model.status())) << stage << model.status();
    EXPECT_LE(told, 2) << stage;
  }
}

TEST(Learn, CountsItemsThatWereBought) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {{.item_id = "mug", .at = Day(1)},
                                      {.item_id = "cup", .at = Day(8)}};
  builder.AddCustomer(lines);
  for (const char* item : kTwelve) builder.AddItem(item, {"ware"});
  const PurchaseLog log = std::move(builder).Build();
  ASSERT_EQ(log.items().size(), 14u);
  const absl::Status status = Learn(log, SmallOptions(), nullptr, {}).status();
  EXPECT_NE(status.message().find("2 of 10 items"), std::string::npos) << status;
  EXPECT_EQ(PopularityModel(log).data.items, 2);
  EXPECT_EQ(InteractionsAt(log, Day(9), 60).never_bought, 12u);
}

TEST(Learn, TooLittleIsSaidAndServedWithoutTastes) {
  ExpectTooLittle(LogOf({}));
  ExpectTooLittle(LogOf({{{.item_id = "mug", .at = Day(1)}}}));
  ExpectTooLittle(LogOf({{{.item_id = "mug", .at = Day(1)}},
                         {{.item_id = "mug", .at = Day(2)}},
                         {{.item_id = "mug", .at = Day(3)}}}));
  ExpectTooLittle(LogOf({{{.item_id = "mug", .at = Day(1), .returned_in_full_at = Day(2)}},
                         {{.item_id = "cup", .at = Day(1), .returned_in_full_at = Day(1)}}}));
}

TEST(Learn, EverybodyBuyingTheSameItemsIsFine) {
  ExpectUsable(Everybody([](int customer) {
    std::vector<RawLine> lines;
    for (const char* item : kTwelve) lines.push_back({.item_id = item, .at = Day(customer)});
    return lines;
  }));
}

TEST(Learn, ItemsBoughtOnceAreFine) {
  static std::vector<std::string> ids(40);
  ExpectUsable(Everybody([](int customer) {
    ids[static_cast<size_t>(customer)] = "only-" + std::to_string(customer);
    return std::vector<RawLine>{
        {.item_id = ids[static_cast<size_t>(customer)], .at = Day(customer)}};
  }));
}

TEST(Learn, PurchasesHalfACenturyApartAreFine) {
  ExpectUsable(Everybody([](int customer) {
    return std::vector<RawLine>{
        {.item_id = kTwelve[static_cast<size_t>(customer) % 12], .at = Day(1)},
        {.item_id = kTwelve[static_cast<size_t>(customer + 1) % 12], .at = Day(20'000)}};
  }));
}

TEST(Learn, AWindowWithoutPurchasesIsFine) {
  ExpectUsable(Everybody([](int customer) {
    const char* item = kTwelve[static_cast<size_t>(customer) % 12];
    return std::vector<RawLine>{{.item_id = item, .at = Day(customer % 20)},
                                {.item_id = item, .at = Day(200 + customer % 5)}};
  }));
}

TEST(Learn, EverythingReturnedIsSaid) {
  ExpectTooLittle(Everybody([](int customer) {
    return std::vector<RawLine>{{.item_id = kTwelve[static_cast<size_t>(customer) % 12],
                                 .at = Day(customer),
                                 .returned_in_full_at = Day(customer + 1)}};
  }));
}

TEST(Learn, ACustomerWithFiftyThousandLinesIsFine) {
  ExpectUsable(Everybody([](int customer) {
    std::vector<RawLine> lines;
    const int count = customer == 0 ? 50'000 : 5;
    for (int line = 0; line < count; ++line) {
      lines.push_back({.item_id = kTwelve[static_cast<size_t>(line * 7 + customer) % 12],
                       .at = Day(60.0 * line / count)});
    }
    return lines;
  }));
}

TEST(Learn, GuestsAloneAreTooLittleAndRankByPopularity) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> guests = {{.item_id = "mug", .at = Day(1)},
                                       {.item_id = "mug", .at = Day(2)},
                                       {.item_id = "cup", .at = Day(2)}};
  builder.AddGuests(guests);
  const PurchaseLog log = std::move(builder).Build();
  EXPECT_TRUE(absl::IsFailedPrecondition(Learn(log, SmallOptions(), nullptr, {}).status()));
  const ModelSnapshot model = PopularityModel(log);
  const Evidence none;
  const Scorer scorer(model, Pool::kAny, none);
  EXPECT_EQ(BestOf(scorer), *log.items().Find("mug"));
}

TEST(PopularityModel, RanksByBuyersAndKnowsNoTaste) {
  const PurchaseLog log = ShopWithTastes({});
  const ModelSnapshot model = PopularityModel(log);
  EXPECT_EQ(model.kind, ModelKind::kPopularity);
  const Evidence evidence = RandomEvidence(60, 5, 1);
  const Scorer scorer(model, Pool::kNewToCustomer, evidence);
  EXPECT_FALSE(scorer.personal());
  EXPECT_EQ(scorer.Terms(ItemIndex(3)).taste, 0);
}

TEST(PopularityModel, RanksWhatACustomerBuysFirstWhereThatMayBeSuggested) {
  const ModelSnapshot model = PopularityModel(ShopWithTastes({}));
  const Evidence evidence({{ItemIndex(3), 0, Day(1)}, {ItemIndex(3), 1, Day(9)}});
  const Scorer scorer(model, Pool::kAny, evidence);
  EXPECT_TRUE(scorer.personal());
  EXPECT_TRUE(scorer.tastes().empty());
  EXPECT_EQ(BestOf(scorer), ItemIndex(3));
}

}  // namespace
}  // namespace rapport
