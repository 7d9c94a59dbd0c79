#include "model/popularity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/scene.h"

namespace rapport {
namespace {

// Ann bought the mug on days 1 and 96, Bo on day 50; a guest bought two in one order on day 99. The
// spoon is first sold on day 500.
PurchaseLog SmallShop() {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> ann = {{.item_id = "mug", .order_id = "1", .at = Day(1)},
                                    {.item_id = "mug", .order_id = "2", .at = Day(96)}};
  const std::vector<RawLine> bo = {{.item_id = "mug", .order_id = "1", .at = Day(50)}};
  const std::vector<RawLine> guest = {{.item_id = "mug", .order_id = "g", .at = Day(99)},
                                      {.item_id = "mug", .order_id = "g", .at = Day(99)}};
  const std::vector<RawLine> late = {{.item_id = "spoon", .order_id = "1", .at = Day(500)}};
  builder.AddCustomer(late);
  builder.AddCustomer(ann);
  builder.AddCustomer(bo);
  builder.AddGuests(guest);
  return std::move(builder).Build();
}

// How far the mug is ahead of the spoon, which nobody buys.
double MugAhead(Instant cut, Eigen::Index feature) {
  const auto popularity = PopularityAt(SmallShop(), cut);
  EXPECT_NEAR(popularity.col(feature).sum(), 0, 1e-12);  // beside the mean
  return popularity(0, feature) - popularity(1, feature);
}

TEST(Popularity, CountsEachBuyerOnceInEachWindow) {
  EXPECT_DOUBLE_EQ(MugAhead(Day(100), 0), std::log1p(2));  // 7 days: Ann and the guest
  EXPECT_DOUBLE_EQ(MugAhead(Day(100), 1), std::log1p(2));  // 28 days
  EXPECT_DOUBLE_EQ(MugAhead(Day(100), 2), std::log1p(3));  // 90 days: Bo too
  EXPECT_DOUBLE_EQ(MugAhead(Day(100), 3), std::log1p(3));
}

TEST(Popularity, CountsTheDaysOnSaleFromTheFirstPurchase) {
  EXPECT_DOUBLE_EQ(MugAhead(Day(100), 4), std::log1p(99));
}

TEST(Popularity, AnItemThatWasNeverSoldIsAsNewAsCanBe) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {{.item_id = "mug", .at = Day(1)}};
  builder.AddCustomer(lines);
  builder.AddItem("vase", {"ware"});
  const auto popularity = PopularityAt(std::move(builder).Build(), Day(100));
  EXPECT_DOUBLE_EQ(popularity(0, 4) - popularity(1, 4), std::log1p(99) - std::log1p(0));
  EXPECT_DOUBLE_EQ(popularity(0, 3) - popularity(1, 3), std::log1p(1) - std::log1p(0));
}

TEST(Popularity, DoesNotSeeTheFuture) {
  EXPECT_DOUBLE_EQ(MugAhead(Day(60), 1), std::log1p(1));
  EXPECT_DOUBLE_EQ(MugAhead(Day(60), 3), std::log1p(2));
}

}  // namespace
}  // namespace rapport
