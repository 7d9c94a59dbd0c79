// Two customers who turn out to be one: what becomes of their purchases, reports, moments and
// descriptions, and of what still comes under the old id.
#include <latch>

#include "data/codec.h"
#include "data/customer_log.h"
#include "data/joined_log.h"
#include "tests/data/moments.h"
#include "tests/data/support.h"

namespace rapport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Merged MustMerge(Store& store, const std::string& from, const std::string& into) {
  const auto result = store.MergeCustomersAndWait(from, into);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? result->merged : Merged{};
}

std::string Refusal(Store& store, const std::string& from, const std::string& into,
                    absl::StatusCode code) {
  const absl::Status refused = store.MergeCustomersAndWait(from, into).status();
  EXPECT_EQ(refused.code(), code) << refused;
  return std::string(refused.message());
}

std::vector<std::string> Ids(const std::vector<Customer>& customers) {
  std::vector<std::string> ids;
  for (const Customer& customer : customers) ids.push_back(customer.customer_id);
  return ids;
}

class MergeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        store_->UpsertItemsAndWait({Described("tea", "Tea"), Described("mug", "Mugs")}).ok());
  }
  void Reopen() {
    store_.reset();
    store_ = OpenStore(dir_ / "store");
    ASSERT_NE(store_, nullptr);
  }
  std::vector<AppendOutcome> Outcomes(std::vector<Event> events) {
    std::vector<AppendOutcome> outcomes;
    for (const EventResult& each : MustAppend(*store_, std::move(events)).events)
      outcomes.push_back(each.outcome);
    return outcomes;
  }

  const TempDir dir_;
  std::unique_ptr<Store> store_ = OpenStore(dir_ / "store");
};

TEST_F(MergeTest, TheHistoryOfBothIsReadUnderEitherIdAndSurvivesOpening) {
  MustAppend(*store_, {Bought("old", "1", "tea", 1, 2), Bought("new", "2", "mug", 2)});
  MustAppend(*store_, {Back("old", "3", "1", 3, 1)});
  const Merged merged = MustMerge(*store_, "old", "new");
  EXPECT_EQ(merged, (Merged{"new", 4, 1, 0, 2, 0}));
  for (int opening = 0; opening < 2; ++opening) {
    for (const char* id : {"old", "new"}) {
      const HistoryView view = MustRead(*store_, id);
      EXPECT_THAT(EventIds(view), ElementsAre("1", "2"));
      EXPECT_EQ(view.sequence, 4u);
      EXPECT_EQ(view.lines[0].purchase.customer_id, "new");
      EXPECT_EQ(view.lines[0].receipt.sequence, 1u);
      EXPECT_EQ(view.lines[0].receipt.merge, 4u);
      EXPECT_EQ(view.lines[0].KeptQuantity(), 1);
      EXPECT_EQ(view.lines[1].receipt.merge, 0u);
      EXPECT_EQ(store_->View(id).value()->customer_id, "new");
    }
    Reopen();
  }
  EXPECT_EQ(store_->LastSequence(), 4u);
}

TEST_F(MergeTest, EachHistoryBeforeItIsAsItWas) {
  MustAppend(*store_, {Bought("old", "1", "tea", 1), Bought("new", "1", "mug", 2)});
  const HistoryView old_before = MustRead(*store_, "old");
  const HistoryView new_before = MustRead(*store_, "new");
  MustMerge(*store_, "old", "new");
  MustAppend(*store_, {Bought("old", "2", "tea", 5)});
  EXPECT_TRUE(SameView(MustRead(*store_, "old", {.sequence = 2}), old_before));
  EXPECT_TRUE(SameView(MustRead(*store_, "new", {.sequence = 2}), new_before));
  EXPECT_THAT(EventIds(MustRead(*store_, "new", {.sequence = 3})), ElementsAre("old/1", "1"));
  EXPECT_EQ(MustRead(*store_, "new", {.time = At(1)}).sequence, 3u);
  const auto view = store_->View("old", {.sequence = 2});
  ASSERT_TRUE(view.ok());
  EXPECT_TRUE(SameView((*view)->history, old_before));
  EXPECT_EQ((*view)->customer_id, "new");
}

TEST_F(MergeTest, ARetryUnderTheOldIdIsADuplicate) {
  const std::vector<Event> sent = {Bought("old", "1", "tea", 1), Back("old", "r", "1", 3)};
  MustAppend(*store_, {sent[0], sent[1], Bought("new", "1", "mug", 2)});
  MustMerge(*store_, "old", "new");
  const auto again = MustAppend(*store_, sent);
  EXPECT_EQ(again.events[0].outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(again.events[1].outcome, AppendOutcome::kDuplicate);
  EXPECT_FALSE(again.events[1].unmatched);
  EXPECT_THAT(Words(again.moments), ElementsAre("first order of new: old/1 tea (not 1)",
                                                "first Tea of new: old/1 tea (not old/1)"));
  EXPECT_EQ(store_->LastSequence(), 4u);
  const auto changed = MustAppend(*store_, {Bought("old", "1", "tea", 9)});
  EXPECT_EQ(changed.events[0].conflicting_field, "purchased_at");
}

TEST_F(MergeTest, WhatArrivesLateUnderTheOldIdIsTheOthers) {
  MustAppend(*store_, {Bought("old", "1", "tea", 10), Bought("new", "2", "mug", 20)});
  MustMerge(*store_, "old", "new");
  ASSERT_TRUE(store_->View("new").ok());  // kept in memory
  const auto late = MustAppend(*store_, {Bought("old", "3", "mug", 5)});
  EXPECT_EQ(late.events[0].outcome, AppendOutcome::kAccepted);
  EXPECT_THAT(Words(late.moments),
              ElementsAre("first order of new: 3 mug (not 1)", "first Mugs of new: 3 mug (not 2)"));
  EXPECT_THAT(EventIds((*store_->View("new"))->history), ElementsAre("3", "1", "2"));
  EXPECT_THAT(EventIds((*store_->View("old"))->history), ElementsAre("3", "1", "2"));
  // The same line under the other id, and the other way round.
  EXPECT_THAT(Outcomes({Bought("new", "3", "mug", 5), Bought("old", "2", "mug", 20)}),
              ElementsAre(AppendOutcome::kDuplicate, AppendOutcome::kDuplicate));
  // Under the new id an event's id is the customer's; under the old one it may still be new.
  EXPECT_THAT(Outcomes({Bought("new", "3", "tea", 6), Bought("old", "2", "tea", 7)}),
              ElementsAre(AppendOutcome::kConflict, AppendOutcome::kAccepted));
  EXPECT_THAT(EventIds(MustRead(*store_, "new")), ElementsAre("3", "old/2", "1", "2"));
  Reopen();
  EXPECT_THAT(EventIds(MustRead(*store_, "new")), ElementsAre("3", "old/2", "1", "2"));
}

TEST_F(MergeTest, OneIdWithTheSameContentIsOneEvent) {
  MustAppend(*store_, {Bought("old", "1", "tea", 1), Bought("new", "1", "tea", 1)});
  EXPECT_EQ(MustMerge(*store_, "old", "new"), (Merged{"new", 3, 0, 0, 0, 1}));
  EXPECT_THAT(EventIds(MustRead(*store_, "new")), ElementsAre("1"));
  EXPECT_THAT(Outcomes({Bought("old", "1", "tea", 1)}), ElementsAre(AppendOutcome::kDuplicate));
  Reopen();
}

TEST_F(MergeTest, WhatRefersToARenamedEventFollowsIt) {
  MustAppend(*store_, {Bought("new", "1", "mug", 1), Bought("old", "1", "tea", 2)});
  const auto of_old = [](Event event) {
    std::visit([](auto& each) { each.customer_id = "old"; }, event);
    return event;
  };
  MustAppend(*store_, {of_old(Insight{.event_id = "2", .at = At(3)}),
                       of_old(Outcome{.event_id = "o",
                                      .kind = OutcomeKind::kBoughtAsGift,
                                      .purchase_event_ids = {"1"},
                                      .at = At(3)}),
                       Insight{.event_id = "2", .customer_id = "new", .at = At(1), .staff_id = "x"},
                       Back("old", "3", "1", 4), Retraction{"u", "old", "2", At(5), ""}});
  EXPECT_EQ(MustMerge(*store_, "old", "new").reports, 2u);
  HistoryView view = MustRead(*store_, "new");
  ASSERT_THAT(EventIds(view), ElementsAre("1", "old/1"));
  EXPECT_THAT(view.lines[0].returns, IsEmpty());
  EXPECT_THAT(view.lines[1].returns, SizeIs(1));
  EXPECT_EQ(view.lines[0].set_aside, SetAside::kNo);
  EXPECT_EQ(view.lines[1].set_aside, SetAside::kGift);
  ASSERT_THAT(view.reports, SizeIs(3));
  EXPECT_FALSE(view.reports[0].retracted);
  EXPECT_EQ(EventIdOf(view.reports[2]), "old/2");
  EXPECT_TRUE(view.reports[2].retracted);
  // By its new name it can be referred to as well; by its old one, as the old customer's.
  EXPECT_FALSE(MustAppend(*store_, {Back("new", "4", "old/1", 6)}).events[0].unmatched);
  EXPECT_FALSE(MustAppend(*store_, {Back("old", "5", "1", 7)}).events[0].unmatched);
  EXPECT_FALSE(MustAppend(*store_, {Back("new", "6", "1", 8)}).events[0].unmatched);
  EXPECT_TRUE(MustAppend(*store_, {Back("old", "7", "none", 8)}).events[0].unmatched);
  view = MustRead(*store_, "new");
  EXPECT_THAT(view.lines[0].returns, SizeIs(1));
  EXPECT_THAT(view.lines[1].returns, SizeIs(3));
}

TEST_F(MergeTest, AReturnThatCameBeforeItsPurchaseFindsItUnderItsNewName) {
  MustAppend(*store_, {Bought("new", "1", "mug", 1), Bought("old", "0", "tea", 2)});
  MustMerge(*store_, "old", "new");
  MustAppend(*store_, {Back("old", "r", "1", 9)});  // of the mug, as far as anybody knows
  EXPECT_THAT(MustRead(*store_, "new").lines[0].returns, SizeIs(1));
  MustAppend(*store_, {Bought("old", "1", "tea", 3)});
  const HistoryView view = MustRead(*store_, "new");
  ASSERT_THAT(EventIds(view), ElementsAre("1", "0", "old/1"));
  EXPECT_THAT(view.lines[0].returns, IsEmpty());
  EXPECT_THAT(view.lines[2].returns, SizeIs(1));
  EXPECT_THAT(MustRead(*store_, "new", {.sequence = 4}).lines[0].returns, SizeIs(1));
}

TEST_F(MergeTest, ANameThatNobodyCouldSendBecomesAShorterOne) {
  const std::string id(128, 'x');
  MustAppend(*store_, {Bought("new", id, "mug", 1), Bought("old", id, "tea", 2),
                       Bought("new", "1", "mug", 3), Bought("new", "old/1", "mug", 4),
                       Bought("old", "1", "tea", 5)});
  MustMerge(*store_, "old", "new");
  const std::vector<std::string> ids = EventIds(MustRead(*store_, "new"));
  EXPECT_THAT(ids, ElementsAre(id, SizeIs(39), "1", "old/1", "old/old/1"));
  Reopen();
  EXPECT_EQ(EventIds(MustRead(*store_, "new")), ids);
}

TEST_F(MergeTest, ChainsAreFollowed) {
  MustAppend(*store_,
             {Bought("a", "1", "tea", 1), Bought("b", "1", "tea", 2), Bought("c", "1", "tea", 3)});
  const HistoryView a = MustRead(*store_, "a");
  MustMerge(*store_, "a", "b");
  const HistoryView b = MustRead(*store_, "b");
  MustMerge(*store_, "b", "c");
  EXPECT_THAT(EventIds(MustRead(*store_, "a")), ElementsAre("a/1", "b/1", "1"));
  EXPECT_TRUE(SameView(MustRead(*store_, "a", {.sequence = 3}), a));
  EXPECT_TRUE(SameView(MustRead(*store_, "a", {.sequence = 4}), b));
  EXPECT_TRUE(SameView(MustRead(*store_, "b", {.sequence = 4}), b));
  EXPECT_THAT(Outcomes({Bought("a", "1", "tea", 1), Bought("b", "1", "tea", 2)}),
              ElementsAre(AppendOutcome::kDuplicate, AppendOutcome::kDuplicate));
  MustAppend(*store_, {Bought("a", "2", "tea", 4)});
  EXPECT_THAT(EventIds(MustRead(*store_, "c")), ElementsAre("a/1", "b/1", "1", "2"));
  // Into one of the ids that somebody is known under: into them.
  MustAppend(*store_, {Bought("d", "9", "tea", 9)});
  EXPECT_EQ(MustMerge(*store_, "d", "a").into_customer_id, "c");
  EXPECT_THAT(EventIds(MustRead(*store_, "d")), ElementsAre("a/1", "b/1", "1", "2", "9"));
  Reopen();
  EXPECT_EQ(store_->GetCustomer("a").value()->customer_id, "c");
}

TEST_F(MergeTest, AgainItChangesNothingAndSaysTheSame) {
  MustAppend(*store_, {Bought("old", "1", "tea", 1), Bought("new", "2", "mug", 2)});
  const auto first = store_->MergeCustomersAndWait("old", "new");
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->done_before);
  Reopen();
  const auto again = store_->MergeCustomersAndWait("old", "new");
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->done_before);
  EXPECT_EQ(again->merged, first->merged);
  EXPECT_EQ(store_->LastSequence(), 3u);
  EXPECT_EQ(store_->LastMoment(), 6u);
}

TEST_F(MergeTest, WhatMakesNoSenseIsRefused) {
  MustAppend(*store_, {Bought("a", "1", "tea", 1), Bought("b", "1", "tea", 2),
                       Bought("c", "1", "tea", 3), Bought("", "1", "tea", 4),
                       Insight{.event_id = "1", .customer_id = "noted", .at = At(1)}});
  using absl::StatusCode;
  EXPECT_THAT(Refusal(*store_, "a", "a", StatusCode::kInvalidArgument), HasSubstr("the same"));
  EXPECT_THAT(Refusal(*store_, "", "a", StatusCode::kInvalidArgument), HasSubstr("a guest"));
  EXPECT_THAT(Refusal(*store_, "a", "", StatusCode::kInvalidArgument), HasSubstr("a guest"));
  EXPECT_EQ(Refusal(*store_, "typo", "a", StatusCode::kNotFound),
            "merge customer 'typo' into 'a': nothing is known of 'typo'");
  EXPECT_EQ(Refusal(*store_, "a", "typo", StatusCode::kNotFound),
            "merge customer 'a' into 'typo': 'typo' was neither described nor ever bought");
  Refusal(*store_, "a", "noted", StatusCode::kNotFound);
  MustMerge(*store_, "a", "b");
  EXPECT_EQ(Refusal(*store_, "a", "c", StatusCode::kFailedPrecondition),
            "merge customer 'a' into 'c': 'a' was merged into 'b' before");
  EXPECT_THAT(Refusal(*store_, "b", "a", StatusCode::kFailedPrecondition),
              HasSubstr("'a' was merged into 'b' before"));
  MustMerge(*store_, "noted", "b");
  EXPECT_EQ(store_->LastSequence(), 7u);
}

TEST_F(MergeTest, WhoOnlyBoughtIsDescribedByTheOther) {
  ASSERT_TRUE(store_->UpsertCustomersAndWait({{.customer_id = "old", .name = "Maya"}}).ok());
  MustAppend(*store_, {Bought("new", "1", "tea", 1)});
  EXPECT_EQ(MustMerge(*store_, "old", "new"), (Merged{"new", 2, 0, 0, 0, 0}));
  EXPECT_EQ(store_->GetCustomer("new").value()->name, "Maya");
  EXPECT_EQ(MustRead(*store_, "new").sequence, 1u);  // the history is what it was
  EXPECT_THAT(Words(MustReadMoments(*store_)),
              ElementsAre("first order of new: 1 tea", "first Tea of new: 1 tea"));
}

TEST_F(MergeTest, MomentsAreThoseOfBothAsOne) {
  MustAppend(*store_, {Bought("new", "n1", "tea", 10)});
  MustAppend(*store_, {Bought("old", "o1", "mug", 5), Bought("old", "o2", "tea", 12)});
  EXPECT_EQ(MustMerge(*store_, "old", "new").moments, 2u);
  const auto moments = MustReadMoments(*store_);
  EXPECT_THAT(Words(moments),
              ElementsAre("first Tea of new: n1 tea", "first order of new: o1 mug (not n1)",
                          "first Mugs of new: o1 mug (not o1)"));
  EXPECT_EQ(moments[1].position, 6u);
  EXPECT_EQ(store_->LastMoment(), 7u);
  EXPECT_THAT(
      Words(MustAppend(*store_, {Bought("old", "o1", "mug", 5)}).moments),
      ElementsAre("first order of new: o1 mug (not n1)", "first Mugs of new: o1 mug (not o1)"));
}

TEST_F(MergeTest, AMilestoneThatBothReachTogetherIsTold) {
  std::vector<Event> events;
  for (int n = 0; n < 6; ++n) {
    events.emplace_back(Bought("new", Id("n", n), "tea", 10 + 2 * n));
    events.emplace_back(Bought("old", Id("o", n), "tea", 11 + 2 * n));
  }
  MustAppend(*store_, events);
  const uint64_t before = store_->LastMoment();
  MustMerge(*store_, "old", "new");
  EXPECT_THAT(Words(MustReadMoments(*store_, before)), ElementsAre("order 10 of new: o4 tea"));
}

// Numbers of orders are the shop's, not the customer's, as ids of events are.
TEST_F(MergeTest, OneOrderIdOfBothIsOneOrder) {
  const auto ordered = [](Purchase purchase, std::string order_id) {
    purchase.order_id = std::move(order_id);
    return purchase;
  };
  for (const char* shared : {"1000", "2000"}) {
    const std::string into = std::string("new") + shared, from = std::string("old") + shared;
    std::vector<Event> events;
    for (int n = 0; n < 9; ++n)
      events.emplace_back(ordered(Bought(into, Id("n", n), "tea", 10 + n), Id("100", n)));
    events.emplace_back(ordered(Bought(from, "n0", "mug", 30), shared));
    MustAppend(*store_, events);
    const uint64_t before = store_->LastMoment();
    MustMerge(*store_, from, into);
    const HistoryView view = MustRead(*store_, into);
    EXPECT_EQ(view.lines.back().purchase.event_id, from + "/n0");
    EXPECT_EQ(view.lines.back().purchase.order_id, shared);
    const bool tenth = std::string(shared) == "2000";
    std::vector<std::string> expected = {"first Mugs of " + into + ": " + from + "/n0 mug (not " +
                                         from + "/n0)"};
    if (tenth) expected.insert(expected.begin(), "order 10 of " + into + ": " + from + "/n0 mug");
    EXPECT_EQ(Words(MustReadMoments(*store_, before)), expected);
  }
}

TEST_F(MergeTest, IsToldToWhoListens) {
  store_.reset();
  StoreOptions options = OptionsFor(dir_ / "store");
  std::vector<std::string> told;
  size_t events = 0;
  options.on_moments = [&](std::span<const Moment> moments) {
    for (const Moment& moment : moments) told.push_back(Words(moment));
  };
  options.on_commit = [&](const CommitReport& report) { events += report.events; };
  store_ = OpenStore(options);
  MustAppend(*store_, {Bought("new", "1", "tea", 2), Bought("old", "1", "tea", 1)});
  told.clear();
  MustMerge(*store_, "old", "new");
  EXPECT_THAT(told, ElementsAre("first order of new: old/1 tea (not 1)",
                                "first Tea of new: old/1 tea (not 1)"));
  EXPECT_EQ(events, 3u);
}

TEST_F(MergeTest, ScansAndListsShowOneCustomer) {
  MustAppend(*store_, {Bought("a", "1", "tea", 1), Bought("b", "1", "mug", 2),
                       Bought("c", "1", "tea", 3), Bought("", "1", "tea", 4)});
  ASSERT_TRUE(store_->UpsertCustomersAndWait({{.customer_id = "z", .name = "Zoe"}}).ok());
  MustMerge(*store_, "a", "z");  // who never bought
  MustMerge(*store_, "c", "b");
  std::vector<std::string> visited;
  ASSERT_TRUE(store_
                  ->ScanHistories([&](std::string_view id, const HistoryView& history) {
                    visited.push_back(std::string(id) + Id(":", std::ssize(history.lines)));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_THAT(visited, ElementsAre(":1", "b:2", "z:1"));
  EXPECT_THAT(Ids(store_->ListCustomers("", 9).value()), ElementsAre("b", "z"));
  EXPECT_THAT(Ids(store_->ListCustomers("", 1).value()), ElementsAre("b"));
  EXPECT_THAT(Ids(store_->ListCustomers("b", 9).value()), ElementsAre("z"));
}

TEST_F(MergeTest, ComesInItsTurnAmongOtherWrites) {
  std::latch answered(5);
  const auto append = [&](Event event) {
    store_->Append({std::move(event)}, [&](const auto& result) {
      EXPECT_TRUE(result.ok() && result->events[0].outcome == AppendOutcome::kAccepted);
      answered.count_down();
    });
  };
  append(Bought("old", "1", "tea", 1));
  append(Bought("new", "1", "tea", 2));
  store_->MergeCustomers("old", "new", [&](const auto& result) {
    EXPECT_TRUE(result.ok()) << result.status();
    answered.count_down();
  });
  append(Bought("old", "2", "tea", 3));
  append(Bought("new", "3", "tea", 4));
  answered.wait();
  EXPECT_THAT(EventIds(MustRead(*store_, "new")), ElementsAre("old/1", "1", "2", "3"));
}

// What the first version of merges wrote, byte for byte.
TEST(MergeGolden, IsReadAndRewritten) {
  const std::string golden = std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/store-v1-";
  const Merge merge{MergeEventId("old"), "new", "old", At(3)};
  const std::string event = codec::EncodeEvent(merge, {7, At(4)});
  const Merged merged{"new", 7, 5, 3, 2, 1};
  if (std::getenv("RAPPORT_WRITE_GOLDEN") != nullptr) {
    WriteFile(golden + "merge.bin", event);
    WriteFile(golden + "merged.bin", codec::EncodeMerged(merged));
  }
  EXPECT_EQ(ReadFile(golden + "merge.bin"), event);
  EXPECT_EQ(codec::DecodeEvent("new", MergeEventId("old"), event).value().event, Event(merge));
  EXPECT_EQ(ReadFile(golden + "merged.bin"), codec::EncodeMerged(merged));
  EXPECT_EQ(codec::DecodeMerged(codec::EncodeMerged(merged)).value(), merged);
  EXPECT_EQ(codec::DecodeMerged("x").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace rapport::testing
