// Lists, explanations and fates of random shops agree, whatever is asked: they are told by the very
// same request.
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

#include "services/recommender/explainer.h"
#include "services/recommender/suggester.h"
#include "services/recommender/why_not.h"
#include "tests/recommender/random_shop.h"

namespace rapport {
namespace {

constexpr int kShops = 5;
constexpr int kListsOfAShop = 40;

uint64_t Bits(double value) { return std::bit_cast<uint64_t>(value); }

// The fates that only some requests have.
void ExpectPossible(const SuggestQuery& query, const ItemFate& fate) {
  const auto left_out_by = [&](LeftOutBy by) { return fate.left_out && fate.left_out->by == by; };
  switch (fate.fate) {
    case Fate::kBought:
      EXPECT_EQ(query.pool, Pool::kNewToCustomer);
      // Of what is only supposed there is nothing to tell.
      EXPECT_TRUE(fate.bought ||
                  std::ranges::find(query.shopper.what_if.add_item_ids, fate.item->item_id) !=
                      query.shopper.what_if.add_item_ids.end());
      break;
    case Fate::kNotBought:
      EXPECT_EQ(query.pool, Pool::kBoughtBefore);
      break;
    case Fate::kInBasket:
      EXPECT_FALSE(query.shopper.basket_item_ids.empty());
      break;
    case Fate::kExcluded:
      EXPECT_FALSE(query.exclude_item_ids.empty() && query.only_item_ids.empty());
      break;
    default:
      break;
  }
  if (left_out_by(LeftOutBy::kFilter)) EXPECT_NE(query.filter, nullptr);
  if (left_out_by(LeftOutBy::kMinConfidence))
    EXPECT_LT(fate.chance->probability, query.min_confidence);
  if (left_out_by(LeftOutBy::kLimit))
    EXPECT_TRUE(query.max_per_category > 0 || query.promoted_slots);
  if (left_out_by(LeftOutBy::kDiversity)) EXPECT_GT(query.diversity, 0);
}

// What the list says of itself: how many items each reason left out.
void ExpectTheListsOwnCounts(const std::map<LeftOutBy, int64_t>& fates,
                             const SuggestionList& list) {
  if (list.left_out.empty()) return;
  std::map<LeftOutBy, int64_t> counts;
  for (const LeftOut& left_out : list.left_out) counts[left_out.by] += left_out.items;
  EXPECT_EQ(fates, counts);
}

TEST(Agreement, EveryItemHasOneFateAndTheListHasItWhereTheFateSaysSo) {
  std::map<Fate, int> met;
  for (uint64_t seed = 0; seed < kShops; ++seed) {
    RandomShop random(seed);
    for (int trial = 0; trial < kListsOfAShop; ++trial) {
      if (trial % 5 == 0) random.ChangeRules();
      SuggestQuery query = random.Query();
      query.paged = random.OneIn(3);
      std::map<std::string, int> places;
      for (int page = 0; page < (query.paged ? 3 : 1); ++page) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed << ", " << trial << ", page " << page);
        const auto list = random.shop.suggester().Suggest(query);
        ASSERT_TRUE(list.ok()) << list.status();
        for (const Suggestion& each : list->suggestions) places[each.item->item_id] = each.rank;
        std::map<LeftOutBy, int64_t> left_out;
        for (const std::string& item : random.items()) {
          SCOPED_TRACE(item);
          const auto fate =
              WhyNot(*random.shop.store, *random.shop.shelf, query, item, random.shop.now());
          ASSERT_TRUE(fate.ok()) << fate.status();
          ++met[fate->fate];
          const auto place = places.find(item);
          EXPECT_EQ(fate->fate == Fate::kSuggested, place != places.end());
          EXPECT_EQ(fate->rank, place == places.end() ? 0 : place->second);
          if (fate->left_out) ++left_out[fate->left_out->by];
          ExpectPossible(query, *fate);
          if (fate->fate == Fate::kBelowCutoff) {
            EXPECT_EQ(std::ssize(list->suggestions), query.count);
            EXPECT_GE(fate->gap.value_or(0), 0);
          }
        }
        for (const Suggestion& each : list->suggestions) {
          const auto fate = WhyNot(*random.shop.store, *random.shop.shelf, query,
                                   each.item->item_id, random.shop.now());
          EXPECT_EQ(Bits(*fate->score), Bits(each.score));
          EXPECT_EQ(fate->rank_by_score, each.rank_by_score);
        }
        if (page == 0) ExpectTheListsOwnCounts(left_out, *list);
        query.page_token = list->next_page_token;
        if (query.page_token.empty()) break;
      }
    }
  }
  for (const Fate fate :
       {Fate::kSuggested, Fate::kUnknownItem, Fate::kNotLearned, Fate::kExcluded, Fate::kBought,
        Fate::kNotBought, Fate::kInBasket, Fate::kUnavailable, Fate::kFiltered, Fate::kBelowCutoff})
    EXPECT_GT(met[fate], 20) << static_cast<int>(fate);
}

void ExpectSums(const ItemExplanation& explanation) {
  const ScoreTerms& terms = explanation.terms;
  double sum = explanation.other_evidence_sum + terms.repeat + terms.popularity + terms.rules;
  for (const EvidenceLine& line : explanation.evidence) {
    sum += line.contribution;
    double orders = 0;
    for (const EvidenceOrder& order : line.orders) orders += order.contribution;
    EXPECT_NEAR(orders, line.contribution, 1e-12);
  }
  EXPECT_LE(std::abs(sum - explanation.score), 1e-9 * std::max(1.0, std::abs(explanation.score)));
  double rules = 0;
  for (const RuleTerm& term : explanation.rules) rules += term.amount;
  EXPECT_EQ(rules, terms.rules);
}

TEST(Agreement, AnExplanationIsOfTheScoreAndThePlaceThatWereServed) {
  int explained = 0, removals = 0, held_back = 0;
  for (uint64_t seed = 10; seed < 10 + kShops; ++seed) {
    RandomShop random(seed);
    for (int trial = 0; trial < kListsOfAShop; ++trial) {
      if (trial % 5 == 0) random.ChangeRules();
      SuggestQuery query = random.Query();
      query.paged = random.OneIn(3);
      for (int page = 0; page < (query.paged ? 2 : 1); ++page) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed << ", " << trial << ", page " << page);
        const auto list = random.shop.suggester().Suggest(query);
        ASSERT_TRUE(list.ok()) << list.status();
        for (const Suggestion& served : list->suggestions) {
          const auto explanation = random.shop.explainer().Explain(
              {.token = list->token, .item_id = served.item->item_id, .max_evidence = 3});
          ASSERT_TRUE(explanation.ok()) << explanation.status();
          EXPECT_EQ(Bits(explanation->score), Bits(served.score));
          EXPECT_EQ(explanation->rank_shown, served.rank);
          EXPECT_EQ(explanation->rank, served.rank_by_score);
          EXPECT_EQ(explanation->rules, served.rules);
          EXPECT_EQ(explanation->left_out, std::vector<LeftOut>());
          EXPECT_EQ(explanation->chance.has_value(), served.chance.has_value());
          if (served.chance) {
            EXPECT_EQ(explanation->chance->probability, served.chance->probability);
          }
          EXPECT_EQ(explanation->list_length, (page + 1) * query.count);
          ExpectSums(*explanation);
          ++explained;
          if (explanation->smallest_removal && !explanation->smallest_removal->items.empty()) {
            ++removals;
            EXPECT_GT(explanation->smallest_removal->rank_without, explanation->list_length);
            for (const Item& item : explanation->smallest_removal->items) {
              EXPECT_TRUE(std::ranges::any_of(explanation->evidence, [&](const auto& line) {
                return line.item.item_id == item.item_id;
              }));
            }
          }
          held_back += static_cast<int>(explanation->held_back.size());
          for (const HeldBack& each : explanation->held_back) {
            EXPECT_GE(each.score, explanation->score);
            if (page > 0) continue;
            // By what it is asked alone, it was kept out by the same.
            const auto fate = WhyNot(*random.shop.store, *random.shop.shelf, query,
                                     each.item.item_id, random.shop.now());
            ASSERT_TRUE(fate.ok() && fate->left_out) << each.item.item_id;
            EXPECT_EQ(fate->left_out->by, each.left_out.by);
          }
        }
        query.page_token = list->next_page_token;
        if (query.page_token.empty()) break;
      }
    }
  }
  EXPECT_GT(explained, 500);
  EXPECT_GT(removals, 100);
  EXPECT_GT(held_back, 100);
}

// A shop beside it in which the purchases of one item were recorded as bought for somebody else.
TEST(Agreement, ARankWithoutALineIsThatInAShopWhereItWasRecordedAsAGift) {
  int compared = 0;
  for (uint64_t seed = 20; seed < 24; ++seed) {
    RandomShop random(seed);
    for (int trial = 0; trial < 6; ++trial) {
      const std::string customer = random.Customer();
      const Pool pool = random.OneIn(2) ? Pool::kNewToCustomer : Pool::kAny;
      const auto list = random.shop.Suggest(customer, pool, 12);
      if (list.suggestions.empty()) continue;
      ExplainQuery query{.shopper = {.customer_id = customer}, .pool = pool, .list_length = 4};
      query.item_id = list.suggestions[random.Below(list.suggestions.size())].item->item_id;
      const auto here = random.shop.explainer().Explain(query);
      ASSERT_TRUE(here.ok()) << here.status();
      if (here->evidence.empty()) continue;
      const EvidenceLine& line = here->evidence[random.Below(here->evidence.size())];
      RandomShop there(seed, [&](Purchase& purchase) {
        if (purchase.customer_id == customer && purchase.item_id == line.item.item_id)
          purchase.gift = true;
      });
      ModelSnapshot model = *random.shop.shelf->Current();
      model.version = "999999999999-20300101T000000000";
      ASSERT_TRUE(there.shop.shelf->Publish(std::move(model)).ok());
      const auto refit = there.shop.explainer().Explain(query);
      ASSERT_TRUE(refit.ok()) << refit.status();
      EXPECT_EQ(line.rank_without, refit->rank) << seed << " " << customer << " " << query.item_id;
      EXPECT_NEAR(line.score_without, refit->score, 1e-12);
      ++compared;
    }
  }
  EXPECT_GT(compared, 15);
}

}  // namespace
}  // namespace rapport
