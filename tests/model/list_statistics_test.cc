#include "model/list_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/scene.h"

namespace rapport {
namespace {

// Five customers have "tea", eight more "pot"; the first five come again in the window, one of them
// with an order of long ago, and three strangers come with them.
class ListStatisticsTest : public testing::Test {
 protected:
  ListStatisticsTest() : log_(Log()), held_out_(log_, Day(100), Day(128)) {}

  static PurchaseLog Log() {
    PurchaseLogBuilder builder;
    for (int customer = 0; customer < 13; ++customer) {
      const bool comes = customer < 5;
      std::vector<RawLine> lines = {
          {.item_id = comes ? "tea" : "pot", .order_id = "1", .at = Day(comes ? 90 : 72)}};
      if (customer == 0) lines.push_back({.item_id = "tea", .order_id = "2", .at = Day(80)});
      if (comes) lines.push_back({.item_id = "tea", .order_id = "3", .at = Day(110)});
      if (comes) lines.push_back({.item_id = "pot", .order_id = "3", .at = Day(110)});
      builder.AddCustomer(lines);
    }
    for (int stranger = 0; stranger < 3; ++stranger)
      builder.AddCustomer(std::vector<RawLine>{{.item_id = "tea", .at = Day(120)}});
    return std::move(builder).Build();
  }

  ItemIndex Item(const char* id) const { return *log_.items().Find(id); }
  Judgement Lists(Pool pool, const std::vector<ItemIndex>& list) const {
    return JudgeRanker(
        "fixed", held_out_, pool, [&](const HeldOutCustomer&, Pool) { return list; }, 1);
  }

  PurchaseLog log_;
  HeldOut held_out_;
};

TEST_F(ListStatisticsTest, SayHowMuchOfTheShopIsShownAndHowUsualItIs) {
  const Judgement tea = Lists(Pool::kAny, {Item("tea")});
  const Judgement both = Lists(Pool::kAny, {Item("pot"), Item("tea")});
  const ListStatistics narrow = StatisticsOf(held_out_, tea, both.lists);
  EXPECT_DOUBLE_EQ(narrow.coverage, 0.5);
  EXPECT_DOUBLE_EQ(narrow.novelty_bits, -std::log2(5.0 / 13));
  EXPECT_DOUBLE_EQ(narrow.popular_overlap, 1);
  const ListStatistics wide = StatisticsOf(held_out_, both, tea.lists);
  EXPECT_DOUBLE_EQ(wide.coverage, 1);
  EXPECT_DOUBLE_EQ(wide.novelty_bits, -(std::log2(5.0 / 13) + std::log2(8.0 / 13)) / 2);
  EXPECT_DOUBLE_EQ(wide.popular_overlap, 0.5);
}

TEST_F(ListStatisticsTest, NobodyHasAListOfNothing) {
  const Judgement empty = Lists(Pool::kAny, {});
  EXPECT_EQ(StatisticsOf(held_out_, empty, empty.lists).novelty_bits, 0);
}

TEST_F(ListStatisticsTest, StrangersAreServedPopularityAndOthersTheirOwn) {
  EXPECT_DOUBLE_EQ(PopularFallbackShare(held_out_, RandomModel(2, 4, 1)), 3.0 / 8);
  ModelSnapshot without_taste = RandomModel(2, 4, 1);
  without_taste.tastes.clear();
  EXPECT_DOUBLE_EQ(PopularFallbackShare(held_out_, without_taste), 1);
}

TEST_F(ListStatisticsTest, QualityIsSortedByTheOrdersOfTheCustomer) {
  const QualityByDepth by_depth = ByHistoryDepth(held_out_, Lists(Pool::kAny, {Item("tea")}));
  EXPECT_EQ(by_depth[static_cast<size_t>(HistoryDepth::kOneOrder)].size(), 4u);
  ASSERT_EQ(by_depth[static_cast<size_t>(HistoryDepth::kFew)].size(), 1u);
  EXPECT_DOUBLE_EQ(by_depth[static_cast<size_t>(HistoryDepth::kFew)][0].recall, 0.5);
}

TEST_F(ListStatisticsTest, WhatWasFoundIsSortedByItsFirstSale) {
  const FoundByAge by_age = ByItemAge(log_, held_out_, Lists(Pool::kAny, {Item("tea")}));
  EXPECT_EQ(by_age[0].relevant, 5);  // tea: 20 days
  EXPECT_EQ(by_age[0].hits, 5);
  EXPECT_EQ(by_age[1].relevant, 5);  // pot: 28 days, to the minute
  EXPECT_EQ(by_age[1].hits, 0);
  EXPECT_EQ(by_age[2].relevant, 0);
  EXPECT_EQ(by_age[2].recall(), 0);
}

TEST(HistoryDepth, HasFourSteps) {
  EXPECT_EQ(DepthOf(1), HistoryDepth::kOneOrder);
  EXPECT_EQ(DepthOf(2), HistoryDepth::kFew);
  EXPECT_EQ(DepthOf(4), HistoryDepth::kFew);
  EXPECT_EQ(DepthOf(5), HistoryDepth::kSome);
  EXPECT_EQ(DepthOf(19), HistoryDepth::kSome);
  EXPECT_EQ(DepthOf(20), HistoryDepth::kMany);
}

TEST(OrderCount, CountsAnOrderOfSeveralItemsOnce) {
  const Evidence evidence(
      {{ItemIndex(1), 7, Day(1)}, {ItemIndex(2), 7, Day(1)}, {ItemIndex(1), 9, Day(2)}});
  EXPECT_EQ(OrderCount(evidence), 2u);
}

}  // namespace
}  // namespace rapport
