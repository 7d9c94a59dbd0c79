// What staff do with a customer who is known under several ids: claims of moments, reports, and who
// would want an item.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "services/clienteling/customers_for_item.h"
#include "services/clienteling/feedback.h"
#include "services/clienteling/moment_desk.h"
#include "services/recommender/field_errors.h"
#include "tests/recommender/shop.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MergedCustomersTest : public ::testing::Test {
 protected:
  void Merge(const std::string& from, const std::string& into) {
    ASSERT_TRUE(shop_.store->MergeCustomersAndWait(from, into).ok());
  }
  void Buys(const std::string& customer, const std::string& event, const std::string& item,
            double days_ago) {
    Purchase purchase = shop_.MadeUp(customer, item, 0);
    purchase.event_id = event;
    purchase.order_id.clear();
    purchase.purchased_at = shop_.DaysAgo(days_ago);
    shop_.Append(purchase);
  }
  // Of the customer, as it is told now.
  MomentNow MomentOf(const std::string& customer, Occasion occasion) const {
    const auto moments = finder_.Of(customer, "");
    EXPECT_TRUE(moments.ok());
    for (const MomentNow& each : *moments) {
      if (each.moment.occasion == occasion) return each;
    }
    ADD_FAILURE() << customer << " has no such moment";
    return {};
  }
  ClaimReply Claim(const std::string& customer, const std::string& moment,
                   const std::string& staff) const {
    const auto reply = desk_.Claim(customer, moment, staff);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.value_or(ClaimReply{});
  }

  Shop shop_;
  const ShopTime time_ = ShopTime::Utc();
  std::function<void()> while_judging_;  // called once, after a history was read
  const Discretion discretion_{.hides_item =
                                   [this](const Item&) {
                                     if (auto once = std::exchange(while_judging_, nullptr)) once();
                                     return false;
                                   },
                               .hides_text = [](std::string_view) { return false; }};
  const MomentFinder finder_{*shop_.store, *shop_.shelf, time_, discretion_, {}, shop_.clock};
  const MomentDesk desk_{*shop_.store, finder_, std::chrono::minutes(30), nullptr};
  const Suggester suggester_ = shop_.suggester();
  const Feedback feedback_{*shop_.store, *shop_.shelf, suggester_, shop_.clock};
};

TEST_F(MergedCustomersTest, OneOfTwoGetsTheCustomerWhicheverIdTheyName) {
  Buys("cS", "s1", "tea", 2);
  Buys("cT", "t1", "mug", 1);
  Merge("cS", "cT");
  const std::string moment = MomentOf("cT", Occasion::kFirstOrder).moment.id;
  EXPECT_EQ(Claim("cS", moment, "sam").answer.outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(Claim("cT", moment, "max").answer.outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(MomentOf("cS", Occasion::kFirstOrder).claim->staff_id, "sam");
}

TEST_F(MergedCustomersTest, ALeaseHoldsAfterTheMergeAndMayBeEndedByTheIdOfThen) {
  Buys("cP", "p1", "tea", 2);
  Buys("cQ", "q1", "mug", 1);
  const std::string before = MomentOf("cP", Occasion::kFirstOrder).moment.id;
  EXPECT_EQ(Claim("cP", before, "sam").answer.outcome, ClaimOutcome::kGranted);
  Merge("cP", "cQ");
  const std::string now = MomentOf("cQ", Occasion::kFirstOrder).moment.id;
  EXPECT_NE(now, before);
  EXPECT_EQ(Claim("cQ", now, "max").answer.outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(Claim("cP", before, "max").answer.outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(Claim("cP", before, "sam").answer.outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(Claim("cQ", now, "sam").answer.outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(shop_.store->Claims("cQ")->size(), 1);  // of one moment there is one
  const auto ended = desk_.Complete("cQ", now, "sam", MomentFate::kSkipped, std::nullopt);
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->claim.moment_id, before);
  EXPECT_EQ(MomentOf("cQ", Occasion::kFirstOrder).suppressed, SuppressedBy::kDone);
}

TEST_F(MergedCustomersTest, WhatWasDealtWithIsNotOfferedAgain) {
  Buys("cK", "k1", "tea", 2);
  Buys("cL", "l1", "mug", 1);
  const std::string before = MomentOf("cK", Occasion::kFirstOrder).moment.id;
  ASSERT_TRUE(desk_.Complete("cK", before, "sam", MomentFate::kSkipped, std::nullopt).ok());
  EXPECT_EQ(MomentOf("cL", Occasion::kFirstOrder).suppressed, std::nullopt);
  Merge("cK", "cL");
  const MomentNow now = MomentOf("cL", Occasion::kFirstOrder);
  EXPECT_EQ(now.suppressed, SuppressedBy::kDone);
  EXPECT_EQ(Claim("cL", now.moment.id, "max").answer.outcome, ClaimOutcome::kDone);
  const auto day = finder_.List({}, [] { return false; });
  ASSERT_TRUE(day.ok());
  EXPECT_THAT(day->list.listed, IsEmpty());
  ASSERT_EQ(day->list.suppressed.size(), 1);
  EXPECT_EQ(day->list.suppressed[0].held_by, "sam");
  // And asking again for how it ended is safe, under either id.
  for (const char* id : {"cK", "cL"}) {
    const auto again = desk_.Complete(id, before, "sam", MomentFate::kSkipped, std::nullopt);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->outcome, ClaimOutcome::kGranted);
  }
}

TEST_F(MergedCustomersTest, WhatIsHeardWhileAClaimIsJudgedIsHeeded) {
  Buys("ada", "a1", "tea", 2);
  const std::string moment = MomentOf("ada", Occasion::kFirstOrder).moment.id;
  int times = 0;
  while_judging_ = [&] {
    ++times;
    shop_.Append(Contact{"met", "ada", ContactChannel::kPhone, shop_.now(), "max", ""});
  };
  EXPECT_EQ(Claim("ada", moment, "sam").suppressed, SuppressedBy::kContactedLately);
  EXPECT_EQ(times, 1);
  EXPECT_THAT(*shop_.store->Claims("ada"), IsEmpty());

  // What is heard again and again lets nobody wait for ever.
  Buys("eve", "e1", "tea", 2);
  int notes = 0;
  const std::function<void()> note = [&] {
    shop_.Append(Insight{.event_id = "n" + std::to_string(++notes), .customer_id = "eve"});
    while_judging_ = note;
  };
  const std::string eves = MomentOf("eve", Occasion::kFirstOrder).moment.id;
  while_judging_ = note;
  EXPECT_EQ(desk_.Claim("eve", eves, "sam").status().code(), absl::StatusCode::kAborted);
}

// Two customers whose reports and purchases have the same ids.
class MergedReportsTest : public MergedCustomersTest {
 protected:
  MergedReportsTest() {
    shop_.FillWithTastes();
    shop_.Train();
    Buys("cU", "p1", "tea-1", 9);
    Buys("cV", "p1", "book-1", 8);
    Buys("cV", "p2", "book-2", 7);
    EXPECT_TRUE(feedback_.Record(Said("cU", OutcomeKind::kRelayed, "coffee-1", "r1"), {}).ok());
    EXPECT_TRUE(
        feedback_.Record(Said("cV", OutcomeKind::kDeclinedNever, "coffee-2", "r1"), {}).ok());
    Merge("cU", "cV");
  }
  static Outcome Said(const std::string& customer, OutcomeKind kind, const std::string& item,
                      const std::string& id) {
    return {.event_id = id,
            .customer_id = customer,
            .kind = kind,
            .item_id = item,
            .at = testing::At(0)};
  }
  // "book-1 gift", of lines that are set aside.
  std::vector<std::string> SetAsideLines() const {
    std::vector<std::string> items;
    const HistoryView history = *shop_.store->History("cV");
    for (const HistoryLine& line : history.lines) {
      if (line.set_aside != SetAside::kNo) items.push_back(line.purchase.item_id);
    }
    return items;
  }
};

TEST_F(MergedReportsTest, UnderTheOldIdAreOfThePurchasesThatAreShown) {
  const auto gift = feedback_.Record(Said("cU", OutcomeKind::kBoughtAsGift, "book-1", "g"), {});
  ASSERT_TRUE(gift.ok()) << gift.status();
  EXPECT_EQ(gift->effect.lines_set_aside, 1);
  EXPECT_EQ(std::get<Outcome>(gift->reported.report).customer_id, "cV");
  EXPECT_THAT(SetAsideLines(), ElementsAre("book-1"));
  EXPECT_TRUE(
      feedback_.Record(Said("cU", OutcomeKind::kBoughtAsGift, "book-1", "g"), {})->duplicate);
  ASSERT_TRUE(feedback_.Record(Said("cU", OutcomeKind::kBoughtAsGift, "tea-1", "h"), {}).ok());
  EXPECT_THAT(SetAsideLines(), ElementsAre("tea-1", "book-1"));
}

TEST_F(MergedReportsTest, UnderTheOldIdAreUndoneAsTheyAreShown) {
  const auto undone = feedback_.Undo("cU", "r1", "sam", {});
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(std::get<Outcome>(undone->reported.report).item_id, "coffee-2");
  const HistoryView history = *shop_.store->History("cV");
  for (const Reported& each : history.reports)
    EXPECT_EQ(each.retracted.has_value(), EventIdOf(each) == "r1") << EventIdOf(each);
  ASSERT_TRUE(feedback_.Undo("cU", "cU/r1", "sam", {}).ok());
  EXPECT_TRUE(feedback_.Undo("cV", "cU/r1", "sam", {})->duplicate);
}

TEST_F(MergedReportsTest, UnderTheOldIdAndAnIdThatIsTakenAreRefusedAndNotWritten) {
  const uint64_t before = shop_.store->LastSequence();
  const auto refused = feedback_.Record(Said("cU", OutcomeKind::kRelayed, "tea-2", "p2"), {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("the id p2 was used before"));
  const auto learnt = feedback_.Record(
      Insight{.event_id = "p2", .customer_id = "cU", .text = "x", .at = shop_.now()}, {});
  EXPECT_EQ(learnt.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(shop_.store->LastSequence(), before);
  const auto told = feedback_.Record(Said("cU", OutcomeKind::kRelayed, "tea-2", "p3"), {});
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(EventIdOf(told->reported), "p3");
}

TEST_F(MergedReportsTest, OfBeforeTheMergeSentAgainAreDuplicates) {
  const Insight note{.event_id = "n", .customer_id = "c4", .text = "x", .at = shop_.now()};
  EXPECT_TRUE(feedback_.Record(note, {}).ok());
  Merge("c4", "cV");
  const auto again = feedback_.Record(note, {});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->duplicate);
}

TEST_F(MergedReportsTest, WhoWouldWantAnItemNamesACustomerOnce) {
  Merge("c1", "c4");
  const std::string item = shop_.Suggest("c4").suggestions.at(0).item->item_id;
  const auto found =
      CustomersForItem({*shop_.store, *shop_.shelf, discretion_, time_, {}},
                       {.item_id = item, .customer_ids = {"c1", "c4", "c1", "c7"}, .limit = 10},
                       shop_.now(), [] { return false; });
  ASSERT_TRUE(found.ok()) << found.status();
  std::vector<std::string> ids;
  int64_t all = std::ssize(found->customers);
  for (const SuitedCustomer& each : found->customers) ids.push_back(each.customer.customer_id);
  for (const auto& [reason, customers] : found->left_out) all += customers;
  EXPECT_EQ(std::ranges::count(ids, "c4"), 1);
  EXPECT_EQ(std::ranges::count(ids, "c1"), 0);
  EXPECT_EQ(all, 2);
}

}  // namespace
}  // namespace rapport::clienteling
