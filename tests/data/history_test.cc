// Histories as the store gives them back: order, returns, points in history, scans.
#include <map>
#include <random>
#include <set>

#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::At;
using testing::Back;
using testing::Bought;
using ::testing::ElementsAre;
using testing::EventIds;
using testing::Id;
using ::testing::IsEmpty;
using testing::MustAppend;
using testing::MustRead;
using testing::OpenStore;
using testing::SameView;

TEST(History, IsEmptyForOneWhoNeverBought) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  EXPECT_THAT(MustRead(*store, "ada").lines, IsEmpty());
  EXPECT_EQ(MustRead(*store, "ada").sequence, 0u);
}

TEST(History, IsInOrderOfTimeThenEventId) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "b", "tea", 5), Bought("ada", "a", "tea", 9),
                      Bought("ada", "d", "tea", 1), Bought("ada", "c", "tea", 5)});
  EXPECT_THAT(EventIds(MustRead(*store, "ada")), ElementsAre("d", "b", "c", "a"));
}

TEST(History, HoldsNobodyElsesPurchases) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  using std::string_literals::operator""s;
  MustAppend(*store, {Bought("a", "1", "tea"), Bought("ab", "2", "tea"), Bought("a\0"s, "3", "tea"),
                      Bought("a\0\0"s, "4", "tea"), Bought("", "5", "tea")});
  EXPECT_THAT(EventIds(MustRead(*store, "a")), ElementsAre("1"));
  EXPECT_THAT(EventIds(MustRead(*store, "ab")), ElementsAre("2"));
  EXPECT_THAT(EventIds(MustRead(*store, "a\0"s)), ElementsAre("3"));
  EXPECT_THAT(EventIds(MustRead(*store, "")), ElementsAre("5"));
}

TEST(History, AttachesReturnsOldestFirst) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "p", "tea", 0, 9), Back("ada", "r1", "p", 8, 1),
                      Back("ada", "r3", "p", 5, 2), Back("ada", "r2", "p", 5, 3)});
  const HistoryLine line = MustRead(*store, "ada").lines.at(0);
  EXPECT_THAT(line.returns, ElementsAre(Back("ada", "r2", "p", 5, 3), Back("ada", "r3", "p", 5, 2),
                                        Back("ada", "r1", "p", 8, 1)));
  EXPECT_EQ(line.KeptQuantity(), 3);
}

TEST(History, CountsAReturnThatCameBeforeItsPurchase) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Back("ada", "r", "p", 5)});
  EXPECT_THAT(MustRead(*store, "ada").lines, IsEmpty());
  EXPECT_EQ(MustRead(*store, "ada").sequence, 0u);
  MustAppend(*store, {Bought("ada", "p", "tea", 1)});
  EXPECT_EQ(MustRead(*store, "ada").lines.at(0).KeptQuantity(), 0);
}

TEST(History, LeavesOutAReturnOfAReturn) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "p", "tea"), Back("ada", "r", "p", 1, 1)});
  EXPECT_TRUE(MustAppend(*store, {Back("ada", "s", "r", 2)}).events.at(0).unmatched);
  EXPECT_EQ(MustRead(*store, "ada").lines.at(0).returns.size(), 1u);
}

TEST(History, LeavesOutWhatCameAfterASequence) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "p", "tea", 0, 2), Bought("bob", "x", "tea"),
                      Back("ada", "r", "p", 1, 1), Bought("ada", "q", "tea", 2)});
  EXPECT_THAT(MustRead(*store, "ada", {.sequence = 0}).lines, IsEmpty());
  EXPECT_EQ(MustRead(*store, "ada", {.sequence = 2}).lines.at(0).KeptQuantity(), 2);
  EXPECT_EQ(MustRead(*store, "ada", {.sequence = 2}).sequence, 1u);
  EXPECT_EQ(MustRead(*store, "ada", {.sequence = 3}).lines.at(0).KeptQuantity(), 1);
  EXPECT_THAT(EventIds(MustRead(*store, "ada", {.sequence = 3})), ElementsAre("p"));
  EXPECT_THAT(EventIds(MustRead(*store, "ada", {.sequence = 4})), ElementsAre("p", "q"));
}

TEST(History, LeavesOutWhatHappenedAfterATime) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "p", "tea", 0), Back("ada", "r", "p", 5)});
  EXPECT_THAT(MustRead(*store, "ada", {.time = At(-1)}).lines, IsEmpty());
  EXPECT_EQ(MustRead(*store, "ada", {.time = At(4)}).lines.at(0).KeptQuantity(), 1);
  EXPECT_EQ(MustRead(*store, "ada", {.time = At(5)}).lines.at(0).KeptQuantity(), 0);
}

TEST(History, NamesTheLeastSequenceThatGivesTheSameView) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  std::mt19937_64 random(5);
  std::vector<Event> events;
  for (int n = 0; n < 60; ++n) {
    const int at = static_cast<int>(random() % 30);
    if (random() % 2 == 0) {
      events.emplace_back(Bought("ada", Id("p", n), "tea", at, 3));
    } else {
      const std::string purchase = Id("p", static_cast<int64_t>(random() % 60));
      events.emplace_back(Back("ada", Id("r", n), purchase, at, 1));
    }
  }
  MustAppend(*store, events);
  for (uint64_t sequence = 0; sequence <= 61; ++sequence) {
    for (int at = -1; at <= 30; ++at) {
      const HistoryView view = MustRead(*store, "ada", {sequence, At(at)});
      ASSERT_LE(view.sequence, sequence);
      ASSERT_TRUE(SameView(view, MustRead(*store, "ada", {view.sequence, At(at)})));
      if (view.sequence == 0) continue;
      ASSERT_FALSE(SameView(view, MustRead(*store, "ada", {view.sequence - 1, At(at)})));
    }
  }
}

// Everything that a scan visits, by customer.
struct Scanned {
  uint64_t sequence = 0;
  std::vector<std::string> order;  // of visits
  std::map<std::string, std::vector<HistoryLine>> lines;
};

Scanned Scan(const Store& store) {
  Scanned scanned;
  const auto sequence = store.ScanHistories([&](std::string_view id, const HistoryView& history) {
    scanned.order.emplace_back(id);
    auto& all = scanned.lines[std::string(id)];
    all.insert(all.end(), history.lines.begin(), history.lines.end());
    return absl::OkStatus();
  });
  EXPECT_TRUE(sequence.ok()) << sequence.status();
  scanned.sequence = sequence.value_or(0);
  return scanned;
}

TEST(ScanHistories, VisitsEveryCustomerInOrderWithWhatHistoryGives) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store,
             {Bought("bob", "1", "tea", 3), Bought("ada", "2", "tea", 2),
              Bought("bob", "3", "mug", 1), Back("bob", "4", "1", 5), Back("eve", "5", "6", 5)});
  const Scanned scanned = Scan(*store);
  EXPECT_THAT(scanned.order, ElementsAre("ada", "bob"));
  EXPECT_EQ(scanned.sequence, 5u);
  EXPECT_EQ(scanned.lines.at("bob").at(0).purchase.event_id, "3");
  EXPECT_EQ(scanned.lines.at("bob").at(1).KeptQuantity(), 0);
}

TEST(ScanHistories, GivesGuestsTheirReturnsHoweverFarApart) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  constexpr int kGuests = 10'000;
  std::vector<Event> events = {Bought("ada", "1", "tea")};
  for (int n = 0; n < kGuests; ++n) {
    events.emplace_back(Bought("", Id("p", n), "tea", n, 2));
    // Returns sort before every purchase, or after.
    const std::string id = Id(n % 2 == 0 ? "a" : "z", n);
    if (n % 10 < 2) events.emplace_back(Back("", id, Id("p", n), n, 1));
  }
  MustAppend(*store, events);
  const Scanned scanned = Scan(*store);
  EXPECT_GT(scanned.order.size(), 2u);  // in slices
  EXPECT_EQ(scanned.order.back(), "ada");
  std::set<std::string> seen;
  for (const HistoryLine& line : scanned.lines.at("")) {
    const int n = std::stoi(line.purchase.event_id.substr(1));
    EXPECT_EQ(line.KeptQuantity(), n % 10 < 2 ? 1 : 2);
    seen.insert(line.purchase.event_id);
  }
  EXPECT_EQ(seen.size(), size_t{kGuests});
  EXPECT_EQ(scanned.lines.at("").size(), size_t{kGuests});
}

TEST(ScanHistories, SeesOneStateHoweverLongItTakes) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("", "1", "tea"), Bought("bob", "2", "tea")});
  size_t lines = 0;
  const auto sequence = store->ScanHistories([&](std::string_view, const HistoryView& history) {
    MustAppend(*store, {Bought("eve", std::to_string(lines), "tea")});
    lines += history.lines.size();
    return absl::OkStatus();
  });
  EXPECT_EQ(sequence.value_or(0), 2u);
  EXPECT_EQ(lines, 2u);
}

TEST(ScanHistories, StopsWithTheVisitorsStatus) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea"), Bought("bob", "2", "tea")});
  int visits = 0;
  const auto sequence = store->ScanHistories([&](std::string_view, const auto&) {
    ++visits;
    return absl::CancelledError("enough");
  });
  EXPECT_EQ(sequence.status(), absl::CancelledError("enough"));
  EXPECT_EQ(visits, 1);
}

}  // namespace
}  // namespace rapport
