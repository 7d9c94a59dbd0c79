#include "model/bought_together.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "model/item_cosines.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

constexpr Instant kDay{std::chrono::days(20'000)};

// Orders as sets of items; item k is "k".
using OrderSets = std::vector<std::set<int>>;

PurchaseLog LogOf(const OrderSets& orders, bool guests) {
  PurchaseLogBuilder builder;
  std::vector<std::string> names;
  for (int item = 0; item < 40; ++item) names.push_back(std::to_string(item));
  std::vector<std::string> ids;
  for (size_t order = 0; order < orders.size(); ++order) ids.push_back("o" + std::to_string(order));
  for (size_t order = 0; order < orders.size(); ++order) {
    std::vector<RawLine> lines;
    for (const int item : orders[order]) {
      lines.push_back(
          {.item_id = names[static_cast<size_t>(item)], .order_id = ids[order], .at = kDay});
      if (item % 3 == 0) lines.push_back(lines.back());  // the same item twice
    }
    if (guests) {
      builder.AddGuests(lines);
    } else {
      builder.AddCustomer(lines);
    }
  }
  return std::move(builder).Build();
}

OrderSets RandomOrders(uint64_t seed) {
  std::mt19937_64 random(seed);
  OrderSets orders(300);
  for (std::set<int>& order : orders) {
    const auto size = 1 + random() % 8;
    while (order.size() < size) order.insert(static_cast<int>(random() % 20 + random() % 20));
  }
  return orders;
}

TEST(BoughtTogether, IsWhatCountingEveryPairFinds) {
  const OrderSets orders = RandomOrders(1);
  const PurchaseLog log = LogOf(orders, false);
  const BoughtTogether together = BoughtTogetherOf(log, 2);
  EXPECT_EQ(together.orders, 300);
  const auto count = [&](int a, int b) {
    return std::ranges::count_if(
        orders, [&](const std::set<int>& order) { return order.contains(a) && order.contains(b); });
  };
  size_t pairs = 0;
  for (size_t row = 0; row < log.items().size(); ++row) {
    const int item = std::stoi(log.items().Id(ItemIndex(row)));
    std::map<int, int64_t> expected;
    for (int other = 0; other < 40; ++other) {
      if (other != item && count(item, other) >= kLeastSupport)
        expected[other] = count(item, other);
    }
    std::map<int, int64_t> found;
    double last = 1e9;
    for (const Together& with : TogetherWith(together, ItemIndex(row), kLeastSupport)) {
      const int other = std::stoi(log.items().Id(with.item));
      found[other] = with.support;
      EXPECT_DOUBLE_EQ(with.lift, static_cast<double>(count(item, other)) * 300 /
                                      static_cast<double>(count(item, item) * count(other, other)));
      EXPECT_LE(with.lift, last);
      last = with.lift;
    }
    EXPECT_EQ(found, expected);
    pairs += found.size();
    EXPECT_EQ(together.orders_of[row], count(item, item));
  }
  EXPECT_GT(pairs, 100u);
}

TEST(BoughtTogether, CountsGuestsAndIsTheSameForAnyNumberOfThreads) {
  const OrderSets orders = RandomOrders(2);
  const BoughtTogether known = BoughtTogetherOf(LogOf(orders, false), 1);
  for (const int threads : {1, 3}) {
    const BoughtTogether guests = BoughtTogetherOf(LogOf(orders, true), threads);
    EXPECT_EQ(guests.orders_of, known.orders_of);
    EXPECT_EQ(guests.support.offsets, known.support.offsets);
    EXPECT_EQ(guests.support.columns, known.support.columns);
    EXPECT_EQ(guests.support.weights, known.support.weights);
  }
}

TEST(BoughtTogether, ListsOnlyWhatHasTheSupportThatWasAskedFor) {
  const PurchaseLog log = LogOf(RandomOrders(3), false);
  const BoughtTogether together = BoughtTogetherOf(log, 1);
  const auto all = TogetherWith(together, ItemIndex(7), kLeastSupport);
  const auto some = TogetherWith(together, ItemIndex(7), kLeastSupport + 3);
  EXPECT_LT(some.size(), all.size());
  for (const Together& with : some) EXPECT_GE(with.support, kLeastSupport + 3);
  EXPECT_TRUE(TogetherWith(BoughtTogether{}, ItemIndex(7), 5).empty());
}

TEST(ItemCosines, AreThoseOfRowsSideBySide) {
  const ModelSnapshot model = RandomModel(50, 6, 1);
  const ItemCosines cosines(model);
  Eigen::MatrixXd rows(50, 12);
  for (Eigen::Index taste = 0; taste < 2; ++taste) {
    const Taste& of = model.tastes[static_cast<size_t>(taste)];
    const Eigen::MatrixXd centred = of.factors.cast<double>().rowwise() - of.mean.transpose();
    rows.middleCols(taste * 6, 6) = centred / std::sqrt(centred.squaredNorm() / 50);
  }
  rows.rowwise().normalize();
  for (size_t a = 0; a < 50; ++a) {
    for (size_t b = 0; b < 50; ++b) {
      EXPECT_NEAR(
          cosines.Of(ItemIndex(a), ItemIndex(b)),
          rows.row(static_cast<Eigen::Index>(a)).dot(rows.row(static_cast<Eigen::Index>(b))),
          1e-12);
    }
  }
}

TEST(ItemCosines, TheMostAlikeAreTheGreatestOfAllThatMayStandThere) {
  const ModelSnapshot model = RandomModel(50, 6, 1);
  const ItemCosines cosines(model);
  const ItemScan scan(model);
  ItemScan::Filter some = scan.All();
  some.Drop(ItemIndex(4));
  const auto like = cosines.MostLike(ItemIndex(9), 7, some);
  ASSERT_EQ(like.size(), 7u);
  for (size_t other = 0; other < 50; ++other) {
    const bool listed = std::ranges::any_of(
        like, [&](const Ranked& ranked) { return ranked.item == ItemIndex(other); });
    if (other == 9 || other == 4) {
      EXPECT_FALSE(listed);
    } else if (!listed) {
      EXPECT_LE(cosines.Of(ItemIndex(9), ItemIndex(other)), like.back().score);
    }
  }
}

}  // namespace
}  // namespace rapport
