#include "model/held_out.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/model/scene.h"

namespace rapport {
namespace {

TEST(HeldOut, JudgesByWhatWasBoughtInTheWindowAndKnownBeforeIt) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 5; ++customer) {
    const std::vector<RawLine> lines = {{.item_id = "known", .order_id = "1", .at = Day(1)},
                                        {.item_id = "new", .order_id = "2", .at = Day(20)},
                                        {.item_id = "known", .order_id = "2", .at = Day(20)},
                                        {.item_id = "late", .order_id = "3", .at = Day(40)}};
    builder.AddCustomer(lines);
  }
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(10), Day(38));
  ASSERT_EQ(held_out.customers.size(), 5u);
  EXPECT_EQ(held_out.customers[0].bought,
            std::vector{*log.items().Find("known")});  // nobody had bought "new" before
  EXPECT_TRUE(held_out.customers[0].Relevant(Pool::kNewToCustomer).empty());
  EXPECT_EQ(held_out.customers[0].Relevant(Pool::kAny).size(), 1u);
  EXPECT_EQ(held_out.customers[0].Relevant(Pool::kBoughtBefore).size(), 1u);
}

TEST(HeldOut, KnowsOfAReturnOnlyFromItsDayOn) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 5; ++customer) {
    builder.AddCustomer(
        std::vector<RawLine>{{.item_id = "mug", .at = Day(1), .returned_in_full_at = Day(12)},
                             {.item_id = "cup", .at = Day(1), .returned_in_full_at = Day(5)},
                             {.item_id = "mug", .at = Day(11)}});
  }
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(10), Day(38));
  EXPECT_EQ(held_out.buyers[Row(*log.items().Find("mug"))], 5);
  EXPECT_EQ(held_out.buyers[Row(*log.items().Find("cup"))], 0);
  ASSERT_EQ(held_out.customers.size(), 5u);
  EXPECT_EQ(held_out.customers[0].evidence.entries().size(), 1u);
}

TEST(HeldOut, CountsThoseWhoCameWithoutHistoryAndJudgesThemNot) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 5; ++customer)
    builder.AddCustomer(std::vector<RawLine>{{.item_id = "mug", .at = Day(1)}});
  for (int customer = 0; customer < 3; ++customer)
    builder.AddCustomer(std::vector<RawLine>{{.item_id = "mug", .at = Day(11)}});
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(10), Day(38));
  EXPECT_EQ(held_out.customers_before, 5);
  EXPECT_EQ(held_out.came_without_history, 3);
  EXPECT_TRUE(held_out.customers.empty());
}

TEST(HeldOut, JudgesByFewerCustomersInAShopOfManyItemsButByEnough) {
  EXPECT_EQ(EnoughCustomers(0), 20'000u);
  EXPECT_EQ(EnoughCustomers(25'000), 20'000u);
  EXPECT_EQ(EnoughCustomers(100'000), 5'000u);
  EXPECT_EQ(EnoughCustomers(10'000'000), 2'000u);
}

TEST(HeldOut, MayHaveAllItemsAsCandidates) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {{.item_id = "fig", .at = Day(1)},
                                      {.item_id = "pear", .at = Day(12)}};
  builder.AddCustomer(lines);
  builder.AddItem("apple", {"fruit"});
  const PurchaseLog log = std::move(builder).Build();
  EXPECT_TRUE(HeldOut(log, Day(10), Day(20)).customers.empty());
  const HeldOut all(log, Day(10), Day(20), 100, 0);
  EXPECT_EQ(all.candidate, (std::vector<bool>{true, true, true}));
  ASSERT_EQ(all.customers.size(), 1u);
  EXPECT_EQ(all.customers[0].bought, std::vector<ItemIndex>{ItemIndex(2)});
}

TEST(HeldOut, TakesEvenlyOfMoreCustomersThanAskedForAndCountsAllBuyers) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut all(log, Day(170), Day(200));
  const HeldOut some(log, Day(170), Day(200), 10);
  ASSERT_GT(all.customers.size(), 40u);
  ASSERT_EQ(some.customers.size(), 10u);
  EXPECT_EQ(some.buyers, all.buyers);
  EXPECT_EQ(some.candidate, all.candidate);
  for (size_t place = 0; place < 10; ++place) {
    EXPECT_EQ(some.customers[place].bought,
              all.customers[place * all.customers.size() / 10].bought);
  }
  EXPECT_EQ(HeldOut(log, Day(170), Day(200), 1000).customers.size(), all.customers.size());
}

}  // namespace
}  // namespace rapport
