#include "services/clienteling/moment_candidates.h"

#include <gmock/gmock.h>

#include "services/clienteling/moments_of_firsts.h"
#include "tests/clienteling/moment_scene.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MomentCandidates : public MomentScene {};

// --- firsts

TEST_F(MomentCandidates, AFirstOrderIsNewsForAWeek) {
  Order({"2026-05-01"}, {"tea", "bun"});
  for (const char* day : {"2026-05-01", "2026-05-07"}) {
    const auto firsts = Of(Occasion::kFirstOrder, day);
    ASSERT_THAT(firsts, SizeIs(1)) << day;
    EXPECT_THAT(firsts[0].event_ids, ElementsAre("e0002", "e0001"));
    EXPECT_EQ(firsts[0].since, LocalDay("2026-05-01"));
    EXPECT_EQ(firsts[0].until, LocalDay("2026-05-07"));
    EXPECT_EQ(firsts[0].item, nullptr);
    EXPECT_THAT(Moments(day), SizeIs(1)) << "its categories are no news beside it";
  }
  EXPECT_THAT(Moments("2026-05-08"), IsEmpty());
}

TEST_F(MomentCandidates, FirstsHaveTheIdsOfTheStreamOfMoments) {
  Order({"2026-05-01", "2026-05-02"}, {"tea"});
  Order({"2026-05-03"}, {"mug"});
  options_.milestones = {2};
  const Moment first{.customer_id = "ada",
                     .category = {},
                     .order_number = 1,
                     .subject = {},
                     .moved_from_event_id = {}};
  Moment second = first, mug = first;
  second.kind = MomentKind::kNthOrder;
  second.order_number = 2;
  mug.kind = MomentKind::kFirstInCategory;
  mug.order_number = 0;
  mug.category = "mug";
  EXPECT_EQ(Of(Occasion::kFirstOrder, "2026-05-03").at(0).id, first.Id());
  EXPECT_EQ(Of(Occasion::kNthOrder, "2026-05-03").at(0).id, second.Id());
  EXPECT_EQ(Of(Occasion::kNthOrder, "2026-05-03").at(0).number, 2);
  const auto mugs = Of(Occasion::kFirstInCategory, "2026-05-03");
  ASSERT_THAT(mugs, SizeIs(1));
  EXPECT_EQ(mugs[0].id, mug.Id());
  EXPECT_EQ(mugs[0].category, "mug");
  EXPECT_EQ(mugs[0].item->item_id, "mug");
  EXPECT_TRUE(mugs[0].may_mention);
}

TEST_F(MomentCandidates, WhatCameBackInFullOrWasNotTheirsIsNoFirst) {
  const auto lines = past_.Order("2026-05-01 09:00", {"tea"});
  GiveBack(past_.lines[0]);
  EXPECT_THAT(Moments("2026-05-02"), IsEmpty());
  past_.lines[0].returns[0].quantity = 1;
  past_.lines[0].purchase.quantity = 2;
  EXPECT_THAT(Of(Occasion::kFirstOrder, "2026-05-02"), SizeIs(1)) << "one of two came back";
  past_.lines[0].set_aside = SetAside::kWrongFact;
  EXPECT_THAT(Moments("2026-05-02"), IsEmpty());
}

TEST_F(MomentCandidates, WhatWasNotTheirsIsNeitherAFirstOfACategoryNorAnAnswer) {
  Order({"2026-04-01"}, {"tea"});
  Order({"2026-05-01", "2026-05-03"}, {"mug"});
  Said(OutcomeKind::kRelayed, "mug", "2026-04-25");
  EXPECT_THAT(Of(Occasion::kFollowUp, "2026-05-04"), IsEmpty()) << "bought since";
  past_.lines[1].set_aside = SetAside::kWrongFact;
  const auto mugs = Of(Occasion::kFirstInCategory, "2026-05-04");
  ASSERT_THAT(mugs, SizeIs(1));
  EXPECT_THAT(mugs[0].event_ids, ElementsAre("e0003"));
  past_.lines[2].set_aside = SetAside::kWrongFact;
  EXPECT_THAT(Of(Occasion::kFirstInCategory, "2026-05-04"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kFollowUp, "2026-05-04"), SizeIs(1));
}

TEST_F(MomentCandidates, AGiftIsAFirstOrderAndNoFirstOfACategory) {
  past_.Order("2026-05-01 09:00", {"tea"})[0]->purchase.gift = true;
  EXPECT_THAT(Of(Occasion::kFirstOrder, "2026-05-02"), SizeIs(1));
  past_.Order("2026-05-02 09:00", {"mug"})[0]->purchase.gift = true;
  EXPECT_THAT(Of(Occasion::kFirstInCategory, "2026-05-02"), IsEmpty());
  Order({"2026-05-03"}, {"mug"});
  const auto mugs = Of(Occasion::kFirstInCategory, "2026-05-03");
  ASSERT_THAT(mugs, SizeIs(1));
  EXPECT_THAT(mugs[0].event_ids, ElementsAre("e0003"));
}

TEST_F(MomentCandidates, NothingHiddenIsAMoment) {
  Every(14, 8, "2026-05-01", {"secret-pills"});
  Order({"2026-06-01"}, {"secret-drops"});
  Change("secret-pills").available_since = Utc("2026-06-01 09:00");
  Said(OutcomeKind::kRelayed, "secret-cream", "2026-05-20");
  EXPECT_THAT(Moments("2026-06-01"), IsEmpty());
}

// --- anniversaries

TEST_F(MomentCandidates, AnniversariesAreOfTheFirstOrderEachYearOnItsDay) {
  Order({"2024-03-10", "2025-09-01", "2026-01-05"}, {"tea"});
  EXPECT_THAT(Of(Occasion::kAnniversary, "2026-03-09"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kAnniversary, "2026-03-11"), IsEmpty());
  const auto on_it = Of(Occasion::kAnniversary, "2026-03-10");
  ASSERT_THAT(on_it, SizeIs(1));
  EXPECT_EQ(on_it[0].number, 2);
  EXPECT_EQ(on_it[0].until, LocalDay("2026-03-10"));
  EXPECT_THAT(on_it[0].event_ids, ElementsAre("e0001"));
  options_.anniversaries = false;
  EXPECT_THAT(Of(Occasion::kAnniversary, "2026-03-10"), IsEmpty());
}

TEST_F(MomentCandidates, TheTwentyNinthOfFebruaryComesRoundOnTheTwentyEighthInOtherYears) {
  Order({"2024-02-29", "2025-02-20"}, {"tea"});
  EXPECT_THAT(Of(Occasion::kAnniversary, "2025-02-28"), SizeIs(1));
  EXPECT_THAT(Of(Occasion::kAnniversary, "2025-03-01"), IsEmpty());
  Order({"2028-02-20"}, {"tea"});
  EXPECT_THAT(Of(Occasion::kAnniversary, "2028-02-28"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kAnniversary, "2028-02-29"), SizeIs(1));
  EXPECT_EQ(AnniversaryIn(std::chrono::year(2100), LocalDay("2024-02-29")), LocalDay("2100-02-28"));
  EXPECT_EQ(AnniversaryIn(std::chrono::year(2400), LocalDay("2024-02-29")), LocalDay("2400-02-29"));
}

TEST_F(MomentCandidates, AnniversariesEndAYearAfterTheLastVisit) {
  Order({"2024-03-10", "2025-03-10"}, {"tea"});
  EXPECT_THAT(Of(Occasion::kAnniversary, "2026-03-10"), SizeIs(1));
  EXPECT_THAT(Of(Occasion::kAnniversary, "2027-03-10"), IsEmpty());
}

TEST_F(MomentCandidates, DaysAreTheShopsThroughSummerTime) {
  time_ = *ShopTime::In("Pacific/Auckland");
  past_.Order("2025-03-09 12:00", {"tea"});  // the 10th there
  past_.Order("2025-12-01 12:00", {"tea"});
  EXPECT_THAT(Of(Occasion::kAnniversary, "2026-03-09"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kAnniversary, "2026-03-10"), SizeIs(1));
}

// --- what is due, late, away

TEST_F(MomentCandidates, ReplenishmentIsDueFromFourFifthsOfTheOwnGap) {
  Every(20, 4, "2026-05-01", {"beans"});
  Every(3, 3, "2026-05-01", {"bun"});  // so often that it is part of a visit
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-16"), IsEmpty());
  const auto due = Of(Occasion::kReplenishDue, "2026-05-17");
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].item->item_id, "beans");
  EXPECT_EQ(due[0].since, LocalDay("2026-05-17"));
  EXPECT_EQ(due[0].until, LocalDay("2026-05-28"));
  EXPECT_THAT(due[0].event_ids, ElementsAre("e0004", "e0003", "e0002", "e0001"));
  EXPECT_EQ(due[0].chance, 0.75);  // all three gaps, and one that never ends
  EXPECT_EQ(Of(Occasion::kReplenishDue, "2026-05-20")[0].id, due[0].id);
  Order({"2026-05-20"}, {"beans"});
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-21"), IsEmpty()) << "bought again";
}

TEST_F(MomentCandidates, ReplenishmentIsOfWhatWasBoughtOnTwoDaysKeptAndCanBeSold) {
  Every(20, 1, "2026-05-01", {"beans"});
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-20"), IsEmpty());
  Every(20, 1, "2026-04-11", {"beans"});
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-20"), SizeIs(1));
  GiveBack(past_.lines[0]);
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-20"), IsEmpty());
  past_.lines[0].returns.clear();
  Change("beans").available = false;
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-20"), IsEmpty());
}

TEST_F(MomentCandidates, ChancesBelowTheLeastAreNotDue) {
  Every(20, 4, "2026-05-01", {"beans"});
  double chance = 0.2;
  times_.due_within = [&](const std::string& item, Days days, Days visits, auto today, int within) {
    EXPECT_THAT(visits, SizeIs(4));
    EXPECT_EQ(item, "beans");
    EXPECT_THAT(days, SizeIs(4));
    EXPECT_EQ(today, LocalDay("2026-05-20"));
    EXPECT_EQ(within, 7);
    return chance;
  };
  EXPECT_EQ(Of(Occasion::kReplenishDue, "2026-05-20").at(0).chance, 0.2);
  chance = 0.09;
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-20"), IsEmpty());
}

TEST_F(MomentCandidates, WhatIsDueIsWorthWhatAPurchaseOfItCosts) {
  Every(20, 2, "2026-05-01", {"beans", "mug"});
  for (HistoryLine& line : past_.lines) {
    line.purchase.quantity = 2;
    line.purchase.unit_price = Money{"EUR", line.purchase.item_id == "mug" ? 30 : 12, 500'000'000};
  }
  const auto due = Of(Occasion::kReplenishDue, "2026-05-20");
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_EQ(due[0].value, 25);
  EXPECT_EQ(due[1].value, 61);
  EXPECT_EQ(due[0].Worth(), due[0].chance * 25);
}

TEST_F(MomentCandidates, ARegularWithAUsualIsMissedWhenLaterThanUsual) {
  Every(7, 9, "2026-05-01", {"latte"});
  EXPECT_THAT(Of(Occasion::kUsualLate, "2026-05-08"), IsEmpty()) << "due, not late";
  const auto late = Of(Occasion::kUsualLate, "2026-05-09");
  ASSERT_THAT(late, SizeIs(1));
  EXPECT_EQ(late[0].item->item_id, "latte");
  EXPECT_EQ(late[0].since, LocalDay("2026-05-09"));
  EXPECT_EQ(late[0].chance, 0.9);  // eight of eight visits, smoothed
  EXPECT_EQ(Of(Occasion::kUsualLate, "2026-06-20").at(0).id, late[0].id);
  Order({"2026-05-10"}, {"tea"});
  EXPECT_THAT(Of(Occasion::kUsualLate, "2026-05-11"), IsEmpty());
  EXPECT_NE(Of(Occasion::kUsualLate, "2026-05-20").at(0).id, late[0].id) << "another time";
}

TEST_F(MomentCandidates, TheUsualOfSomebodyLateIsNotDueBesides) {
  Every(7, 9, "2026-05-01", {"latte"});
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-08"), SizeIs(1));
  EXPECT_THAT(Of(Occasion::kReplenishDue, "2026-05-09"), IsEmpty());
}

TEST_F(MomentCandidates, OfMuchThatIsDueTheLikeliestFiveAreNamed) {
  for (int item = 1; item <= 7; ++item)
    Every(20, 1 + item, "2026-05-01", {"i" + std::to_string(item)});
  const auto due = Of(Occasion::kReplenishDue, "2026-05-20");
  ASSERT_THAT(due, SizeIs(5));
  EXPECT_EQ(due[0].item->item_id, "i7");
  EXPECT_EQ(due[4].item->item_id, "i3");
}

TEST_F(MomentCandidates, WithoutAUsualNobodyIsMissed) {
  for (int visit = 0; visit < 8; ++visit)
    Every(7, 1,
          "2026-0" + std::to_string(1 + visit / 4) + "-0" + std::to_string(1 + 2 * (visit % 4)),
          {"item-" + std::to_string(visit)});
  EXPECT_THAT(Of(Occasion::kUsualLate, "2026-03-20"), IsEmpty());
}

TEST_F(MomentCandidates, ARegularWhoStaysAwayHasLapsedAndIsNotJustLate) {
  Every(7, 5, "2026-05-01", {"latte"});
  EXPECT_THAT(Of(Occasion::kLapsedRegular, "2026-06-30"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kUsualLate, "2026-06-30"), SizeIs(1));
  const auto lapsed = Of(Occasion::kLapsedRegular, "2026-07-01");  // 61 days
  ASSERT_THAT(lapsed, SizeIs(1));
  EXPECT_THAT(lapsed[0].event_ids, ElementsAre("e0005"));
  EXPECT_EQ(lapsed[0].item, nullptr);
  EXPECT_THAT(Of(Occasion::kUsualLate, "2026-07-01"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kLapsedRegular, "2028-04-30"), SizeIs(1));
  EXPECT_THAT(Of(Occasion::kLapsedRegular, "2028-05-01"), IsEmpty()) << "two years";
}

TEST_F(MomentCandidates, WhoCameFourTimesIsNoRegular) {
  Every(7, 4, "2026-05-01", {"latte"});
  EXPECT_THAT(Moments("2026-08-01"), IsEmpty());
}

TEST_F(MomentCandidates, WhoComesBackAfterALapseHasReturned) {
  Every(7, 5, "2026-01-29", {"latte"});
  Order({"2026-05-01"}, {"mug"});
  const auto back = Of(Occasion::kReturned, "2026-05-01");
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_THAT(back[0].event_ids, ElementsAre("e0006", "e0005"));
  EXPECT_THAT(Of(Occasion::kReturned, "2026-05-07"), SizeIs(1));
  EXPECT_THAT(Of(Occasion::kReturned, "2026-05-08"), IsEmpty());
  Order({"2026-05-03"}, {"latte"});
  EXPECT_EQ(Of(Occasion::kReturned, "2026-05-04").at(0).id, back[0].id);
}

// --- stock, and what was said

TEST_F(MomentCandidates, AUsualThatIsBackIsNewsUntilTheyHaveIt) {
  Every(7, 6, "2026-05-01", {"latte"});
  EXPECT_THAT(Of(Occasion::kBackInStock, "2026-05-04"), IsEmpty());
  Change("latte").available_since = Utc("2026-05-03 10:00");
  const auto back = Of(Occasion::kBackInStock, "2026-05-04");
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].item->item_id, "latte");
  EXPECT_EQ(back[0].chance, 7.0 / 8);
  EXPECT_THAT(back[0].event_ids, SizeIs(6));
  EXPECT_EQ(back[0].until, LocalDay("2026-05-09"));
  EXPECT_THAT(Of(Occasion::kBackInStock, "2026-05-10"), IsEmpty());
  EXPECT_THAT(Of(Occasion::kBackInStock, "2026-05-02"), IsEmpty()) << "not yet";
  Order({"2026-05-04"}, {"latte"});
  EXPECT_THAT(Of(Occasion::kBackInStock, "2026-05-04"), IsEmpty());
}

TEST_F(MomentCandidates, WhatIsNoUsualOrAwayIsNotBack) {
  Every(7, 6, "2026-05-01", {"latte"});
  Order({"2026-05-02"}, {"mug"});
  Change("mug").available_since = Utc("2026-05-03 10:00");
  EXPECT_THAT(Of(Occasion::kBackInStock, "2026-05-04"), IsEmpty());
  Change("latte").available = false;
  EXPECT_THAT(Of(Occasion::kBackInStock, "2026-05-04"), IsEmpty());
}

TEST_F(MomentCandidates, WhatWasRelayedAcceptedOrDeclinedForNowIsTakenUpAgain) {
  Said(OutcomeKind::kRelayed, "mug", "2026-05-01");
  Said(OutcomeKind::kAccepted, "pot", "2026-05-01");
  Said(OutcomeKind::kDeclinedNotNow, "cup", "2026-05-01");
  EXPECT_THAT(Moments("2026-05-07"), IsEmpty());
  auto again = Of(Occasion::kFollowUp, "2026-05-08");
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[0].item->item_id, "mug");
  EXPECT_THAT(again[0].event_ids, ElementsAre("said-0"));
  EXPECT_EQ(again[0].until, LocalDay("2026-06-06"));
  EXPECT_EQ(again[1].item->item_id, "pot");
  EXPECT_GT(again[1].chance, again[0].chance);
  again = Of(Occasion::kFollowUp, "2026-05-31");
  ASSERT_THAT(again, SizeIs(3));
  EXPECT_EQ(again[0].item->item_id, "cup");
  EXPECT_THAT(Of(Occasion::kFollowUp, "2026-06-07"), SizeIs(1));
}

TEST_F(MomentCandidates, WhatTheyHaveOrSaidMoreOfSinceIsNotTakenUp) {
  Said(OutcomeKind::kRelayed, "mug", "2026-05-01");
  Said(OutcomeKind::kRelayed, "pot", "2026-05-01");
  Said(OutcomeKind::kRelayed, "cup", "2026-05-01");
  Said(OutcomeKind::kAlreadyHas, "pot", "2026-05-02");
  Order({"2026-05-03"}, {"mug"});
  reports_[2].retracted = Retraction{};
  EXPECT_THAT(Of(Occasion::kFollowUp, "2026-05-10"), IsEmpty());
}

// --- what may be spoken of

TEST_F(MomentCandidates, WhoWantsNoMentionIsSpokenToOfNothing) {
  Every(7, 9, "2026-05-01", {"latte"});
  EXPECT_TRUE(Of(Occasion::kUsualLate, "2026-05-10").at(0).may_mention);
  customer_.consent_mention = false;
  for (const CustomerMoment& moment : Moments("2026-05-10")) EXPECT_FALSE(moment.may_mention);
}

TEST_F(MomentCandidates, WhatHasNoTitleOrPartlyCameBackIsNotSpokenOf) {
  Every(20, 4, "2026-05-01", {"beans"});
  EXPECT_TRUE(Of(Occasion::kReplenishDue, "2026-05-20").at(0).may_mention);
  Change("beans").title = "";
  EXPECT_FALSE(Of(Occasion::kReplenishDue, "2026-05-20").at(0).may_mention);
  Change("beans").title = "Beans";
  past_.lines[0].purchase.quantity = 2;
  GiveBack(past_.lines[0]);
  past_.lines[0].returns[0].quantity = 1;
  EXPECT_FALSE(Of(Occasion::kReplenishDue, "2026-05-20").at(0).may_mention);
}

TEST_F(MomentCandidates, MomentsNameTheOwnerOfTheBook) {
  customer_.staff_id = "sam";
  Order({"2026-05-01"}, {"tea"});
  EXPECT_EQ(Moments("2026-05-01").at(0).owner, "sam");
}

TEST_F(MomentCandidates, APurchaseOfAClockThatRanAheadMovesTheDay) {
  Order({"2026-05-02"}, {"tea"});
  EXPECT_EQ(Moments("2026-05-01").at(0).id, Moments("2026-05-02").at(0).id);
}

TEST_F(MomentCandidates, WhoNeverBoughtHasNone) { EXPECT_THAT(Moments("2026-05-01"), IsEmpty()); }

}  // namespace
}  // namespace rapport::clienteling
