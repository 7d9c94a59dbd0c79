#include "services/recommender/explainer.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/recommender/shop.h"

namespace rapport {
namespace {

void ExpectSameBits(const ItemExplanation& one, const ItemExplanation& other) {
  EXPECT_EQ(std::bit_cast<uint64_t>(one.score), std::bit_cast<uint64_t>(other.score));
  EXPECT_EQ(std::bit_cast<uint64_t>(one.terms.taste), std::bit_cast<uint64_t>(other.terms.taste));
  ASSERT_EQ(one.evidence.size(), other.evidence.size());
  for (size_t row = 0; row < one.evidence.size(); ++row) {
    EXPECT_EQ(one.evidence[row].item.item_id, other.evidence[row].item.item_id);
    EXPECT_EQ(std::bit_cast<uint64_t>(one.evidence[row].contribution),
              std::bit_cast<uint64_t>(other.evidence[row].contribution));
  }
  ASSERT_EQ(one.strongest.size(), other.strongest.size());
}

class ExplainerTest : public ::testing::Test {
 protected:
  ExplainerTest() {
    shop_.FillWithTastes();
    shop_.Train();
  }
  Shop shop_;
};

TEST_F(ExplainerTest, ExplainsExactlyTheScoreThatWasServed) {
  for (const Pool pool : kPools) {
    const SuggestionList list = shop_.Suggest("c4", pool);
    for (const Suggestion& suggestion : list.suggestions) {
      const auto explanation =
          shop_.explainer().Explain({.token = list.token, .item_id = suggestion.item->item_id});
      ASSERT_TRUE(explanation.ok()) << explanation.status();
      EXPECT_EQ(std::bit_cast<uint64_t>(explanation->score),
                std::bit_cast<uint64_t>(suggestion.score));
      double sum = explanation->other_evidence_sum + explanation->terms.repeat +
                   explanation->terms.popularity;
      for (const EvidenceLine& line : explanation->evidence) sum += line.contribution;
      EXPECT_LE(std::abs(sum - suggestion.score), 1e-9 * std::max(1.0, std::abs(suggestion.score)));
    }
  }
}

TEST_F(ExplainerTest, ATokenMeansTheSameBitsAfterPurchasesReturnsTrainingAndARestart) {
  const SuggestionList list = shop_.Suggest("c4");
  const ExplainQuery query{.token = list.token, .item_id = list.suggestions[0].item->item_id};
  const auto before = shop_.explainer().Explain(query);
  ASSERT_TRUE(before.ok()) << before.status();

  const auto history = shop_.store->History("c4");
  shop_.Append(Return{.event_id = "back",
                      .customer_id = "c4",
                      .purchase_event_id = history->lines[0].purchase.event_id,
                      .returned_at = shop_.DaysAgo(50)});
  std::vector<Event> later;
  for (int row = 0; row < 1000; ++row) {
    later.push_back(Purchase{.event_id = testing::Id("later", row),
                             .customer_id = "c4",
                             .item_id = testing::Id("tea-", row % 15),
                             .purchased_at = shop_.DaysAgo(row % 100)});
  }
  ASSERT_TRUE(shop_.store->AppendAndWait(std::move(later)).ok());
  shop_.Pass(std::chrono::hours(48));
  shop_.Train();
  shop_.Reopen();
  const auto after = shop_.explainer().Explain(query);
  ASSERT_TRUE(after.ok()) << after.status();
  ExpectSameBits(*before, *after);
}

TEST_F(ExplainerTest, WithoutATokenItIsAboutNow) {
  shop_.Buys("newcomer", "tea-1");
  shop_.Buys("newcomer", "tea-1");
  shop_.Buys("newcomer", "tea-2", 3);
  const auto explanation =
      shop_.explainer().Explain({.shopper = {.customer_id = "newcomer"}, .item_id = "tea-5"});
  ASSERT_TRUE(explanation.ok());
  ASSERT_EQ(explanation->evidence.size(), 2u);
  EXPECT_EQ(explanation->evidence[0].item.item_id, "tea-1");
  EXPECT_EQ(explanation->evidence[0].times, 2);
  EXPECT_EQ(explanation->evidence[0].quantity, 2);
  EXPECT_EQ(explanation->evidence[1].last_purchased_at, shop_.DaysAgo(3));
  // Of these, what has a twentieth of the whole.
  ASSERT_EQ(explanation->strongest.size(), explanation->evidence[1].share >= 0.05 ? 2u : 1u);
  EXPECT_EQ(explanation->strongest[0].item.item_id, "tea-1");
  EXPECT_EQ(explanation->strongest[0].times, 2);
}

TEST_F(ExplainerTest, WhatIsNotListedIsInTheSum) {
  const auto all = shop_.explainer().Explain(
      {.shopper = {.customer_id = "c4"}, .item_id = "tea-5", .max_evidence = 1000});
  const auto one = shop_.explainer().Explain(
      {.shopper = {.customer_id = "c4"}, .item_id = "tea-5", .max_evidence = 1});
  ASSERT_TRUE(all.ok() && one.ok());
  ASSERT_EQ(one->evidence.size(), 1u);
  EXPECT_EQ(all->other_evidence_count, 0);
  EXPECT_EQ(one->other_evidence_count + 1, static_cast<int>(all->evidence.size()));
  EXPECT_NEAR(one->evidence[0].contribution + one->other_evidence_sum, all->terms.taste, 1e-12);
  ASSERT_EQ(one->strongest.size(), all->strongest.size());
  for (size_t line = 0; line < one->strongest.size(); ++line) {
    EXPECT_EQ(one->strongest[line].item.item_id, all->strongest[line].item.item_id);
    EXPECT_GE(one->strongest[line].share, 0.05);
  }
}

TEST_F(ExplainerTest, SharesOfEvidenceAndTermsMakeUpTheWhole) {
  const auto all = shop_.explainer().Explain({.shopper = {.customer_id = "c4"},
                                              .item_id = "tea-5",
                                              .max_evidence = 1000,
                                              .pool = Pool::kAny});
  double whole = std::abs(all->terms.repeat) + std::abs(all->terms.popularity);
  for (const EvidenceLine& line : all->evidence) whole += std::abs(line.contribution);
  for (const EvidenceLine& line : all->evidence)
    EXPECT_DOUBLE_EQ(line.share, line.contribution / whole);
}

TEST_F(ExplainerTest, TellsTheCustomersOwnHistoryOfTheItem) {
  for (const double days : {30.0, 20.0, 5.0}) shop_.Buys("newcomer", "tea-1", days);
  const auto explanation = shop_.explainer().Explain(
      {.shopper = {.customer_id = "newcomer"}, .item_id = "tea-1", .pool = Pool::kBoughtBefore});
  ASSERT_TRUE(explanation.ok() && explanation->own_history);
  EXPECT_EQ(explanation->own_history->times, 3);
  EXPECT_DOUBLE_EQ(*explanation->own_history->median_gap_days, 12.5);
  EXPECT_EQ(explanation->own_history->first_purchased_at, shop_.DaysAgo(30));
}

TEST_F(ExplainerTest, APopularItemIsSaidToBePopularAndNothingElse) {
  const std::string most_popular = shop_.Suggest("stranger").suggestions[0].item->item_id;
  const auto explanation =
      shop_.explainer().Explain({.shopper = {.customer_id = "stranger"}, .item_id = most_popular});
  ASSERT_TRUE(explanation.ok());
  EXPECT_FALSE(explanation->personal);
  EXPECT_TRUE(explanation->evidence.empty());
  EXPECT_EQ(explanation->standing, Standing::kPopular);
}

TEST_F(ExplainerTest, WhatItCannotExplainItRefuses) {
  EXPECT_TRUE(
      absl::IsNotFound(shop_.explainer()
                           .Explain({.shopper = {.customer_id = "c4"}, .item_id = "never-sold"})
                           .status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      shop_.explainer().Explain({.token = "junk", .item_id = "tea-5"}).status()));
  const SuggestionList list = shop_.Suggest("c4");
  for (int training = 0; training < 6; ++training) {
    shop_.Pass(std::chrono::seconds(1));
    shop_.Train();
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(
      shop_.explainer().Explain({.token = list.token, .item_id = "tea-5"}).status()));
}

TEST_F(ExplainerTest, WhatDoesNotSumToTheScoreIsAnErrorAndIsCounted) {
  // Two terms so large that they take each other away leave a score that is all rounding. Of one
  // item it may happen to be none; hardly of ten.
  ModelSnapshot model = *shop_.shelf->Current();
  model.version = "999999999998-20300101T000000000";
  model.weights[0] = {.tastes = {1e15, 0}};
  ASSERT_TRUE(shop_.shelf->Publish(model).ok());
  std::vector<ExplainQuery> queries;
  for (int number = 0; number < 10; ++number)
    queries.push_back({.shopper = {.customer_id = "c4"}, .item_id = testing::Id("tea-", number)});
  for (const ExplainQuery& query : queries) {
    const auto large = shop_.explainer().Explain(query);
    if (!large.ok()) continue;  // bought before
    const auto row = static_cast<Eigen::Index>(Row(*model.items.Find(query.item_id)));
    model.popularity(row, 0) = -large->terms.taste;
  }
  model.version = "999999999999-20300101T000000000";
  model.weights[0].popularity = {1, 0, 0, 0, 0};
  ASSERT_TRUE(shop_.shelf->Publish(model).ok());
  int counted = 0;
  const Explainer explainer(*shop_.store, *shop_.shelf, shop_.clock,
                            [&](double, bool exceeded) { counted += exceeded ? 1 : 0; });
  int errors = 0;
  for (const ExplainQuery& query : queries)
    errors += absl::IsInternal(explainer.Explain(query).status()) ? 1 : 0;
  EXPECT_GT(errors, 0);
  EXPECT_EQ(counted, errors);
}

TEST_F(ExplainerTest, ConsentWithdrawnLaterHoldsForOldTokensToo) {
  const SuggestionList list = shop_.Suggest("c4");
  ASSERT_TRUE(shop_.store
                  ->UpsertCustomersAndWait(
                      {Customer{.customer_id = "c4", .consent_personalization = false}})
                  .ok());
  EXPECT_TRUE(absl::IsPermissionDenied(
      shop_.explainer().Explain({.token = list.token, .item_id = "tea-5"}).status()));
}

TEST_F(ExplainerTest, SaysWhetherPurchasesMayBeMentioned) {
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({Customer{.customer_id = "c4", .consent_mention = false}})
          .ok());
  for (const Suggestion& suggestion : shop_.Suggest("c4").suggestions) {
    EXPECT_TRUE(suggestion.personal);
    EXPECT_TRUE(suggestion.goes_with.empty());
    const auto explanation = shop_.explainer().Explain(
        {.shopper = {.customer_id = "c4"}, .item_id = suggestion.item->item_id});
    EXPECT_FALSE(explanation->may_mention);
  }
}

TEST_F(ExplainerTest, EveryResidualIsReported) {
  int calls = 0;
  const Explainer explainer(*shop_.store, *shop_.shelf, shop_.clock,
                            [&](double residual, bool exceeded) {
                              ++calls;
                              EXPECT_LT(residual, 1e-9);
                              EXPECT_FALSE(exceeded);
                            });
  for (const char* item : {"tea-1", "coffee-2", "book-3"})
    ASSERT_TRUE(explainer.Explain({.shopper = {.customer_id = "c4"}, .item_id = item}).ok());
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace rapport
