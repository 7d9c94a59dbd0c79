// What is kept of customers is never older than what was acknowledged.
#include "data/customer_cache.h"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::At;
using testing::Back;
using testing::Bought;
using testing::MustAppend;
using testing::OpenStore;
using testing::OptionsFor;

using View = std::shared_ptr<const CustomerView>;

View MustView(const Store& store, std::string_view customer_id, AsOf as_of = {}) {
  auto view = store.View(customer_id, as_of);
  EXPECT_TRUE(view.ok()) << view.status();
  return *view;
}

TEST(CustomerCache, GivesTheSameAgainUntilTheCustomerBuys) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea"), Bought("bob", "1", "tea")});
  const View first = MustView(*store, "ada");
  const View bob = MustView(*store, "bob");
  EXPECT_EQ(MustView(*store, "ada"), first);
  MustAppend(*store, {Bought("ada", "2", "mug")});
  EXPECT_EQ(MustView(*store, "ada")->history.lines.size(), 2u);
  EXPECT_EQ(MustView(*store, "bob"), bob);
  EXPECT_EQ(store->Sizes().customer_cache_hits, 2u);
  EXPECT_EQ(store->Sizes().customer_cache_misses, 3u);
  EXPECT_GT(store->Sizes().customer_cache_bytes, 0u);
}

TEST(CustomerCache, ForgetsAReturnAndADescription) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea")});
  EXPECT_FALSE(MustView(*store, "ada")->described.has_value());
  MustAppend(*store, {Back("ada", "2", "1", 9)});
  EXPECT_EQ(MustView(*store, "ada")->history.lines.at(0).returns.size(), 1u);
  ASSERT_TRUE(store
                  ->UpsertCustomersAndWait(
                      {{.customer_id = "ada", .store = "Delft", .consent_mention = false}})
                  .ok());
  const auto& described = MustView(*store, "ada")->described;
  ASSERT_TRUE(described.has_value());
  EXPECT_EQ(described->consent_mention, false);
}

TEST(CustomerCache, AnEarlierViewIsReadAndNotKept) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  MustAppend(*store, {Bought("ada", "1", "tea", 5)});
  MustAppend(*store, {Bought("ada", "2", "mug", 9)});
  EXPECT_EQ(MustView(*store, "ada", {.time = At(7)})->history.lines.size(), 1u);
  EXPECT_EQ(MustView(*store, "ada")->history.lines.size(), 2u);
  EXPECT_EQ(MustView(*store, "ada", {.time = At(7)})->history.lines.size(), 1u);
  EXPECT_EQ(MustView(*store, "ada", {.sequence = 1})->history.lines.size(), 1u);
  // Of a later time it is the same as of now.
  EXPECT_EQ(MustView(*store, "ada", {.sequence = 2, .time = At(9)}), MustView(*store, "ada"));
  EXPECT_EQ(MustView(*store, "ada")->history.latest, At(9));
}

TEST(CustomerCache, KeepsNothingOfWhatWasReadBeforeItWasForgotten) {
  CustomerCache cache(1 << 20);
  const auto view = std::make_shared<const CustomerView>();
  const uint64_t ticket = cache.Ticket("ada");
  cache.Forget("ada");
  cache.Keep("ada", ticket, view);
  EXPECT_EQ(cache.Find("ada"), nullptr);
  cache.Keep("ada", cache.Ticket("ada"), view);
  EXPECT_EQ(cache.Find("ada"), view);
}

TEST(CustomerCache, StaysWithinItsBytes) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  options.customer_cache_bytes = 256 << 10;
  const auto store = *Store::Open(options);
  for (int customer = 0; customer < 2'000; ++customer) {
    const std::string id = "customer-" + std::to_string(customer);
    MustAppend(*store, {Bought(id, "1", "an item with a name of some length")});
    MustView(*store, id);
  }
  EXPECT_LE(store->Sizes().customer_cache_bytes, options.customer_cache_bytes);
  EXPECT_GT(store->Sizes().customer_cache_bytes, options.customer_cache_bytes / 2);
}

TEST(CustomerCache, WithoutBytesEveryViewIsRead) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  options.customer_cache_bytes = 0;
  const auto store = *Store::Open(options);
  MustAppend(*store, {Bought("ada", "1", "tea")});
  EXPECT_NE(MustView(*store, "ada"), MustView(*store, "ada"));
  EXPECT_EQ(store->Sizes().customer_cache_hits, 0u);
}

// Readers race one writer: whoever asks after a purchase was acknowledged sees it.
TEST(CustomerCache, NobodySeesLessThanWasAcknowledged) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  std::atomic<size_t> acknowledged = 0;
  std::atomic<bool> done = false;
  std::atomic<int> stale = 0;
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      while (!done) {
        const size_t least = acknowledged;
        if (MustView(*store, "ada")->history.lines.size() < least) ++stale;
      }
    });
  }
  for (int event = 0; event < 300; ++event) {
    MustAppend(*store, {Bought("ada", std::to_string(event), "tea")});
    ++acknowledged;
  }
  done = true;
  readers.clear();
  EXPECT_EQ(stale, 0);
}

}  // namespace
}  // namespace rapport
