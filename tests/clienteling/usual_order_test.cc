#include "services/clienteling/usual_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>

#include "tests/clienteling/past.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Ids(const ItemSet& set) {
  std::vector<std::string> ids;
  for (const UsualItem& item : set.items) ids.push_back(item.item_id);
  return ids;
}

UsualOrder Of(const Past& past, const VisitContext& context = {}) {
  return UsualOrderIn(past.Visits(), context);
}

std::vector<std::string> UsualOf(const Past& past) {
  const UsualOrder order = Of(past);
  return order.usual ? Ids(*order.usual) : std::vector<std::string>();
}

TEST(UsualOrder, IsTheLargestSetThatHalfOfTheLastEightVisitsHad) {
  Past past;
  past.Daily("2026-03-01 08:00", 8, {"tea"});  // beyond the last eight
  past.Daily("2026-03-10 08:00", 3, {"flat-white"});
  past.Daily("2026-03-13 08:00", 5, {"flat-white", "croissant"});
  const UsualOrder order = Of(past);
  ASSERT_TRUE(order.usual);
  EXPECT_EQ(order.visits, 8);
  EXPECT_THAT(Ids(*order.usual), ElementsAre("flat-white", "croissant"));
  EXPECT_EQ(order.usual->times, 5);
  EXPECT_DOUBLE_EQ(order.usual->share, 0.6);
  EXPECT_NEAR(order.usual->low, 0.305742, 1e-6);
  EXPECT_EQ(order.usual->items[0].times, 8);
  EXPECT_EQ(order.usual->items[1].times, 5);
  EXPECT_EQ(order.usual->first, Utc("2026-03-13 08:00"));
  EXPECT_EQ(order.usual->last, Utc("2026-03-17 08:00"));
  EXPECT_THAT(order.closest, IsEmpty());
}

TEST(UsualOrder, NeedsThreeVisitsAndASmoothedShareOfAHalf) {
  const auto usual = [](int with, int without) {
    Past past;
    past.Daily("2026-03-01 08:00", with, {"tea"});
    for (int visit = 0; visit < without; ++visit)
      past.Order("2026-03-2" + std::to_string(visit) + " 08:00",
                 {"other-" + std::to_string(visit)});
    return Of(past).usual.has_value();
  };
  EXPECT_FALSE(usual(2, 0));
  EXPECT_TRUE(usual(3, 0));
  EXPECT_TRUE(usual(3, 3));   // 4/8
  EXPECT_FALSE(usual(3, 4));  // 4/9
  EXPECT_FALSE(usual(3, 5));  // 4/10
  EXPECT_TRUE(usual(4, 4));   // 5/10
}

TEST(UsualOrder, BoundsTheShareByWilson) {
  EXPECT_NEAR(WilsonLow(8, 8), 0.675592, 1e-6);
  EXPECT_NEAR(WilsonLow(4, 8), 0.215216, 1e-6);
  EXPECT_NEAR(WilsonLow(3, 3), 0.438503, 1e-6);
  EXPECT_EQ(WilsonLow(0, 8), 0);
  EXPECT_EQ(WilsonLow(0, 0), 0);
}

TEST(UsualOrder, NamesItsEvidenceLatestFirst) {
  Past past;
  past.Daily("2026-03-01 08:00", 3, {"tea", "bun"});
  const UsualOrder order = Of(past);
  ASSERT_TRUE(order.usual);
  EXPECT_THAT(Ids(*order.usual), ElementsAre("bun", "tea"));
  EXPECT_THAT(order.usual->items[1].event_ids, ElementsAre("e0005", "e0003", "e0001"));
}

TEST(UsualOrder, HasTheMedianOfPieces) {
  Past past;
  for (const int pieces : {2, 1, 2, 9})
    past.Order("2026-03-0" + std::to_string(past.lines.size() + 1) + " 08:00", {"bun"})[0]
        ->purchase.quantity = pieces;
  EXPECT_EQ(Of(past).usual->items[0].quantity, 2);
  // Two lines of one visit are one order of both.
  Past twice;
  twice.Daily("2026-03-01 08:00", 3, {"bun", "bun"});
  ASSERT_THAT(Of(twice).usual->items, SizeIs(1));
  EXPECT_EQ(Of(twice).usual->items[0].quantity, 2);
  EXPECT_EQ(Of(twice).usual->items[0].times, 3);
}

TEST(UsualOrder, OfEqualSetsIsTheMoreFrequentAndThenTheLater) {
  Past past;
  past.Daily("2026-03-01 08:00", 4, {"tea"});
  past.Daily("2026-03-05 08:00", 4, {"coffee"});
  EXPECT_THAT(UsualOf(past), ElementsAre("coffee"));
  Past other;
  other.Daily("2026-03-01 08:00", 4, {"coffee"});
  other.Daily("2026-03-05 08:00", 4, {"tea"});
  EXPECT_THAT(UsualOf(other), ElementsAre("tea"));
  Past frequent;
  frequent.Daily("2026-03-01 08:00", 1, {"tea"});
  frequent.Daily("2026-03-02 08:00", 3, {"tea", "coffee"});
  frequent.Daily("2026-03-05 08:00", 1, {"coffee", "bun"});
  frequent.Daily("2026-03-06 08:00", 3, {"tea", "bun"});
  // Tea and coffee 3 of 8, tea and bun 3 of 8, tea 7.
  EXPECT_THAT(UsualOf(frequent), ElementsAre("tea"));
}

TEST(UsualOrder, WithoutOneNamesTheTwoClosestAndWhy) {
  Past past;
  EXPECT_EQ(Of(past).why_none, NoUsual::kTooFewVisits);
  EXPECT_EQ(Of(past).visits, 0);
  EXPECT_THAT(Of(past).closest, IsEmpty());
  past.Order("2026-03-01 08:00", {"tea", "bun"});
  EXPECT_EQ(Of(past).why_none, NoUsual::kTooFewVisits);
  ASSERT_THAT(Of(past).closest, SizeIs(1));
  EXPECT_THAT(Ids(Of(past).closest[0]), ElementsAre("bun", "tea"));
  past.Order("2026-03-02 08:00", {"tea", "bun"});
  past.Order("2026-03-03 08:00", {"coffee"});
  past.Order("2026-03-04 08:00", {"coffee"});
  past.Order("2026-03-05 08:00", {"milk"});
  const UsualOrder mixed = Of(past);
  EXPECT_FALSE(mixed.usual);
  EXPECT_EQ(mixed.why_none, NoUsual::kTooMixed);
  ASSERT_THAT(mixed.closest, SizeIs(2));
  EXPECT_THAT(Ids(mixed.closest[0]), ElementsAre("bun", "tea"));
  EXPECT_EQ(mixed.closest[0].times, 2);
  EXPECT_THAT(Ids(mixed.closest[1]), ElementsAre("coffee"));
}

TEST(UsualOrder, TakesNoGiftsAndNothingThatCameBackInFull) {
  Past past;
  past.Daily("2026-03-01 08:00", 4, {"tea", "mug"});
  for (HistoryLine& line : past.lines) {
    if (line.purchase.item_id == "mug") line.purchase.gift = true;
  }
  EXPECT_THAT(UsualOf(past), ElementsAre("tea"));
  for (HistoryLine& line : past.lines) GiveBack(line);
  EXPECT_THAT(UsualOf(past), IsEmpty());
  EXPECT_EQ(Of(past).visits, 0);
}

TEST(UsualOrder, CountsWhatWasKeptInPart) {
  Past past;
  past.Daily("2026-03-01 08:00", 3, {"tea"});
  for (HistoryLine& line : past.lines) {
    line.purchase.quantity = 3;
    line.returns.push_back({.event_id = "b", .quantity = 1});
  }
  ASSERT_THAT(UsualOf(past), ElementsAre("tea"));
  EXPECT_EQ(Of(past).usual->items[0].quantity, 2);
}

TEST(UsualOrder, DoesNotDependOnTheOrderOfTheLines) {
  std::mt19937 random(7);
  const std::vector<std::string> menu = {"tea", "coffee", "bun", "cake", "milk"};
  for (int shop = 0; shop < 30; ++shop) {
    Past past;
    for (int visit = 0; visit < 9; ++visit) {
      std::vector<std::string> items;
      for (const std::string& item : menu) {
        if (random() % 2 == 0) items.push_back(item);
      }
      past.Order("2026-03-0" + std::to_string(1 + visit / 2) + " 08:00", items);
    }
    const UsualOrder expected = Of(past);
    for (int round = 0; round < 5; ++round) {
      std::shuffle(past.lines.begin(), past.lines.end(), random);
      const UsualOrder again = Of(past);
      ASSERT_EQ(again.usual.has_value(), expected.usual.has_value());
      if (again.usual) {
        ASSERT_EQ(Ids(*again.usual), Ids(*expected.usual));
      }
      ASSERT_EQ(again.closest.size(), expected.closest.size());
      for (size_t set = 0; set < again.closest.size(); ++set)
        ASSERT_EQ(Ids(again.closest[set]), Ids(expected.closest[set]));
    }
  }
}

// Every set of items there is, tried one by one.
TEST(UsualOrder, AgreesWithTryingEverySet) {
  std::mt19937 random(11);
  const std::vector<std::string> menu = {"a", "b", "c", "d", "e"};
  for (int round = 0; round < 300; ++round) {
    Past past;
    const int visits = 1 + static_cast<int>(random() % 10);
    for (int visit = 0; visit < visits; ++visit) {
      std::vector<std::string> items;
      for (const std::string& item : menu) {
        if (random() % 3 != 0) items.push_back(item);
      }
      if (items.empty()) items.push_back("a");
      past.Daily("2026-03-01 08:00", 1, items);
      for (size_t line = past.lines.size() - items.size(); line < past.lines.size(); ++line)
        past.lines[line].purchase.purchased_at += std::chrono::days(visit);
    }
    const std::vector<Visit> all = past.Visits();
    const size_t recent = std::min<size_t>(all.size(), 8);
    size_t largest = 0;
    int most = 0;
    for (unsigned set = 1; set < 32; ++set) {
      int times = 0;
      for (size_t visit = all.size() - recent; visit < all.size(); ++visit) {
        std::set<std::string> had;
        for (const HistoryLine* line : all[visit].lines) had.insert(line->purchase.item_id);
        bool whole = true;
        for (size_t item = 0; item < 5; ++item)
          whole = whole && ((set >> item & 1) == 0 || had.contains(menu[item]));
        times += whole ? 1 : 0;
      }
      const auto size = static_cast<size_t>(std::popcount(set));
      const bool usual = times >= 3 && (times + 1.0) / (static_cast<double>(recent) + 2.0) >= 0.5;
      if (usual && (size > largest || (size == largest && times > most))) {
        largest = size;
        most = times;
      }
    }
    const UsualOrder order = Of(past);
    ASSERT_EQ(order.usual.has_value(), largest > 0);
    if (order.usual) {
      ASSERT_EQ(order.usual->items.size(), largest);
      ASSERT_EQ(order.usual->times, most);
    }
  }
}

// Mornings coffee, evenings wine; on Saturdays a cake with it.
Past TwoLives() {
  Past past;
  for (const char* day : {"2", "3", "4", "5", "6"}) {  // Monday to Friday
    past.Order(std::string("2026-03-0") + day + " 08:00", {"coffee"});
    past.Order(std::string("2026-03-0") + day + " 18:00", {"wine", "olives"});
  }
  return past;
}

TEST(UsualOrder, IsOfTheDaypartWithFiveVisits) {
  const Past past = TwoLives();
  const auto visits = past.Visits();
  const VisitContext morning =
      NarrowestContext(visits, {.daypart = Daypart::kMorning, .day_kind = DayKind::kWeekend});
  EXPECT_EQ(morning, VisitContext{.daypart = Daypart::kMorning});
  EXPECT_THAT(Ids(*UsualOrderIn(visits, morning).usual), ElementsAre("coffee"));
  const VisitContext evening =
      NarrowestContext(visits, {.daypart = Daypart::kEvening, .day_kind = DayKind::kWeekday});
  EXPECT_EQ(evening, (VisitContext{.daypart = Daypart::kEvening, .day_kind = DayKind::kWeekday}));
  EXPECT_THAT(Ids(*UsualOrderIn(visits, evening).usual), ElementsAre("olives", "wine"));
  EXPECT_EQ(NarrowestContext(visits, {.daypart = Daypart::kNight}), VisitContext{});
}

TEST(UsualOrder, IsOfAllVisitsWhereTheContextHasFour) {
  Past past;
  past.Daily("2026-03-02 08:00", 4, {"coffee"});
  past.Daily("2026-03-02 18:00", 9, {"wine"});
  EXPECT_EQ(NarrowestContext(past.Visits(), {.daypart = Daypart::kMorning}), VisitContext{});
  past.Daily("2026-03-06 08:00", 1, {"coffee"});
  EXPECT_EQ(NarrowestContext(past.Visits(), {.daypart = Daypart::kMorning}),
            VisitContext{.daypart = Daypart::kMorning});
}

TEST(UsualOrder, IsOfTheStoreAndOfTheChannel) {
  Past past;
  past.Daily("2026-03-02 08:00", 5, {"coffee"});
  for (HistoryLine& line : past.lines) {
    line.purchase.store = "Harbour";
    line.purchase.channel = Channel::kStore;
  }
  past.Daily("2026-03-02 09:00", 6, {"beans"});
  for (size_t line = 5; line < past.lines.size(); ++line)
    past.lines[line].purchase.channel = Channel::kOnline;
  const auto visits = past.Visits();
  EXPECT_THAT(Ids(*UsualOrderIn(visits, NarrowestContext(visits, {.store = "Harbour"})).usual),
              ElementsAre("coffee"));
  EXPECT_THAT(
      Ids(*UsualOrderIn(visits, NarrowestContext(visits, {.channel = Channel::kOnline})).usual),
      ElementsAre("beans"));
  EXPECT_EQ(NarrowestContext(visits, {.store = "Nowhere"}), VisitContext{});
}

TEST(UsualOrder, DependsOnTheZoneOfTheShop) {
  Past past;
  past.Daily("2026-03-02 08:00", 5, {"coffee"});  // 17:00 in Tokyo
  const auto tokyo = ShopTime::In("Asia/Tokyo");
  ASSERT_TRUE(tokyo.ok());
  EXPECT_EQ(NarrowestContext(past.Visits(*tokyo), {.daypart = Daypart::kEvening}),
            VisitContext{.daypart = Daypart::kEvening});
  EXPECT_EQ(NarrowestContext(past.Visits(), {.daypart = Daypart::kEvening}), VisitContext{});
}

TEST(UsualOrders, BeginWithTheMomentAndTellNoneTwice) {
  const Past past = TwoLives();
  const auto orders = UsualOrders(past.Visits(), {.daypart = Daypart::kMorning}, 6);
  ASSERT_THAT(orders, SizeIs(2));
  EXPECT_THAT(Ids(*orders[0].usual), ElementsAre("coffee"));
  EXPECT_THAT(Ids(*orders[1].usual), ElementsAre("olives", "wine"));
  EXPECT_THAT(UsualOrders(past.Visits(), {.daypart = Daypart::kMorning}, 1), SizeIs(1));
  EXPECT_THAT(UsualOrders({}, {}, 6), SizeIs(1));
}

TEST(UsualItems, AreEachUsualByItself) {
  Past past;
  past.Daily("2026-03-01 08:00", 4, {"tea"});
  past.Daily("2026-03-05 08:00", 4, {"coffee"});
  EXPECT_THAT(UsualItems(past.Visits()), ElementsAre("coffee", "tea"));
  EXPECT_THAT(UsualItems({}), IsEmpty());
}

TEST(UsualOrder, OfAThousandVisitsWithLargeOrdersIsFound) {
  Past past;
  past.lines.reserve(100'000);
  std::vector<std::string> items;
  for (int item = 0; item < 100; ++item) items.push_back("i" + std::to_string(item));
  past.Daily("2023-03-01 08:00", 1'000, items);
  const UsualOrder order = Of(past);
  ASSERT_TRUE(order.usual);
  EXPECT_THAT(order.usual->items, SizeIs(100));
  EXPECT_EQ(order.usual->first, Utc("2023-03-01 08:00"));
}

}  // namespace
}  // namespace rapport::clienteling
