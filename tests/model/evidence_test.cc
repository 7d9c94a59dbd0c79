#include "model/evidence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/model/scene.h"

namespace rapport {
namespace {

TEST(Evidence, WeighsEachOrderByItsAge) {
  const Evidence evidence({{ItemIndex(3), 0, Day(40)}, {ItemIndex(3), 1, Day(100)}});
  ASSERT_EQ(evidence.entries().size(), 1u);
  EXPECT_DOUBLE_EQ(evidence.Weight(evidence.entries()[0], 60), 0.5 + 1.0);
  EXPECT_EQ(evidence.entries()[0].order_count, 2u);
  EXPECT_DOUBLE_EQ(evidence.orders(evidence.entries()[0])[0].Weight(60), 0.5);
}

TEST(Evidence, ACustomerWhoStayedAwayStillHasAllTheirTaste) {
  const std::vector<OwnPurchase> purchases = {{ItemIndex(3), 0, Day(40)},
                                              {ItemIndex(4), 1, Day(100)}};
  const Evidence own(purchases);
  EXPECT_DOUBLE_EQ(own.Weight(*own.Find(ItemIndex(4)), 60), 1);
  const Evidence at_one_time(purchases, Day(160));
  EXPECT_DOUBLE_EQ(at_one_time.Weight(*at_one_time.Find(ItemIndex(4)), 60), 0.5);
}

TEST(Evidence, CountsTwoLinesOfOneOrderOnce) {
  const Evidence evidence({{ItemIndex(3), 5, Day(100)}, {ItemIndex(3), 5, Day(100)}});
  EXPECT_EQ(evidence.entries()[0].order_count, 1u);
  EXPECT_DOUBLE_EQ(evidence.Weight(evidence.entries()[0], 60), 1.0);
}

TEST(Evidence, IsTheSameForAnyOrderOfPurchases) {
  std::vector<OwnPurchase> purchases;
  for (uint32_t row = 0; row < 50; ++row)
    purchases.push_back({ItemIndex(row % 7), row, Day(row * 1.3)});
  const Evidence one(purchases);
  std::mt19937_64 random(3);
  std::shuffle(purchases.begin(), purchases.end(), random);
  const Evidence other(purchases);
  ASSERT_EQ(one.entries().size(), other.entries().size());
  for (size_t row = 0; row < one.entries().size(); ++row) {
    EXPECT_EQ(one.entries()[row].item, other.entries()[row].item);
    EXPECT_EQ(one.Weight(one.entries()[row], 30),
              other.Weight(other.entries()[row], 30));  // the same bits
  }
}

TEST(Evidence, FindsOnlyWhatIsThere) {
  const Evidence evidence({{ItemIndex(3), 0, Day(1)}, {ItemIndex(9), 1, Day(1)}});
  EXPECT_NE(evidence.Find(ItemIndex(9)), nullptr);
  EXPECT_EQ(evidence.Find(ItemIndex(4)), nullptr);
  EXPECT_EQ(evidence.Find(ItemIndex(10)), nullptr);
}

TEST(NumberOrders, TellsOrdersApartAndLeavesLinesWithoutOneAlone) {
  const std::vector<std::string_view> ids = {"a", "", "b", "a", ""};
  const std::vector<uint32_t> numbers = NumberOrders(ids);
  EXPECT_EQ(numbers[0], numbers[3]);
  EXPECT_NE(numbers[0], numbers[2]);
  EXPECT_NE(numbers[1], numbers[4]);
}

}  // namespace
}  // namespace rapport
