// Events and merges in any order, everything sent again, the store opened again or cut off in
// between: compared with a plain bookkeeper who carries the events over one by one.
#include <rocksdb/env.h>

#include <random>

#include "data/event_difference.h"
#include "data/history.h"
#include "tests/data/faulty_disk.h"
#include "tests/data/moments.h"
#include "tests/data/support.h"

namespace rapport::testing {
namespace {

const std::vector<std::string> kCustomers = {"a", "b", "c", "d", "e", "f"};
const std::vector<int> kMilestones = {2, 3, 10};

std::map<std::string, std::string> Categories() {
  return {{"i0", "Tea"}, {"i1", "Tea"}, {"i2", "Mugs"}, {"i3", "Cake"}};
}

bool SameHistory(const HistoryView& a, const HistoryView& b) {
  const auto line = [](const HistoryLine& each) {
    return std::tuple(each.purchase, each.receipt.sequence, each.receipt.merge, each.set_aside,
                      each.returns.size());
  };
  const auto report = [](const Reported& each) {
    return std::tuple(each.receipt.sequence, each.receipt.merge, EventIdOf(each), each.retracted);
  };
  return a.sequence == b.sequence && a.latest == b.latest &&
         std::ranges::equal(a.lines, b.lines, {}, line, line) &&
         std::ranges::equal(a.reports, b.reports, {}, report, report);
}

// Carries over what the store leaves where it is.
class Bookkeeper {
 public:
  AppendOutcome Append(const Event& event) {
    const std::string& customer = CustomerOf(event);
    if (const auto known = names_[customer].find(EventIdOf(event)); known != names_[customer].end())
      return Same(event, customer, known->second) ? AppendOutcome::kDuplicate
                                                  : AppendOutcome::kConflict;
    std::string name = EventIdOf(event);
    std::vector<std::pair<std::string, std::string>> places = {{customer, name}};
    for (std::string of = customer; into_.contains(of); of = into_[of]) {
      const auto& taken = names_[into_[of]];
      for (auto there = taken.find(name); there != taken.end(); there = taken.find(name)) {
        if (Same(event, customer, there->second)) return AppendOutcome::kDuplicate;
        name = of + "/" + name;
      }
      places.emplace_back(into_[of], name);
    }
    for (const auto& [of, there] : places) names_[of][there] = name;
    const uint64_t merge = Who(customer) == customer ? 0 : merge_[Outermost(customer)];
    events_[Who(customer)].push_back({event, customer, name, ++sequence_, merge});
    return AppendOutcome::kAccepted;
  }

  absl::StatusCode Merge(const std::string& from, const std::string& into) {
    if (from == into) return absl::StatusCode::kInvalidArgument;
    const std::string now = Who(into);
    if (into_.contains(from))
      return Who(from) == now ? absl::StatusCode::kOk : absl::StatusCode::kFailedPrecondition;
    if (now == from) return absl::StatusCode::kFailedPrecondition;
    const auto bought = [](const Kept& kept) {
      return std::holds_alternative<Purchase>(kept.event);
    };
    if (events_[from].empty() || std::ranges::none_of(events_[now], bought))
      return absl::StatusCode::kNotFound;
    Carry(from, now);
    return absl::StatusCode::kOk;
  }

  std::string Who(std::string customer) const {
    while (into_.contains(customer)) customer = into_.at(customer);
    return customer;
  }

  HistoryView History(const std::string& customer) const {
    std::vector<codec::StoredEvent> events;
    const std::string who = Who(customer);
    if (!events_.contains(who)) return {};
    for (const Kept& kept : events_.at(who)) {
      codec::StoredEvent stored{Resolved(kept.event, kept.origin),
                                {kept.sequence, At(1'000'000), kept.merge}};
      std::visit(
          [&](auto& each) {
            each.customer_id = who;
            each.event_id = kept.name;
          },
          stored.event);
      events.push_back(std::move(stored));
    }
    return MakeHistory(std::move(events), {});
  }

  uint64_t sequence() const { return sequence_; }

 private:
  struct Kept {
    Event event;
    std::string origin;
    std::string name;
    uint64_t sequence;
    uint64_t merge;
  };

  // The customer on the way from `customer` who was merged last.
  std::string Outermost(std::string customer) const {
    while (into_.contains(into_.at(customer))) customer = into_.at(customer);
    return customer;
  }

  template <typename Predicate>
  void Resolve(std::string* event_id, const std::string& origin, const Predicate& may_be) const {
    const auto& all = events_.at(Who(origin));
    for (std::string of = origin;; of = into_.at(of)) {
      const auto named = names_.find(of);
      if (named != names_.end() && named->second.contains(*event_id)) {
        const std::string& name = named->second.at(*event_id);
        const auto there = std::ranges::find(all, name, &Kept::name);
        if (there != all.end() && may_be(there->event)) {
          *event_id = name;
          return;
        }
      }
      if (!into_.contains(of)) return;
    }
  }
  Event Resolved(Event event, const std::string& origin) const {
    const auto is_purchase = [](const Event& other) {
      return std::holds_alternative<Purchase>(other);
    };
    if (auto* back = std::get_if<Return>(&event))
      Resolve(&back->purchase_event_id, origin, is_purchase);
    if (auto* retraction = std::get_if<Retraction>(&event))
      Resolve(&retraction->retracted_event_id, origin, MayBeRetracted);
    if (auto* outcome = std::get_if<Outcome>(&event)) {
      for (std::string& id : outcome->purchase_event_ids) Resolve(&id, origin, is_purchase);
    }
    return event;
  }
  bool Same(const Event& event, const std::string& customer, const std::string& name) const {
    const auto& all = events_.at(Who(customer));
    const auto there = std::ranges::find(all, name, &Kept::name);
    return Difference(Resolved(event, customer), Resolved(there->event, there->origin)).empty();
  }

  void Carry(const std::string& from, const std::string& into) {
    ++sequence_;
    std::vector<Kept> coming = std::move(events_[from]);
    events_[from].clear();
    // What may be referred to comes first.
    std::ranges::stable_sort(coming, {}, [](const Kept& kept) {
      const bool purchase = std::holds_alternative<Purchase>(kept.event);
      return std::pair(purchase ? 0 : MayBeRetracted(kept.event) ? 1 : 2, kept.sequence);
    });
    std::map<std::string, std::map<std::string, std::string>> names_then;  // of who moves
    for (const auto& [of, names] : names_) {
      if (Who(of) == from) names_then[of] = names;
    }
    into_[from] = into;
    merge_[from] = sequence_;
    for (Kept& kept : coming) {
      const std::string before = kept.name;
      bool same = false;
      while (!same && names_[into].contains(kept.name)) {
        same = Same(kept.event, kept.origin, names_[into].at(kept.name));
        if (!same) kept.name = from + "/" + kept.name;
      }
      const std::string name = same ? names_[into].at(kept.name) : kept.name;
      for (const auto& [of, names] : names_then) {
        for (const auto& [id, then] : names) {
          if (then == before) names_[of][id] = name;
        }
      }
      if (same) continue;
      names_[into][name] = name;
      kept.merge = sequence_;
      events_[into].push_back(kept);
    }
  }

  std::map<std::string, std::string> into_;
  std::map<std::string, uint64_t> merge_;
  // By customer, by id as that customer's: the name that it has now.
  std::map<std::string, std::map<std::string, std::string>> names_;
  std::map<std::string, std::vector<Kept>> events_;  // by who they are now
  uint64_t sequence_ = 0;
};

struct Step {
  std::vector<Event> events;  // none: a merge
  std::string from, into;
};

// Few ids and few contents, so that many meet.
class Shop {
 public:
  explicit Shop(uint64_t seed) : random_(seed) {}
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }
  std::string Customer() { return kCustomers[static_cast<size_t>(Below(6))]; }

  std::vector<Step> Steps(int count) {
    std::vector<Step> steps;
    while (std::ssize(steps) < count) {
      Step step;
      if (Below(8) == 0) {
        step = {{}, Customer(), Customer()};
      } else if (Below(4) == 0 && !steps.empty()) {
        step = steps[static_cast<size_t>(Below(static_cast<int>(steps.size())))];
      } else {
        for (int left = 1 + Below(4); left > 0; --left) step.events.push_back(Some());
      }
      steps.push_back(step);
    }
    return steps;
  }

 private:
  std::string EventId() { return Below(12) == 0 ? Customer() + "/1" : Id("", Below(9)); }

  Event Some() {
    const std::string customer = Customer();
    const std::string id = EventId();
    switch (Below(8)) {
      case 0:
        return Back(customer, id, EventId(), Below(9));
      case 1:
        return Retraction{id, customer, EventId(), At(Below(9)), ""};
      case 2:
        return Outcome{.event_id = id,
                       .customer_id = customer,
                       .kind = OutcomeKind::kWrongFact,
                       .purchase_event_ids = {EventId(), EventId()},
                       .at = At(Below(9))};
      case 3:
        return Insight{.event_id = id, .customer_id = customer, .at = At(Below(9))};
      default:
        Purchase purchase = Bought(customer, id, Id("i", Below(5)), Below(4));
        if (Below(2) == 0) purchase.order_id = Id("o", Below(5));
        purchase.gift = Below(5) == 0;
        return purchase;
    }
  }

  std::mt19937_64 random_;
};

// What a step comes to, in a store and in the books.
std::vector<int> Do(Store& store, const Step& step) {
  std::vector<int> outcomes;
  if (step.events.empty()) {
    const auto result = store.MergeCustomersAndWait(step.from, step.into);
    return {static_cast<int>(result.status().code())};
  }
  const auto result = store.AppendAndWait(step.events);
  if (!result.ok()) return {static_cast<int>(result.status().code())};
  for (const EventResult& each : result->events) outcomes.push_back(static_cast<int>(each.outcome));
  return outcomes;
}

std::vector<int> Do(Bookkeeper& books, const Step& step) {
  if (step.events.empty()) return {static_cast<int>(books.Merge(step.from, step.into))};
  std::vector<int> outcomes;
  for (const Event& event : step.events) outcomes.push_back(static_cast<int>(books.Append(event)));
  return outcomes;
}

// Whether everything that can be read is what the books say; tells what is not.
bool Agree(const Store& store, const Bookkeeper& books) {
  EXPECT_EQ(store.LastSequence(), books.sequence());
  std::map<std::string, size_t> lines;
  MomentSubjects moments;
  for (const std::string& customer : kCustomers) {
    SCOPED_TRACE(customer);
    const std::string who = books.Who(customer);
    const HistoryView view = MustRead(store, customer);
    EXPECT_TRUE(SameHistory(view, books.History(customer)));
    EXPECT_TRUE(SameHistory((*store.View(customer))->history, view));
    EXPECT_TRUE(SameHistory(MustRead(store, who, {.sequence = view.sequence}), view));
    EXPECT_TRUE(view.sequence == 0 ||
                !SameHistory(MustRead(store, who, {.sequence = view.sequence - 1}), view));
    if (who != customer) continue;
    if (!view.lines.empty()) lines[customer] = view.lines.size();
    ReferTo(store, customer, Categories(), kMilestones, &moments);
  }
  std::map<std::string, size_t> scanned;
  const auto count = [&](std::string_view id, const HistoryView& history) {
    scanned[std::string(id)] = history.lines.size();
    return absl::OkStatus();
  };
  EXPECT_TRUE(store.ScanHistories(count).ok());
  EXPECT_EQ(scanned, lines);
  EXPECT_EQ(store.ListCustomers("", 99).value().size(), lines.size());
  Follower follower;
  follower.Read(store);
  EXPECT_EQ(follower.Subjects(), moments);
  return !::testing::Test::HasFailure();
}

std::vector<Item> Catalogue() {
  std::vector<Item> items;
  for (const auto& [id, category] : Categories()) items.push_back(Described(id, category));
  return items;
}

StoreOptions WithMilestones(StoreOptions options) {
  options.milestones = kMilestones;
  return options;
}

TEST(MergeProperty, TheStoreAgreesWithTheBooksAfterEveryStepAndOfEveryStepBefore) {
  int merges = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const std::unique_ptr<rocksdb::Env> disk(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    StoreOptions options = WithMilestones(OptionsFor("/store"));
    options.env = disk.get();
    auto store = OpenStore(options);
    ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
    Shop shop(seed);
    Bookkeeper books;
    std::map<std::pair<uint64_t, std::string>, HistoryView> before;
    const std::vector<Step> steps = shop.Steps(60);
    for (const Step& step : steps) {
      const std::vector<int> expected = Do(books, step);
      merges += step.events.empty() && expected[0] == 0 ? 1 : 0;
      ASSERT_EQ(Do(*store, step), expected);
      ASSERT_TRUE(Agree(*store, books));
      for (const std::string& customer : kCustomers)
        before[{books.sequence(), customer}] = books.History(customer);
      if (shop.Below(15) > 0) continue;
      store.reset();
      store = OpenStore(options);
    }
    const uint64_t last = books.sequence();
    for (const Step& step : steps) ASSERT_EQ(Do(*store, step), Do(books, step));  // all again
    ASSERT_TRUE(Agree(*store, books));
    EXPECT_EQ(store->LastSequence(), books.sequence());
    for (const auto& [at, view] : before) {
      if (at.first > last) continue;
      ASSERT_TRUE(SameHistory(MustRead(*store, at.second, {.sequence = at.first}), view))
          << at.second << " as of " << at.first;
    }
  }
  EXPECT_GT(merges, 100);
}

TEST(MergeFaults, AMergeIsOnDiskAsAWholeOrNotAtAllWhicheverWriteFails) {
  int merges = 0;
  for (int failing = 1; failing <= 40; ++failing) {
    SCOPED_TRACE(failing);
    const TempDir dir;
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = WithMilestones(OptionsFor(dir / "store"));
    options.env = env.get();
    Shop shop(static_cast<uint64_t>(failing % 7));
    const std::vector<Step> steps = shop.Steps(40);
    Bookkeeper books;
    size_t done = 0;
    {
      const auto store = OpenStore(options);
      ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
      disk->FailWhen([call = 0, failing](const std::string&, const std::string& file) mutable {
        return file.ends_with(".log") && ++call == failing;
      });
      while (done < steps.size()) {
        Bookkeeper next = books;
        if (Do(*store, steps[done]) != Do(next, steps[done])) break;
        books = next;
        ++done;
      }
      disk->FailWhen(nullptr);
    }
    if (done == steps.size()) continue;
    merges += steps[done].events.empty() ? 1 : 0;
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    // What was not acknowledged is there as a whole, or not at all.
    Bookkeeper after = books;
    Do(after, steps[done]);
    const bool written = store->LastSequence() == after.sequence();
    if (written) books = after;
    ASSERT_TRUE(Agree(*store, books));
    for (; done < steps.size(); ++done) {
      ASSERT_EQ(Do(*store, steps[done]), Do(books, steps[done]));
    }
    ASSERT_TRUE(Agree(*store, books));
  }
  EXPECT_GE(merges, 3);
}

TEST(MergeFaults, AnAcknowledgedMergeSurvivesThePower) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    const TempDir dir;
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = WithMilestones(OptionsFor(dir / "store"));
    options.env = env.get();
    Bookkeeper books;
    {
      const auto store = OpenStore(options);
      ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
      Shop shop(seed);
      for (const Step& step : shop.Steps(40)) ASSERT_EQ(Do(*store, step), Do(books, step));
      ASSERT_EQ(store->MergeCustomersAndWait("a", "b").status().code(), books.Merge("a", "b"));
      disk->CopyAfterPowerLoss(dir / "store", dir / "after");
    }
    options.path = dir / "after";
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    EXPECT_TRUE(Agree(*store, books));
  }
}

}  // namespace
}  // namespace rapport::testing
