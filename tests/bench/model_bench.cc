// The mathematics: fold-in, ranking, explanation, a sweep.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <random>

#include "model/als.h"
#include "model/counterfactual.h"
#include "model/explanation.h"
#include "model/scorer.h"
#include "model/top_k.h"
#include "tests/bench/made_up_taste.h"
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

// A shop of two tastes whose items' lengths and directions are spread as real ones are, with
// neighbours or without.
ModelSnapshot MadeUpShop(size_t items, int32_t factors, bool with_neighbours) {
  ModelSnapshot model = RandomModel(items, 1, 1);
  const CompressedRows neighbours = model.tastes[1].neighbours;
  for (Taste& taste : model.tastes) {
    const double half_life_days = taste.options.half_life_days;
    taste = MadeUpTaste(static_cast<int64_t>(items), factors);
    taste.options.half_life_days = half_life_days;
  }
  if (with_neighbours) {
    model.tastes[1].options.neighbour_weight = 0.5;
    model.tastes[1].neighbours = neighbours;
  }
  return model;
}

// Somebody who bought, of ten times as many items, those that go one way: once to three times in a
// year.
Evidence SomebodyWithATaste(const Taste& taste, size_t purchases, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Eigen::VectorXd way(taste.factors.cols());
  for (double& value : way) value = normal(random);
  way.array() *= taste.spectrum.array().sqrt();
  std::vector<std::pair<double, ItemIndex>> items;
  std::vector<bool> taken(static_cast<size_t>(taste.factors.rows()));
  while (items.size() < 10 * purchases) {
    const size_t row = random() % taken.size();
    if (taken[row]) continue;
    taken[row] = true;
    items.push_back({-taste.factors.row(static_cast<Eigen::Index>(row)).cast<double>().dot(way),
                     ItemIndex(row)});
  }
  std::sort(items.begin(), items.end());
  std::vector<OwnPurchase> own;
  for (size_t place = 0; place < purchases; ++place) {
    for (uint64_t time = 0; time < 1 + random() % 3; ++time)
      own.push_back(
          {items[place].second, static_cast<uint32_t>(own.size()), Day(365 * Uniform(random))});
  }
  return Evidence(std::move(own));
}

double CpuMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// CPU time of what is asked again and again, of each step by itself.
class Stopwatch {
 public:
  void Start() { started_ = CpuMilliseconds(); }
  void Lap(size_t step) {
    const double now = CpuMilliseconds();
    if (steps_.size() <= step) steps_.resize(step + 1);
    steps_[step].push_back(now - std::exchange(started_, now));
  }
  double Percentile(size_t step, double percent) {
    std::sort(steps_[step].begin(), steps_[step].end());
    const auto last = static_cast<double>(steps_[step].size() - 1);
    return steps_[step][static_cast<size_t>(last * percent / 100 + 0.5)];
  }

 private:
  double started_ = 0;
  std::vector<std::vector<double>> steps_;
};

// What an explanation of one of the first ten costs, of a customer for each iteration: folded in,
// contributions, its place, its place without each of the five lines, the fewest without which it
// is none of the ten.
void ExplainWithRanksAndSmallestRemoval(benchmark::State& state) {
  constexpr size_t kItems = 50'000, kListLength = 10, kLines = 5;
  const ModelSnapshot model = MadeUpShop(kItems, 128, state.range(2) != 0);
  const auto pool = static_cast<Pool>(state.range(1));
  const ItemScan scan(model);
  Stopwatch steps, whole;
  uint64_t customer = 0;
  double entries_removed = 0, none = 0;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    const Evidence evidence =
        SomebodyWithATaste(model.tastes[0], static_cast<size_t>(state.range(0)), ++customer);
    const ItemScan::Filter eligible = OfPool(scan.All(), pool, evidence);
    const ItemIndex item =
        scan.TopK(Scorer(model, pool, evidence), kListLength, eligible)[customer % kListLength]
            .item;
    state.ResumeTiming();
    whole.Start();
    steps.Start();
    const Scorer scorer(model, pool, evidence);
    std::vector<size_t> lines;
    for (const Contribution& line : Explain(scorer, item).contributions) {
      if (lines.size() < kLines)
        lines.push_back(static_cast<size_t>(line.entry - evidence.entries().data()));
    }
    const Counterfactual counterfactual(scan, scorer, eligible);
    steps.Lap(0);
    benchmark::DoNotOptimize(counterfactual.Of(item));
    steps.Lap(1);
    benchmark::DoNotOptimize(counterfactual.WithoutEach(item, lines));
    steps.Lap(2);
    const Removal removal = FindSmallestRemoval(counterfactual, item, kListLength);
    steps.Lap(3);
    whole.Lap(0);
    entries_removed += static_cast<double>(removal.entries.size());
    none += removal.entries.empty() ? 1 : 0;
  }
  for (const double percent : {50, 99, 100}) {
    state.counters["ms_p" + std::to_string(static_cast<int>(percent))] =
        whole.Percentile(0, percent);
  }
  state.counters["fold_p99"] = steps.Percentile(0, 99);
  state.counters["rank_p99"] = steps.Percentile(1, 99);
  state.counters["lines_p99"] = steps.Percentile(2, 99);
  state.counters["smallest_p99"] = steps.Percentile(3, 99);
  state.counters["entries"] = entries_removed / std::max(1.0, static_cast<double>(customer) - none);
  state.counters["none"] = none / static_cast<double>(customer);
}
BENCHMARK(ExplainWithRanksAndSmallestRemoval)
    ->ArgNames({"items", "pool", "neighbours"})
    ->ArgsProduct({{20, 200}, {0, 2}, {0, 1}})
    ->Iterations(300)
    ->Unit(benchmark::kMillisecond);

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
