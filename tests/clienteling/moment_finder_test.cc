// The moments of a real store's customers: whose they are, what is kept back, and what holds of any
// list.
#include "services/clienteling/moment_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "tests/recommender/shop.h"

namespace rapport::clienteling {
namespace {

using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class MomentFinderTest : public ::testing::Test {
 protected:
  MomentFinder Finder() const {
    return {*shop_.store,
            *shop_.shelf,
            time_,
            {.hides_item = [](const Item& item) { return item.item_id.starts_with("secret"); },
             .hides_text = [](std::string_view) { return false; }},
            options_,
            shop_.clock};
  }
  DayOfMoments List(const MomentQuery& query = {}) const {
    const auto list = Finder().List(query, [] { return false; });
    EXPECT_TRUE(list.ok()) << list.status();
    return list.value_or(DayOfMoments());
  }
  void Meet(Customer customer) {
    ASSERT_TRUE(shop_.store->UpsertCustomersAndWait({std::move(customer)}).ok());
  }
  // So many times, every so many days, the last so many days ago; at a store.
  void Buys(const std::string& customer, const std::string& item, int times, int every, int last,
            const std::string& store = "") {
    for (int time = times - 1; time >= 0; --time) {
      Purchase purchase = shop_.MadeUp(customer, item, ++purchases_);
      purchase.purchased_at = shop_.DaysAgo(last + time * every);
      purchase.store = store;
      shop_.Append(purchase);
    }
  }

  Shop shop_;
  ShopTime time_ = ShopTime::Utc();
  MomentOptions options_;

 private:
  int purchases_ = 0;
};

std::vector<std::string> CustomersOf(const DayOfMoments& day) {
  std::vector<std::string> ids;
  for (const ListedMoment& each : day.list.listed) ids.push_back(each.moment.customer_id);
  return ids;
}
std::vector<std::string> ReasonsOf(const DayOfMoments& day) {
  std::vector<std::string> reasons;
  for (const SuppressedMoment& each : day.list.suppressed)
    reasons.push_back(each.customer->customer_id + " " + std::string(NameOf(each.by)));
  return reasons;
}

TEST_F(MomentFinderTest, OfAStoreAreThoseWhoBelongToItOrBoughtThereLast) {
  for (const char* customer : {"belongs", "elsewhere", "there", "nowhere", "moved"})
    Buys(customer, "tea", 1, 1, 2, customer == std::string("there") ? "Harbour" : "");
  Buys("moved", "tea", 1, 1, 5, "Harbour");
  Buys("moved", "tea", 1, 1, 1, "Station");
  Meet({.customer_id = "belongs", .store = "Harbour"});
  Meet({.customer_id = "elsewhere", .store = "Station"});
  const DayOfMoments day = List({.store = "Harbour"});
  EXPECT_THAT(CustomersOf(day), UnorderedElementsAre("belongs", "there"));
  EXPECT_EQ(day.customers, 2);
  EXPECT_THAT(ReasonsOf(day), IsEmpty());
  EXPECT_EQ(List().customers, 5);
}

TEST_F(MomentFinderTest, OfABookAreItsCustomersAndOfABookInAStoreNobodyElses) {
  for (const char* customer : {"sams", "kims", "free"}) Buys(customer, "tea", 1, 1, 2, "Harbour");
  Meet({.customer_id = "sams", .store = "Harbour", .staff_id = "sam"});
  Meet({.customer_id = "kims", .store = "Harbour", .staff_id = "kim"});
  EXPECT_THAT(CustomersOf(List({.staff_id = "sam"})), ElementsAre("sams"));
  const DayOfMoments both = List({.store = "Harbour", .staff_id = "sam"});
  EXPECT_THAT(CustomersOf(both), UnorderedElementsAre("sams", "free"));
  EXPECT_THAT(ReasonsOf(both), ElementsAre("kims ANOTHERS"));
  EXPECT_EQ(both.list.suppressed[0].held_by, "kim");
  EXPECT_THAT(CustomersOf(List({.store = "Harbour"})), SizeIs(3));
  EXPECT_THAT(CustomersOf(List({.staff_id = "nobody"})), IsEmpty());
}

TEST_F(MomentFinderTest, OptingOutHoldsOnTheNextCallAndTellsNothing) {
  Buys("ada", "tea", 1, 1, 2);
  EXPECT_THAT(CustomersOf(List()), ElementsAre("ada"));
  Meet({.customer_id = "ada", .consent_personalization = false});
  const DayOfMoments day = List();
  EXPECT_THAT(day.list.listed, IsEmpty());
  ASSERT_THAT(ReasonsOf(day), ElementsAre("ada OPTED_OUT"));
  EXPECT_FALSE(day.list.suppressed[0].moment);
  Meet({.customer_id = "ada", .consent_mention = false});
  ASSERT_THAT(CustomersOf(List()), ElementsAre("ada"));
  EXPECT_FALSE(List().list.listed[0].moment.may_mention);
  Meet({.customer_id = "ada", .consent_contact = false});
  EXPECT_THAT(ReasonsOf(List()), ElementsAre("ada NO_CONSENT"));
}

TEST_F(MomentFinderTest, ADayThatIsOverIsSeenAsItWasThen) {
  Buys("ada", "tea", 1, 1, 10);
  Buys("ada", "tea", 1, 1, 2);
  EXPECT_THAT(List().list.listed, IsEmpty());
  const auto today = time_.At(shop_.now()).day;
  const DayOfMoments then = List({.date = today - days(10)});
  ASSERT_THAT(CustomersOf(then), ElementsAre("ada"));
  EXPECT_EQ(then.list.listed[0].moment.occasion, Occasion::kFirstOrder);
  EXPECT_EQ(then.as_of, time_.Begin(today - days(9)) - TimePoint::duration(1));
  EXPECT_THAT(List({.date = today - days(11)}).list.listed, IsEmpty());
}

TEST_F(MomentFinderTest, ADayToComeIsSeenFromWhatIsKnownNow) {
  Buys("ada", "beans", 4, 20, 10);
  const auto today = time_.At(shop_.now()).day;
  EXPECT_THAT(List({.occasions = {Occasion::kReplenishDue}}).list.listed, IsEmpty());
  const DayOfMoments later =
      List({.date = today + days(8), .occasions = {Occasion::kReplenishDue}});
  ASSERT_THAT(CustomersOf(later), ElementsAre("ada"));
  EXPECT_EQ(later.as_of, shop_.now());
}

TEST_F(MomentFinderTest, QuietHoursAreOfNowAndOfNoOtherDay) {
  Buys("ada", "tea", 1, 1, 2);
  const int minute = time_.At(shop_.now()).minute;
  Meet({.customer_id = "ada", .quiet_hours = QuietHours{minute, minute + 1}});
  EXPECT_THAT(ReasonsOf(List()), ElementsAre("ada QUIET_HOURS"));
  const auto today = time_.At(shop_.now()).day;
  EXPECT_THAT(CustomersOf(List({.date = today + days(1)})), ElementsAre("ada"));
  Meet({.customer_id = "ada",
        .time_zone = "Asia/Kathmandu",
        .quiet_hours = QuietHours{minute, minute + 1}});
  EXPECT_THAT(CustomersOf(List()), ElementsAre("ada"));
}

TEST_F(MomentFinderTest, OnlyTheOccasionsAskedForAreLookedAt) {
  Buys("ada", "tea", 1, 1, 2);
  EXPECT_THAT(List({.occasions = {Occasion::kNthOrder}}).list.listed, IsEmpty());
  EXPECT_THAT(List({.occasions = {Occasion::kNthOrder, Occasion::kFirstOrder}}).list.listed,
              SizeIs(1));
}

TEST_F(MomentFinderTest, ACallThatNobodyWaitsForEnds) {
  Buys("ada", "tea", 1, 1, 2);
  EXPECT_TRUE(absl::IsCancelled(Finder().List({}, [] { return true; }).status()));
}

TEST_F(MomentFinderTest, OfAnEmptyShopThereIsNothing) {
  const DayOfMoments day = List();
  EXPECT_EQ(day.customers, 0);
  EXPECT_THAT(day.list.listed, IsEmpty());
  EXPECT_THAT(day.list.suppressed, IsEmpty());
}

TEST_F(MomentFinderTest, FindsOneMomentForWhoeverWantsToDealWithIt) {
  Buys("ada", "tea", 1, 1, 2);
  Meet({.customer_id = "ada", .staff_id = "sam"});
  const CustomerMoment listed = List().list.listed.at(0).moment;
  const auto found = Finder().Find("ada", listed.id, "sam");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->moment.id, listed.id);
  EXPECT_EQ(found->suppressed, std::nullopt);
  EXPECT_EQ(Finder().Find("ada", listed.id, "kim")->suppressed, SuppressedBy::kAnothers);
  EXPECT_TRUE(absl::IsNotFound(Finder().Find("ada", "no such", "sam").status()));
  EXPECT_TRUE(absl::IsNotFound(Finder().Find("bob", listed.id, "sam").status()));
}

TEST_F(MomentFinderTest, WhatIsClaimedIsKeptFromOthersAndWhatIsDoneFromAll) {
  Buys("ada", "tea", 1, 1, 2);
  const CustomerMoment listed = List().list.listed.at(0).moment;
  MomentClaim claim{.customer_id = "ada", .moment_id = listed.id, .staff_id = "sam"};
  ASSERT_TRUE(shop_.store->ClaimMomentAndWait(claim, std::chrono::minutes(30)).ok());
  EXPECT_THAT(ReasonsOf(List()), ElementsAre("ada CLAIMED"));
  EXPECT_EQ(List().list.suppressed[0].held_by, "sam");
  Meet({.customer_id = "ada", .staff_id = "sam"});
  const DayOfMoments own = List({.staff_id = "sam"});
  ASSERT_THAT(CustomersOf(own), ElementsAre("ada"));
  EXPECT_EQ(own.list.listed[0].claim->staff_id, "sam");
  shop_.Pass(std::chrono::hours(1));
  EXPECT_THAT(CustomersOf(List()), ElementsAre("ada"));
  claim.fate = MomentFate::kSkipped;
  ASSERT_TRUE(shop_.store->CompleteMomentAndWait(claim).ok());
  EXPECT_THAT(ReasonsOf(List()), ElementsAre("ada DONE"));
}

// Shops made up of anything: what holds of every list.
TEST_F(MomentFinderTest, KeepsItsPromisesInAnyShop) {
  std::mt19937 random(11);
  const auto below = [&](size_t most) { return static_cast<int>(random() % most); };
  const auto maybe = [&]() -> std::optional<bool> {
    const int answer = below(4);
    return answer > 1 ? std::nullopt : std::optional(answer == 1);
  };
  options_.candidates.milestones = {2, 3};
  std::map<std::string, Customer> customers;
  for (int each = 0; each < 60; ++each) {
    Customer customer{.customer_id = testing::Id("c", each)};
    for (int item = below(4); item >= 0; --item)
      Buys(customer.customer_id, testing::Id(below(5) == 0 ? "secret-" : "i", below(6)),
           1 + below(8), 1 + below(40), below(90), below(3) == 0 ? "Harbour" : "");
    if (below(2) == 0) {
      shop_.Append(Outcome{.event_id = "out",
                           .customer_id = customer.customer_id,
                           .kind = static_cast<OutcomeKind>(1 + below(kOutcomeKinds)),
                           .item_id = testing::Id("i", below(8)),
                           .at = shop_.DaysAgo(below(50))});
    }
    if (below(3) == 0) {
      shop_.Append(Contact{.event_id = "met",
                           .customer_id = customer.customer_id,
                           .channel = ContactChannel::kPhone,
                           .at = shop_.DaysAgo(below(40)),
                           .staff_id = {},
                           .moment_id = {}});
    }
    customer.staff_id = below(3) == 0 ? "sam" : "";
    customer.consent_personalization = maybe();
    customer.consent_mention = maybe();
    customer.consent_contact = maybe();
    if (const auto yes = maybe()) customer.contact_by_channel[ContactChannel::kEmail] = *yes;
    if (below(3) == 0) customer.quiet_hours = QuietHours{below(1440), below(1440)};
    customers[customer.customer_id] = customer;
    if (below(4) > 0) {
      Meet(customer);
    } else {
      customers[customer.customer_id] = {.customer_id = customer.customer_id};
    }
  }
  size_t listed_ever = 0;
  for (int round = 0; round < 40; ++round) {
    MomentQuery query{.capacity = below(12)};
    if (below(3) == 0) query.staff_id = "sam";
    if (below(3) == 0) query.store = "Harbour";
    if (below(3) == 0) query.date = time_.At(shop_.now()).day + days(below(60) - 30);
    if (below(4) == 0) query.channel = ContactChannel::kEmail;
    const DayOfMoments day = List(query), again = List(query);
    ASSERT_EQ(CustomersOf(day), CustomersOf(again));
    ASSERT_EQ(ReasonsOf(day), ReasonsOf(again));
    std::set<std::string> ids, listed;
    for (const ListedMoment& each : day.list.listed) {
      const Customer& customer = customers[each.moment.customer_id];
      ASSERT_TRUE(ids.insert(each.moment.id).second);
      ASSERT_EQ(each.moment.id.size(), 32);
      ASSERT_FALSE(each.moment.event_ids.empty()) << NameOf(each.moment.occasion);
      ASSERT_LE(each.moment.since, each.moment.until);
      ASSERT_GE(each.moment.until, day.date);
      ASSERT_TRUE(each.moment.chance > 0 && each.moment.chance <= 1);
      ASSERT_TRUE(customer.consent_personalization.value_or(true));
      ASSERT_FALSE(each.channels.empty());
      for (const ContactChannel channel : each.channels) ASSERT_TRUE(customer.MayContact(channel));
      if (query.channel) ASSERT_THAT(each.channels, ElementsAre(*query.channel));
      if (!customer.consent_mention.value_or(true)) ASSERT_FALSE(each.moment.may_mention);
      if (!query.staff_id.empty())
        ASSERT_TRUE(customer.staff_id.empty() || customer.staff_id == "sam");
      if (each.moment.item != nullptr)
        ASSERT_FALSE(each.moment.item->item_id.starts_with("secret"));
      listed.insert(each.moment.customer_id);
    }
    listed_ever += ids.size();
    for (const SuppressedMoment& each : day.list.suppressed) {
      if (each.moment) ASSERT_TRUE(ids.insert(each.moment->id).second) << "listed and suppressed";
    }
    ASSERT_LE(std::ssize(listed), query.capacity);
  }
  EXPECT_GT(listed_ever, 100u);
}

}  // namespace
}  // namespace rapport::clienteling
