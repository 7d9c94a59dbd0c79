// What was reported of a customer keeps staff from saying it, or offering it, again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/talk/explanation_sentence.h"
#include "tests/talk/talk_shop.h"

namespace rapport::talk {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ReportedTest : public ::testing::Test {
 protected:
  ReportedTest() { shop_.Open(); }

  void Told(OutcomeKind kind, const std::string& item) {
    shop_.shop.Append(rapport::Outcome{.event_id = "report-" + std::to_string(++reports_),
                                       .customer_id = "c4",
                                       .kind = kind,
                                       .item_id = item,
                                       .at = shop_.shop.now()});
  }
  void Learnt(InsightKind kind, Subject subject) {
    shop_.shop.Append(Insight{.event_id = "report-" + std::to_string(++reports_),
                              .customer_id = "c4",
                              .kind = kind,
                              .subject = std::move(subject),
                              .at = shop_.shop.now()});
  }
  // Of the first point, what was bought that it names.
  std::string Named() const {
    const HistoryView history = *shop_.shop.store->History("c4");
    for (const HistoryLine& line : history.lines) {
      const auto item = shop_.shop.store->GetItem(line.purchase.item_id);
      if (SayableOf(shop_.About("c4")).find((*item)->title) != std::string::npos)
        return line.purchase.item_id;
    }
    ADD_FAILURE() << "nothing is named";
    return "";
  }
  std::string TitleOf(const std::string& item) const {
    return (*shop_.shop.store->GetItem(item))->title;
  }

  TalkShop shop_;
  int reports_ = 0;
};

TEST_F(ReportedTest, WhatMadeThemUncomfortableIsNeverSaidAgain) {
  const std::string named = Named();
  Told(OutcomeKind::kUncomfortable, named);
  EXPECT_THAT(SayableOf(shop_.About("c4")), Not(HasSubstr(TitleOf(named))));
}

TEST_F(ReportedTest, ATopicToAvoidIsNeitherSaidNorOffered) {
  Learnt(InsightKind::kAvoidTopic, {SubjectKind::kWord, "", "tea"});
  const Talk talk = shop_.About("c4");
  EXPECT_THAT(TextOf(talk), Not(HasSubstr("Tea")));
  for (const TalkingPoint& point : talk.points)
    EXPECT_THAT(point.item.item_id, Not(HasSubstr("tea")));
  const Talk asked = shop_.About("c4", {"tea-1"});
  EXPECT_TRUE(asked.points.empty());
  ASSERT_EQ(asked.withheld.size(), 1);
  EXPECT_EQ(asked.withheld[0].by, WithheldBy::kTact);
}

TEST_F(ReportedTest, WhatWasDeclinedForEverIsNotOfferedEvenIfAskedAbout) {
  const std::string top = shop_.About("c4").points.at(0).item.item_id;
  Told(OutcomeKind::kDeclinedNever, top);
  for (const TalkingPoint& point : shop_.About("c4").points) EXPECT_NE(point.item.item_id, top);
  const Talk asked = shop_.About("c4", {top});
  EXPECT_EQ(asked.withheld.at(0).by, WithheldBy::kDeclined);
  EXPECT_EQ(asked.withheld.at(0).title, TitleOf(top));
  EXPECT_THAT(asked.mode.reasons, Contains(ModeReason::kRefused));
  EXPECT_THAT(asked.mode.reasons, Not(Contains(ModeReason::kNothingSayable)));
}

TEST_F(ReportedTest, WhatWasReportedSinceAListWasMadeHoldsForItsToken) {
  const SuggestionList list = shop_.shop.Suggest("c4");
  const std::string first = list.suggestions.at(0).item->item_id;
  const TalkQuery query{.token = list.token, .item_ids = {first}, .locale = "en-US"};
  EXPECT_EQ(shop_.Ask(query)->points.at(0).item.item_id, first);
  Learnt(InsightKind::kAllergicTo, {SubjectKind::kItem, "", first});
  const Talk talk = *shop_.Ask(query);
  EXPECT_TRUE(talk.points.empty());
  EXPECT_EQ(talk.withheld.at(0).by, WithheldBy::kAllergy);
}

TEST_F(ReportedTest, AnOpenComplaintIsHandedOver) {
  Learnt(InsightKind::kComplaint, {});
  const Talk talk = shop_.About("c4");
  EXPECT_EQ(talk.mode.mode, Mode::kHandOver);
  EXPECT_EQ(talk.mode.reasons.at(0), ModeReason::kOpenComplaint);
  EXPECT_TRUE(talk.points.empty());
  for (const TalkingPoint& point : shop_.About("c4", {"tea-1"}).points) {
    for (const Part& part : point.parts) EXPECT_FALSE(part.say_to_customer);
  }
  // Whatever they want of their purchases.
  shop_.Describe({.customer_id = "c4", .consent_personalization = false});
  EXPECT_EQ(shop_.About("c4").mode.mode, Mode::kHandOver);
  shop_.shop.Append(Retraction{.event_id = "settled",
                               .customer_id = "c4",
                               .retracted_event_id = "report-1",
                               .at = shop_.shop.now()});
  EXPECT_NE(shop_.About("c4").mode.mode, Mode::kHandOver);
}

TEST_F(ReportedTest, PurchasesThatWereNotTheirsAreNotSaid) {
  const std::string named = Named();
  rapport::Outcome wrong{.event_id = "wrong",
                         .customer_id = "c4",
                         .kind = OutcomeKind::kWrongFact,
                         .item_id = named,
                         .at = shop_.shop.now()};
  const HistoryView history = *shop_.shop.store->History("c4");
  for (const HistoryLine& line : history.lines) {
    if (line.purchase.item_id == named) wrong.purchase_event_ids.push_back(line.purchase.event_id);
  }
  shop_.shop.Append(wrong);
  EXPECT_THAT(SayableOf(shop_.About("c4")), Not(HasSubstr(TitleOf(named))));
}

NoteLine NoteOf(std::variant<rapport::Outcome, Insight, Contact> report, double share) {
  return {.reported = {.report = std::move(report)},
          .item = {.item_id = "mug", .title = "Blue Mug"},
          .share = share};
}

TEST(SentenceOfNotes, NamesTheNoteThatSaysMost) {
  const TimePoint day = rapport::testing::At(0);
  const Insight likes{
      .kind = InsightKind::kLikes, .subject = {SubjectKind::kCategory, "", "Tea"}, .at = day};
  const rapport::Outcome declined{
      .kind = OutcomeKind::kDeclinedNotNow, .item_id = "mug", .at = day};
  ItemExplanation explanation{.item = {.item_id = "1", .title = "Pot"}, .personal = true};
  explanation.notes = {NoteOf(likes, 0.3), NoteOf(declined, -0.1)};
  EXPECT_EQ(ExplanationSentence(explanation),
            "Pot: staff noted on 14 November 2023 that they like Tea.");
  explanation.notes = {NoteOf(likes, 0.3), NoteOf(declined, -0.4)};
  EXPECT_EQ(ExplanationSentence(explanation), "Pot: they declined Blue Mug on 14 November 2023.");
  explanation.item.item_id = "mug";
  EXPECT_EQ(ExplanationSentence(explanation), "Pot: they declined it on 14 November 2023.");
  explanation.notes = {NoteOf(likes, 0.01)};
  EXPECT_EQ(ExplanationSentence(explanation).find("noted"), std::string::npos);
}

}  // namespace
}  // namespace rapport::talk
