#include "services/clienteling/moment_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<const Customer> Called(const std::string& id) {
  return std::make_shared<const Customer>(Customer{.customer_id = id});
}

ListedMoment Free(const std::string& customer, const std::string& id, Occasion occasion,
                  double chance = 1, double value = 1) {
  ListedMoment each;
  each.moment.id = id;
  each.moment.customer_id = customer;
  each.moment.occasion = occasion;
  each.moment.chance = chance;
  each.moment.value = value;
  each.customer = Called(customer);
  each.channels = {ContactChannel::kPhone};
  return each;
}

std::vector<std::string> Ids(const std::vector<ListedMoment>& moments) {
  std::vector<std::string> ids;
  for (const ListedMoment& each : moments) ids.push_back(each.moment.id);
  return ids;
}
std::vector<std::string> Ids(const std::vector<SuppressedMoment>& moments) {
  std::vector<std::string> ids;
  for (const SuppressedMoment& each : moments)
    ids.push_back(std::string(NameOf(each.by)) + " " +
                  (each.moment ? each.moment->id : each.customer->customer_id));
  return ids;
}

TEST(MomentList, RanksFirstsBeforeAllAndTheRestByChanceTimesValue) {
  const MomentList list = Ranked(
      {Free("a", "a1", Occasion::kLapsedRegular, 0.5, 100),
       Free("b", "b1", Occasion::kReplenishDue, 0.6, 100),
       Free("c", "c1", Occasion::kFirstOrder, 1, 1), Free("d", "d1", Occasion::kAnniversary, 1, 55),
       Free("e", "e1", Occasion::kNthOrder, 1, 2)},
      {}, 10);
  EXPECT_THAT(Ids(list.listed), ElementsAre("e1", "c1", "b1", "d1", "a1"));
  EXPECT_THAT(list.suppressed, IsEmpty());
}

TEST(MomentList, CountsCustomersAndNotMoments) {
  const MomentList list = Ranked(
      {Free("a", "a1", Occasion::kLapsedRegular, 1, 9), Free("a", "a2", Occasion::kFollowUp, 1, 1),
       Free("a", "a3", Occasion::kAnniversary, 1, 2),
       Free("b", "b1", Occasion::kReplenishDue, 1, 5),
       Free("c", "c1", Occasion::kReplenishDue, 1, 4)},
      {}, 2);
  EXPECT_THAT(Ids(list.listed), ElementsAre("a1", "a3", "b1"));
  EXPECT_THAT(Ids(list.suppressed), ElementsAre("ENOUGH a2", "BEYOND_CAPACITY c1"));
}

TEST(MomentList, OfNoCapacityListsNothing) {
  const MomentList list = Ranked({Free("a", "a1", Occasion::kFirstOrder)}, {}, 0);
  EXPECT_THAT(list.listed, IsEmpty());
  EXPECT_THAT(Ids(list.suppressed), ElementsAre("BEYOND_CAPACITY a1"));
}

TEST(MomentList, GivesReasonsInTheirOrder) {
  std::vector<SuppressedMoment> kept;
  for (const SuppressedBy by :
       {SuppressedBy::kQuietHours, SuppressedBy::kNoConsent, SuppressedBy::kOptedOut}) {
    kept.push_back({.by = by, .customer = Called("x"), .moment = {}, .held_by = {}});
    if (by != SuppressedBy::kOptedOut)
      kept.back().moment = Free("x", "x1", Occasion::kFollowUp).moment;
  }
  EXPECT_THAT(Ids(Ranked({}, kept, 5).suppressed),
              ElementsAre("OPTED_OUT x", "NO_CONSENT x1", "QUIET_HOURS x1"));
}

// Whatever there is, in whatever order: the same list; nothing is lost, nothing twice; never more
// customers than the capacity, nor moments of one than are taken in at once; the best are kept.
TEST(MomentList, KeepsItsPromisesWhateverThereIs) {
  std::mt19937 random(7);
  const auto below = [&](size_t most) { return static_cast<int>(random() % most); };
  for (int round = 0; round < 300; ++round) {
    std::vector<ListedMoment> free;
    const int count = below(40), capacity = below(8);
    for (int each = 0; each < count; ++each) {
      free.push_back(Free("c" + std::to_string(below(10)), "m" + std::to_string(each),
                          static_cast<Occasion>(1 + below(kOccasions)), below(4) / 4.0, below(5)));
    }
    const MomentList list = Ranked(free, {}, capacity);
    std::ranges::shuffle(free, random);
    const MomentList shuffled = Ranked(free, {}, capacity);
    ASSERT_EQ(Ids(list.listed), Ids(shuffled.listed));
    ASSERT_EQ(Ids(list.suppressed), Ids(shuffled.suppressed));
    std::map<std::string, int> of_customer;
    std::set<std::string> seen;
    for (const ListedMoment& each : list.listed) {
      ++of_customer[each.moment.customer_id];
      ASSERT_TRUE(seen.insert(each.moment.id).second);
    }
    for (const SuppressedMoment& each : list.suppressed) {
      ASSERT_TRUE(seen.insert(each.moment->id).second);
      const bool listed = of_customer.contains(each.moment->customer_id);
      ASSERT_EQ(each.by, listed ? SuppressedBy::kEnough : SuppressedBy::kBeyondCapacity);
      for (const ListedMoment& better : list.listed) {
        const bool own = better.moment.customer_id == each.moment->customer_id;
        if (own) ASSERT_TRUE(IsBefore(better.moment, *each.moment));
      }
    }
    ASSERT_THAT(seen, SizeIs(count));
    ASSERT_LE(std::ssize(of_customer), capacity);
    for (const auto& [customer, moments] : of_customer) ASSERT_LE(moments, kMostOfACustomer);
  }
}

}  // namespace
}  // namespace rapport::clienteling
