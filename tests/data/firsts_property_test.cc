// Exactly one moment of each kind, of the right purchase, whatever is shuffled, split, sent again,
// or cut off in between: compared with a plain reading of the histories.
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <latch>
#include <random>
#include <set>

#include "data/codec.h"
#include "data/database.h"
#include "tests/data/faulty_disk.h"
#include "tests/data/moments.h"
#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::At;
using testing::Bought;
using testing::Described;
using ::testing::ElementsAre;
using testing::FaultyDisk;
using testing::Follower;
using testing::Id;
using ::testing::IsEmpty;
using testing::MomentSubjects;
using testing::MustAppend;
using testing::MustReadMoments;
using testing::OpenStore;
using testing::OptionsFor;
using testing::ReferTo;
using testing::Words;

const std::vector<int> kMilestones = {2, 3, 10, 100};
const std::vector<std::string> kCustomers = {"ada", "bob", "cleo"};

// Items i0 to i11; those beyond i8 are never described.
std::map<std::string, std::string> Categories() {
  std::map<std::string, std::string> categories;
  for (int n = 0; n < 9; ++n) categories[Id("i", n)] = Id("category-", n % 4);
  return categories;
}

std::vector<Item> Catalogue() {
  std::vector<Item> items;
  for (const auto& [id, category] : Categories()) items.push_back(Described(id, category));
  return items;
}

class Shop {
 public:
  explicit Shop(uint64_t seed) : random_(seed) {}

  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }

  // Times with many ties, orders of several lines, gifts, guests, conflicts.
  std::vector<Event> Purchases(int count) {
    std::vector<Event> events;
    for (int n = 0; n < count; ++n) {
      const int whose = Below(10);  // half of them ada's, who gets beyond a hundred orders
      const std::string customer = whose == 9 ? "" : whose < 5 ? "ada" : kCustomers[whose % 2 + 1];
      Purchase purchase = Bought(customer, Id("e", n), Id("i", Below(12)), Below(count / 2));
      if (Below(3) > 0) purchase.order_id = Id("o", Below(count));
      purchase.gift = Below(5) == 0;
      events.emplace_back(purchase);
      if (Below(20) > 0) continue;
      purchase.purchased_at = At(Below(count / 2) - 5);  // another under the same id
      events.emplace_back(purchase);
    }
    std::ranges::shuffle(events, random_);
    return events;
  }

  // Calls of one line and more, some of which come again, at once or much later.
  std::vector<std::vector<Event>> Calls(const std::vector<Event>& events) {
    std::vector<std::vector<Event>> calls;
    for (size_t begin = 0; begin < events.size();) {
      const size_t end = std::min(events.size(), begin + 1 + static_cast<size_t>(Below(20)));
      calls.emplace_back(events.begin() + static_cast<ptrdiff_t>(begin),
                         events.begin() + static_cast<ptrdiff_t>(end));
      begin = end;
      if (Below(4) == 0)
        calls.push_back(calls[static_cast<size_t>(Below(static_cast<int>(calls.size())))]);
    }
    return calls;
  }

 private:
  std::mt19937_64 random_;
};

MomentSubjects Reference(const Store& store) {
  MomentSubjects subjects;
  for (const std::string& customer : kCustomers)
    ReferTo(store, customer, Categories(), kMilestones, &subjects);
  return subjects;
}

MomentSubjects InStream(const Store& store) {
  Follower from_the_start;
  from_the_start.Read(store);
  return from_the_start.Subjects();
}

// Those of the stream whose subject is a line of the call that stands.
std::vector<Moment> ExpectedAnswer(const Store& store, const std::vector<Event>& call,
                                   const AppendResult& result) {
  std::set<std::pair<std::string, std::string>> lines;
  for (size_t at = 0; at < call.size(); ++at) {
    const auto& purchase = std::get<Purchase>(call[at]);
    if (result.events[at].outcome != AppendOutcome::kConflict)
      lines.emplace(purchase.customer_id, purchase.event_id);
  }
  std::vector<Moment> moments = MustReadMoments(store);
  std::erase_if(moments, [&lines](const Moment& moment) {
    return !lines.contains({moment.customer_id, moment.subject.event_id});
  });
  return moments;
}

StoreOptions WithMilestones(StoreOptions options) {
  options.milestones = kMilestones;
  return options;
}

// A disk in memory: nothing here asks what a sync is good for.
class FirstsProperty : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open() {
    StoreOptions options = WithMilestones(OptionsFor("/store"));
    options.env = disk_.get();
    return OpenStore(options);
  }
  void EmptyDisk() { disk_.reset(rocksdb::NewMemEnv(rocksdb::Env::Default())); }

 private:
  std::unique_ptr<rocksdb::Env> disk_;
};

TEST_F(FirstsProperty, OneMomentEachAfterEveryCall) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    EmptyDisk();
    Shop shop(seed);
    auto store = Open();
    ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
    Follower follower;
    for (const auto& call : shop.Calls(shop.Purchases(seed % 3 == 0 ? 400 : 60))) {
      const AppendResult result = MustAppend(*store, call);
      ASSERT_EQ(result.moments, ExpectedAnswer(*store, call, result));
      if (shop.Below(3) == 0) {
        follower.Read(*store, 1 + static_cast<size_t>(shop.Below(5)));
        ASSERT_EQ(follower.Subjects(), Reference(*store));
        ASSERT_EQ(InStream(*store), Reference(*store));
      }
      if (shop.Below(10) == 0) {
        store.reset();
        store = Open();
      }
    }
    follower.Read(*store);
    EXPECT_EQ(follower.Subjects(), Reference(*store));
    EXPECT_EQ(InStream(*store), Reference(*store));
    EXPECT_GT(Reference(*store).size(), 10u);
  }
}

TEST_F(FirstsProperty, OneMomentEachWhenManyCallsAreWrittenTogether) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    EmptyDisk();
    Shop shop(seed);
    const auto store = Open();
    std::vector<std::vector<Event>> calls = shop.Calls(shop.Purchases(300));
    std::latch answered(static_cast<ptrdiff_t>(calls.size()) + 1);
    // The catalogue is one of the writes: what comes before it is not described yet.
    store->UpsertItems(Catalogue(), [&](const absl::Status&) { answered.count_down(); });
    for (auto& call : calls) {
      store->Append(std::move(call), [&](const auto& result) {
        EXPECT_TRUE(result.ok());
        answered.count_down();
      });
    }
    answered.wait();
    EXPECT_EQ(InStream(*store), Reference(*store));
  }
}

TEST_F(FirstsProperty, WhatIsDescribedLateCountsOnceItsCategoryIsBought) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    EmptyDisk();
    Shop shop(seed);
    const auto store = Open();
    const std::vector<Event> events = shop.Purchases(80);
    for (const auto& call : shop.Calls(events)) MustAppend(*store, call);
    ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
    std::vector<Event> late;
    for (const std::string& customer : kCustomers) {
      for (int n = 0; n < 4; ++n) late.emplace_back(Bought(customer, Id("l", n), Id("i", n), 500));
    }
    MustAppend(*store, late);
    EXPECT_EQ(InStream(*store), Reference(*store));
  }
}

TEST(FirstsFaults, AreOnDiskWithTheirPurchaseOrNotAtAllWhicheverWriteFails) {
  for (int failing = 1; failing <= 30; ++failing) {
    SCOPED_TRACE(failing);
    const TempDir dir;
    Shop shop(static_cast<uint64_t>(failing));
    const auto calls = shop.Calls(shop.Purchases(60));
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = WithMilestones(OptionsFor(dir / "store"));
    options.env = env.get();
    {
      const auto store = OpenStore(options);
      ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
      disk->FailWhen([call = 0, failing](const std::string&, const std::string& file) mutable {
        return file.ends_with(".log") && ++call == failing;
      });
      for (const auto& call : calls) (void)store->AppendAndWait(call);
      disk->FailWhen(nullptr);
    }
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    Follower follower;
    follower.Read(*store);
    EXPECT_EQ(follower.Subjects(), Reference(*store));
    for (const auto& call : calls) MustAppend(*store, call);  // the client sends all of it again
    follower.Read(*store);
    EXPECT_EQ(follower.Subjects(), Reference(*store));
    EXPECT_EQ(InStream(*store), Reference(*store));
  }
}

TEST(FirstsFaults, SurviveThePowerWithTheirPurchase) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    const TempDir dir;
    Shop shop(seed);
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = WithMilestones(OptionsFor(dir / "store"));
    options.env = env.get();
    options.memtable_bytes = 64 << 10;
    std::vector<Moment> told;
    {
      const auto store = OpenStore(options);
      ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
      for (const auto& call : shop.Calls(shop.Purchases(400))) MustAppend(*store, call);
      told = MustReadMoments(*store);
      disk->CopyAfterPowerLoss(dir / "store", dir / "after");
    }
    options.path = dir / "after";
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(MustReadMoments(*store), told);
    EXPECT_EQ(InStream(*store), Reference(*store));
  }
}

// Makes of a store one that was written before there were moments.
void ForgetMoments(const StoreOptions& options) {
  const auto database = Database::Open(options);
  ASSERT_TRUE(database.ok()) << database.status();
  rocksdb::DB& db = (*database)->db();
  ASSERT_TRUE(db.DropColumnFamily((*database)->firsts()).ok());
  ASSERT_TRUE(db.DropColumnFamily((*database)->moments()).ok());
  std::string bytes;
  ASSERT_TRUE(db.Get(rocksdb::ReadOptions(), (*database)->meta(), "store", &bytes).ok());
  auto state = codec::DecodeStoreState(bytes);
  ASSERT_TRUE(state.ok());
  state->last_moment = 0;
  state->firsts_complete = false;
  ASSERT_TRUE(
      db.Put(rocksdb::WriteOptions(), (*database)->meta(), "store", codec::EncodeStoreState(*state))
          .ok());
}

// What tells an old store that was completed from one that knew all along.
void ExpectCompleted(Store& store) {
  EXPECT_THAT(MustReadMoments(store), IsEmpty());  // what was before is no news
  EXPECT_EQ(store.LastMoment(), 0u);
  EXPECT_THAT(Words(MustAppend(store, {Bought("ada", "1", "i0", 10)}).moments), IsEmpty());
  // i0 and i4 are of one category.
  EXPECT_THAT(Words(MustAppend(store, {Bought("ada", "3", "i4", 12)}).moments), IsEmpty());
  EXPECT_THAT(Words(MustAppend(store, {Bought("ada", "4", "i1", 13)}).moments),
              ElementsAre("first category-1 of ada: 4 i1"));
  EXPECT_THAT(
      Words(MustAppend(store, {Bought("ada", "0", "i0", 9)}).moments),
      ElementsAre("first order of ada: 0 i0 (not 1)", "first category-0 of ada: 0 i0 (not 1)"));
  EXPECT_THAT(Words(MustAppend(store, {Bought("new", "1", "i0", 9)}).moments),
              ElementsAre("first order of new: 1 i0", "first category-0 of new: 1 i0"));
}

void MakeOldStore(const StoreOptions& options) {
  {
    const auto store = OpenStore(options);
    ASSERT_TRUE(store->UpsertItemsAndWait(Catalogue()).ok());
    MustAppend(*store, {Bought("ada", "1", "i0", 10), Bought("ada", "2", "i9", 11),
                        Bought("", "1", "i0", 1)});
    std::vector<Event> many;
    for (int n = 0; n < 500; ++n) many.emplace_back(Bought(Id("c", n), "1", "i0", n));
    MustAppend(*store, many);
  }
  ForgetMoments(options);
}

TEST(FirstsCompletion, AnOldStoreKnowsAndDoesNotTellWhatWasBefore) {
  const TempDir dir;
  const StoreOptions options = OptionsFor(dir / "store");
  MakeOldStore(options);
  const auto store = OpenStore(options);
  ASSERT_NE(store, nullptr);
  ExpectCompleted(*store);
}

TEST(FirstsCompletion, BeginsAgainWhicheverWriteFails) {
  int completed = 0;  // by the opening that was to fail
  for (int failing = 1; failing <= 12; ++failing) {
    SCOPED_TRACE(failing);
    const TempDir dir;
    StoreOptions options = OptionsFor(dir / "store");
    MakeOldStore(options);
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    options.env = env.get();
    disk->FailWhen([call = 0, failing](const std::string&, const std::string& file) mutable {
      return file.ends_with(".log") && ++call >= failing;
    });
    if (Store::Open(options).ok()) ++completed;
    disk->FailWhen(nullptr);
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    ExpectCompleted(*store);
  }
  EXPECT_GT(completed, 0);
  EXPECT_LT(completed, 11);
}

}  // namespace
}  // namespace rapport
