#include "model/learn.h"

#include <gtest/gtest.h>

#include "model/scorer.h"
#include "model/snapshot_format.h"
#include "model/top_k.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

LearnOptions SmallOptions(int threads = 2) {
  return {.als = {.factors = 8, .iterations = 5}, .threads = threads};
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

void ExpectUsable(const PurchaseLog& log) {
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_FALSE(model->remark.empty());
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), Day(1e6)), 60);
    const Scorer scorer(*model, Pool::kAny, evidence);
    for (size_t item = 0; item < log.items().size(); ++item)
      EXPECT_TRUE(std::isfinite(scorer.Score(ItemIndex(item))));
  }
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
  EXPECT_GT(model->WeightsOf(Pool::kNewToCustomer).taste, 0);
}

TEST(Learn, SuggestsNewItemsOfTheCustomersTaste) {
  const ShopOptions shop;
  const PurchaseLog log = ShopWithTastes(shop);
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok());
  int own_taste = 0;
  int all = 0;
  for (uint32_t customer = 0; customer < 30; ++customer) {
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), Day(201)), 60);
    const Scorer scorer(*model, Pool::kNewToCustomer, evidence);
    for (const Ranked& ranked :
         TopK(scorer, 3, [&](ItemIndex item) { return evidence.Find(item) == nullptr; })) {
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

TEST(Learn, SaysWhenThereIsTooLittleHistoryAndServesDefaults) {
  const PurchaseLog log = ShopWithTastes({.days = 20});
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok());
  EXPECT_NE(model->remark.find("too little history"), std::string::npos);
  EXPECT_TRUE(model->evaluation.rows.empty());
  EXPECT_FALSE(model->WeightsOf(Pool::kAny).fitted);
}

TEST(Learn, NothingToLearnFromIsAFailedPrecondition) {
  EXPECT_TRUE(absl::IsFailedPrecondition(Learn(LogOf({}), SmallOptions(), nullptr, {}).status()));
}

TEST(Learn, OneCustomerWithOneItemIsEnoughForAModel) {
  ExpectUsable(LogOf({{{.item_id = "mug", .at = Day(1)}}}));
}

TEST(Learn, EverybodyBuyingTheSameItemIsFine) {
  ExpectUsable(LogOf({{{.item_id = "mug", .at = Day(1)}},
                      {{.item_id = "mug", .at = Day(2)}},
                      {{.item_id = "mug", .at = Day(3)}}}));
}

TEST(Learn, EverythingReturnedIsFine) {
  ExpectUsable(LogOf({{{.item_id = "mug", .at = Day(1), .returned_in_full_at = Day(2)}},
                      {{.item_id = "cup", .at = Day(1), .returned_in_full_at = Day(1)}}}));
}

TEST(Learn, PurchasesHalfACenturyApartAreFine) {
  ExpectUsable(LogOf({{{.item_id = "mug", .at = Day(1)}, {.item_id = "cup", .at = Day(20000)}}}));
}

TEST(Learn, GuestsAloneGiveAModelOfPopularity) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> guests = {{.item_id = "mug", .at = Day(1)},
                                       {.item_id = "mug", .at = Day(2)},
                                       {.item_id = "cup", .at = Day(2)}};
  builder.AddGuests(guests);
  const PurchaseLog log = std::move(builder).Build();
  const auto model = Learn(log, SmallOptions(), nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  const Evidence none;
  const Scorer scorer(*model, Pool::kAny, none);
  EXPECT_EQ(TopK(scorer, 1, [](ItemIndex) { return true; })[0].item, *log.items().Find("mug"));
}

TEST(PopularityModel, RanksByBuyersAndKnowsNoTaste) {
  const PurchaseLog log = ShopWithTastes({});
  const ModelSnapshot model = PopularityModel(log);
  EXPECT_EQ(model.kind, ModelKind::kPopularity);
  const Evidence evidence = RandomEvidence(60, 5, 1);
  const Scorer scorer(model, Pool::kAny, evidence);
  EXPECT_FALSE(scorer.personal());
  EXPECT_EQ(scorer.Terms(ItemIndex(3)).taste, 0);
}

}  // namespace
}  // namespace rapport
