// What the store answers and remembers while the disk does as it should.
#include "data/store.h"

#include <future>
#include <set>
#include <thread>

#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::At;
using testing::Back;
using testing::Bought;
using ::testing::ElementsAre;
using testing::EventIds;
using ::testing::HasSubstr;
using testing::Id;
using ::testing::IsEmpty;
using testing::MustAppend;
using testing::MustRead;
using testing::OpenStore;
using testing::OptionsFor;

TEST(Store, NumbersEventsFromOneWithoutGaps) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  EXPECT_EQ(store->LastSequence(), 0u);
  EXPECT_EQ(MustAppend(*store, {Bought("ada", "1", "tea"), Bought("ada", "2", "mug")}).sequence,
            2u);
  EXPECT_EQ(MustAppend(*store, {Bought("ada", "1", "tea"), Bought("bob", "1", "tea")}).sequence,
            3u);
  EXPECT_EQ(store->LastSequence(), 3u);
  const auto lines = MustRead(*store, "bob").lines;
  EXPECT_EQ(lines.at(0).receipt.sequence, 3u);
  EXPECT_EQ(lines.at(0).receipt.recorded_at, At(1'000'000));
}

TEST(Store, AnswersDuplicateWhenTheSameEventComesAgain) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  const std::vector<Event> events = {Bought("ada", "1", "tea"), Back("ada", "2", "1", 5)};
  MustAppend(*store, events);
  const AppendResult again = MustAppend(*store, events);
  EXPECT_EQ(again.events.at(0).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(again.events.at(1).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(again.sequence, 2u);
  EXPECT_EQ(MustRead(*store, "ada").lines.size(), 1u);
}

TEST(Store, AnswersConflictWhenTheSameIdComesWithOtherContent) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  Purchase first = Bought("ada", "1", "tea", 5, 2);
  first.unit_price = Money{"EUR", 3, 0};
  MustAppend(*store, {first, Back("ada", "2", "1", 9, 1)});
  const auto field_of = [&](const Event& event) {
    const EventResult result = MustAppend(*store, {event}).events.at(0);
    EXPECT_EQ(result.outcome, AppendOutcome::kConflict);
    return result.conflicting_field;
  };
  const auto changed = [&](auto change) {
    Purchase other = first;
    change(other);
    return field_of(other);
  };
  EXPECT_EQ(changed([](Purchase& p) { p.item_id = "mug"; }), "item_id");
  EXPECT_EQ(changed([](Purchase& p) { p.order_id = "o"; }), "order_id");
  EXPECT_EQ(changed([](Purchase& p) { p.purchased_at = At(6); }), "purchased_at");
  EXPECT_EQ(changed([](Purchase& p) { p.quantity = 3; }), "quantity");
  EXPECT_EQ(changed([](Purchase& p) { p.unit_price->units = 4; }), "unit_price");
  EXPECT_EQ(changed([](Purchase& p) { p.unit_price.reset(); }), "unit_price");
  EXPECT_EQ(changed([](Purchase& p) { p.channel = Channel::kOnline; }), "channel");
  EXPECT_EQ(changed([](Purchase& p) { p.staff_id = "s"; }), "staff_id");
  EXPECT_EQ(changed([](Purchase& p) { p.gift = true; }), "gift");
  EXPECT_EQ(changed([](Purchase& p) { p.store = "Harbour"; }), "store");
  EXPECT_EQ(field_of(Back("ada", "2", "x", 9, 1)), "purchase_event_id");
  EXPECT_EQ(field_of(Back("ada", "2", "1", 9)), "quantity");
  EXPECT_EQ(field_of(Back("ada", "2", "1", 8, 1)), "returned_at");
  EXPECT_EQ(field_of(Back("ada", "1", "1", 9)), "event_id");  // a return under a purchase's id
  EXPECT_EQ(MustRead(*store, "ada").lines.at(0).purchase, first);
  EXPECT_EQ(store->LastSequence(), 2u);
}

TEST(Store, JudgesAnEventByThoseBeforeItInTheSameCall) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  const AppendResult result =
      MustAppend(*store, {Bought("ada", "1", "tea"), Bought("ada", "1", "tea"),
                          Bought("ada", "1", "mug"), Back("ada", "2", "1"), Back("ada", "3", "9"),
                          Bought("ada", "9", "mug"), Back("ada", "4", "9")});
  EXPECT_EQ(result.events.at(0).outcome, AppendOutcome::kAccepted);
  EXPECT_EQ(result.events.at(1).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(result.events.at(2).outcome, AppendOutcome::kConflict);
  EXPECT_FALSE(result.events.at(3).unmatched);
  EXPECT_TRUE(result.events.at(4).unmatched);  // its purchase comes after it
  EXPECT_FALSE(result.events.at(6).unmatched);
  EXPECT_EQ(result.sequence, 5u);
}

TEST(Store, SaysWhetherAReturnHasItsPurchase) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  EXPECT_TRUE(MustAppend(*store, {Back("ada", "r", "p")}).events.at(0).unmatched);
  EXPECT_TRUE(MustAppend(*store, {Back("ada", "r", "p")}).events.at(0).unmatched);
  MustAppend(*store, {Bought("bob", "p", "tea")});  // somebody else's
  EXPECT_TRUE(MustAppend(*store, {Back("ada", "r", "p")}).events.at(0).unmatched);
  MustAppend(*store, {Bought("ada", "p", "tea")});
  EXPECT_FALSE(MustAppend(*store, {Back("ada", "r", "p")}).events.at(0).unmatched);
}

TEST(Store, KeepsTheSameEventIdOfTwoCustomersApart) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea")});
  EXPECT_EQ(MustAppend(*store, {Bought("bob", "1", "mug")}).events.at(0).outcome,
            AppendOutcome::kAccepted);
}

TEST(Store, RemembersEverythingWhenOpenedAgain) {
  const TempDir dir;
  Item mug;
  mug.item_id = "mug";
  mug.title = "Blue mug";
  Customer ada;
  ada.customer_id = "ada";
  ada.consent_contact = false;
  {
    const auto store = OpenStore(dir / "store");
    MustAppend(*store, {Bought("ada", "1", "tea", 3), Back("ada", "2", "1", 4)});
    ASSERT_TRUE(store->UpsertItemsAndWait({mug}).ok());
    ASSERT_TRUE(store->UpsertCustomersAndWait({ada}).ok());
  }
  const auto store = OpenStore(dir / "store");
  EXPECT_EQ(store->LastSequence(), 2u);
  EXPECT_EQ(MustRead(*store, "ada").lines.at(0).KeptQuantity(), 0);
  EXPECT_EQ(store->GetItem("mug").value(), mug);
  EXPECT_EQ(store->GetCustomer("ada").value(), ada);
  EXPECT_EQ(MustAppend(*store, {Bought("ada", "1", "tea", 3)}).events.at(0).outcome,
            AppendOutcome::kDuplicate);
  EXPECT_EQ(MustAppend(*store, {Bought("ada", "3", "tea")}).sequence, 3u);
}

TEST(Store, KnowsAnItemThatWasOnlyBoughtByItsId) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  EXPECT_EQ(store->GetItem("tea").value(), std::nullopt);
  MustAppend(*store, {Bought("ada", "1", "tea")});
  Item bare;
  bare.item_id = "tea";
  EXPECT_EQ(store->GetItem("tea").value(), bare);
}

TEST(Store, KeepsAnItemsDescriptionWhenItIsBought) {
  const TempDir dir;
  Item tea;
  tea.item_id = "tea";
  tea.title = "Green tea";
  {
    const auto store = OpenStore(dir / "store");
    ASSERT_TRUE(store->UpsertItemsAndWait({tea}).ok());
    MustAppend(*store, {Bought("ada", "1", "tea")});
    EXPECT_EQ(store->GetItem("tea").value(), tea);
  }
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "2", "tea")});
  EXPECT_EQ(store->GetItem("tea").value(), tea);
}

TEST(Store, ChangesAvailabilityOfDescribedAndBoughtItemsOnly) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  Item mug;
  mug.item_id = "mug";
  mug.title = "Blue mug";
  ASSERT_TRUE(store->UpsertItemsAndWait({mug}).ok());
  MustAppend(*store, {Bought("ada", "1", "tea")});
  EXPECT_TRUE(store->SetAvailabilityAndWait("mug", false).ok());
  EXPECT_TRUE(store->SetAvailabilityAndWait("tea", false).ok());
  EXPECT_FALSE(store->GetItem("mug").value()->available);
  EXPECT_EQ(store->GetItem("mug").value()->title, "Blue mug");
  EXPECT_FALSE(store->GetItem("tea").value()->available);
  EXPECT_TRUE(store->SetAvailabilityAndWait("mug", true).ok());
  mug.available_since = At(1'000'000);  // back, as of the store's clock
  EXPECT_EQ(store->GetItem("mug").value(), mug);
  EXPECT_TRUE(absl::IsNotFound(store->SetAvailabilityAndWait("hat", true)));
  EXPECT_EQ(store->GetItem("hat").value(), std::nullopt);
}

TEST(Store, TakesWritesThatWaitTogetherInTheirOrder) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  std::promise<void> entered, go_on;
  options.on_commit = [&, first = true](const CommitReport&) mutable {
    if (!std::exchange(first, false)) return;
    entered.set_value();
    go_on.get_future().wait();
  };
  const auto store = OpenStore(options);
  store->Append({Bought("ada", "0", "hat")}, [](const auto&) {});
  entered.get_future().wait();
  // All of these wait now, and will be one batch.
  Item tea;
  tea.item_id = "tea";
  tea.title = "Green tea";
  std::promise<absl::Status> too_early, in_time;
  store->SetAvailability("tea", false, [&](absl::Status s) { too_early.set_value(s); });
  store->Append({Bought("ada", "1", "tea")}, [](const auto&) {});
  store->UpsertItems({tea}, [](const auto&) {});
  store->SetAvailability("tea", false, [&](absl::Status s) { in_time.set_value(s); });
  std::promise<AppendResult> repeated;
  store->Append({Bought("ada", "1", "tea")}, [&](auto r) { repeated.set_value(*r); });
  go_on.set_value();
  EXPECT_TRUE(absl::IsNotFound(too_early.get_future().get()));
  EXPECT_TRUE(in_time.get_future().get().ok());
  EXPECT_EQ(repeated.get_future().get().events.at(0).outcome, AppendOutcome::kDuplicate);
  EXPECT_EQ(store->GetItem("tea").value()->title, "Green tea");
  EXPECT_FALSE(store->GetItem("tea").value()->available);
}

TEST(Store, ListsItemsInPagesInOrderOfId) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "d"), Bought("ada", "2", "b"), Bought("ada", "3", "a")});
  Item c;
  c.item_id = "c";
  ASSERT_TRUE(store->UpsertItemsAndWait({c}).ok());
  const auto page = [&](std::string_view after, size_t limit) {
    std::vector<std::string> ids;
    const auto items = store->ListItems(after, limit);
    for (const Item& item : *items) ids.push_back(item.item_id);
    return ids;
  };
  EXPECT_THAT(page("", 2), ElementsAre("a", "b"));
  EXPECT_THAT(page("b", 2), ElementsAre("c", "d"));
  EXPECT_THAT(page("bb", 9), ElementsAre("c", "d"));
  EXPECT_THAT(page("d", 2), IsEmpty());
  EXPECT_THAT(page("", 0), IsEmpty());
}

TEST(Store, ListsDescribedAndBuyingCustomersOnceEachAndNoGuests) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  Customer bob, cyd;
  bob.customer_id = "bob";
  bob.name = "Bob";
  cyd.customer_id = "cyd";
  ASSERT_TRUE(store->UpsertCustomersAndWait({cyd, bob}).ok());
  MustAppend(*store,
             {Bought("", "0", "tea"), Bought("eve", "1", "tea"), Bought("eve", "2", "tea"),
              Bought("bob", "3", "tea"), Bought("ada", "4", "tea"), Back("dan", "5", "none")});
  const auto page = [&](std::string_view after, size_t limit) {
    std::vector<std::string> ids;
    const auto customers = store->ListCustomers(after, limit);
    for (const Customer& customer : *customers) {
      ids.push_back(customer.customer_id);
    }
    return ids;
  };
  EXPECT_THAT(page("", 9), ElementsAre("ada", "bob", "cyd", "eve"));
  EXPECT_THAT(page("", 2), ElementsAre("ada", "bob"));
  EXPECT_THAT(page("bob", 2), ElementsAre("cyd", "eve"));
  EXPECT_THAT(page("bobby", 1), ElementsAre("cyd"));
  EXPECT_THAT(page("eve", 2), IsEmpty());
  EXPECT_THAT(page("", 0), IsEmpty());
  EXPECT_EQ(store->ListCustomers("ada", 1)->at(0).name, "Bob");
}

TEST(Store, KnowsACustomerWhoOnlyBoughtByTheirId) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea"), Bought("", "2", "tea"), Back("dan", "3", "x")});
  Customer ada;
  ada.customer_id = "ada";
  EXPECT_EQ(store->GetCustomer("ada").value(), ada);
  EXPECT_EQ(store->GetCustomer("dan").value(), std::nullopt);
  EXPECT_EQ(store->GetCustomer("bob").value(), std::nullopt);
  EXPECT_EQ(store->GetCustomer("").value(), std::nullopt);
}

TEST(Store, LosesNothingOfEightWhoAppendAtOnce) {
  const TempDir dir;
  constexpr int kCallers = 8, kCalls = 60, kEvents = 10;
  {
    const auto store = OpenStore(dir / "store");
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        for (int call = 0; call < kCalls; ++call) {
          std::vector<Event> events;
          for (int n = 0; n < kEvents; ++n) {
            events.emplace_back(Bought(Id("c", n), Id(Id("e", caller) + "-", call), "tea"));
          }
          MustAppend(*store, std::move(events));
          EXPECT_FALSE(MustRead(*store, Id("c", call % kEvents)).lines.empty());
        }
      });
    }
  }
  const auto store = OpenStore(dir / "store");
  std::set<uint64_t> sequences;
  for (int n = 0; n < kEvents; ++n) {
    const HistoryView view = MustRead(*store, Id("c", n));
    EXPECT_EQ(view.lines.size(), size_t{kCallers * kCalls});
    for (const HistoryLine& line : view.lines) sequences.insert(line.receipt.sequence);
  }
  constexpr size_t kAll = size_t{kCallers} * kCalls * kEvents;
  EXPECT_EQ(sequences.size(), kAll);
  EXPECT_EQ(*sequences.begin(), 1u);
  EXPECT_EQ(*sequences.rbegin(), kAll);
  EXPECT_EQ(store->LastSequence(), kAll);
}

TEST(Store, AnswersAllThatWaitsWhenItCloses) {
  const TempDir dir;
  std::atomic<int> answered = 0;
  {
    const auto store = OpenStore(dir / "store");
    for (int n = 0; n < 100; ++n) {
      store->Append({Bought("ada", Id("e", n), "tea")}, [&](const auto& result) {
        EXPECT_TRUE(result.ok());
        ++answered;
      });
    }
  }
  EXPECT_EQ(answered, 100);
  EXPECT_EQ(OpenStore(dir / "store")->LastSequence(), 100u);
}

TEST(Store, RefusesAtOnceWhenTooMuchWaits) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  options.max_waiting_events = 3;
  const auto store = OpenStore(options);
  std::vector<Event> events;
  for (int n = 0; n < 4; ++n) events.emplace_back(Bought("ada", Id("e", n), "tea"));
  const auto refused = store->AppendAndWait(events);
  EXPECT_TRUE(absl::IsResourceExhausted(refused.status()));
  events.pop_back();
  EXPECT_TRUE(store->AppendAndWait(events).ok());
}

TEST(Store, ReportsEachCommitBeforeItIsAnswered) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  std::vector<CommitReport> reports;
  options.on_commit = [&](const CommitReport& report) { reports.push_back(report); };
  const auto store = OpenStore(options);
  MustAppend(*store, {Bought("ada", "1", "tea"), Bought("ada", "1", "tea")});
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].writes, 1u);
  EXPECT_EQ(reports[0].events, 1u);
  EXPECT_GT(reports[0].sync_seconds, 0);
  EXPECT_GE(reports[0].visible_seconds, reports[0].sync_seconds);
  MustAppend(*store, {Bought("ada", "1", "tea")});
  EXPECT_EQ(reports.size(), 1u);  // nothing was written
}

TEST(Store, TellsOfItemsAsTheyAreNowBeforeItAnswers) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  std::vector<Item> told;
  options.on_items = [&](std::vector<Item> items) { told = std::move(items); };
  const auto store = OpenStore(options);
  ASSERT_TRUE(store->UpsertItemsAndWait({{.item_id = "tea", .title = "Tea"}}).ok());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].title, "Tea");
  ASSERT_TRUE(store->SetAvailabilityAndWait("tea", false).ok());
  EXPECT_EQ(told[0].title, "Tea");
  EXPECT_FALSE(told[0].available);
  told.clear();
  EXPECT_FALSE(store->SetAvailabilityAndWait("hat", false).ok());
  MustAppend(*store, {Bought("ada", "1", "tea")});
  EXPECT_TRUE(told.empty());  // the catalogue did not change
}

TEST(Store, KeepsRulesAndTellsOfThem) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  std::vector<std::vector<Rule>> told;
  options.on_rules = [&](std::vector<Rule> rules) { told.push_back(std::move(rules)); };
  const Rule b{.rule_id = "b", .filter = "available", .effect = RuleEffect::kBury};
  Rule a{.rule_id = "a", .amount = 1};
  {
    const auto store = OpenStore(options);
    ASSERT_TRUE(store->UpsertRulesAndWait({b, a}).ok());
    a.amount = 2;
    ASSERT_TRUE(store->UpsertRulesAndWait({a}).ok());
    EXPECT_EQ(told, (std::vector<std::vector<Rule>>{{{.rule_id = "a", .amount = 1}, b}, {a, b}}));
  }
  const auto store = OpenStore(options);
  EXPECT_EQ(*store->ListRules(), (std::vector<Rule>{a, b}));
  ASSERT_TRUE(store->DeleteRuleAndWait("a").ok());
  EXPECT_TRUE(absl::IsNotFound(store->DeleteRuleAndWait("a")));
  EXPECT_EQ(*store->ListRules(), (std::vector<Rule>{b}));
  EXPECT_EQ(told.back(), (std::vector<Rule>{b}));
}

TEST(Store, KeepsNoMoreRulesThanItCanServe) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  std::vector<Rule> rules(kMostRules);
  for (size_t number = 0; number < rules.size(); ++number)
    rules[number].rule_id = Id("r", static_cast<int64_t>(number));
  ASSERT_TRUE(store->UpsertRulesAndWait(rules).ok());
  EXPECT_TRUE(store->UpsertRulesAndWait({{.rule_id = "r7", .amount = 1}}).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store->UpsertRulesAndWait({{.rule_id = "more"}})));
  EXPECT_EQ(store->ListRules()->size(), kMostRules);
}

TEST(Store, TellsItsSizes) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea")});
  const StoreSizes sizes = store->Sizes();
  EXPECT_EQ(sizes.sequence, 1u);
  for (const char* name :
       {"estimate-live-data-size", "total-sst-files-size", "cur-size-all-mem-tables",
        "block-cache-usage", "block-cache-capacity", "num-running-compactions", "is-write-stopped",
        "actual-delayed-write-rate"}) {
    EXPECT_TRUE(sizes.properties.contains(name)) << name;
  }
  EXPECT_EQ(sizes.properties.at("block-cache-capacity"), uint64_t{8} << 20);
}

}  // namespace
}  // namespace rapport
