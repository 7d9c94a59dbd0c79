// Who deals with the moments of a customer who is known under several ids: one of all who ask, and
// what is reported while they ask.
#include <functional>
#include <future>
#include <latch>

#include "tests/data/support.h"

namespace rapport::testing {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr minutes kLease{30};

MomentClaim Of(std::string staff, std::string moment, std::string customer) {
  return {.customer_id = std::move(customer),
          .moment_id = std::move(moment),
          .occasion = Occasion::kUsualLate,
          .staff_id = std::move(staff)};
}

MomentClaim Called(MomentClaim claim) {
  claim.fate = MomentFate::kContacted;
  claim.channel = ContactChannel::kPhone;
  return claim;
}

class MergedClaimsTest : public ::testing::Test {
 protected:
  MergedClaimsTest() {
    Open();
    MustAppend(*store_, {Bought("old", "p", "tea"), Bought("new", "q", "tea")});
  }
  void Open() {
    store_.reset();
    StoreOptions options = OptionsFor(dir_ / "store");
    options.now = [this] { return now_; };
    store_ = OpenStore(options);
  }
  void Merge(const std::string& from = "old", const std::string& into = "new") {
    ASSERT_TRUE(store_->MergeCustomersAndWait(from, into).ok());
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
  // Lets the writer take all that `submit` submits as one group.
  void AsOneGroup(const std::function<void()>& submit) {
    std::latch busy(1), submitted(1);
    store_->UpsertItems({{.item_id = "tea"}}, [&](const absl::Status&) {
      busy.count_down();
      submitted.wait();
    });
    busy.wait();
    submit();
    submitted.count_down();
    EXPECT_TRUE(store_->UpsertItemsAndWait({{.item_id = "tea"}}).ok());  // all else is done
  }

  const TempDir dir_;
  TimePoint now_ = At(0);
  std::unique_ptr<Store> store_;
};

TEST_F(MergedClaimsTest, GoToOneWhicheverIdIsNamed) {
  Merge();
  EXPECT_EQ(Claim(Of("sam", "m1", "old")).outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(Claim(Of("max", "m2", "new")).outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(Claim(Of("max", "m2", "old")).outcome, ClaimOutcome::kHeld);
  EXPECT_EQ(store_->Claims("new")->at(0).customer_id, "new");
  EXPECT_THAT(*store_->Claims("old"), SizeIs(1));
}

TEST_F(MergedClaimsTest, GoToOneWhicheverIdIsNamedInOneGroupOfWrites) {
  Merge();
  std::promise<ClaimAnswer> sam, max;
  AsOneGroup([&] {
    store_->ClaimMoment(Of("sam", "m1", "old"), kLease, AsOf().sequence,
                        [&](const auto& answer) { sam.set_value(*answer); });
    store_->ClaimMoment(Of("max", "m2", "new"), kLease, AsOf().sequence,
                        [&](const auto& answer) { max.set_value(*answer); });
  });
  EXPECT_EQ(sam.get_future().get().outcome, ClaimOutcome::kGranted);
  EXPECT_EQ(max.get_future().get().outcome, ClaimOutcome::kHeld);
}

TEST_F(MergedClaimsTest, OfBeforeTheMergeHoldUntilTheirEndAfterIt) {
  const MomentClaim sams = Claim(Of("sam", "m1", "old")).claim;
  Merge();
  for (int opening = 0; opening < 2; ++opening, Open()) {
    EXPECT_THAT(*store_->Claims("new"), ElementsAre(sams));
    EXPECT_THAT(*store_->Claims("old"), ElementsAre(sams));
    const ClaimAnswer max = Claim(Of("max", "m2", "new"));
    EXPECT_EQ(max.outcome, ClaimOutcome::kHeld);
    EXPECT_EQ(max.claim, sams);
    EXPECT_EQ(Complete(Called(Of("max", "m1", "new"))).outcome, ClaimOutcome::kHeld);
  }
  now_ += minutes(10);
  EXPECT_EQ(Claim(Of("sam", "m1", "new")).claim.until, now_ + kLease);  // the same claim, extended
  EXPECT_THAT(*store_->Claims("new"), SizeIs(1));
  now_ += kLease;
  EXPECT_EQ(Claim(Of("max", "m1", "old")).outcome, ClaimOutcome::kGranted);
  EXPECT_THAT(*store_->Claims("new"), SizeIs(1));
}

TEST_F(MergedClaimsTest, ThatAreDoneStayDoneUnderEveryIdOfAChain) {
  const MomentClaim called = Called(Of("sam", "m1", "old"));
  Complete(called);
  MustAppend(*store_, {Bought("last", "r", "tea")});
  Merge();
  Merge("new", "last");
  now_ += kLease;
  for (const char* id : {"old", "new", "last"}) {
    EXPECT_EQ(Claim(Of("max", "m1", id)).outcome, ClaimOutcome::kDone);
    EXPECT_EQ(Complete(Called(Of("sam", "m1", id))).outcome, ClaimOutcome::kGranted);
    EXPECT_THAT(*store_->Claims(id), SizeIs(1));
    EXPECT_EQ(store_->Claims(id)->at(0).done_at, At(0));
    EXPECT_THAT(MustRead(*store_, id).reports, SizeIs(1));
  }
}

TEST_F(MergedClaimsTest, ThatEndAfterTheMergeAreContactsOfTheCustomer) {
  Claim(Of("sam", "m1", "old"));
  Merge();
  ASSERT_TRUE(store_->View("new").ok());  // in the cache by now
  Complete(Called(Of("sam", "m1", "old")));
  const auto view = store_->View("new");
  ASSERT_THAT((*view)->history.reports, SizeIs(1));
  const Contact expected{"contact-m1", "new", ContactChannel::kPhone, At(0), "sam", "m1"};
  EXPECT_EQ(std::get<Contact>((*view)->history.reports[0].report), expected);
  EXPECT_EQ(store_->Claims("new")->at(0).fate, MomentFate::kContacted);
}

// One id is one event, whichever of two writes of a group has it; else the store would hold fewer
// events than it numbered, and would not open.
TEST_F(MergedClaimsTest, AReportOfAContactsIdInTheSameGroupIsNoSecondEvent) {
  Merge();
  for (const bool report_first : {false, true}) {
    const std::string moment = report_first ? "m1" : "m2";
    const Event report =
        Insight{.event_id = "contact-" + moment, .customer_id = "new", .at = At(1)};
    std::promise<AppendOutcome> reported;
    std::promise<ClaimOutcome> ended;
    const uint64_t before = store_->LastSequence();
    AsOneGroup([&] {
      const auto append = [&] {
        store_->Append({report},
                       [&](const auto& result) { reported.set_value(result->events[0].outcome); });
      };
      if (report_first) append();
      store_->CompleteMoment(Called(Of("sam", moment, "new")),
                             [&](const auto& answer) { ended.set_value(answer->outcome); });
      if (!report_first) append();
    });
    EXPECT_EQ(reported.get_future().get(),
              report_first ? AppendOutcome::kAccepted : AppendOutcome::kConflict);
    EXPECT_EQ(ended.get_future().get(), ClaimOutcome::kGranted);
    EXPECT_EQ(store_->LastSequence(), before + 1);
    Open();
    ASSERT_NE(store_, nullptr);
  }
  EXPECT_THAT(MustRead(*store_, "new").reports, SizeIs(2));
}

// Whoever judged by less than is known by now has to judge anew.
TEST_F(MergedClaimsTest, RestOnAllThatIsKnownOfTheCustomer) {
  const auto claim = [this](const std::string& id, uint64_t sequence) {
    return store_->ClaimMomentAndWait(Of("sam", "m1", id), kLease, sequence).status().code();
  };
  const Contact met{"c1", "old", ContactChannel::kPhone, At(1), "max", ""};
  const uint64_t sequence = MustRead(*store_, "new").sequence;
  MustAppend(*store_, {met});
  EXPECT_EQ(claim("new", sequence), absl::StatusCode::kOk);  // it was of another
  Merge();
  EXPECT_EQ(claim("new", sequence), absl::StatusCode::kAborted);
  EXPECT_EQ(claim("old", MustRead(*store_, "new").sequence), absl::StatusCode::kOk);

  // In one group of writes.
  std::promise<absl::StatusCode> code;
  const uint64_t known = MustRead(*store_, "new").sequence;
  Contact again = met;
  again.event_id = "c2";
  AsOneGroup([&] {
    store_->Append({again}, [](const auto&) {});
    store_->ClaimMoment(Of("sam", "m1", "new"), kLease, known,
                        [&](const auto& answer) { code.set_value(answer.status().code()); });
  });
  EXPECT_EQ(code.get_future().get(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace rapport::testing
