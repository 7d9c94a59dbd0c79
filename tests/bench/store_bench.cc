// The store: events a second through the group-commit thread, each batch synced before it is
// answered.
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <mutex>

#include "data/store.h"
#include "tests/support/temp_dir.h"

namespace rapport {
namespace {

constexpr int kBatch = 1000;
constexpr int kInFlight = 4;  // batches that wait for their answers, as in an import

std::vector<Event> BatchFrom(int64_t first) {
  std::vector<Event> events;
  for (int64_t line = first; line < first + kBatch; ++line) {
    events.push_back(
        Purchase{.event_id = "order-" + std::to_string(line / 3) + "-" + std::to_string(line % 3),
                 .customer_id = "customer-" + std::to_string(line / 3 * 7919 % 50'000),
                 .item_id = "item-" + std::to_string(line * 31 % 5'000),
                 .order_id = "order-" + std::to_string(line / 3),
                 .purchased_at = TimePoint(std::chrono::seconds(1'700'000'000 + line)),
                 .unit_price = Money{"EUR", line % 100, 990'000'000},
                 .channel = Channel::kStore});
  }
  return events;
}

// 16 categories, so that customers come to know new ones for a while.
std::vector<Item> Catalogue() {
  std::vector<Item> items;
  for (int item = 0; item < 5'000; ++item) {
    items.push_back(Item{.item_id = "item-" + std::to_string(item),
                         .title = "Item",
                         .category_path = {"category-" + std::to_string(item % 16)}});
  }
  return items;
}

// 0: all new; 1: the same thousand lines again and again, all duplicates; 2: all new, of items that
// are described.
void Append(benchmark::State& state) {
  const TempDir dir;
  StoreOptions options;
  options.path = dir / "db";
  options.now = [] { return TimePoint(std::chrono::seconds(1'800'000'000)); };
  const auto store = *Store::Open(options);
  if (state.range(0) == 2 && !store->UpsertItemsAndWait(Catalogue()).ok()) std::abort();
  std::mutex mutex;
  std::condition_variable answered;
  int in_flight = 0;
  int64_t first = 0;
  for ([[maybe_unused]] auto _ : state) {
    {
      std::unique_lock lock(mutex);
      answered.wait(lock, [&] { return in_flight < kInFlight; });
      ++in_flight;
    }
    store->Append(BatchFrom(first), [&](const absl::StatusOr<AppendResult>& result) {
      const std::lock_guard lock(mutex);
      if (!result.ok()) std::abort();
      --in_flight;
      answered.notify_one();
    });
    if (state.range(0) != 1) first += kBatch;
  }
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return in_flight == 0; });
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(Append)->ArgName("what")->Arg(0)->Arg(1)->Arg(2)->Iterations(300)->UseRealTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace rapport
