// What the shop's rules do to lists and explanations.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "services/recommender/rule_book.h"
#include "services/recommender/suggester.h"
#include "tests/recommender/described_shop.h"

namespace rapport {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Rules = DescribedShop;

Rule Boost(const std::string& id, const std::string& filter, double amount) {
  return {.rule_id = id, .filter = filter, .effect = RuleEffect::kBoost, .amount = amount};
}

TEST(RuleBook, ARuleHoldsInItsTimeAndItsStores) {
  const RuleBook book(
      {{.rule_id = "b", .valid_from = testing::At(10), .valid_until = testing::At(20)},
       {.rule_id = "a", .stores = {"Harbour", "Station"}},
       {.rule_id = "broken", .filter = "prize < 3"}});
  const auto holding = [&](int at, std::string_view store) {
    std::vector<std::string> ids;
    for (const ParsedRule* rule : book.HoldingAt(testing::At(at), store))
      ids.push_back(rule->rule.rule_id);
    return ids;
  };
  EXPECT_THAT(holding(9, ""), IsEmpty());
  EXPECT_THAT(holding(10, ""), ElementsAre("b"));
  EXPECT_THAT(holding(19, "Station"), ElementsAre("a", "b"));
  EXPECT_THAT(holding(20, "Station"), ElementsAre("a"));
  EXPECT_THAT(holding(20, "station"), IsEmpty());
}

TEST_F(Rules, BoostsAddToTheScoreByName) {
  const SuggestionList before = Suggest(Asked(45));
  SetRules({Boost("books", "category:Books", 3), Boost("cheap", "price < 2", -0.5)});
  const SuggestionList after = Suggest(Asked(45));
  for (const Suggestion& suggestion : after.suggestions) {
    const auto then = std::ranges::find_if(before.suggestions, [&](const Suggestion& each) {
      return each.item->item_id == suggestion.item->item_id;
    });
    double sum = 0;
    for (const RuleTerm& term : suggestion.rules) sum += term.amount;
    EXPECT_EQ(suggestion.terms.rules, sum);
    EXPECT_EQ(suggestion.score, suggestion.terms.Sum());
    EXPECT_NEAR(suggestion.score, then->score + sum, 1e-12);
    const bool book = suggestion.item->item_id.starts_with("book-");
    EXPECT_EQ(std::ranges::count(suggestion.rules, RuleTerm{"books", 3}), book ? 1 : 0);
    EXPECT_EQ(suggestion.chance->probability,
              then->chance->probability);  // a rule makes nothing likelier
  }
  EXPECT_TRUE(std::ranges::is_sorted(after.suggestions, std::greater<>(), &Suggestion::score));
}

TEST_F(Rules, TakeEffectAndEndAtOnce) {
  const std::vector<std::string> before = Ids(Suggest(Asked()));
  SetRules({Boost("books", "category:Books", 50)});
  EXPECT_THAT(Ids(Suggest(Asked())), ::testing::Each(StartsWith("book-")));
  ASSERT_TRUE(shop_.store->DeleteRuleAndWait("books").ok());
  EXPECT_EQ(Ids(Suggest(Asked())), before);
}

TEST_F(Rules, OutliveARestart) {
  SetRules({Boost("books", "category:Books", 50)});
  shop_.Reopen();
  EXPECT_THAT(Ids(Suggest(Asked())), ::testing::Each(StartsWith("book-")));
}

TEST_F(Rules, WhatIsBuriedComesLastAndWhatIsExcludedNotAtAll) {
  SetRules({{.rule_id = "no-tea", .filter = "category:Tea", .effect = RuleEffect::kBury},
            {.rule_id = "no-1", .filter = "item_id = \"tea-1\"", .effect = RuleEffect::kExclude}});
  const SuggestionList list = Suggest(Asked(45));
  const std::vector<std::string> ids = Ids(list);
  ASSERT_THAT(ids, SizeIs(44));
  for (size_t place = 0; place < 44; ++place)
    EXPECT_EQ(ids[place].starts_with("tea-"), place >= 30) << place;
  EXPECT_THAT(ids, Not(Contains("tea-1")));
  EXPECT_EQ(list.left_out, (std::vector<LeftOut>{{LeftOutBy::kRule, "no-1", 1}}));
}

TEST_F(Rules, APinGivesTheBestOfItsItemsThePlace) {
  const std::vector<std::string> before = Ids(Suggest(Asked(45)));
  const auto best_book =
      *std::ranges::find_if(before, [](const std::string& id) { return id.starts_with("book-"); });
  SetRules({{.rule_id = "a", .filter = "category:Books", .effect = RuleEffect::kPin, .position = 2},
            {.rule_id = "b",
             .filter = "item_id = \"coffee-9\"",
             .effect = RuleEffect::kPin,
             .position = 2}});
  const SuggestionList list = Suggest(Asked(5));
  EXPECT_THAT(Ids(list), ElementsAre(before[0], best_book, "coffee-9", before[1], before[2]));
  EXPECT_EQ(list.suggestions[1].pinned_by, "a");
  EXPECT_EQ(list.suggestions[2].pinned_by, "b");
  EXPECT_EQ(list.suggestions[3].pinned_by, "");
  for (const Suggestion& suggestion : list.suggestions)
    EXPECT_EQ(before[static_cast<size_t>(suggestion.rank_by_score) - 1], suggestion.item->item_id);
}

TEST_F(Rules, PinsPlaceNothingThatMayNotBeSuggested) {
  SetRules({{.rule_id = "a",
             .filter = "item_id = \"coffee-9\"",
             .effect = RuleEffect::kPin,
             .position = 1}});
  SuggestQuery query = Asked(5);
  query.exclude_item_ids = {"coffee-9"};
  EXPECT_THAT(Ids(Suggest(query)), Not(Contains("coffee-9")));
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait("coffee-9", false).ok());
  EXPECT_THAT(Ids(Suggest(Asked(45))), Not(Contains("coffee-9")));
}

TEST_F(Rules, HoldInTheStoreOfTheRequestOrOfTheCustomer) {
  Rule rule = Boost("books", "category:Books", 50);
  rule.stores = {"Harbour"};
  SetRules({rule});
  const auto first = [&](const std::string& store) {
    SuggestQuery query = Asked(1);
    query.store = store;
    return Ids(Suggest(query))[0];
  };
  EXPECT_THAT(first(""), StartsWith("tea-"));
  EXPECT_THAT(first("Harbour"), StartsWith("book-"));
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({{.customer_id = "c4", .store = "Harbour"}}).ok());
  EXPECT_THAT(first(""), StartsWith("book-"));
  EXPECT_THAT(first("Station"), StartsWith("tea-"));
}

TEST_F(Rules, OfThePastHoldForWhomTheyAreAbout) {
  SetRules(
      {{.rule_id = "rest", .filter = "bought_within(\"7d\")", .effect = RuleEffect::kExclude}});
  shop_.Buys("c4", "tea-3", 2);
  EXPECT_THAT(Ids(Suggest(Asked(45))), Not(Contains("tea-3")));
  SuggestQuery other = Asked(45);
  other.shopper.customer_id = "stranger";
  EXPECT_THAT(Ids(Suggest(other)), Contains("tea-3"));
}

TEST_F(Rules, CommercialPlacesAreMarkedAndLimited) {
  const std::vector<std::string> organic = Ids(Suggest(Asked(45)));
  Rule paid = Boost("paid", "category:Books", 50);
  paid.commercial = true;
  SetRules({paid});
  SuggestQuery query = Asked(6);
  const SuggestionList unlimited = Suggest(query);
  for (const Suggestion& suggestion : unlimited.suggestions) EXPECT_TRUE(suggestion.promoted);
  query.promoted_slots = 2;
  const SuggestionList two = Suggest(query);
  const std::vector<std::string> ids = Ids(two);
  for (size_t place = 0; place < 6; ++place) {
    EXPECT_EQ(two.suggestions[place].promoted, place < 2);
    if (place >= 2) {
      EXPECT_EQ(ids[place], organic[place - 2]);
    }
  }
  query.promoted_slots = 0;
  EXPECT_EQ(Ids(Suggest(query)), std::vector(organic.begin(), organic.begin() + 6));
  EXPECT_EQ(Suggest(query).suggestions[0].terms.rules, 0);
}

TEST_F(Rules, AreExplainedAsTheyWereServedWhateverHoldsNow) {
  SetRules({Boost("books", "category:Books", 50), Boost("cheap", "price < 9", 0.25)});
  const SuggestionList list = Suggest(Asked(5));
  ASSERT_TRUE(shop_.store->DeleteRuleAndWait("books").ok());
  for (const Suggestion& suggestion : list.suggestions) {
    const auto then =
        shop_.explainer().Explain({.token = list.token, .item_id = suggestion.item->item_id});
    ASSERT_TRUE(then.ok()) << then.status();
    EXPECT_EQ(then->score, suggestion.score);
    EXPECT_EQ(then->rules, suggestion.rules);
    EXPECT_NEAR(then->residual, 0, 1e-9);
    const auto now = shop_.explainer().Explain({.shopper = {.customer_id = "c4"},
                                                .item_id = suggestion.item->item_id,
                                                .pool = Pool::kAny});
    EXPECT_NEAR(now->score, suggestion.score - 50, 1e-12);
  }
}

TEST_F(Rules, ExcludedItemsExplainThemselves) {
  SetRules({{.rule_id = "gone", .filter = "item_id = \"tea-1\"", .effect = RuleEffect::kExclude}});
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait("tea-1", false).ok());
  shop_.Buys("c4", "tea-1", 3);
  const auto explained = shop_.explainer().Explain(
      {.shopper = {.customer_id = "c4", .basket_item_ids = {"tea-1"}}, .item_id = "tea-1"});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->left_out, (std::vector<LeftOut>{{LeftOutBy::kPool, "", 1},
                                                       {LeftOutBy::kBasket, "", 1},
                                                       {LeftOutBy::kUnavailable, "", 1},
                                                       {LeftOutBy::kRule, "gone", 1}}));
}

TEST_F(Rules, BasketsAndGuestsAreExplainedByTokenAndByName) {
  const SuggestQuery query{.shopper = {.guest_past = {{.item_id = "tea-2"}},
                                       .basket_item_ids = {"coffee-1", "coffee-2"}},
                           .count = 5};
  const SuggestionList list = Suggest(query);
  for (const Suggestion& suggestion : list.suggestions) {
    const auto by_token =
        shop_.explainer().Explain({.token = list.token, .item_id = suggestion.item->item_id});
    const auto by_name =
        shop_.explainer().Explain({.shopper = query.shopper, .item_id = suggestion.item->item_id});
    ASSERT_TRUE(by_token.ok() && by_name.ok()) << by_token.status() << by_name.status();
    EXPECT_EQ(by_token->score, suggestion.score);
    EXPECT_EQ(by_name->score, suggestion.score);
    EXPECT_THAT(by_token->evidence, SizeIs(3));
    for (const EvidenceLine& line : by_token->evidence)
      EXPECT_EQ(line.orders[0].basket, line.item.item_id != "tea-2");
  }
}

TEST_F(Rules, OfLaterAreNoPartOfWhatWasServedWithoutAny) {
  const SuggestionList list = Suggest(Asked(3));
  SetRules({Boost("late", "", 3)});
  for (const Suggestion& suggestion : list.suggestions) {
    const auto then =
        shop_.explainer().Explain({.token = list.token, .item_id = suggestion.item->item_id});
    ASSERT_TRUE(then.ok()) << then.status();
    EXPECT_EQ(then->score, suggestion.score);
    EXPECT_THAT(then->rules, IsEmpty());
  }
}

TEST_F(Rules, CommercialOnesAreNamedSoAlsoOnceTheyAreGone) {
  Rule paid = Boost("paid", "category:Tea", 5);
  paid.commercial = true;
  SetRules({paid, Boost("own", "category:Tea", 1)});
  const SuggestionList list = Suggest(Asked(1));
  ASSERT_TRUE(shop_.store->DeleteRuleAndWait("paid").ok());
  const std::string item = list.suggestions[0].item->item_id;
  const auto then = shop_.explainer().Explain({.token = list.token, .item_id = item});
  EXPECT_TRUE(then->commercial);
  EXPECT_EQ(then->rules, (std::vector<RuleTerm>{{"own", 1, false}, {"paid", 5, true}}));
  const auto now = shop_.explainer().Explain(
      {.shopper = {.customer_id = "c4"}, .item_id = item, .pool = Pool::kAny});
  EXPECT_FALSE(now->commercial);
}

TEST_F(Rules, WhatStandsWithoutPromotionIsExplainedWithoutIt) {
  Rule paid = Boost("paid", "category:Tea", 5);
  paid.commercial = true;
  SetRules({paid});
  SuggestQuery query = Asked(6);
  query.promoted_slots = 1;
  const SuggestionList list = Suggest(query);
  for (const Suggestion& suggestion : list.suggestions) {
    const auto explained =
        shop_.explainer().Explain({.token = list.token, .item_id = suggestion.item->item_id});
    ASSERT_TRUE(explained.ok()) << explained.status();
    EXPECT_EQ(explained->score, suggestion.score);
  }
}

TEST_F(Rules, APinHasOnePlaceInTheWholeListNotOneOnEachPage) {
  SetRules({{.rule_id = "books",
             .filter = "category:Books",
             .effect = RuleEffect::kPin,
             .position = 1}});
  SuggestQuery query = Asked(4);
  query.paged = true;
  const SuggestionList first = Suggest(query);
  EXPECT_EQ(first.suggestions[0].pinned_by, "books");
  query.page_token = first.next_page_token;
  for (const Suggestion& suggestion : Suggest(query).suggestions)
    EXPECT_EQ(suggestion.pinned_by, "");
}

TEST_F(Rules, AnUnpaidPinSpendsNoPromotedSlot) {
  Rule paid = Boost("paid", "category:Coffee", 5);
  paid.commercial = true;
  SetRules({paid,
            {.rule_id = "coffee",
             .filter = "category:Coffee",
             .effect = RuleEffect::kPin,
             .position = 1}});
  SuggestQuery query = Asked(5);
  query.promoted_slots = 0;
  for (const Suggestion& suggestion : Suggest(query).suggestions) {
    EXPECT_FALSE(suggestion.promoted);
    EXPECT_EQ(suggestion.terms.rules, 0);
  }
  EXPECT_EQ(Suggest(query).suggestions[0].pinned_by, "coffee");
}

TEST_F(Rules, HoldByTheClockWhateverAGuestBringsAlong) {
  Rule banned{.rule_id = "banned", .filter = "category:Books", .effect = RuleEffect::kExclude};
  banned.valid_until = shop_.now() + std::chrono::hours(1);
  SetRules({banned});
  SuggestQuery query{
      .shopper = {.guest_past = {{.item_id = "tea-1",
                                  .purchased_at = shop_.now() + std::chrono::hours(9)}}},
      .count = 45};
  EXPECT_THAT(Ids(Suggest(query)), ::testing::Each(Not(StartsWith("book-"))));
  const SuggestionList then = Suggest(Asked(5));
  shop_.Pass(std::chrono::hours(2));
  const auto explained = shop_.explainer().Explain({.token = then.token, .item_id = "book-1"});
  EXPECT_THAT(explained->left_out, Not(Contains(LeftOut{LeftOutBy::kRule, "banned", 1})));
}

TEST_F(Rules, EveryItemIsCountedOnceWhenAListIsShort) {
  SetRules(
      {{.rule_id = "pin", .filter = "category:Books", .effect = RuleEffect::kPin, .position = 1}});
  SuggestQuery query = Asked(45);
  query.min_confidence = 0.2;
  query.max_per_category = 3;
  const SuggestionList list = Suggest(query);
  int64_t all = static_cast<int64_t>(list.suggestions.size());
  for (const LeftOut& left_out : list.left_out) all += left_out.items;
  EXPECT_EQ(all, 45);
}

}  // namespace
}  // namespace rapport
