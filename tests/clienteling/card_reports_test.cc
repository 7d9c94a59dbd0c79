// What reports change of a card: allergies and "never" hold for the usual, and what was not the
// customer's is not theirs anywhere.
#include "tests/clienteling/reported_scene.h"

namespace rapport::clienteling {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class CardReports : public ReportedScene {
 protected:
  static const DoNotSay* FlagOf(const CustomerCard& card, Unsayable why) {
    const auto flag = std::ranges::find(card.do_not_say, why, &DoNotSay::why);
    return flag == card.do_not_say.end() ? nullptr : &*flag;
  }
};

TEST_F(CardReports, AUsualThatTheyMustNotHaveIsMarkedAndReplaced) {
  for (int number = 0; number < 15; ++number)
    Describe(testing::Id("tea-", number), {"Drinks", "Tea"});
  BuysOften("tea-0", 6);
  const CardItem before = Card().items.at("tea-0");
  ASSERT_TRUE(before.usual && before.may_say);
  EXPECT_FALSE(before.forbidden || before.substitute);
  const auto expect_marked = [&] {
    const CustomerCard card = Card();
    const CardItem usual = card.items.at("tea-0");
    EXPECT_TRUE(usual.usual && usual.forbidden);
    EXPECT_FALSE(usual.may_say);
    ASSERT_TRUE(usual.substitute);
    EXPECT_NE(usual.substitute->item->item_id, "tea-0");
    const DoNotSay* flag = FlagOf(card, Unsayable::kNotToBeOffered);
    ASSERT_NE(flag, nullptr);
    EXPECT_EQ(flag->item_id, "tea-0");
    EXPECT_THAT(flag->event_ids, Not(IsEmpty()));
    for (const CardLine& line : card.recent)
      EXPECT_FALSE(line.purchase.item_id == "tea-0" && line.may_say);
  };
  const std::string allergy = Learnt(InsightKind::kAllergicTo, {SubjectKind::kItem, "", "tea-0"});
  expect_marked();
  Undo(allergy);
  EXPECT_TRUE(Card().items.at("tea-0").may_say);
  Said(OutcomeKind::kDeclinedNever, "tea-0");
  expect_marked();
  Meet({.consent_mention = false});
  EXPECT_NE(FlagOf(Card(), Unsayable::kNotToBeOffered), nullptr);
}

// A usual that is not among the latest ten lines.
TEST_F(CardReports, AUsualIsMarkedHoweverManyOtherLinesThereAre) {
  for (int day = 6; day > 0; --day) {
    Purchase usual = shop_.MadeUp("c4", "tea-0", day);
    usual.order_id = testing::Id("order-", day);
    usual.purchased_at = shop_.DaysAgo(day);
    shop_.Append(usual);
    for (int other = 0; other < 12; ++other) {
      Purchase line =
          shop_.MadeUp("c4", testing::Id("book-", (day + other) % 15), 1'000 * day + other);
      line.order_id = usual.order_id;
      line.purchased_at = shop_.DaysAgo(day - 0.1);
      shop_.Append(line);
    }
  }
  Said(OutcomeKind::kUncomfortable, "tea-0");
  const std::string never = Said(OutcomeKind::kDeclinedNever, "tea-0");
  const CustomerCard card = Card();
  ASSERT_TRUE(card.items.at("tea-0").usual);
  for (const CardLine& line : card.recent) ASSERT_NE(line.purchase.item_id, "tea-0");
  EXPECT_NE(FlagOf(card, Unsayable::kNotToBeOffered), nullptr);
  EXPECT_NE(FlagOf(card, Unsayable::kUnwelcome), nullptr);
}

TEST_F(CardReports, WhatWasNotTheirsIsNeitherShownNorCounted) {
  const CustomerCard before = Card();
  std::vector<std::string> lines;
  for (const double day : {3, 2, 1}) lines.push_back(shop_.Buys("c4", "coffee-0", day));
  shop_.Append(Return{.event_id = "back",
                      .customer_id = "c4",
                      .purchase_event_id = lines[0],
                      .returned_at = shop_.DaysAgo(0.5)});
  EXPECT_GT(Card().milestones.orders, before.milestones.orders);
  const std::string wrong = Said(OutcomeKind::kWrongFact, "coffee-0", 0, lines);
  const CustomerCard after = Card();
  EXPECT_EQ(after.milestones.orders, before.milestones.orders);
  EXPECT_EQ(after.last_visit->at, before.last_visit->at);
  EXPECT_EQ(after.rhythm->last_day, before.rhythm->last_day);
  EXPECT_FALSE(after.items.contains("coffee-0"));
  EXPECT_EQ(FlagOf(after, Unsayable::kReturned), nullptr);
  ASSERT_EQ(after.recent.size(), before.recent.size());
  EXPECT_EQ(after.recent[0].purchase.event_id, before.recent[0].purchase.event_id);
  Undo(wrong);
  EXPECT_GT(Card().milestones.orders, before.milestones.orders);
}

}  // namespace
}  // namespace rapport::clienteling
