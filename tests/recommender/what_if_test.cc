// What-ifs, ranks without a line and removals say what would be: a twin for whom it is so is shown
// the same.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "services/recommender/field_errors.h"
#include "services/recommender/suggester.h"
#include "services/recommender/token.h"
#include "services/recommender/why_not.h"
#include "tests/recommender/described_shop.h"

namespace rapport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class WhatIfs : public DescribedShop {
 protected:
  // Somebody who bought what the customer did, but for what `change` does to a line; false: they
  // did not buy it.
  std::string TwinOf(const std::string& customer, const std::function<bool(Purchase&)>& change) {
    const std::string twin = customer + "-twin-" + std::to_string(++twins_);
    std::vector<Event> events;
    const HistoryView history = *shop_.store->History(customer);
    for (const HistoryLine& line : history.lines) {
      Purchase purchase = line.purchase;
      purchase.customer_id = twin;
      if (change(purchase)) events.emplace_back(std::move(purchase));
    }
    EXPECT_TRUE(shop_.store->AppendAndWait(std::move(events)).ok());
    return twin;
  }

  SuggestionList ListOf(const std::string& customer, Pool pool, WhatIf what_if = {}) const {
    SuggestQuery query = Asked(45, pool);
    query.shopper = {.customer_id = customer, .what_if = std::move(what_if)};
    return Suggest(query);
  }

  static void ExpectTheSame(const SuggestionList& one, const SuggestionList& other) {
    ASSERT_EQ(Ids(one), Ids(other));
    for (size_t place = 0; place < one.suggestions.size(); ++place)
      EXPECT_EQ(one.suggestions[place].score, other.suggestions[place].score);
  }

  ItemExplanation Explained(const std::string& customer, const std::string& item, Pool pool,
                            int list_length = 10) const {
    const auto explanation = shop_.explainer().Explain({.shopper = {.customer_id = customer},
                                                        .item_id = item,
                                                        .max_evidence = 100,
                                                        .pool = pool,
                                                        .list_length = list_length});
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return explanation.ok() ? *explanation : ItemExplanation{};
  }

  int twins_ = 0;
};

TEST_F(WhatIfs, ListsAreThoseOfSomebodyForWhomItIsSo) {
  for (const std::string customer : {"c4", "c7", "c12"}) {
    const HistoryView history = *shop_.store->History(customer);
    const std::string event = history.lines.front().purchase.event_id;
    const std::string item = history.lines.back().purchase.item_id;
    for (const Pool pool : kPools) {
      ExpectTheSame(
          ListOf(customer, pool, {.leave_out_event_ids = {event}}),
          ListOf(TwinOf(customer, [&](Purchase& p) { return p.event_id != event; }), pool));
      ExpectTheSame(ListOf(customer, pool, {.leave_out_item_ids = {item}}),
                    ListOf(TwinOf(customer, [&](Purchase& p) { return p.item_id != item; }), pool));
      const auto as_gift = [&](Purchase& p) {
        p.gift = p.gift || p.item_id == item;
        return true;
      };
      ExpectTheSame(ListOf(customer, pool, {.gift_item_ids = {item}}),
                    ListOf(TwinOf(customer, as_gift), pool));
      const std::string twin = TwinOf(customer, [](Purchase&) { return true; });
      shop_.Buys(twin, "book-9");
      ExpectTheSame(ListOf(customer, pool, {.add_item_ids = {"book-9"}}), ListOf(twin, pool));
    }
  }
}

TEST_F(WhatIfs, TellWhatTheyChangeAndStoreNothing) {
  const SuggestionList before = ListOf("c4", Pool::kNewToCustomer);
  const std::string top = before.suggestions.front().item->item_id;
  const SuggestionList with = ListOf("c4", Pool::kNewToCustomer, {.add_item_ids = {top}});
  ASSERT_THAT(with.changes, Not(IsEmpty()));
  EXPECT_EQ(with.changes.back().item->item_id, top);
  EXPECT_EQ(with.changes.back().from, 1);
  EXPECT_EQ(with.changes.back().to, 0);
  for (const ListChange& change : with.changes) EXPECT_NE(change.from, change.to);
  ExpectTheSame(ListOf("c4", Pool::kNewToCustomer), before);
  EXPECT_THAT(before.changes, IsEmpty());
}

TEST_F(WhatIfs, OfWhatNobodyKnowsAreRefusedByTheirFields) {
  const HistoryView history = *shop_.store->History("c4");
  const Purchase& bought = history.lines.front().purchase;
  const WhatIf what_if{.leave_out_event_ids = {bought.event_id, bought.item_id},
                       .leave_out_item_ids = {bought.item_id, "x"},
                       .gift_event_ids = {"y"},
                       .gift_item_ids = {bought.event_id},
                       .add_item_ids = {"tea-1", "z"}};
  SuggestQuery query = Asked();
  query.shopper.what_if = what_if;
  const ExplainQuery explain{.shopper = query.shopper, .item_id = "tea-1"};
  for (const absl::Status& status :
       {shop_.suggester().Suggest(query).status(), shop_.explainer().Explain(explain).status(),
        shop_.explainer().Compare(explain, "tea-2").status(),
        WhyNot(*shop_.store, *shop_.shelf, query, "tea-1", shop_.now()).status()}) {
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    std::vector<std::string> paths;
    for (const FieldError& error : FieldErrorsOf(status)) paths.push_back(error.path);
    EXPECT_THAT(paths, ElementsAre("what_if.leave_out_event_ids[1]",
                                   "what_if.leave_out_item_ids[1]", "what_if.gift_event_ids[0]",
                                   "what_if.gift_item_ids[0]", "what_if.add_item_ids[1]"));
    EXPECT_THAT(std::string(status.message()), HasSubstr(bought.item_id));
  }
}

TEST_F(WhatIfs, KnowOnlyWhatWasBoughtByThen) {
  const std::string late = shop_.Buys("c4", "book-9", 1);
  SuggestQuery query = Asked();
  query.shopper.what_if.gift_event_ids = {late};
  EXPECT_TRUE(shop_.suggester().Suggest(query).ok());
  query.as_of = shop_.DaysAgo(2);
  EXPECT_TRUE(absl::IsInvalidArgument(shop_.suggester().Suggest(query).status()));
}

TEST_F(WhatIfs, AddWhatTheShopDescribesThoughTheModelDoesNotKnowIt) {
  ASSERT_TRUE(shop_.store->UpsertItemsAndWait({{.item_id = "brand-new"}}).ok());
  const SuggestionList list = ListOf("c4", Pool::kAny, {.add_item_ids = {"brand-new"}});
  EXPECT_EQ(list.history_size, ListOf("c4", Pool::kAny).history_size + 1);
  EXPECT_THAT(list.changes, IsEmpty());
}

TEST_F(WhatIfs, WhatIsSupposedStandsApartFromWhatWasBought) {
  const auto explanation = shop_.explainer().Explain(
      {.shopper = {.customer_id = "stranger", .what_if = {.add_item_ids = {"tea-1", "tea-2"}}},
       .item_id = "tea-5"});
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  ASSERT_THAT(explanation->evidence, SizeIs(2));
  for (const EvidenceLine& line : explanation->evidence) {
    ASSERT_THAT(line.orders, SizeIs(1));
    EXPECT_TRUE(line.orders[0].supposed);
    EXPECT_EQ(line.orders[0].event_id + line.orders[0].order_id, "");
  }
}

TEST_F(WhatIfs, AreNoHistoryOfTheItem) {
  const auto explanation =
      shop_.explainer().Explain({.shopper = {.customer_id = "stranger",
                                             .basket_item_ids = {"tea-5"},
                                             .what_if = {.add_item_ids = {"tea-5"}}},
                                 .item_id = "tea-5"});
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_FALSE(explanation->own_history.has_value());
}

TEST_F(WhatIfs, WhatIsApartIsAsIfItHadBeenAGift) {
  const HistoryView history = *shop_.store->History("c4");
  const std::string item = history.lines.front().purchase.item_id;
  SuggestQuery apart = Asked(10);
  apart.apart = [&](const std::string& item_id) { return item_id == item; };
  SuggestQuery gift = Asked(10);
  gift.shopper.what_if.gift_item_ids = {item};
  const SuggestionList with_apart = Suggest(apart), with_gift = Suggest(gift);
  ASSERT_EQ(with_apart.suggestions.size(), with_gift.suggestions.size());
  for (size_t place = 0; place < with_gift.suggestions.size(); ++place) {
    EXPECT_EQ(with_apart.suggestions[place].item->item_id,
              with_gift.suggestions[place].item->item_id);
    EXPECT_EQ(with_apart.suggestions[place].score, with_gift.suggestions[place].score);
  }
  EXPECT_NE(with_apart.suggestions[0].score, Suggest(Asked(10)).suggestions[0].score);
  // By a token too, in its own list.
  const std::string first = with_gift.suggestions[0].item->item_id;
  const auto explained = shop_.explainer().Explain(
      {.token = Suggest(Asked(10)).token, .apart = apart.apart, .item_id = first});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->score, with_gift.suggestions[0].score);
}

TEST_F(WhatIfs, ChangeNothingForWhoRefusedPersonalization) {
  const std::string item = shop_.store->History("c4")->lines.front().purchase.item_id;
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({{.customer_id = "c4", .consent_personalization = false}})
          .ok());
  const SuggestionList list =
      ListOf("c4", Pool::kAny, {.gift_item_ids = {item}, .add_item_ids = {"tea-1"}});
  // Nor do errors tell what they bought.
  EXPECT_EQ(ListOf("c4", Pool::kAny, {.gift_item_ids = {"never-bought"}}).suggestions.size(),
            list.suggestions.size());
  EXPECT_FALSE(list.suggestions[0].personal);
  EXPECT_THAT(list.changes, IsEmpty());
  EXPECT_TRUE(shop_.explainer()
                  .Explain({.token = list.token, .item_id = list.suggestions[0].item->item_id})
                  .ok());
  SuggestQuery paged = Asked(5);
  paged.paged = true;
  paged.shopper.what_if = {.add_item_ids = {"tea-1"}};
  paged.page_token = Suggest(paged).next_page_token;
  EXPECT_THAT(Suggest(paged).suggestions, SizeIs(5));
}

TEST_F(WhatIfs, HoldOnEveryPage) {
  const std::vector<std::string> all = Ids(ListOf("c4", Pool::kAny, {.gift_item_ids = {"tea-1"}}));
  SuggestQuery query = Asked(5);
  query.paged = true;
  query.shopper.what_if = {.gift_item_ids = {"tea-1"}};
  query.page_token = Suggest(query).next_page_token;
  const SuggestionList second = Suggest(query);
  EXPECT_EQ(Ids(second), std::vector(all.begin() + 5, all.begin() + 10));
  EXPECT_THAT(second.changes, IsEmpty());
}

TEST_F(WhatIfs, AreInTheToken) {
  SuggestQuery query = Asked(5, Pool::kNewToCustomer);
  const std::string item = shop_.store->History("c4")->lines.back().purchase.item_id;
  query.shopper.what_if = {.gift_item_ids = {item}};
  const SuggestionList list = Suggest(query);
  for (const Suggestion& suggestion : list.suggestions) {
    const auto explanation =
        shop_.explainer().Explain({.token = list.token, .item_id = suggestion.item->item_id});
    ASSERT_TRUE(explanation.ok()) << explanation.status();
    EXPECT_EQ(explanation->score, suggestion.score);
    EXPECT_EQ(explanation->rank, suggestion.rank);
    for (const EvidenceLine& line : explanation->evidence) EXPECT_NE(line.item.item_id, item);
  }
}

TEST_F(WhatIfs, EveryRankWithoutALineIsThatOfATwinWhoGaveItAway) {
  int checked = 0;
  for (const std::string customer : {"c4", "c5", "c18", "c33"}) {
    for (const Pool pool : kPools) {
      const SuggestionList list = ListOf(customer, pool);
      for (size_t place = 0; place < list.suggestions.size(); place += 7) {
        const std::string item = list.suggestions[place].item->item_id;
        const ItemExplanation explanation = Explained(customer, item, pool);
        EXPECT_EQ(explanation.rank, static_cast<int64_t>(place) + 1);
        for (const EvidenceLine& line : explanation.evidence) {
          const std::string twin = TwinOf(customer, [&](Purchase& purchase) {
            purchase.gift = purchase.gift || purchase.item_id == line.item.item_id;
            return true;
          });
          // Of what was bought before a gift is not one: there the twin's list is another.
          const Pool compared = pool == Pool::kBoughtBefore ? Pool::kAny : pool;
          const auto then = Explained(twin, item, pool);
          EXPECT_NEAR(line.score_without, then.score, 1e-12);
          if (compared == pool) {
            EXPECT_EQ(line.rank_without, then.rank);
          }
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 100);
}

TEST_F(WhatIfs, TheSmallestRemovalTakesTheItemOutAndNothingLessOfItDoes) {
  int removals = 0;
  for (int number = 0; number < 30; ++number) {
    const std::string customer = testing::Id("c", number);
    const SuggestionList list = ListOf(customer, Pool::kNewToCustomer);
    const std::string item = list.suggestions[2].item->item_id;
    const ItemExplanation explanation = Explained(customer, item, Pool::kNewToCustomer, 3);
    ASSERT_TRUE(explanation.smallest_removal.has_value());
    const SmallestRemoval& removal = *explanation.smallest_removal;
    if (removal.items.empty()) continue;
    ++removals;
    const auto without = [&](size_t kept) {  // all of it but that one given away
      WhatIf what_if;
      for (size_t each = 0; each < removal.items.size(); ++each) {
        if (each != kept) what_if.gift_item_ids.push_back(removal.items[each].item_id);
      }
      return ListOf(customer, Pool::kNewToCustomer, what_if);
    };
    const std::vector<std::string> then = Ids(without(removal.items.size()));
    const auto place = std::ranges::find(then, item) - then.begin() + 1;
    EXPECT_EQ(removal.rank_without, place);
    EXPECT_GT(place, 3);
    ASSERT_TRUE(removal.takes_place.has_value());
    EXPECT_EQ(removal.takes_place->item_id, then[2]);
    for (size_t kept = 0; kept < removal.items.size(); ++kept) {
      const std::vector<std::string> less = Ids(without(kept));
      EXPECT_LE(std::ranges::find(less, item) - less.begin() + 1, 3);
    }
  }
  EXPECT_GT(removals, 5);
}

TEST_F(WhatIfs, TheContrastWithTheNextItemSumsToTheDifference) {
  const SuggestionList list = ListOf("c4", Pool::kNewToCustomer);
  for (size_t place = 0; place + 1 < list.suggestions.size(); ++place) {
    const auto explanation =
        Explained("c4", list.suggestions[place].item->item_id, Pool::kNewToCustomer);
    ASSERT_TRUE(explanation.next.has_value());
    const Contrast& next = *explanation.next;
    EXPECT_EQ(next.item.item_id, list.suggestions[place + 1].item->item_id);
    EXPECT_EQ(next.rank, static_cast<int64_t>(place) + 2);
    double sum = next.other_difference + next.terms.repeat + next.terms.popularity;
    for (const Contrast::Line& line : next.lines) sum += line.difference;
    EXPECT_NEAR(sum, explanation.score - next.score, 1e-9);
  }
  EXPECT_FALSE(Explained("c4", list.suggestions.back().item->item_id, Pool::kNewToCustomer)
                   .next.has_value());
}

TEST_F(WhatIfs, AnyTwoItemsCompareExactlyBothWays) {
  for (const char* one : {"tea-1", "book-3", "coffee-2"}) {
    for (const char* other : {"tea-5", "book-7"}) {
      const ExplainQuery query{
          .shopper = {.customer_id = "c4"}, .item_id = one, .max_evidence = 2, .pool = Pool::kAny};
      ExplainQuery back = query;
      back.item_id = other;
      const auto there = shop_.explainer().Compare(query, other);
      const auto again = shop_.explainer().Compare(back, one);
      ASSERT_TRUE(there.ok() && again.ok());
      EXPECT_EQ(there->score, again->contrast.score);
      EXPECT_EQ(there->rank, again->contrast.rank);
      EXPECT_NEAR(there->contrast.terms.taste, -again->contrast.terms.taste, 1e-12);
      EXPECT_THAT(there->contrast.lines, SizeIs(2));
      EXPECT_LT(std::abs(there->contrast.residual), 1e-12);
    }
  }
  EXPECT_TRUE(absl::IsNotFound(
      shop_.explainer()
          .Compare({.shopper = {.customer_id = "c4"}, .item_id = "tea-1"}, "no-such")
          .status()));
}

TEST_F(WhatIfs, BetterItemsWithoutAPlaceAreNamedWithWhatHeldThemBack) {
  const SuggestionList list = ListOf("c4", Pool::kAny);
  const std::string best = list.suggestions[0].item->item_id;
  const std::string second = list.suggestions[1].item->item_id;
  SetRules({{.rule_id = "none-of-it",
             .filter = "item_id = \"" + best + "\"",
             .effect = RuleEffect::kExclude}});
  ASSERT_TRUE(shop_.store->SetAvailabilityAndWait(second, false).ok());
  const auto explanation = Explained("c4", list.suggestions[5].item->item_id, Pool::kAny);
  EXPECT_EQ(explanation.rank, 4);
  ASSERT_THAT(explanation.held_back, SizeIs(2));
  EXPECT_EQ(explanation.held_back[0].item.item_id, best);
  EXPECT_EQ(explanation.held_back[0].left_out.rule_id, "none-of-it");
  EXPECT_EQ(explanation.held_back[1].item.item_id, second);
  EXPECT_EQ(explanation.held_back[1].left_out.by, LeftOutBy::kUnavailable);
}

TEST_F(WhatIfs, WithoutPlacesAnExplanationIsTheSameButForThem) {
  ExplainQuery query{.shopper = {.customer_id = "c4"}, .item_id = "tea-5", .pool = Pool::kAny};
  const auto whole = shop_.explainer().Explain(query);
  query.places = false;
  const auto plain = shop_.explainer().Explain(query);
  ASSERT_TRUE(whole.ok() && plain.ok());
  EXPECT_EQ(plain->score, whole->score);
  EXPECT_EQ(plain->strongest.size(), whole->strongest.size());
  EXPECT_GT(whole->rank, 0);
  EXPECT_EQ(plain->rank, 0);
  EXPECT_FALSE(plain->smallest_removal || plain->next);
}

TEST_F(WhatIfs, ATokenOfAModelThatServesNoMoreIsExplainedWithItsRanks) {
  const SuggestionList list = Suggest(Asked(5, Pool::kNewToCustomer));
  for (int training = 0; training < 2; ++training) {
    shop_.Pass(std::chrono::seconds(1));
    shop_.Train();
  }
  const auto explanation = shop_.explainer().Explain(
      {.token = list.token, .item_id = list.suggestions[0].item->item_id});
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_EQ(explanation->score, list.suggestions[0].score);
  EXPECT_EQ(explanation->rank, 1);
  EXPECT_EQ(explanation->unranked_because, "");
}

TEST_F(WhatIfs, ATokenOfTooManyIdsSaysWhyNothingIsRanked) {
  SuggestQuery query = Asked(5, Pool::kNewToCustomer);
  for (int number = 0; number <= AskedFor::kMostIds; ++number)
    query.exclude_item_ids.insert(testing::Id("none-", number));
  const SuggestionList list = Suggest(query);
  const ExplainQuery explain{.token = list.token, .item_id = list.suggestions[0].item->item_id};
  const auto explanation = shop_.explainer().Explain(explain);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_EQ(explanation->score, list.suggestions[0].score);
  EXPECT_EQ(explanation->rank, 0);
  EXPECT_THAT(explanation->unranked_because, HasSubstr("more item ids"));
  const auto comparison = shop_.explainer().Compare(explain, list.suggestions[1].item->item_id);
  ASSERT_TRUE(comparison.ok());
  EXPECT_EQ(comparison->rank, 0);
}

}  // namespace
}  // namespace rapport
