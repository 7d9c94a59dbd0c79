#include "services/recommender/purchase_history.h"

#include <gtest/gtest.h>

#include "tests/data/support.h"

namespace rapport {
namespace {

TEST(LogOf, TakesEventsInAnyOrderAndNetsReturns) {
  const std::vector<Event> events = {
      testing::Back("ann", "r1", "p1", 50, 1), testing::Bought("ann", "p1", "mug", 10, 2),
      testing::Bought("bo", "p1", "mug", 20), testing::Back("ann", "r2", "p1", 70),
      testing::Back("bo", "r9", "nothing", 70)};
  const PurchaseLog log = LogOf(events);
  ASSERT_EQ(log.customer_count(), 2u);
  EXPECT_EQ(log.LinesOf(CustomerIndex(0))[0].gone_at, testing::At(70));  // the second of two pieces
  EXPECT_EQ(log.LinesOf(CustomerIndex(1))[0].gone_at, Instant::max());
}

TEST(LogOf, GuestsAreNobody) {
  const PurchaseLog log =
      LogOf({testing::Bought("", "g1", "mug"), testing::Bought("ann", "p1", "mug")});
  EXPECT_EQ(log.customer_count(), 1u);
  EXPECT_EQ(log.guest_lines().size(), 1u);
}

TEST(LogOf, KnowsTheCategoriesOfItems) {
  const std::vector<Item> items = {{.item_id = "cup", .category_path = {"ware", "cups"}},
                                   {.item_id = "mug", .category_path = {"ware"}}};
  const PurchaseLog log = LogOf({testing::Bought("ann", "p1", "mug")}, items);
  EXPECT_EQ(log.items().size(), 2u);
  EXPECT_EQ(log.bought_items(), 1u);
  EXPECT_EQ(log.categories().Of(ItemIndex(1)), CategoryIndex(0));
  EXPECT_EQ(log.categories().Of(ItemIndex(0)), CategoryIndex(1));
}

}  // namespace
}  // namespace rapport
