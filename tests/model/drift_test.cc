#include "model/drift.h"

#include <gtest/gtest.h>

#include "model/evaluation.h"
#include "model/held_out.h"
#include "model/learn.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

constexpr AlsOptions kSmall{.factors = 8, .iterations = 3};

// A model that knows nothing of the last `days` of the shop.
ModelSnapshot ModelBefore(const PurchaseLog& log, double days) {
  const Instant cut = log.last() - std::chrono::microseconds(static_cast<int64_t>(days * 86'400e6));
  auto trial = TrialAt(log, cut, {.tastes = {kSmall}}, nullptr, {});
  EXPECT_TRUE(trial.ok()) << trial.status();
  ModelSnapshot model = std::move(trial->model);
  model.version = "1-a";
  model.data.last_purchase = cut - std::chrono::microseconds(1);
  return model;
}

// The same shop without the items whose row is a multiple of seven.
PurchaseLog WithoutSomeItems(const PurchaseLog& log) {
  PurchaseLogBuilder builder;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    std::vector<RawLine> lines;
    std::vector<std::string> orders;
    orders.reserve(100);
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      if (Row(line.item) % 7 == 0) continue;
      orders.push_back(std::to_string(line.order));
      lines.push_back(
          {.item_id = log.items().Id(line.item), .order_id = orders.back(), .at = line.at});
    }
    builder.AddCustomer(lines);
  }
  return std::move(builder).Build();
}

TEST(CompleteWeeks, AreCountedFromTheLastPurchaseAndWhole) {
  ModelSnapshot model;
  model.data.last_purchase = Day(100) - std::chrono::microseconds(1);
  EXPECT_TRUE(CompleteWeeks(model, Day(90)).empty());
  EXPECT_TRUE(CompleteWeeks(model, Day(106.99)).empty());
  EXPECT_EQ(CompleteWeeks(model, Day(107)), std::vector{Day(100)});
  EXPECT_EQ(CompleteWeeks(model, Day(116)), (std::vector{Day(100), Day(107)}));
  const auto long_after = CompleteWeeks(model, Day(100 + 7 * 50));
  EXPECT_EQ(long_after.size(), 12u);
  EXPECT_EQ(long_after.back(), Day(100 + 7 * 49));
}

TEST(RealisedIn, IsTheEvaluationOfThatWeek) {
  const PurchaseLog log = ShopWithTastes({});
  const ModelSnapshot model = ModelBefore(log, 21);
  const Instant begin = CompleteWeeks(model, log.last())[1];
  const RealisedWeek week = RealisedIn(log, model, begin, 1'000, 2, {});
  EXPECT_EQ(week.model_version, "1-a");
  EXPECT_EQ(week.end - week.begin, std::chrono::days(7));
  const HeldOut held_out(log, week.begin, week.end);
  ASSERT_EQ(week.rows.size(), 2u);
  for (const EvaluationRow& row : week.rows) {
    const EvaluationRow referee =
        Evaluate("", held_out, row.pool, ServedRanker(model, held_out), 1);
    EXPECT_EQ(row.customers, referee.customers);
    EXPECT_EQ(row.recall, referee.recall);
    EXPECT_EQ(row.ndcg, referee.ndcg);
    EXPECT_EQ(row.hit_rate, referee.hit_rate);
    EXPECT_GT(row.recall, 0.1);
  }
}

TEST(RealisedIn, AnItemThatTheModelDoesNotKnowCountsAsMissed) {
  const PurchaseLog log = ShopWithTastes({});
  const ModelSnapshot whole = ModelBefore(log, 21);
  const ModelSnapshot partial = ModelBefore(WithoutSomeItems(log), 21);
  ASSERT_LT(partial.items.size(), whole.items.size());
  const Instant begin = CompleteWeeks(whole, log.last())[0];
  const RealisedWeek all = RealisedIn(log, whole, begin, 1'000, 1, {});
  const RealisedWeek some = RealisedIn(log, partial, begin, 1'000, 1, {});
  EXPECT_EQ(some.rows[1].customers, all.rows[1].customers);
  EXPECT_GT(some.rows[1].recall, 0.1);
  EXPECT_LT(some.rows[1].recall, all.rows[1].recall);
}

TEST(RealisedIn, JudgesNoMoreCustomersThanAskedFor) {
  const PurchaseLog log = ShopWithTastes({});
  const ModelSnapshot model = ModelBefore(log, 21);
  const Instant begin = CompleteWeeks(model, log.last())[0];
  EXPECT_EQ(RealisedIn(log, model, begin, 10, 1, {}).rows[1].customers, 10);
}

TEST(RealisedIn, AWeekWithoutPurchasesHasNoRows) {
  const PurchaseLog log = ShopWithTastes({});
  EXPECT_TRUE(RealisedIn(log, ModelBefore(log, 21), Day(5'000), 1'000, 1, {}).rows.empty());
}

}  // namespace
}  // namespace rapport
