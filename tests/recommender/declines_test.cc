// A declined item is silent: no rule puts it forward until the decline is over, and explanations,
// tokens and what-ifs agree.
#include "services/recommender/declines.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "services/recommender/suggester.h"
#include "services/recommender/why_not.h"
#include "tests/recommender/described_shop.h"

namespace rapport {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class DeclinesTest : public DescribedShop {
 protected:
  std::string Said(OutcomeKind kind, const std::string& item, double days_ago = 0,
                   std::vector<std::string> lines = {}) {
    const std::string id = "report-" + std::to_string(++reports_);
    shop_.Append(Outcome{.event_id = id,
                         .customer_id = "c4",
                         .kind = kind,
                         .item_id = item,
                         .purchase_event_ids = std::move(lines),
                         .at = shop_.DaysAgo(days_ago)});
    return id;
  }
  static Rule Pin(const std::string& item) {
    return {
        .rule_id = "pin", .filter = "item_id = " + item, .effect = RuleEffect::kPin, .position = 1};
  }
  static Rule Boost(const std::string& item, double amount = 20) {
    return {.rule_id = "boost",
            .filter = "item_id = " + item,
            .effect = RuleEffect::kBoost,
            .amount = amount};
  }
  ItemFate FateOf(const std::string& item) const {
    const auto fate = WhyNot(*shop_.store, *shop_.shelf, Asked(), item, shop_.now());
    EXPECT_TRUE(fate.ok()) << fate.status();
    return fate.value_or(ItemFate{});
  }
  ItemExplanation Explained(const std::string& item, const std::string& token) const {
    const auto explanation =
        shop_.explainer().Explain({.token = token, .item_id = item, .max_evidence = 100});
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return explanation.value_or(ItemExplanation{});
  }

  int reports_ = 0;
};

// "book-3" is nothing for c4 but for the rule.
TEST_F(DeclinesTest, APinnedOrBoostedItemIsSilentForThirtyDays) {
  for (const Rule& rule : {Pin("book-3"), Boost("book-3")}) {
    SetRules({rule});
    ASSERT_EQ(Ids(Suggest(Asked()))[0], "book-3");
    const std::string id = Said(OutcomeKind::kDeclinedNotNow, "book-3");
    EXPECT_THAT(Ids(Suggest(Asked())), Not(Contains("book-3"))) << rule.rule_id;
    const ItemFate fate = FateOf("book-3");
    EXPECT_EQ(fate.fate, Fate::kBelowCutoff);
    ASSERT_TRUE(fate.left_out);
    EXPECT_EQ(*fate.left_out, (LeftOut{LeftOutBy::kDeclinedLately, rule.rule_id, 1}));
    shop_.Append(Retraction{.event_id = "undo-" + id,
                            .customer_id = "c4",
                            .retracted_event_id = id,
                            .at = shop_.now()});
    EXPECT_EQ(Ids(Suggest(Asked()))[0], "book-3");
    ASSERT_TRUE(shop_.store->DeleteRuleAndWait(rule.rule_id).ok());
  }
  SetRules({Pin("book-3")});
  Said(OutcomeKind::kDeclinedNotNow, "book-3");
  shop_.Pass(std::chrono::days(30) - std::chrono::microseconds(1));
  EXPECT_THAT(Ids(Suggest(Asked())), Not(Contains("book-3")));
  shop_.Pass(std::chrono::microseconds(1));
  EXPECT_EQ(Ids(Suggest(Asked()))[0], "book-3");
}

TEST_F(DeclinesTest, AcceptedOrBoughtItIsPutForwardAgain) {
  SetRules({Pin("book-3")});
  Said(OutcomeKind::kDeclinedNotNow, "book-3", 5);
  Said(OutcomeKind::kAccepted, "book-3", 6);
  EXPECT_THAT(Ids(Suggest(Asked())), Not(Contains("book-3"))) << "accepted before";
  Said(OutcomeKind::kAccepted, "book-3", 4);
  EXPECT_EQ(Ids(Suggest(Asked()))[0], "book-3");
  Said(OutcomeKind::kDeclinedNotNow, "book-3", 3);
  EXPECT_THAT(Ids(Suggest(Asked())), Not(Contains("book-3")));
  shop_.Buys("c4", "book-3", 2);
  EXPECT_EQ(Ids(Suggest(Asked()))[0], "book-3");
}

TEST_F(DeclinesTest, WhatIsBuriedStaysSo) {
  SetRules({Boost("tea-3", -7)});
  Said(OutcomeKind::kDeclinedNotNow, "tea-3");
  for (const Suggestion& each : Suggest(Asked(45)).suggestions) {
    EXPECT_EQ(each.terms.rules, each.item->item_id == "tea-3" ? -7 : 0);
    EXPECT_EQ(each.score, each.terms.Sum());
  }
}

TEST_F(DeclinesTest, TokensExplainWhatWasServedAndSayWhatIsHeldBack) {
  SetRules({Boost("book-3")});
  const SuggestionList before = Suggest(Asked(45));
  Said(OutcomeKind::kDeclinedNotNow, "book-3");
  const SuggestionList after = Suggest(Asked(45));
  for (const SuggestionList& list : {before, after}) {
    for (const Suggestion& each : list.suggestions) {
      const ItemExplanation explanation = Explained(each.item->item_id, list.token);
      EXPECT_EQ(explanation.score, each.score);
      EXPECT_LE(std::abs(explanation.residual), 1e-9);
    }
  }
  const SuggestionList short_list = Suggest(Asked(3));
  const ItemExplanation last = Explained(Ids(short_list)[2], short_list.token);
  const auto held = std::ranges::find_if(
      last.held_back, [](const HeldBack& each) { return each.item.item_id == "book-3"; });
  ASSERT_NE(held, last.held_back.end());
  EXPECT_EQ(held->left_out, (LeftOut{LeftOutBy::kDeclinedLately, "boost", 1}));
}

TEST_F(DeclinesTest, AListOfThenIsAsItWasThen) {
  SetRules({Pin("book-3")});
  Said(OutcomeKind::kDeclinedNotNow, "book-3", 40);
  EXPECT_EQ(Ids(Suggest(Asked()))[0], "book-3");
  SuggestQuery then = Asked();
  then.as_of = shop_.DaysAgo(20);
  EXPECT_THAT(Ids(Suggest(then)), Not(Contains("book-3")));
  then.as_of = shop_.DaysAgo(41);
  EXPECT_EQ(Ids(Suggest(then))[0], "book-3");
}

TEST_F(DeclinesTest, TheEffectOfADeclineIsToldOfAPinnedItem) {
  SetRules({Pin("book-3")});
  const std::string id = Said(OutcomeKind::kDeclinedNotNow, "book-3");
  const auto changes = shop_.suggester().EffectOf(Asked(), id, ReportStep::kMade);
  ASSERT_TRUE(changes.ok()) << changes.status();
  const auto left = std::ranges::find_if(
      *changes, [](const ListChange& each) { return each.item->item_id == "book-3"; });
  ASSERT_NE(left, changes->end());
  EXPECT_EQ(left->from, 1);
  EXPECT_EQ(left->to, 0);
}

TEST_F(DeclinesTest, NothingGoesWithASuggestionThatIsNotToBeSpokenOf) {
  const auto company = [this](const NamingLimits& limits = {}) {
    const Suggester suggester(*shop_.store, *shop_.shelf, shop_.clock, limits);
    std::vector<std::string> ids;
    const SuggestionList list = *suggester.Suggest(Asked());
    for (const Suggestion& each : list.suggestions) {
      for (const auto& item : each.goes_with) ids.push_back(item->item_id);
    }
    return ids;
  };
  const std::vector<std::string> before = company();
  ASSERT_THAT(before, Not(IsEmpty()));
  const std::string first = before[0];
  EXPECT_THAT(company({.hidden = [&](const Item& item) { return item.item_id == first; }}),
              Not(Contains(first)));
  EXPECT_THAT(company({.hidden = nullptr, .horizon_days = 0.5}), IsEmpty());
  Said(OutcomeKind::kUncomfortable, first);
  EXPECT_THAT(company(), Not(Contains(first)));
}

TEST_F(DeclinesTest, WhatWasNotTheirsIsNewToThemAndWasNeverBought) {
  SuggestQuery query = Asked(45, Pool::kNewToCustomer);
  const std::string line = shop_.Buys("c4", "book-3", 1);
  EXPECT_THAT(Ids(Suggest(query)), Not(Contains("book-3")));
  query.filter = Filter("-bought_within(\"90d\")");
  Said(OutcomeKind::kWrongFact, "book-3", 0, {line});
  EXPECT_THAT(Ids(Suggest(query)), Contains("book-3"));
  query.pool = Pool::kBoughtBefore;
  query.filter = nullptr;
  const auto fate = WhyNot(*shop_.store, *shop_.shelf, query, "book-3", shop_.now());
  ASSERT_TRUE(fate.ok());
  EXPECT_EQ(fate->fate, Fate::kNotBought);
  EXPECT_FALSE(fate->bought);
}

}  // namespace
}  // namespace rapport
