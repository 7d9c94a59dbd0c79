#include "model/popularity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/scene.h"

namespace rapport {
namespace {

// Ann bought the mug on days 1 and 96, Bo on day 50; a guest bought two in one order on day 99.
PurchaseLog SmallShop() {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> ann = {{.item_id = "mug", .order_id = "1", .at = Day(1)},
                                    {.item_id = "mug", .order_id = "2", .at = Day(96)}};
  const std::vector<RawLine> bo = {{.item_id = "mug", .order_id = "1", .at = Day(50)}};
  const std::vector<RawLine> guest = {{.item_id = "mug", .order_id = "g", .at = Day(99)},
                                      {.item_id = "mug", .order_id = "g", .at = Day(99)}};
  builder.AddCustomer(ann);
  builder.AddCustomer(bo);
  builder.AddGuests(guest);
  return std::move(builder).Build();
}

TEST(Popularity, CountsEachBuyerOnceInEachWindow) {
  const auto popularity = PopularityAt(SmallShop(), Day(100));
  EXPECT_DOUBLE_EQ(popularity(0, 0), std::log1p(2));  // 7 days: Ann and the guest
  EXPECT_DOUBLE_EQ(popularity(0, 1), std::log1p(2));  // 28 days
  EXPECT_DOUBLE_EQ(popularity(0, 2), std::log1p(3));  // 90 days: Bo too
  EXPECT_DOUBLE_EQ(popularity(0, 3), std::log1p(3));
}

TEST(Popularity, DoesNotSeeTheFuture) {
  const auto popularity = PopularityAt(SmallShop(), Day(60));
  EXPECT_DOUBLE_EQ(popularity(0, 1), std::log1p(1));
  EXPECT_DOUBLE_EQ(popularity(0, 3), std::log1p(2));
}

TEST(Popularity, DecayHalvesABuyerEveryHalfLife) {
  EXPECT_NEAR(DecayedPopularity(SmallShop(), Day(100), 50)[0],
              std::exp2(-4.0 / 50) + std::exp2(-50.0 / 50) + std::exp2(-1.0 / 50), 1e-12);
}

}  // namespace
}  // namespace rapport
