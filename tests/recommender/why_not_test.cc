// What becomes of an item, one case after the other; agreement_test.cc has the rest.
#include "services/recommender/why_not.h"

#include <gmock/gmock.h>

#include <algorithm>

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
  EXPECT_EQ(bought.bought->last_purchased_at, shop_.DaysAgo(3));
  const ItemFate ruled = FateOf(query, "book-1");
  EXPECT_EQ(ruled.fate, Fate::kFiltered);
  EXPECT_EQ(ruled.left_out->rule_id, "no-books");
  EXPECT_EQ(FateOf(query, "coffee-1").fate, Fate::kExcluded);
  EXPECT_EQ(FateOf(query, "coffee-2").fate, Fate::kInBasket);
  query.only_item_ids = {"tea-1"};
  EXPECT_EQ(FateOf(query, "tea-2").fate, Fate::kExcluded);
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

TEST_F(WhyNotTest, TellsGiftsAndReturnsFromWhatWasNeverBought) {
  shop_.Append(Purchase{.event_id = "for-a-friend",
                        .customer_id = "c4",
                        .item_id = "book-3",
                        .purchased_at = shop_.DaysAgo(2),
                        .gift = true});
  const std::string event = shop_.Buys("c4", "book-4", 3);
  shop_.Append(Return{.event_id = "back",
                      .customer_id = "c4",
                      .purchase_event_id = event,
                      .returned_at = shop_.DaysAgo(1)});
  const SuggestQuery fresh = Asked(3, Pool::kNewToCustomer);
  const SuggestQuery usual = Asked(3, Pool::kBoughtBefore);
  for (const char* item : {"book-3", "book-4"}) {
    EXPECT_EQ(FateOf(fresh, item).fate, Fate::kBought);
    const ItemFate fate = FateOf(usual, item);
    EXPECT_EQ(fate.fate, Fate::kNotBought);
    ASSERT_TRUE(fate.bought.has_value());
    EXPECT_EQ(fate.bought->times, 1);
    EXPECT_EQ(fate.bought->quantity, item == std::string("book-3") ? 1 : 0);
  }
  shop_.Buys("newcomer", "tea-1");
  SuggestQuery newcomers = usual;
  newcomers.shopper.customer_id = "newcomer";
  const ItemFate never = FateOf(newcomers, "tea-2");
  EXPECT_EQ(never.fate, Fate::kNotBought);
  EXPECT_FALSE(never.bought.has_value());
}

TEST_F(WhyNotTest, TellsVarietyFromLimits) {
  const SuggestionList plain = Suggest(Asked(5));
  SuggestQuery query = Asked(5);
  query.diversity = 0.7;
  const std::vector<std::string> diverse = Ids(Suggest(query));
  int kept_out = 0;
  for (const Suggestion& each : plain.suggestions) {
    if (std::ranges::find(diverse, each.item->item_id) != diverse.end()) continue;
    ++kept_out;
    EXPECT_EQ(FateOf(query, each.item->item_id).left_out->by, LeftOutBy::kDiversity);
  }
  EXPECT_GT(kept_out, 0);
  query = Asked(5);
  query.max_per_category = 1;  // of three categories
  EXPECT_EQ(FateOf(query, plain.suggestions[1].item->item_id).left_out->by, LeftOutBy::kLimit);
}

TEST_F(WhyNotTest, OfAListWhosePlacesRulesGaveHasNoGap) {
  SetRules({{.rule_id = "books",
             .filter = "category:Books",
             .effect = RuleEffect::kPin,
             .position = 1}});
  const ItemFate fate = FateOf(Asked(1), Suggest(Asked(2)).suggestions[1].item->item_id);
  EXPECT_EQ(fate.fate, Fate::kBelowCutoff);
  EXPECT_EQ(fate.rank_by_score, 1);
  EXPECT_FALSE(fate.gap.has_value());
}

TEST_F(WhyNotTest, KnowsWhatEarlierPagesShowed) {
  SuggestQuery query = Asked(5);
  query.paged = true;
  const SuggestionList first = Suggest(query);
  query.page_token = first.next_page_token;
  EXPECT_EQ(FateOf(query, first.suggestions[1].item->item_id).rank, 2);
  EXPECT_EQ(FateOf(query, Suggest(query).suggestions[1].item->item_id).rank, 7);
  query.page_token = first.token;
  EXPECT_TRUE(absl::IsInvalidArgument(
      WhyNot(*shop_.store, *shop_.shelf, query, "tea-1", shop_.now()).status()));
}

}  // namespace
}  // namespace rapport
