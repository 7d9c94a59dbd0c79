// The mathematics: fold-in, ranking, explanation, a sweep.
#include <benchmark/benchmark.h>

#include "model/als.h"
#include "model/explanation.h"
#include "model/scorer.h"
#include "model/top_k.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

// Purchases and factors.
void FoldInOneCustomer(benchmark::State& state) {
  const ModelSnapshot model = RandomModel(5000, static_cast<int>(state.range(1)), 1);
  const Evidence evidence = RandomEvidence(5000, static_cast<size_t>(state.range(0)), 2);
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(Scorer(model, Pool::kAny, evidence));
}
BENCHMARK(FoldInOneCustomer)
    ->ArgNames({"items", "f"})
    ->ArgsProduct({{10, 50, 200}, {64, 128, 256}})
    ->Unit(benchmark::kMicrosecond);

// Items in the model.
void RankTheBestTen(benchmark::State& state) {
  const auto items = static_cast<size_t>(state.range(0));
  const ModelSnapshot model = RandomModel(items, static_cast<int>(state.range(1)), 1);
  const Evidence evidence = RandomEvidence(items, 50, 2);
  const Scorer scorer(model, Pool::kAny, evidence);
  const ItemScan scan(model);
  const ItemScan::Filter all = scan.All();
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(scan.TopK(scorer, 10, all));
}
BENCHMARK(RankTheBestTen)
    ->ArgNames({"items", "f"})
    ->ArgsProduct({{5'000, 50'000}, {64, 128}})
    ->Unit(benchmark::kMicrosecond);

void ExplainOneItem(benchmark::State& state) {
  const ModelSnapshot model = RandomModel(5000, static_cast<int>(state.range(1)), 1);
  const Evidence evidence = RandomEvidence(5000, static_cast<size_t>(state.range(0)), 2);
  const Scorer scorer(model, Pool::kAny, evidence);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(Explain(scorer, ItemIndex(7)));
}
BENCHMARK(ExplainOneItem)
    ->ArgNames({"items", "f"})
    ->ArgsProduct({{50, 200}, {64, 128}})
    ->Unit(benchmark::kMicrosecond);

void OneSweep(benchmark::State& state) {
  const PurchaseLog log = ShopWithTastes({.customers = 3000, .items = 3000, .orders = 40});
  const Interactions interactions = InteractionsAt(log, Day(200), 90);
  const AlsOptions options{.factors = static_cast<int32_t>(state.range(0)), .iterations = 1};
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(TrainAls(interactions, options, 1, nullptr, {}));
  }
  state.counters["pairs"] = static_cast<double>(interactions.by_customer.columns.size());
}
BENCHMARK(OneSweep)->ArgName("f")->Arg(64)->Arg(128)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rapport
