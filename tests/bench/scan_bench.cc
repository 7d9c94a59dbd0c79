// A part of `make bench`: exact retrieval beside its peers, on one thread. CPU time of a query:
// what else the machine does disturbs it least; the least of several rounds.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/als.h"
#include "model/top_k.h"
#include "services/cli/targets.h"
#include "tests/bench/made_up_taste.h"
#include "tests/bench/scan_peers.h"
#include "tests/bench/train_data.h"

namespace rapport {
namespace {

constexpr size_t kQueries = 256;
constexpr size_t kListLength = 20;
constexpr double kRecallOfGraphs = 0.95;  // that an inexact peer needs to be compared

struct Flags {
  std::filesystem::path data;
  size_t made_up = 1'000'000;  // items of the second world
  int rounds = 5;
  bool json = false;
};

// Items, and customers who ask.
struct World {
  std::string name;
  ModelSnapshot model;
  std::vector<Evidence> customers;
};

struct Result {
  std::string name;
  double microseconds = std::numeric_limits<double>::infinity();  // CPU, of a query
  double recall = 1;                                              // part of the exact list
};

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Vocabulary Numbers(size_t items) {
  std::vector<std::string> ids(items);
  for (size_t item = 0; item < items; ++item) {
    std::string digits = std::to_string(item);
    ids[item] = std::string(8 - digits.size(), '0') + digits;
  }
  return Vocabulary(std::move(ids));
}

// One taste and nothing beside it: what the peers rank by.
ModelSnapshot ModelOf(Taste taste) {
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.items = Numbers(static_cast<size_t>(taste.factors.rows()));
  model.popularity.setZero(taste.factors.rows(), kPopularityFeatures.size());
  model.weights.fill(PoolWeights{.tastes = {1}});
  model.tastes.push_back(std::move(taste));
  return model;
}

Evidence EvidenceOf(std::span<const uint32_t> items) {
  std::vector<OwnPurchase> own;
  for (const uint32_t item : items) own.push_back({.item = ItemIndex(item), .order = 0, .at = {}});
  return Evidence(std::move(own));
}

std::optional<World> Gowalla(const Flags& flags) {
  auto rows = ReadPairs(flags.data / "gowalla_train.txt.zst");
  if (!rows.ok()) return std::nullopt;
  const size_t items = *std::max_element(rows->columns.begin(), rows->columns.end()) + size_t{1};
  const Interactions train = BothWays(*std::move(rows), items);
  const AlsOptions options{
      .factors = 128, .alpha0 = 0.01, .regularization = 0.006, .half_life_days = 1};
  World world{.name = "Gowalla", .model = ModelOf(*LearnTaste(train, options, 2, nullptr, {}))};
  const size_t customers = train.by_customer.rows();
  for (size_t query = 0; query < kQueries; ++query)
    world.customers.push_back(
        EvidenceOf(train.by_customer.ColumnsOf(query * customers / kQueries)));
  return world;
}

World MadeUp(size_t items) {
  World world{.name = "made up", .model = ModelOf(MadeUpTaste(static_cast<int64_t>(items), 64))};
  std::mt19937_64 random(11);
  for (size_t query = 0; query < kQueries; ++query) {
    std::vector<uint32_t> own;
    for (int entry = 0; entry < 20; ++entry) own.push_back(static_cast<uint32_t>(random() % items));
    world.customers.push_back(EvidenceOf(own));
  }
  return world;
}

// Every query is asked in each round, `batch` at a time.
template <typename Ask>
Result Measured(std::string name, int rounds, size_t batch, const Ask& ask) {
  Result result{.name = std::move(name)};
  for (int round = 0; round < rounds; ++round) {
    const double began = CpuSeconds();
    for (size_t query = 0; query < kQueries; query += batch) ask(query);
    result.microseconds = std::min(result.microseconds, (CpuSeconds() - began) * 1e6 / kQueries);
  }
  return result;
}

double RecallOf(const std::vector<uint32_t>& found, const std::vector<uint32_t>& exact) {
  size_t hits = 0;
  for (size_t first = 0; first < exact.size(); first += kListLength) {
    for (size_t place = 0; place < kListLength; ++place) {
      const auto begin = exact.begin() + static_cast<std::ptrdiff_t>(first);
      hits += std::find(begin, begin + kListLength, found[first + place]) != begin + kListLength;
    }
  }
  return static_cast<double>(hits) / static_cast<double>(exact.size());
}

std::vector<Result> Compare(const World& world, const Flags& flags) {
  const Taste& taste = world.model.tastes.front();
  const auto width = static_cast<size_t>(taste.factors.cols());
  std::vector<Scorer> scorers;
  std::vector<float> queries;
  for (const Evidence& customer : world.customers) {
    const Scorer& scorer = scorers.emplace_back(world.model, Pool::kAny, customer);
    for (const double value : scorer.tastes().front().folded->vector())
      queries.push_back(static_cast<float>(value));
  }
  const ItemScan scan(world.model);
  const ItemScan::Filter all = scan.All();
  // What the customer has is not left out, as peers could not.
  std::vector<uint32_t> exact(kQueries * kListLength);
  std::vector<Result> results = {Measured("rapport", flags.rounds, 1, [&](size_t query) {
    const auto top = scan.TopK(scorers[query], kListLength, all);
    for (size_t place = 0; place < kListLength; ++place)
      exact[query * kListLength + place] = static_cast<uint32_t>(top[place].item);
  })};
  for (const ScanPeer& peer :
       MakeScanPeers({taste.factors.data(), static_cast<size_t>(taste.factors.rows()), width})) {
    std::vector<uint32_t> found(exact.size());
    Result& result =
        results.emplace_back(Measured(peer.name, flags.rounds, peer.batch, [&](size_t query) {
          const auto best =
              peer.find({queries.data() + query * width, peer.batch, width}, kListLength);
          std::copy(best.begin(), best.end(),
                    found.begin() + static_cast<std::ptrdiff_t>(query * kListLength));
        }));
    result.recall = RecallOf(found, exact);
  }
  return results;
}

std::vector<cli::Target> TargetsOf(const World& world, const std::vector<Result>& results) {
  std::vector<cli::Target> targets;
  const auto add = [&](const std::string& title, const Result& peer, double least) {
    targets.push_back(cli::AtLeast(world.name + ": CPU time of " + title + " / ours",
                                   peer.microseconds / results.front().microseconds, least));
  };
  bool graph = false;
  for (const Result& peer : results) {
    if (peer.name == "faiss IndexFlatIP, 1 at a time") add(peer.name, peer, 20);
    if (peer.name == "faiss IndexFlatIP, 64 at a time") add(peer.name, peer, 1.5);
    if (graph || !peer.name.starts_with("hnswlib") || peer.recall < kRecallOfGraphs) continue;
    graph = true;  // the fastest that finds so much
    add(peer.name + ", recall " + std::to_string(peer.recall).substr(0, 5), peer, 1);
  }
  return targets;
}

void Print(const World& world, const std::vector<Result>& results) {
  std::printf("%s: %ld items, f = %ld, lists of %zu, one thread, %s kernel\n", world.name.c_str(),
              static_cast<long>(world.model.items.size()),
              static_cast<long>(world.model.tastes.front().factors.cols()), kListLength,
              ChosenScanKernel().name.data());
  std::printf("  %-32s %10s %10s %8s %8s\n", "", "CPU us", "queries/s", "ratio", "recall");
  for (const Result& result : results) {
    std::printf("  %-32s %10.1f %10.0f %8.1f %8.4f\n", result.name.c_str(), result.microseconds,
                1e6 / result.microseconds, result.microseconds / results.front().microseconds,
                result.recall);
  }
  std::printf("\n");
  std::fflush(stdout);
}

nlohmann::json ToJson(const World& world, const std::vector<Result>& results) {
  nlohmann::json json = {{"name", world.name},
                         {"items", world.model.items.size()},
                         {"factors", world.model.tastes.front().factors.cols()},
                         {"methods", nlohmann::json::array()}};
  for (const Result& result : results) {
    json["methods"].push_back({{"name", result.name},
                               {"cpu_microseconds", result.microseconds},
                               {"queries_per_second", 1e6 / result.microseconds},
                               {"recall@20", result.recall}});
  }
  return json;
}

std::optional<Flags> Parse(int argc, char** argv) {
  Flags flags;
  const char* data = std::getenv("RAPPORT_DATA_DIR");
  flags.data = data != nullptr ? data : RAPPORT_SOURCE_DIR "/../shared/data";
  for (int at = 1; at < argc; ++at) {
    const std::string_view flag = argv[at];
    if (flag == "--json") {
      flags.json = true;
    } else if (flag == "--items" && at + 1 < argc) {
      flags.made_up = std::clamp<size_t>(std::strtoull(argv[++at], nullptr, 10), 1'000, 99'999'999);
    } else if (flag == "--rounds" && at + 1 < argc) {
      flags.rounds = std::max(1, std::atoi(argv[++at]));
    } else {
      std::cerr << "usage: " << argv[0] << " [--items N] [--rounds N] [--json]\n";
      return std::nullopt;
    }
  }
  return flags;
}

int Run(const Flags& flags) {
  nlohmann::json worlds = nlohmann::json::array();
  std::vector<cli::Target> targets;
  const auto compare = [&](const World& world) {
    const std::vector<Result> results = Compare(world, flags);
    const std::vector<cli::Target> own = TargetsOf(world, results);
    targets.insert(targets.end(), own.begin(), own.end());
    worlds.push_back(ToJson(world, results));
    if (!flags.json) Print(world, results);
  };
  if (const auto gowalla = Gowalla(flags)) {
    compare(*gowalla);
  } else {
    std::cerr << "Gowalla is skipped: it is not in " << flags.data
              << " (RAPPORT_DATA_DIR says where)\n";
  }
  compare(MadeUp(flags.made_up));
  if (flags.json) {
    const nlohmann::json json = {{"kernel", ChosenScanKernel().name}, {"worlds", worlds}};
    std::cout << cli::EndingWith(targets, json).dump(2) << "\n";
  } else {
    cli::PrintTargets(std::cout, targets);
  }
  return 0;
}

}  // namespace
}  // namespace rapport

int main(int argc, char** argv) {
  const auto flags = rapport::Parse(argc, argv);
  return flags ? rapport::Run(*flags) : 2;
}
