#include "services/recommender/suggester.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/recommender/shop.h"

namespace rapport {
namespace {

std::set<std::string> Ids(const SuggestionList& list) {
  std::set<std::string> ids;
  for (const Suggestion& suggestion : list.suggestions) ids.insert(suggestion.item->item_id);
  return ids;
}

TEST(Suggester, ANewPurchaseShapesTheNextSuggestionWithoutTraining) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  EXPECT_FALSE(shop.Suggest("newcomer").suggestions[0].personal);
  for (const char* item : {"tea-1", "tea-2", "tea-3"}) shop.Buys("newcomer", item);
  const SuggestionList list = shop.Suggest("newcomer", Pool::kNewToCustomer, 5);
  EXPECT_EQ(list.history_size, 3);
  for (const Suggestion& suggestion : list.suggestions) {
    EXPECT_TRUE(suggestion.personal);
    EXPECT_EQ(suggestion.item->item_id.substr(0, 4), "tea-");
    EXPECT_EQ(suggestion.reasons[0], Reason::kTaste);
    EXPECT_FALSE(suggestion.goes_with.empty());
  }
}

TEST(Suggester, ScoresAreTheSumOfTheirTermsAndFall) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const SuggestionList list = shop.Suggest("c4", Pool::kAny, 20);
  for (size_t place = 0; place < list.suggestions.size(); ++place) {
    const Suggestion& suggestion = list.suggestions[place];
    EXPECT_EQ(suggestion.rank, static_cast<int>(place) + 1);
    EXPECT_EQ(suggestion.score, suggestion.terms.Sum());
    if (place == 0) continue;
    EXPECT_LE(suggestion.score, list.suggestions[place - 1].score);
  }
}

TEST(Suggester, PoolsAreWhatTheySay) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  std::set<std::string> bought;
  const auto history = shop.store->History("c4");
  for (const HistoryLine& line : history->lines) bought.insert(line.purchase.item_id);
  for (const std::string& id : Ids(shop.Suggest("c4", Pool::kNewToCustomer, 100)))
    EXPECT_FALSE(bought.contains(id));
  EXPECT_EQ(Ids(shop.Suggest("c4", Pool::kBoughtBefore, 100)), bought);
  EXPECT_EQ(Ids(shop.Suggest("c4", Pool::kAny, 100)).size(), 45u);
}

TEST(Suggester, WhatNobodyBoughtIsSuggestedIfItHasACategory) {
  Shop shop;
  shop.FillWithTastes();
  const std::vector<Item> catalogue = {{.item_id = "tea-new", .category_path = {"tea"}},
                                       {.item_id = "tea-gone", .category_path = {"tea"}},
                                       {.item_id = "a rack"}};
  ASSERT_TRUE(shop.store->UpsertItemsAndWait(catalogue).ok());
  shop.Train();
  shop.Reopen();  // the model is what its file holds
  ASSERT_TRUE(shop.store->SetAvailabilityAndWait("tea-gone", false).ok());
  EXPECT_EQ(shop.shelf->Current()->items.size(), 47u);
  EXPECT_EQ(shop.shelf->Current()->data.items, 45);
  const std::set<std::string> ids = Ids(shop.Suggest("c4", Pool::kNewToCustomer, 100));
  EXPECT_TRUE(ids.contains("tea-new"));
  EXPECT_FALSE(ids.contains("tea-gone"));
  EXPECT_FALSE(ids.contains("a rack"));
  const SuggestionList list = shop.Suggest("c4", Pool::kNewToCustomer, 100);
  const auto explained = shop.explainer().Explain({.token = list.token, .item_id = "tea-new"});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_LE(std::abs(explained->residual), 1e-9);
  for (const Suggestion& suggestion : list.suggestions) {
    if (suggestion.item->item_id != "tea-new") continue;
    EXPECT_THAT(suggestion.reasons, ::testing::Not(::testing::Contains(Reason::kPopular)));
  }
  EXPECT_EQ(explained->standing, Standing::kNew);
}

TEST(Suggester, WhatWasBroughtBackIsNeitherNewNorBoughtBefore) {
  Shop shop;
  shop.FillWithTastes();
  shop.Buys("newcomer", "tea-1");
  const std::string event = shop.Buys("newcomer", "tea-2");
  shop.Append(Return{.event_id = "back",
                     .customer_id = "newcomer",
                     .purchase_event_id = event,
                     .returned_at = shop.now()});
  shop.Train();
  EXPECT_EQ(shop.Suggest("newcomer").history_size, 1);
  EXPECT_FALSE(Ids(shop.Suggest("newcomer", Pool::kNewToCustomer, 100)).contains("tea-2"));
  EXPECT_EQ(Ids(shop.Suggest("newcomer", Pool::kBoughtBefore, 100)),
            std::set<std::string>{"tea-1"});
}

TEST(Suggester, GiftsAreNoEvidence) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  shop.Append(Purchase{.event_id = "g",
                       .customer_id = "newcomer",
                       .item_id = "tea-1",
                       .purchased_at = shop.now(),
                       .gift = true});
  const SuggestionList list = shop.Suggest("newcomer");
  EXPECT_EQ(list.history_size, 0);
  EXPECT_FALSE(list.suggestions[0].personal);
}

TEST(Suggester, UnavailableExcludedAndUnlistedItemsAreLeftOutAndTheListStaysFull) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const SuggestionList before = shop.Suggest("c4", Pool::kAny, 3);
  ASSERT_TRUE(shop.store->SetAvailabilityAndWait(before.suggestions[0].item->item_id, false).ok());
  const auto after =
      shop.suggester().Suggest({.shopper = {.customer_id = "c4"},
                                .count = 3,
                                .pool = Pool::kAny,
                                .exclude_item_ids = {before.suggestions[1].item->item_id}});
  ASSERT_EQ(after->suggestions.size(), 3u);
  EXPECT_EQ(after->suggestions[0].item->item_id, before.suggestions[2].item->item_id);
  const auto only = shop.suggester().Suggest({.shopper = {.customer_id = "c4"},
                                              .count = 3,
                                              .pool = Pool::kAny,
                                              .only_item_ids = {"book-1", "book-2", "nonsense"}});
  EXPECT_EQ(Ids(*only), (std::set<std::string>{"book-1", "book-2"}));
}

TEST(Suggester, AnUnknownCustomerGetsWhatIsPopularAndItSaysSo) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const SuggestionList list = shop.Suggest("who?");
  EXPECT_EQ(list.suggestions.size(), 10u);
  EXPECT_FALSE(list.suggestions[0].personal);
  EXPECT_EQ(list.suggestions[0].reasons, std::vector{Reason::kPopular});
  EXPECT_EQ(list.suggestions[0].terms.taste, 0);
}

TEST(Suggester, WithoutAnyModelTheListIsEmptyAndNoError) {
  Shop shop;
  EXPECT_TRUE(shop.Suggest("c1").suggestions.empty());
}

TEST(Suggester, BeforeTheFirstTrainingPopularItemsServe) {
  Shop shop;
  shop.FillWithTastes();
  Trainer trainer(*shop.store, *shop.shelf, {}, shop.clock);
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  const SuggestionList list = shop.Suggest("c1");
  EXPECT_EQ(list.suggestions.size(), 10u);
  EXPECT_FALSE(list.suggestions[0].personal);
}

TEST(Suggester, ARefusalOfPersonalizationHoldsOnTheNextCall) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  EXPECT_TRUE(shop.Suggest("c1").suggestions[0].personal);
  ASSERT_TRUE(shop.store
                  ->UpsertCustomersAndWait(
                      {Customer{.customer_id = "c1", .consent_personalization = false}})
                  .ok());
  const SuggestionList list = shop.Suggest("c1");
  EXPECT_FALSE(list.suggestions[0].personal);
  EXPECT_EQ(list.history_size, 0);
}

TEST(Suggester, AsOfShowsWhatWasKnownThen) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  shop.Buys("newcomer", "tea-1", 10);
  shop.Buys("newcomer", "book-1", 2);
  const auto then =
      shop.suggester().Suggest({.shopper = {.customer_id = "newcomer"}, .as_of = shop.DaysAgo(5)});
  EXPECT_EQ(then->history_size, 1);
  EXPECT_EQ(then->as_of, shop.DaysAgo(5));
  EXPECT_EQ(shop.Suggest("newcomer").history_size, 2);
}

TEST(Suggester, ATillWhoseClockRunsAheadIsStillSeenAtOnce) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  shop.Buys("newcomer", "tea-1", -0.005);  // seven minutes from now
  EXPECT_EQ(shop.Suggest("newcomer").history_size, 1);
}

TEST(Suggester, AShopsPastReadsTheSameYearsLater) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const SuggestionList before = shop.Suggest("c4");
  shop.Pass(std::chrono::hours(24 * 365 * 10));
  const SuggestionList after = shop.Suggest("c4");
  for (size_t place = 0; place < before.suggestions.size(); ++place) {
    EXPECT_EQ(after.suggestions[place].item->item_id, before.suggestions[place].item->item_id);
  }
}

}  // namespace
}  // namespace rapport
