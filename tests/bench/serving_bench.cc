// The use cases on the sample store, from the store's bytes to the answer, without gRPC.
#include <benchmark/benchmark.h>

#include "data/samples/sample_store.h"
#include "services/recommender/explainer.h"
#include "services/recommender/suggester.h"
#include "services/recommender/trainer.h"
#include "tests/support/temp_dir.h"

namespace rapport {
namespace {

const TimePoint kNow(std::chrono::seconds(1'780'000'000));

// The sample store, loaded and trained once.
struct Shop {
  Shop() {
    StoreOptions options;
    options.path = scratch / "db";
    options.now = [] { return kNow; };
    store = *Store::Open(options);
    shelf = *ModelShelf::Open({.path = scratch / "models"});
    SampleStore sample = MakeSampleStore({.end = std::chrono::floor<std::chrono::days>(kNow)});
    regular = sample.regular_customer_id;
    if (!store->UpsertItemsAndWait(sample.items).ok()) std::abort();
    if (!LoadCatalogue(*store, *shelf).ok()) std::abort();
    if (!store->AppendAndWait(std::move(sample.events)).ok()) std::abort();
    Trainer trainer(*store, *shelf, {.threads = 2}, [] { return kNow; });
    if (trainer.TrainOnce()->state != TrainingState::kSucceeded) std::abort();
  }
  TempDir scratch;
  std::unique_ptr<Store> store;
  std::unique_ptr<ModelShelf> shelf;
  std::string regular;
};

Shop& TheShop() {
  static Shop shop;
  return shop;
}

void SuggestTen(benchmark::State& state) {
  Shop& shop = TheShop();
  const Suggester suggester(*shop.store, *shop.shelf, [] { return kNow; });
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(suggester.Suggest({.shopper = {.customer_id = shop.regular}}));
}
BENCHMARK(SuggestTen)->Unit(benchmark::kMicrosecond);

void ExplainWithToken(benchmark::State& state) {
  Shop& shop = TheShop();
  const auto list = Suggester(*shop.store, *shop.shelf, [] {
                      return kNow;
                    }).Suggest({.shopper = {.customer_id = shop.regular}});
  const Explainer explainer(*shop.store, *shop.shelf, [] { return kNow; });
  const ExplainQuery query{.token = list->token, .item_id = list->suggestions[0].item->item_id};
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(explainer.Explain(query));
}
BENCHMARK(ExplainWithToken)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rapport
