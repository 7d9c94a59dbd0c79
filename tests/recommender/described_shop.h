// A shop whose items are described: "coffee-3" is in Drinks > Coffee, "tea-3" in Drinks > Tea,
// "book-3" in Books, and costs three; filled and trained.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/filter/item_filter.h"
#include "tests/recommender/shop.h"

namespace rapport {

class DescribedShop : public ::testing::Test {
 protected:
  DescribedShop() {
    std::vector<Item> items;
    for (int number = 0; number < 15; ++number) {
      const Money price{"EUR", number, 0};
      items.push_back({testing::Id("coffee-", number), "", {"Drinks", "Coffee"}, "", price});
      items.push_back({testing::Id("tea-", number), "", {"Drinks", "Tea"}, "", price});
      items.push_back({testing::Id("book-", number), "", {"Books"}, "", price});
    }
    shop_.FillWithTastes();
    EXPECT_TRUE(shop_.store->UpsertItemsAndWait(items).ok());
    shop_.Train();
  }

  static std::shared_ptr<const ItemFilter> Filter(std::string_view text) {
    return std::make_shared<const ItemFilter>(*ItemFilter::Parse(text));
  }
  // c4 likes tea.
  static SuggestQuery Asked(int count = 10, Pool pool = Pool::kAny) {
    return {.shopper = {.customer_id = "c4"}, .count = count, .pool = pool};
  }
  SuggestionList Suggest(const SuggestQuery& query) const {
    const auto list = shop_.suggester().Suggest(query);
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? *list : SuggestionList{};
  }
  void SetRules(const std::vector<Rule>& rules) {
    ASSERT_TRUE(shop_.store->UpsertRulesAndWait(rules).ok());
  }
  static std::vector<std::string> Ids(const SuggestionList& list) {
    std::vector<std::string> ids;
    for (const Suggestion& suggestion : list.suggestions) ids.push_back(suggestion.item->item_id);
    return ids;
  }

  Shop shop_;
};

}  // namespace rapport
