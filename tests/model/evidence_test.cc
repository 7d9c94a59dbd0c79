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

void ExpectTheSame(const Evidence& one, const Evidence& other) {
  ASSERT_EQ(one.entries().size(), other.entries().size());
  for (size_t row = 0; row < one.entries().size(); ++row) {
    const Evidence::Entry &entry = one.entries()[row], &as = other.entries()[row];
    EXPECT_EQ(entry.item, as.item);
    EXPECT_EQ(entry.latest, as.latest);
    ASSERT_EQ(entry.order_count, as.order_count);
    for (size_t order = 0; order < entry.order_count; ++order) {
      EXPECT_EQ(one.orders(entry)[order].order, other.orders(as)[order].order);
      EXPECT_EQ(one.orders(entry)[order].at, other.orders(as)[order].at);
      EXPECT_EQ(one.orders(entry)[order].age_days, other.orders(as)[order].age_days);  // to the bit
    }
  }
}

TEST(Evidence, WithoutEntriesIsWhatTheOtherPurchasesMake) {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<OwnPurchase> purchases;
    // Several lines of an order, of different times too.
    for (uint32_t line = 0; line < 1 + random() % 30; ++line) {
      purchases.push_back({ItemIndex(random() % 9), static_cast<uint32_t>(random() % 12),
                           Day(static_cast<double>(random() % 40) * 0.7)});
    }
    const auto ages_to = trial % 3 == 0 ? std::optional(Day(100)) : std::nullopt;
    const Evidence whole(purchases, ages_to);
    std::vector<size_t> entries;
    for (size_t entry = 0; entry < whole.entries().size(); ++entry) {
      if (random() % 3 == 0) entries.push_back(entry);
    }
    std::vector<OwnPurchase> rest;
    for (const OwnPurchase& purchase : purchases) {
      if (std::ranges::none_of(entries, [&](size_t entry) {
            return whole.entries()[entry].item == purchase.item;
          })) {
        rest.push_back(purchase);
      }
    }
    ExpectTheSame(whole.Without(entries), Evidence(rest, ages_to));
    ExpectTheSame(whole.Without(entries).Without({}), Evidence(rest, ages_to));
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
