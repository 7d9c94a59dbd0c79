// What people report of a customer changes their lists at once, exactly, and back.
#include "services/recommender/told.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "services/recommender/suggester.h"
#include "services/recommender/token.h"
#include "services/recommender/why_not.h"
#include "tests/recommender/described_shop.h"

namespace rapport {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ToldTest : public DescribedShop {
 protected:
  Outcome Told(OutcomeKind kind, const std::string& item, std::vector<std::string> lines = {},
               double days_ago = 0) {
    Outcome outcome{.event_id = "report-" + std::to_string(++reports_),
                    .customer_id = "c4",
                    .kind = kind,
                    .item_id = item,
                    .purchase_event_ids = std::move(lines),
                    .at = shop_.DaysAgo(days_ago),
                    .staff_id = "sam"};
    shop_.Append(outcome);
    return outcome;
  }
  Insight Learnt(InsightKind kind, Subject subject) {
    Insight insight{.event_id = "report-" + std::to_string(++reports_),
                    .customer_id = "c4",
                    .kind = kind,
                    .subject = std::move(subject),
                    .at = shop_.now(),
                    .staff_id = "sam"};
    shop_.Append(insight);
    return insight;
  }
  void Describe(const Item& item) { ASSERT_TRUE(shop_.store->UpsertItemsAndWait({item}).ok()); }
  void Undo(const std::string& report_id) {
    shop_.Append(Retraction{.event_id = "undo-" + report_id,
                            .customer_id = "c4",
                            .retracted_event_id = report_id,
                            .at = shop_.now()});
  }
  SuggestionList List(Pool pool = Pool::kNewToCustomer, int count = 45) const {
    return shop_.Suggest("c4", pool, count);
  }
  ItemFate FateOf(const std::string& item) const {
    SuggestQuery query{.shopper = {.customer_id = "c4"}};
    const auto fate = WhyNot(*shop_.store, *shop_.shelf, query, item, shop_.now());
    EXPECT_TRUE(fate.ok()) << fate.status();
    return fate.value_or(ItemFate{});
  }
  ItemExplanation Explained(const std::string& item, const std::string& token = "") const {
    ExplainQuery query{.token = token, .item_id = item, .max_evidence = 100};
    if (token.empty()) query.shopper.customer_id = "c4";
    const auto explanation = shop_.explainer().Explain(query);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return explanation.value_or(ItemExplanation{});
  }

  int reports_ = 0;
};

void ExpectTheSameBits(const SuggestionList& one, const SuggestionList& other) {
  ASSERT_EQ(one.suggestions.size(), other.suggestions.size());
  for (size_t place = 0; place < one.suggestions.size(); ++place) {
    EXPECT_EQ(one.suggestions[place].item->item_id, other.suggestions[place].item->item_id);
    EXPECT_EQ(one.suggestions[place].score, other.suggestions[place].score);
  }
}

std::string Top(const SuggestionList& list, size_t place = 0) {
  return list.suggestions.at(place).item->item_id;
}

double ScoreIn(const SuggestionList& list, const std::string& item) {
  for (const Suggestion& each : list.suggestions) {
    if (each.item->item_id == item) return each.score;
  }
  ADD_FAILURE() << item << " is not there";
  return 0;
}

TEST_F(ToldTest, WhatWasNotRelayedChangesNoBit) {
  const SuggestionList before = List();
  Told(OutcomeKind::kNotRelayed, Top(before));
  Told(OutcomeKind::kRelayed, Top(before, 1));
  Told(OutcomeKind::kAccepted, Top(before, 2));
  Told(OutcomeKind::kUncomfortable, Top(before, 3));
  Learnt(InsightKind::kNote, {});
  Learnt(InsightKind::kComplaint, {});
  Learnt(InsightKind::kSize, {});
  Learnt(InsightKind::kAvoidTopic, {SubjectKind::kCategory, "", "Coffee"});
  ExpectTheSameBits(before, List());
}

TEST_F(ToldTest, WhatIsDeclinedForNowFallsAndComesBack) {
  const SuggestionList before = List();
  const std::string top = Top(before);
  Told(OutcomeKind::kDeclinedNotNow, top);
  const SuggestionList after = List();
  const double fallen = ScoreIn(after, top);
  EXPECT_LE(fallen, 0.1 * ScoreIn(before, top) + 1e-9);
  EXPECT_THAT(Ids(shop_.Suggest("c4")), Not(Contains(top)));
  EXPECT_EQ(FateOf(top).fate, Fate::kBelowCutoff);
  shop_.Pass(std::chrono::days(30));
  const double half = ScoreIn(List(), top);
  EXPECT_GT(half, fallen);
  shop_.Pass(std::chrono::days(600));
  EXPECT_NEAR(ScoreIn(List(), top), ScoreIn(before, top), 1e-3);
}

TEST_F(ToldTest, AnAcceptedOrBoughtItemIsNoLongerDeclined) {
  const SuggestionList before = List(Pool::kAny);
  const std::string top = Top(before);
  Told(OutcomeKind::kDeclinedNotNow, top, {}, 2);
  EXPECT_LT(ScoreIn(List(Pool::kAny), top), ScoreIn(before, top));
  Told(OutcomeKind::kAccepted, top, {}, 1);
  ExpectTheSameBits(before, List(Pool::kAny));
  Told(OutcomeKind::kDeclinedNotNow, top);
  EXPECT_LT(ScoreIn(List(Pool::kAny), top), ScoreIn(before, top));
}

TEST_F(ToldTest, ConstraintsHoldOnEveryPathWhateverTheListIs) {
  const std::string never = Top(List()), had = Top(List(), 1), own = Top(List(Pool::kBoughtBefore));
  Item described = **shop_.store->GetItem(Top(List(), 2));
  described.tags.emplace_back("contains Nuts");
  Describe(described);
  Told(OutcomeKind::kDeclinedNever, never);
  Told(OutcomeKind::kAlreadyHas, had);
  Told(OutcomeKind::kDeclinedNever, own);
  Learnt(InsightKind::kAllergicTo, {SubjectKind::kWord, "", "nuts"});
  for (const Pool pool : kPools) {
    const auto ids = Ids(List(pool));
    for (const std::string& id : {never, had, own, described.item_id})
      EXPECT_THAT(ids, Not(Contains(id)));
  }
  EXPECT_EQ(FateOf(never).fate, Fate::kDeclined);
  EXPECT_EQ(FateOf(never).left_out->by, LeftOutBy::kDeclined);
  EXPECT_EQ(FateOf(had).left_out->by, LeftOutBy::kAlreadyHas);
  EXPECT_EQ(FateOf(described.item_id).left_out->by, LeftOutBy::kAllergy);
  // Nor does a rule of the shop bring it back.
  SetRules({{.rule_id = "pin",
             .filter = "item_id = \"" + described.item_id + "\"",
             .effect = RuleEffect::kPin,
             .position = 1}});
  EXPECT_THAT(Ids(List()), Not(Contains(described.item_id)));
  EXPECT_FALSE(Explained(described.item_id).pinned);  // it has no place that a rule gave
}

TEST_F(ToldTest, WhoRefusesPersonalizationIsStillNotGivenWhatTheyAreAllergicTo) {
  Learnt(InsightKind::kAllergicTo, {SubjectKind::kCategory, "", "Tea"});
  Learnt(InsightKind::kLikes, {SubjectKind::kCategory, "", "Books"});
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({{.customer_id = "c4", .consent_personalization = false}})
          .ok());
  const SuggestionList list = List();
  for (const Suggestion& each : list.suggestions) {
    EXPECT_NE(each.item->category_path.back(), "Tea");
    EXPECT_EQ(each.terms.notes, 0);
    EXPECT_FALSE(each.personal);
  }
  EXPECT_EQ(DecodeToken(list.token)->sequence, 0);
  const std::string other = Top(list);
  EXPECT_EQ(Explained(other, list.token).score, list.suggestions[0].score);
}

TEST_F(ToldTest, WhatIsReportedBetweenTwoPagesHoldsOnTheSecond) {
  SuggestQuery query{.shopper = {.customer_id = "c4"}, .count = 5, .paged = true};
  const std::vector<std::string> all = Ids(List(Pool::kNewToCustomer, 20));
  query.page_token = Suggest(query).next_page_token;
  Told(OutcomeKind::kDeclinedNever, all[5]);
  const Outcome has = Told(OutcomeKind::kAlreadyHas, all[6]);
  Learnt(InsightKind::kAllergicTo, {SubjectKind::kItem, "", all[7]});
  Told(OutcomeKind::kDeclinedNotNow, all[8]);  // no constraint: scores are the first page's
  const SuggestionList second = Suggest(query);
  EXPECT_THAT(Ids(second), ElementsAre(all[8], all[9], all[10], all[11], all[12]));
  EXPECT_EQ(Explained(all[8], second.token).score, second.suggestions[0].score);
  Undo(has.event_id);
  EXPECT_EQ(Top(Suggest(query)), all[6]);
  // Nor does refusing personalization let them in again.
  ASSERT_TRUE(
      shop_.store->UpsertCustomersAndWait({{.customer_id = "c4", .consent_personalization = false}})
          .ok());
  query.page_token.clear();
  query.page_token = Suggest(query).next_page_token;
  const std::string next = Top(Suggest(query));
  Told(OutcomeKind::kDeclinedNever, next);
  EXPECT_NE(Top(Suggest(query)), next);
}

TEST_F(ToldTest, WhatTheyHaveElsewhereIsEvidence) {
  const SuggestionList before = List();
  const std::string book = "book-3";
  Told(OutcomeKind::kAlreadyHas, book);
  const SuggestionList after = List();
  EXPECT_GT(ScoreIn(after, "book-4"), ScoreIn(before, "book-4"));
  const ItemExplanation explanation = Explained("book-4");
  ASSERT_THAT(explanation.notes, SizeIs(1));
  EXPECT_GT(explanation.notes[0].contribution, 0);
  EXPECT_EQ(explanation.notes[0].item.item_id, book);
}

TEST_F(ToldTest, ALikeLiftsItsItemsAndADislikeBuriesThem) {
  const SuggestionList before = List();
  const Insight likes = Learnt(InsightKind::kLikes, {SubjectKind::kCategory, "", "Books"});
  const SuggestionList liking = List();
  EXPECT_GT(ScoreIn(liking, "book-3"), ScoreIn(before, "book-3"));
  Undo(likes.event_id);
  ExpectTheSameBits(before, List());
  Learnt(InsightKind::kDislikes, {SubjectKind::kCategory, "", "Tea"});
  const SuggestionList disliking = List();
  for (const Suggestion& each : before.suggestions) {
    if (each.item->category_path.back() != "Tea") continue;
    EXPECT_LE(ScoreIn(disliking, each.item->item_id), each.score - 0.9 + 1e-9);
  }
}

TEST_F(ToldTest, WhatIsSetAsideContributesNothingAndSumsStayExact) {
  const HistoryView history = *shop_.store->History("c4");
  const std::string struck = history.lines.front().purchase.item_id;
  std::vector<std::string> events;
  for (const HistoryLine& line : history.lines) {
    if (line.purchase.item_id == struck) events.push_back(line.purchase.event_id);
  }
  SuggestQuery supposed{.shopper = {.customer_id = "c4", .what_if = {.gift_event_ids = events}},
                        .count = 45};
  const SuggestionList as_gifts = *shop_.suggester().Suggest(supposed);
  for (const OutcomeKind kind :
       {OutcomeKind::kBoughtAsGift, OutcomeKind::kNotRepresentative, OutcomeKind::kWrongFact}) {
    const Outcome outcome = Told(kind, struck, events);
    const SuggestionList list = List();
    SuggestionList others = list;  // what was not theirs is new to them again
    const auto again = std::erase_if(
        others.suggestions, [&](const Suggestion& each) { return each.item->item_id == struck; });
    EXPECT_EQ(again, kind == OutcomeKind::kWrongFact ? 1 : 0);
    ExpectTheSameBits(as_gifts, others);
    const ItemExplanation explanation = Explained(Top(list), list.token);
    EXPECT_LT(std::abs(explanation.residual), 1e-9);
    for (const EvidenceLine& line : explanation.evidence) EXPECT_NE(line.item.item_id, struck);
    Undo(outcome.event_id);
  }
}

TEST_F(ToldTest, AnExplanationNamesEachNoteAndSumsToTheScore) {
  const std::string declined = Top(List(), 1);
  const Insight likes = Learnt(InsightKind::kLikes, {SubjectKind::kCategory, "", "Books"});
  const Outcome not_now = Told(OutcomeKind::kDeclinedNotNow, declined);
  const SuggestionList list = List(Pool::kNewToCustomer, 45);
  for (const std::string& id : Ids(list)) {
    const ItemExplanation explanation = Explained(id, list.token);
    EXPECT_EQ(explanation.score, ScoreIn(list, id));
    EXPECT_LT(std::abs(explanation.residual), 1e-9);
    ASSERT_THAT(explanation.notes, SizeIs(2));
    double sum = 0;
    for (const NoteLine& note : explanation.notes) sum += note.contribution;
    EXPECT_NEAR(sum, explanation.terms.notes, 1e-12);
  }
  const ItemExplanation explanation = Explained(declined);
  EXPECT_EQ(EventIdOf(explanation.notes[0].reported), likes.event_id);
  EXPECT_EQ(EventIdOf(explanation.notes[1].reported), not_now.event_id);
  EXPECT_LT(explanation.notes[1].contribution, 0);
}

TEST_F(ToldTest, ATokenExplainsWhatWasServedBeforeAReport) {
  const SuggestionList list = List();
  const ItemExplanation before = Explained(Top(list), list.token);
  Told(OutcomeKind::kDeclinedNotNow, Top(list));
  Learnt(InsightKind::kLikes, {SubjectKind::kCategory, "", "Books"});
  const ItemExplanation after = Explained(Top(list), list.token);
  EXPECT_EQ(after.score, before.score);
  EXPECT_THAT(after.notes, IsEmpty());
}

TEST_F(ToldTest, ATokenIsRefusedOnceANoteIsOfOtherItems) {
  Learnt(InsightKind::kLikes, {SubjectKind::kCategory, "", "Books"});
  const SuggestionList list = List();
  Item book = **shop_.store->GetItem("book-3");
  book.category_path = {"Paper"};
  Describe(book);
  const auto refused =
      shop_.explainer().Explain({.token = list.token, .item_id = Top(list), .max_evidence = 5});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition) << refused.status();
}

TEST_F(ToldTest, EffectsAreTheDifferenceOfTheLists) {
  const SuggestionList before = shop_.Suggest("c4");
  const Outcome outcome = Told(OutcomeKind::kDeclinedNotNow, Top(before));
  const SuggestionList after = shop_.Suggest("c4");
  const SuggestQuery query{.shopper = {.customer_id = "c4"}};
  const auto made = shop_.suggester().EffectOf(query, outcome.event_id, ReportStep::kMade);
  ASSERT_TRUE(made.ok()) << made.status();
  for (const ListChange& change : *made) {
    const auto rank = [&](const SuggestionList& list) {
      const auto ids = Ids(list);
      const auto found = std::ranges::find(ids, change.item->item_id);
      return found == ids.end() ? 0 : static_cast<int>(found - ids.begin()) + 1;
    };
    EXPECT_EQ(change.from, rank(before));
    EXPECT_EQ(change.to, rank(after));
    EXPECT_NE(change.from, change.to);
  }
  ASSERT_THAT(*made, Not(IsEmpty()));
  const auto found = std::ranges::find_if(
      *made, [&](const ListChange& change) { return change.item->item_id == Top(before); });
  ASSERT_NE(found, made->end());
  const ListChange& left = *found;
  EXPECT_EQ(left.from, 1);
  EXPECT_EQ(left.to, 0);
  EXPECT_EQ(left.rank_by_score, FateOf(Top(before)).rank_by_score);
  EXPECT_GT(left.rank_by_score, 10);
  const auto undone = shop_.suggester().EffectOf(query, outcome.event_id, ReportStep::kUndone);
  ASSERT_TRUE(undone.ok());
  Undo(outcome.event_id);
  ExpectTheSameBits(before, shop_.Suggest("c4"));
  ASSERT_EQ(undone->size(), made->size());
  EXPECT_EQ(undone->front().item->item_id, Top(before));
  EXPECT_EQ(undone->front().to, 1);
  EXPECT_FALSE(shop_.suggester().EffectOf(query, "nothing", ReportStep::kMade).ok());
}

TEST_F(ToldTest, AnExpiredInsightHasNoEffect) {
  const SuggestionList before = List();
  shop_.Append(Insight{.event_id = "soon",
                       .customer_id = "c4",
                       .kind = InsightKind::kAllergicTo,
                       .subject = {SubjectKind::kCategory, "", "Coffee"},
                       .at = shop_.DaysAgo(5),
                       .expires_at = shop_.now()});
  ExpectTheSameBits(before, List());
}

// Any reports, undone in any order, leave no trace.
TEST_F(ToldTest, UndoingAllGivesBackTheVeryBits) {
  std::vector<SuggestionList> before;
  for (const Pool pool : kPools) before.push_back(List(pool));
  std::vector<std::string> reports;
  for (size_t place = 0; place < 6; ++place) {
    const auto kind = static_cast<OutcomeKind>(1 + (3 + place * 3) % kOutcomeKinds);
    const std::string item = Top(before[place % 3], place);
    std::vector<std::string> lines;
    const HistoryView history = *shop_.store->History("c4");
    lines.push_back(history.lines[place].purchase.event_id);
    reports.push_back(Told(kind, item, lines).event_id);
  }
  for (const auto kind : {InsightKind::kLikes, InsightKind::kDislikes, InsightKind::kAllergicTo})
    reports.push_back(Learnt(kind, {SubjectKind::kCategory, "", "Tea"}).event_id);
  std::ranges::reverse(reports);
  for (const std::string& report : reports) Undo(report);
  for (size_t pool = 0; pool < before.size(); ++pool)
    ExpectTheSameBits(before[pool], List(kPools[pool]));
}

TEST(FilterTextOf, NamesWhatTheSubjectSays) {
  EXPECT_EQ(FilterTextOf({SubjectKind::kItem, "", "a*b"}), "item_id = \"a\\*b\"");
  EXPECT_EQ(FilterTextOf({SubjectKind::kAttribute, "kind of \"x\"", "y\\"}),
            "attributes.\"kind of \\\"x\\\"\" = \"y\\\\\"");
  EXPECT_EQ(FilterTextOf({SubjectKind::kWord, "", "Nuts"}), "mentions(\"Nuts\")");
  EXPECT_EQ(FilterTextOf({}), "");
  for (const auto kind : {SubjectKind::kItem, SubjectKind::kCategory, SubjectKind::kBrand,
                          SubjectKind::kTag, SubjectKind::kWord, SubjectKind::kAttribute}) {
    for (const std::string value : {"plain", "with \"quotes\"", "back\\slash", "*", "AND", "é,)"})
      EXPECT_TRUE(ItemFilter::Parse(FilterTextOf({kind, "na\"me", value})).ok()) << value;
  }
}

}  // namespace
}  // namespace rapport
