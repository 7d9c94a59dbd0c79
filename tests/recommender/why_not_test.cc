// Every item has one fate, and the list agrees with it.
#include "services/recommender/why_not.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/recommender/described_shop.h"

namespace rapport {
namespace {

class WhyNotTest : public DescribedShop {
 protected:
  ItemFate FateOf(const SuggestQuery& query, const std::string& item_id) const {
    const auto fate = WhyNot(*shop_.store, *shop_.shelf, query, item_id, shop_.now());
    EXPECT_TRUE(fate.ok()) << fate.status();
    return fate.ok() ? *fate : ItemFate{};
  }
};

TEST_F(WhyNotTest, SaysWhatKeepsAnItemOut) {
  SetRules({{.rule_id = "no-books", .filter = "category:Books", .effect = RuleEffect::kExclude}});
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait("coffee-3", false).ok());
  ASSERT_TRUE(shop_.store->UpsertItemsAndWait({{.item_id = "brand-new"}}).ok());
  shop_.Buys("c4", "coffee-5", 3);
  SuggestQuery query = Asked(3, Pool::kNewToCustomer);
  query.exclude_item_ids = {"coffee-1"};
  query.shopper.basket_item_ids = {"coffee-2"};
  EXPECT_EQ(FateOf(query, "no-such").fate, Fate::kUnknownItem);
  EXPECT_EQ(FateOf(query, "brand-new").fate, Fate::kNotLearned);
  EXPECT_EQ(FateOf(query, "coffee-3").fate, Fate::kUnavailable);
  const ItemFate bought = FateOf(query, "coffee-5");
  EXPECT_EQ(bought.fate, Fate::kBought);
  EXPECT_EQ(bought.bought_at, shop_.DaysAgo(3));
  const ItemFate ruled = FateOf(query, "book-1");
  EXPECT_EQ(ruled.fate, Fate::kFiltered);
  EXPECT_EQ(ruled.left_out->rule_id, "no-books");
  EXPECT_EQ(FateOf(query, "coffee-1").left_out->by, LeftOutBy::kExcluded);
  EXPECT_EQ(FateOf(query, "coffee-2").left_out->by, LeftOutBy::kBasket);
}

TEST_F(WhyNotTest, SaysHowFarBelowTheLastOfTheListAnItemIs) {
  const SuggestionList all = Suggest(Asked(45));
  for (const size_t place : {3u, 10u, 44u}) {
    const ItemFate fate = FateOf(Asked(3), all.suggestions[place].item->item_id);
    EXPECT_EQ(fate.fate, Fate::kBelowCutoff);
    EXPECT_EQ(fate.rank_by_score, static_cast<int64_t>(place) + 1);
    EXPECT_EQ(fate.gap, all.suggestions[2].score - all.suggestions[place].score);
  }
}

TEST_F(WhyNotTest, AgreesWithTheListWhateverIsAskedOfAnyItem) {
  ASSERT_TRUE(shop_.store->UpsertItemsAndWait({{.item_id = "never-sold"}}).ok());
  std::mt19937_64 random(5);
  const auto chance = [&](int of) { return random() % static_cast<uint64_t>(of) == 0; };
  int suggested = 0, others = 0;
  for (int trial = 0; trial < 120; ++trial) {
    if (trial % 10 == 0) {
      std::vector<Rule> rules;
      for (int rule = 0; rule < 3; ++rule) {
        rules.push_back({.rule_id = testing::Id("r", rule),
                         .filter = "price = " + std::to_string(random() % 15),
                         .effect = static_cast<RuleEffect>(1 + random() % 4),
                         .amount = 3,
                         .position = 1 + static_cast<int>(random() % 4),
                         .commercial = chance(2)});
      }
      SetRules(rules);
      ASSERT_TRUE(
          shop_.store->SetAvailabilityAndWait(testing::Id("tea-", trial % 15), chance(2)).ok());
    }
    SuggestQuery query = Asked(1 + static_cast<int>(random() % 12), kPools[random() % 3]);
    query.shopper.customer_id = chance(6) ? "stranger" : testing::Id("c", random() % 90);
    if (chance(3)) query.filter = Filter("price < " + std::to_string(random() % 16));
    if (chance(3)) query.diversity = 0.4;
    if (chance(3)) query.max_per_category = 2;
    if (chance(3)) query.promoted_slots = static_cast<int>(random() % 3);
    if (chance(3)) query.min_confidence = 0.02;
    if (chance(4)) query.shopper.basket_item_ids = {"tea-3"};
    if (chance(4)) query.exclude_item_ids = {"book-2", "coffee-4"};
    if (chance(6)) query.only_item_ids = {"book-1", "tea-1", "tea-2", "coffee-9"};
    const SuggestionList list = Suggest(query);
    const std::vector<std::string> ids = Ids(list);
    std::vector<std::string> items = {"never-sold", "no-such"};
    for (int number = 0; number < 15; ++number) {
      for (const char* kind : {"coffee-", "tea-", "book-"})
        items.push_back(testing::Id(kind, number));
    }
    for (const std::string& item : items) {
      SCOPED_TRACE(::testing::Message() << "trial " << trial << ", " << item);
      const ItemFate fate = FateOf(query, item);
      const auto place = std::ranges::find(ids, item);
      if (place != ids.end()) {
        ++suggested;
        EXPECT_EQ(fate.fate, Fate::kSuggested);
        EXPECT_EQ(fate.rank, place - ids.begin() + 1);
        EXPECT_EQ(fate.score, list.suggestions[static_cast<size_t>(fate.rank) - 1].score);
        continue;
      }
      ++others;
      EXPECT_NE(fate.fate, Fate::kSuggested);
      EXPECT_EQ(fate.left_out.has_value(), fate.fate == Fate::kFiltered ||
                                               fate.fate == Fate::kBought ||
                                               fate.fate == Fate::kUnavailable);
      if (fate.fate == Fate::kBelowCutoff) {
        EXPECT_EQ(ids.size(), static_cast<size_t>(query.count));
        EXPECT_GE(fate.gap, 0);
      }
      EXPECT_EQ(fate.fate == Fate::kUnknownItem, item == "no-such");
      EXPECT_EQ(fate.fate == Fate::kNotLearned, item == "never-sold");
    }
  }
  EXPECT_GT(suggested, 300);
  EXPECT_GT(others, 1'000);
}

}  // namespace
}  // namespace rapport
