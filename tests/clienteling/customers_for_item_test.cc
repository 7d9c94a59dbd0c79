// Whom an item would suit: who may be contacted, what was declined, what may be given as a reason.
#include "services/clienteling/customers_for_item.h"

#include "services/clienteling/customer_place.h"
#include "tests/clienteling/reported_scene.h"

namespace rapport::clienteling {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

class CustomersForItemTest : public ReportedScene {
 protected:
  // What an item is suggested to c4 for.
  std::vector<std::string> Because(const std::string& item) const {
    std::vector<std::string> ids;
    const SuitedCustomers found = For({.item_id = item});
    EXPECT_EQ(found.customers.size(), 1u);
    if (found.customers.empty()) return ids;
    for (const auto& each : found.customers[0].because_of) ids.push_back(each->item_id);
    return ids;
  }
};

TEST_F(CustomersForItemTest, WhoIsToBeContactedMayBeNow) {
  const ReverseQuery query{.item_id = Top(), .to_contact = true};
  EXPECT_EQ(WhyNot(query), std::nullopt);
  Meet({.contact_by_channel = {{ContactChannel::kInPerson, false},
                               {ContactChannel::kPhone, false},
                               {ContactChannel::kEmail, false},
                               {ContactChannel::kText, false},
                               {ContactChannel::kPost, false}}});
  EXPECT_EQ(WhyNot(query), NotSuited::kNoContact);
  Meet({.consent_contact = false, .contact_by_channel = {{ContactChannel::kEmail, true}}});
  EXPECT_EQ(WhyNot(query), std::nullopt) << "by mail";
  const std::string complaint = Learnt(InsightKind::kComplaint);
  EXPECT_EQ(WhyNot(query), NotSuited::kNotNow);
  EXPECT_EQ(WhyNot({.item_id = query.item_id}), std::nullopt) << "not to be contacted";
  Undo(complaint);
  const std::string called = "call";
  shop_.Append(Contact{.event_id = called,
                       .customer_id = "c4",
                       .channel = ContactChannel::kPhone,
                       .at = shop_.DaysAgo(1)});
  EXPECT_EQ(WhyNot(query), NotSuited::kNotNow);
  Undo(called);
  EXPECT_EQ(WhyNot(query), std::nullopt);
  ASSERT_TRUE(shop_.store
                  ->ClaimMomentAndWait({.customer_id = "c4", .moment_id = "m", .staff_id = "sam"},
                                       std::chrono::minutes(30))
                  .ok());
  EXPECT_EQ(WhyNot(query), NotSuited::kNotNow);
  ReverseQuery own = query;
  own.staff_id = "sam";
  EXPECT_EQ(WhyNot(own), std::nullopt) << "it is theirs";
}

TEST_F(CustomersForItemTest, ADeclineForNowFadesAndEndsWithAPurchase) {
  const std::string top = Top();
  reverse_.contact.declined_days = 40;
  Said(OutcomeKind::kDeclinedNotNow, top, 39);
  EXPECT_EQ(WhyNot({.item_id = top}), NotSuited::kDeclined);
  shop_.Pass(std::chrono::days(2));
  EXPECT_EQ(WhyNot({.item_id = top}), std::nullopt);
  Said(OutcomeKind::kDeclinedNotNow, top, 1);
  shop_.Buys("c4", top);
  EXPECT_EQ(WhyNot({.item_id = top, .pool = Pool::kBoughtBefore}), std::nullopt);
}

TEST_F(CustomersForItemTest, NothingIsAReasonThatIsNotToBeSpokenOf) {
  const std::string top = Top();
  const std::vector<std::string> before = Because(top);
  ASSERT_THAT(before, Not(IsEmpty()));
  const std::string reason = before[0];
  const std::string avoided = Learnt(InsightKind::kAvoidTopic, {SubjectKind::kItem, "", reason});
  EXPECT_THAT(Because(top), Not(Contains(reason)));
  Undo(avoided);
  const std::string uncomfortable = Said(OutcomeKind::kUncomfortable, reason);
  EXPECT_THAT(Because(top), Not(Contains(reason)));
  Undo(uncomfortable);
  EXPECT_EQ(Because(top), before);
  reverse_.horizon_days = 0.5;
  EXPECT_THAT(Because(top), IsEmpty());
  reverse_.horizon_days = 730;
  Purchase two = shop_.MadeUp("c4", reason, 1);
  two.quantity = 2;
  two.purchased_at = shop_.DaysAgo(1);
  shop_.Append(two);
  ASSERT_THAT(Because(top), Contains(reason));
  shop_.Append(Return{.event_id = "back",
                      .customer_id = "c4",
                      .purchase_event_id = two.event_id,
                      .quantity = 1,
                      .returned_at = shop_.now()});
  EXPECT_THAT(Because(top), Not(Contains(reason)));
}

TEST_F(CustomersForItemTest, WhatWasNotTheirsIsNotOwned) {
  const std::string top = Top();
  const std::string line = shop_.Buys("c4", top, 1);
  EXPECT_EQ(WhyNot({.item_id = top}), NotSuited::kHasIt);
  Said(OutcomeKind::kWrongFact, top, 0, {line});
  EXPECT_EQ(WhyNot({.item_id = top}), std::nullopt);
}

TEST_F(CustomersForItemTest, BelongsToTheStoreOfTheLastPurchaseThatWasInOne) {
  const auto store = [this](const std::string& of_customer = "") {
    return StoreOf({.customer_id = "c4", .store = of_customer}, *shop_.store->History("c4"));
  };
  EXPECT_EQ(store(), "");
  Purchase harbour = shop_.MadeUp("c4", "tea-0", 1);
  harbour.store = "Harbour";
  harbour.purchased_at = shop_.DaysAgo(3);
  shop_.Append(harbour);
  Purchase market = shop_.MadeUp("c4", "tea-0", 2);
  market.store = "Market";
  market.purchased_at = shop_.DaysAgo(2);
  shop_.Append(market);
  shop_.Buys("c4", "tea-0", 1);  // online
  EXPECT_EQ(store(), "Market");
  EXPECT_EQ(store("Station"), "Station");
  const auto of_market = [](const Customer&, const std::string& in) { return in == "Market"; };
  const SuitedCustomers found = For({.item_id = Top(), .among = of_market});
  ASSERT_EQ(found.customers.size(), 1u);
  EXPECT_EQ(found.customers[0].customer.customer_id, "c4");
  Said(OutcomeKind::kWrongFact, "tea-0", 0, {market.event_id});
  EXPECT_EQ(store(), "Harbour");
}

}  // namespace
}  // namespace rapport::clienteling
