// What a request can say beside the customer: filters, baskets, guests, limits, pages.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "services/recommender/suggester.h"
#include "services/recommender/token.h"
#include "tests/recommender/described_shop.h"

namespace rapport {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Requests = DescribedShop;

TEST_F(Requests, AFilterLetsInWhatItSaysAndTheListStaysFull) {
  SuggestQuery query = Asked(5);
  query.filter = Filter("category:\"Books\" AND price < 5");
  EXPECT_THAT(Ids(Suggest(query)),
              ::testing::UnorderedElementsAre("book-0", "book-1", "book-2", "book-3", "book-4"));
}

TEST_F(Requests, AFilterIsOfTheCatalogueAsItIsNow) {
  SuggestQuery query = Asked(10);
  query.filter = Filter("brand = \"Acme\"");
  EXPECT_THAT(Suggest(query).suggestions, IsEmpty());
  ASSERT_TRUE(shop_.store->UpsertItemsAndWait({{.item_id = "tea-1", .brand = "Acme"}}).ok());
  EXPECT_THAT(Ids(Suggest(query)), ElementsAre("tea-1"));
  ASSERT_TRUE(shop_.store->UpsertItemsAndWait({{.item_id = "tea-1"}}).ok());
  EXPECT_THAT(Suggest(query).suggestions, IsEmpty());
}

TEST_F(Requests, AFilterKnowsThePast) {
  shop_.Buys("c4", "book-3", 1);
  shop_.Buys("c4", "book-5", 40);
  SuggestQuery query = Asked(100);
  query.filter = Filter("bought_within(\"1d\")");
  EXPECT_THAT(Ids(Suggest(query)), Contains("book-3"));
  EXPECT_THAT(Ids(Suggest(query)), Not(Contains("book-5")));
  query.filter = Filter("category:Books AND NOT bought_within(\"30d\")");
  EXPECT_THAT(Ids(Suggest(query)), Not(Contains("book-3")));
  EXPECT_THAT(Ids(Suggest(query)), Contains("book-5"));
  query.filter = Filter("bought_in(\"Books\") AND category:Tea");
  EXPECT_THAT(Suggest(query).suggestions, SizeIs(15));
  query.shopper.customer_id = "stranger";
  EXPECT_THAT(Suggest(query).suggestions, IsEmpty());
}

TEST_F(Requests, FiltersMeanWhatTheyMeanOfEachItemAlone) {
  shop_.Buys("c4", "book-3", 1);
  const auto serving = shop_.shelf->Serving();
  const auto state =
      StateFor(*shop_.store, serving->model(), {.customer_id = "c4"}, std::nullopt, shop_.now());
  const PastPurchases past(*state, serving->model().items, serving->items());
  for (const char* text :
       {"", "price < 7", "NOT price < 7", "bought_within(\"100d\")", "-bought_within(\"100d\")",
        "bought_in(\"Coffee\") OR category:Tea", "bought_in(\"Nothing\") OR price = 3",
        "(category:Tea OR bought_within(\"2d\")) AND NOT (price > 5 AND bought_in(\"Books\"))"}) {
    const ItemFilter filter = *ItemFilter::Parse(text);
    const ItemScan::Filter bitmap = serving->ItemsOf(filter, &past);
    for (size_t row = 0; row < serving->items().size(); ++row) {
      const Item& item = *serving->items()[ItemIndex(row)];
      EXPECT_EQ(bitmap.Admits(ItemIndex(row)), Matches(filter.root(), item, &past))
          << text << " of " << item.item_id;
    }
  }
}

TEST_F(Requests, TooFewSayWhatLeftTheOthersOut) {
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait("book-2", false).ok());
  SuggestQuery query = Asked(10);
  query.exclude_item_ids = {"book-1", "tea-1"};
  query.shopper.basket_item_ids = {"book-0"};
  query.filter = Filter("category:Books AND price < 5");
  const SuggestionList list = Suggest(query);
  EXPECT_THAT(list.suggestions, SizeIs(2));
  EXPECT_EQ(list.left_out, (std::vector<LeftOut>{{LeftOutBy::kExcluded, "", 2},
                                                 {LeftOutBy::kBasket, "", 1},
                                                 {LeftOutBy::kFilter, "", 39},
                                                 {LeftOutBy::kUnavailable, "", 1}}));
  query.count = 2;
  EXPECT_THAT(Suggest(query).left_out, IsEmpty());
}

TEST_F(Requests, ABasketIsEvidenceAndIsNotSuggested) {
  SuggestQuery query{.shopper = {.customer_id = "stranger"}, .count = 10};
  EXPECT_FALSE(Suggest(query).suggestions[0].personal);
  query.shopper.basket_item_ids = {"coffee-1", "coffee-2"};
  const SuggestionList list = Suggest(query);
  EXPECT_EQ(list.basket_size, 2);
  EXPECT_EQ(list.history_size, 0);
  EXPECT_TRUE(list.suggestions[0].personal);
  for (size_t place = 0; place < 5; ++place)
    EXPECT_THAT(list.suggestions[place].item->item_id, StartsWith("coffee-"));
  for (const Pool pool : kPools) {
    query.pool = pool;
    query.count = 100;
    EXPECT_THAT(Ids(Suggest(query)), Not(Contains("coffee-1")));
  }
}

TEST_F(Requests, AGuestsPastShapesTheListAsACustomersDoes) {
  shop_.Buys("newcomer", "coffee-1", 3);
  shop_.Buys("newcomer", "coffee-2", 2);
  const SuggestQuery known{.shopper = {.customer_id = "newcomer"}, .count = 10};
  const SuggestQuery guest{
      .shopper = {.guest_past = {{.item_id = "coffee-2", .purchased_at = shop_.DaysAgo(2)},
                                 {.item_id = "coffee-1", .purchased_at = shop_.DaysAgo(3)}}},
      .count = 10};
  const SuggestionList of_known = Suggest(known);
  const SuggestionList of_guest = Suggest(guest);
  EXPECT_EQ(Ids(of_guest), Ids(of_known));
  for (size_t place = 0; place < 10; ++place)
    EXPECT_EQ(of_guest.suggestions[place].score, of_known.suggestions[place].score);
  EXPECT_EQ(of_guest.history_size, 2);
}

TEST_F(Requests, AGuestIsNotAllGuests) {
  for (int number = 0; number < 5; ++number) shop_.Buys("", testing::Id("coffee-", number), 1);
  const SuggestionList list = Suggest({.count = 10});
  EXPECT_EQ(list.history_size, 0);
  EXPECT_FALSE(list.suggestions[0].personal);
}

TEST_F(Requests, WhoRefusedPersonalizationHasNoBasketEither) {
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({{.customer_id = "c4", .consent_personalization = false}})
          .ok());
  SuggestQuery query = Asked(45);
  query.shopper.basket_item_ids = {"coffee-1"};
  const SuggestionList list = Suggest(query);
  EXPECT_EQ(list.basket_size, 0);
  EXPECT_FALSE(list.suggestions[0].personal);
  EXPECT_THAT(Ids(list), Not(Contains("coffee-1")));  // it is in the cart all the same
}

TEST_F(Requests, NoCategoryHasMoreThanItsLimit) {
  SuggestQuery query = Asked(100);
  query.max_per_category = 2;
  const SuggestionList list = Suggest(query);
  EXPECT_THAT(list.suggestions, SizeIs(6));
  EXPECT_EQ(list.left_out, (std::vector<LeftOut>{{LeftOutBy::kLimit, "", 39}}));
  std::map<std::vector<std::string>, int> of_category;
  for (const Suggestion& suggestion : list.suggestions)
    EXPECT_LE(++of_category[suggestion.item->category_path], 2);
}

TEST_F(Requests, DiversityBringsOtherTastesAndKeepsTheRankByScore) {
  const SuggestionList plain = Suggest(Asked(5));
  EXPECT_THAT(Ids(plain), Each(StartsWith("tea-")));
  SuggestQuery query = Asked(5);
  query.diversity = 0.7;
  const SuggestionList diverse = Suggest(query);
  EXPECT_EQ(diverse.suggestions[0].item->item_id, plain.suggestions[0].item->item_id);
  EXPECT_THAT(Ids(diverse), Contains(Not(StartsWith("tea-"))));
  const std::vector<std::string> all = Ids(Suggest(Asked(100)));
  for (const Suggestion& suggestion : diverse.suggestions)
    EXPECT_EQ(all[static_cast<size_t>(suggestion.rank_by_score) - 1], suggestion.item->item_id);
}

TEST_F(Requests, PagesMakeOneListWithoutRepeats) {
  for (const double diversity : {0.0, 0.5}) {
    SuggestQuery whole = Asked(40);
    whole.diversity = diversity;
    SuggestQuery query = Asked(8);
    query.diversity = diversity;
    query.paged = true;
    std::vector<std::string> pages;
    for (int page = 0; page < 5; ++page) {
      const SuggestionList list = Suggest(query);
      EXPECT_EQ(list.suggestions[0].rank, page * 8 + 1);
      for (const std::string& id : Ids(list)) pages.push_back(id);
      query.page_token = list.next_page_token;
    }
    EXPECT_EQ(pages, Ids(Suggest(whole)));
    const SuggestionList last = Suggest(query);
    EXPECT_THAT(last.suggestions, SizeIs(5));
    EXPECT_EQ(last.next_page_token, "");
  }
}

TEST_F(Requests, ALaterPageIsOfThePurchasesAndTheModelOfTheFirst) {
  SuggestQuery query = Asked(10);
  query.paged = true;
  const std::vector<std::string> all = Ids(Suggest(Asked(20)));
  const SuggestionList first = Suggest(query);
  for (int number = 0; number < 9; ++number) shop_.Buys("c4", testing::Id("book-", number));
  shop_.Pass(std::chrono::seconds(1));
  shop_.Train();
  query.page_token = first.next_page_token;
  const SuggestionList second = Suggest(query);
  EXPECT_EQ(second.model_version, first.model_version);
  EXPECT_EQ(Ids(second), std::vector(all.begin() + 10, all.end()));
  shop_.Pass(std::chrono::seconds(1));
  shop_.Train();
  EXPECT_TRUE(absl::IsFailedPrecondition(shop_.suggester().Suggest(query).status()));
}

TEST_F(Requests, WhatCannotBeSoldAnyMoreIsOnNoLaterPageAndNothingIsSkipped) {
  SuggestQuery query = Asked(5);
  query.paged = true;
  std::vector<std::string> all = Ids(Suggest(Asked(12)));
  query.page_token = Suggest(query).next_page_token;
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait(all[1], false).ok());  // shown already
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait(all[6], false).ok());
  EXPECT_THAT(Ids(Suggest(query)), ElementsAre(all[5], all[7], all[8], all[9], all[10]));
}

TEST_F(Requests, APageTokenIsGoodForItsRequestOnly) {
  SuggestQuery query = Asked(5);
  query.paged = true;
  const SuggestionList list = Suggest(query);
  query.page_token = list.next_page_token;
  SuggestQuery other = query;
  other.shopper.customer_id = "c5";
  EXPECT_TRUE(absl::IsInvalidArgument(shop_.suggester().Suggest(other).status()));
  other = query;
  other.filter_text = "price < 3";
  EXPECT_TRUE(absl::IsInvalidArgument(shop_.suggester().Suggest(other).status()));
  other = query;
  other.page_token = list.token;
  EXPECT_TRUE(absl::IsInvalidArgument(shop_.suggester().Suggest(other).status()));
}

TEST_F(Requests, WhatIsNotLikelyEnoughIsLeftOut) {
  const SuggestionList all = Suggest(Asked(45));
  std::vector<double> chances;
  for (const Suggestion& suggestion : all.suggestions) {
    ASSERT_TRUE(suggestion.chance.has_value());
    chances.push_back(suggestion.chance->probability);
  }
  std::ranges::sort(chances);
  SuggestQuery query = Asked(45);
  query.min_confidence = chances[30];
  const SuggestionList likely = Suggest(query);
  ASSERT_THAT(likely.suggestions, Not(IsEmpty()));
  EXPECT_LT(likely.suggestions.size(), 45u);
  for (const Suggestion& suggestion : likely.suggestions)
    EXPECT_GE(suggestion.chance->probability, query.min_confidence);
  EXPECT_EQ(likely.left_out,
            (std::vector<LeftOut>{{LeftOutBy::kMinConfidence, "",
                                   static_cast<int64_t>(45 - likely.suggestions.size())}}));
}

TEST_F(Requests, AMadeUpPageTokenIsRefused) {
  SuggestQuery query = Asked(5);
  query.paged = true;
  query.max_per_category = 2;
  Token token = *DecodeToken(Suggest(query).next_page_token);
  token.shown.back().item = ItemIndex(0x7fffffff);
  query.page_token = EncodeToken(token);
  EXPECT_TRUE(absl::IsInvalidArgument(shop_.suggester().Suggest(query).status()));
  token.shown.assign(kLongestList, {.item = ItemIndex(1)});
  query.page_token = EncodeToken(token);
  EXPECT_TRUE(absl::IsInvalidArgument(shop_.suggester().Suggest(query).status()));
}

TEST_F(Requests, PagesGoOnThoughWhatTheyShowedIsGone) {
  SuggestQuery query = Asked(5);
  query.paged = true;
  std::set<std::string> shown;
  for (int page = 0; page < 2; ++page) {
    const SuggestionList list = Suggest(query);
    for (const std::string& id : Ids(list)) shown.insert(id);
    query.page_token = list.next_page_token;
  }
  for (const std::string& id : shown)
    ASSERT_TRUE(shop_.store->SetAvailabilityAndWait(id, false).ok());
  while (!query.page_token.empty()) {
    const SuggestionList list = Suggest(query);
    for (const std::string& id : Ids(list)) EXPECT_TRUE(shown.insert(id).second) << id;
    query.page_token = list.next_page_token;
  }
  EXPECT_THAT(shown, SizeIs(45));
}

TEST_F(Requests, WhoRefusedPersonalizationHasPagesToo) {
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({{.customer_id = "c4", .consent_personalization = false}})
          .ok());
  SuggestQuery query = Asked(5);
  query.shopper.basket_item_ids = {"coffee-1"};
  query.paged = true;
  query.page_token = Suggest(query).next_page_token;
  EXPECT_THAT(Suggest(query).suggestions, SizeIs(5));
}

TEST_F(Requests, MoreFiltersThanAreKeptAreStillRight) {
  const auto serving = shop_.shelf->Serving();
  for (int round = 0; round < 2; ++round) {
    for (int price = 0; price < 2'000; ++price) {
      const auto filter = Filter("price < " + std::to_string(price));
      EXPECT_EQ(serving->ItemsOf(*filter, nullptr).Count(),
                static_cast<size_t>(3 * std::min(price, 15)));
    }
  }
}

}  // namespace
}  // namespace rapport
