// Who deals with which moment: one of two who ask gets it, the lease ends, what is done stays done.
#include <array>
#include <random>
#include <thread>

#include "tests/data/support.h"

namespace rapport::testing {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr minutes kLease{30};

MomentClaim Of(std::string staff, std::string moment = "m1", std::string customer = "ada") {
  return {.customer_id = std::move(customer),
          .moment_id = std::move(moment),
          .occasion = Occasion::kUsualLate,
          .staff_id = std::move(staff)};
}

MomentClaim Ended(MomentClaim claim, MomentFate fate,
                  std::optional<ContactChannel> channel = std::nullopt) {
  claim.fate = fate;
  claim.channel = channel;
  return claim;
}

class ClaimsTest : public ::testing::Test {
 protected:
  ClaimsTest() { Open(); }
  void Open() {
    store_.reset();
    StoreOptions options = OptionsFor(dir_.path() + "/db");
    options.now = [this] { return now_; };
    store_ = OpenStore(options);
  }
  ClaimAnswer Claim(const MomentClaim& claim) {
    const auto answer = store_->ClaimMomentAndWait(claim, kLease);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.value_or(ClaimAnswer());
  }
  ClaimAnswer Complete(const MomentClaim& claim) {
    const auto answer = store_->CompleteMomentAndWait(claim);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.value_or(ClaimAnswer());
  }
  std::vector<MomentClaim> Claims(const std::string& customer = "ada") {
    const auto claims = store_->Claims(customer);
    EXPECT_TRUE(claims.ok()) << claims.status();
    return claims.value_or(std::vector<MomentClaim>());
  }

  const TempDir dir_;
  TimePoint now_ = At(0);
  std::unique_ptr<Store> store_;
};

TEST_F(ClaimsTest, GoToTheFirstAndOutliveARestart) {
  const ClaimAnswer sam = Claim(Of("sam"));
  EXPECT_EQ(sam.outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(sam.claim.until, now_ + kLease);
  Open();
  const ClaimAnswer kim = Claim(Of("kim"));
  EXPECT_EQ(kim.outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(kim.claim, sam.claim);
  EXPECT_THAT(Claims(), ElementsAre(sam.claim));
}

TEST_F(ClaimsTest, HoldForAllMomentsOfTheCustomerAndForNobodyElses) {
  Claim(Of("sam", "m1"));
  EXPECT_EQ(Claim(Of("kim", "m2")).outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(Claim(Of("kim", "m2")).claim.moment_id, "m1");
  EXPECT_EQ(Claim(Of("sam", "m2")).outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(Claim(Of("kim", "m1", "adaline")).outcome, ClaimOutcome::kGranted);
  EXPECT_THAT(Claims("adaline"), SizeIs(1));
  EXPECT_THAT(Claims("ad"), IsEmpty());
}

TEST_F(ClaimsTest, EndAtTheLeasesEndAndNotBefore) {
  Claim(Of("sam"));
  now_ += kLease - std::chrono::microseconds(1);
  EXPECT_EQ(Claim(Of("kim")).outcome, ClaimOutcome::kHeld);
  now_ += std::chrono::microseconds(1);
  const ClaimAnswer kim = Claim(Of("kim"));
  EXPECT_EQ(kim.outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(kim.claim.staff_id, "kim");
}

TEST_F(ClaimsTest, OfTheSamePersonAreExtendedAndNeverShortened) {
  Claim(Of("sam"));
  now_ += minutes(20);
  EXPECT_EQ(Claim(Of("sam")).claim.until, now_ + kLease);
  now_ -= minutes(10);  // the clock was set back
  EXPECT_EQ(Claim(Of("sam")).claim.until, At(0) + minutes(20) + kLease);
}

TEST_F(ClaimsTest, AreNotEndedByAnotherWhileTheLeaseRuns) {
  Claim(Of("sam"));
  EXPECT_EQ(Complete(Ended(Of("kim"), MomentFate::kSkipped)).outcome, ClaimOutcome::kHeld);
  EXPECT_FALSE(Claims()[0].fate);
  now_ += kLease;
  EXPECT_EQ(Complete(Ended(Of("kim"), MomentFate::kSkipped)).outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(Claims()[0].staff_id, "kim");
  EXPECT_EQ(Claims()[0].done_at, now_);
}

TEST_F(ClaimsTest, ThatAreDoneStayDone) {
  const MomentClaim skipped = Ended(Of("sam"), MomentFate::kSkipped);
  const ClaimAnswer first = Complete(skipped);
  now_ += minutes(5);
  const ClaimAnswer again = Complete(skipped);
  EXPECT_EQ(again.outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(again.claim, first.claim);  // with the time of the first
  EXPECT_EQ(Complete(Ended(Of("sam"), MomentFate::kWrong)).outcome, ClaimOutcome::kDone);
  EXPECT_EQ(Complete(Ended(Of("kim"), MomentFate::kSkipped)).outcome, ClaimOutcome::kDone);
  EXPECT_EQ(Claim(Of("sam")).outcome, ClaimOutcome::kDone);
  EXPECT_EQ(Claim(Of("kim", "m2")).outcome, ClaimOutcome::kGranted);  // nobody deals with her now
}

TEST_F(ClaimsTest, ThatEndInAContactAppendItOnce) {
  MustAppend(*store_, {Bought("ada", "p", "tea")});
  ASSERT_TRUE(store_->View("ada").ok());  // in the cache by now
  const MomentClaim called = Ended(Of("sam"), MomentFate::kContacted, ContactChannel::kPhone);
  Complete(called);
  now_ += minutes(5);
  Complete(called);
  const auto view = store_->View("ada");
  ASSERT_TRUE(view.ok());
  ASSERT_THAT((*view)->history.reports, SizeIs(1));
  const Contact expected{"contact-m1", "ada", ContactChannel::kPhone, At(0), "sam", "m1"};
  EXPECT_EQ(std::get<Contact>((*view)->history.reports[0].report), expected);
  EXPECT_EQ(store_->LastSequence(), 2);
}

TEST_F(ClaimsTest, AppendNoContactWithoutAChannelOrWhereNobodyWasReached) {
  Complete(Ended(Of("sam", "m1"), MomentFate::kContacted));
  Complete(Ended(Of("sam", "m2"), MomentFate::kNotReached, ContactChannel::kPhone));
  EXPECT_THAT(MustRead(*store_, "ada").reports, IsEmpty());
}

TEST_F(ClaimsTest, LeaveAContactAloneThatWasReportedByTheSameId) {
  const Contact reported{"contact-m1", "ada", ContactChannel::kPost, At(-9), "kim", ""};
  MustAppend(*store_, {reported});
  EXPECT_EQ(Complete(Ended(Of("sam"), MomentFate::kContacted, ContactChannel::kPhone)).outcome,
            ClaimOutcome::kGranted);
  const HistoryView view = MustRead(*store_, "ada");
  ASSERT_THAT(view.reports, SizeIs(1));
  EXPECT_EQ(std::get<Contact>(view.reports[0].report), reported);
}

// Whoever asks, in one group of writes or in several: of those who get a customer's moments at a
// time there is one.
TEST_F(ClaimsTest, GoToOneOfManyWhoAskAtOnce) {
  constexpr int kStaff = 8, kCustomers = 40;
  std::array<std::array<ClaimOutcome, kCustomers>, kStaff> outcomes{};
  {
    std::vector<std::jthread> threads;
    for (int staff = 0; staff < kStaff; ++staff) {
      threads.emplace_back([&, staff] {
        for (int customer = 0; customer < kCustomers; ++customer) {
          const auto answer = store_->ClaimMomentAndWait(
              Of(Id("s", staff), Id("m", staff % 2), Id("c", customer)), kLease);
          ASSERT_TRUE(answer.ok()) << answer.status();
          outcomes[static_cast<size_t>(staff)][static_cast<size_t>(customer)] = answer->outcome;
        }
      });
    }
  }
  for (int customer = 0; customer < kCustomers; ++customer) {
    int granted = 0;
    for (const auto& of_staff : outcomes)
      granted += of_staff[static_cast<size_t>(customer)] == ClaimOutcome::kGranted ? 1 : 0;
    EXPECT_EQ(granted, 1) << customer;
    EXPECT_THAT(Claims(Id("c", customer)), SizeIs(1));
  }
}

// --- items: since when they can be sold again

TEST_F(ClaimsTest, ItemsKnowSinceWhenTheyAreBack) {
  const auto since = [this] { return store_->GetItem("tea").value()->available_since; };
  Item tea{.item_id = "tea", .title = "Tea", .available_since = At(7)};
  ASSERT_TRUE(store_->UpsertItemsAndWait({tea}).ok());
  EXPECT_FALSE(since());  // it never was away, whatever the caller says
  tea.available = false;
  ASSERT_TRUE(store_->UpsertItemsAndWait({tea}).ok());
  now_ = At(100);
  ASSERT_TRUE(store_->SetAvailabilityAndWait("tea", true).ok());
  EXPECT_EQ(since(), At(100));
  now_ = At(200);
  ASSERT_TRUE(store_->SetAvailabilityAndWait("tea", true).ok());
  tea.available = true;
  ASSERT_TRUE(store_->UpsertItemsAndWait({tea}).ok());
  EXPECT_EQ(since(), At(100));  // it stayed
  ASSERT_TRUE(store_->SetAvailabilityAndWait("tea", false).ok());
  EXPECT_FALSE(since());
  ASSERT_TRUE(store_->UpsertItemsAndWait({tea}).ok());
  EXPECT_EQ(since(), At(200));
}

TEST_F(ClaimsTest, ItemsThatCameBackWithinOneCallAreBack) {
  Item away{.item_id = "tea", .available = false}, back{.item_id = "tea"};
  now_ = At(5);
  ASSERT_TRUE(store_->UpsertItemsAndWait({away, back}).ok());
  EXPECT_EQ(store_->GetItem("tea").value()->available_since, At(5));
}

}  // namespace
}  // namespace rapport::testing
