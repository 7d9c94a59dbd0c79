// `make bench-train`: a sweep of ours beside the peers', on the same matrices in the same run, and
// what its inexactness costs in quality. For people, or with --json for programs.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "model/als.h"
#include "model/kernels/kernels.h"
#include "model/sweep.h"
#include "services/cli/targets.h"
#include "tests/bench/peer_process.h"
#include "tests/bench/train_data.h"
#include "tests/bench/train_quality.h"

namespace rapport {
namespace {

constexpr int kWarmUps = 3;
const std::vector<std::string> kPeers = {"implicit", "irspack"};
const std::map<std::string, std::string> kTitles = {
    {"rapport", "rapport"}, {"implicit", "implicit CG(3)"}, {"irspack", "irspack CG(3)"}};

struct Flags {
  std::string peers;  // a Python that has them; empty: without
  std::filesystem::path data;
  int rounds = 5;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  bool json = false;
};

// Of one sweep over customers and items.
struct Cost {
  double seconds = std::numeric_limits<double>::infinity();
  double cpu_seconds = std::numeric_limits<double>::infinity();

  void TakeLeast(const Cost& other) {
    seconds = std::min(seconds, other.seconds);
    cpu_seconds = std::min(cpu_seconds, other.cpu_seconds);
  }
};

struct Timing {
  std::string matrix;
  int factors = 0;
  std::map<std::string, Cost> costs;  // by program
  std::optional<double> peers_mebibytes;
};

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double PeakMebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

AlsOptions OptionsOf(int factors) {
  return {.factors = factors, .alpha0 = 0.01, .regularization = 0.006, .nu = 1, .iterations = 10};
}

// Our training, a sweep at a time.
class OurSweeps {
 public:
  OurSweeps(const Interactions& train, int factors, int threads)
      : train_(train),
        items_(Start(train, factors)),
        customers_(train.by_customer.rows(), static_cast<size_t>(factors)),
        sweep_(OptionsOf(factors), threads) {}

  Cost Next() {
    const auto begin = std::chrono::steady_clock::now();
    const double cpu = CpuSeconds();
    sweep_.Solve(train_.by_customer, warm_, &items_, &customers_, nullptr, {});
    sweep_.Solve(train_.by_item, warm_, &customers_, &items_, nullptr, {});
    warm_ = true;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    return {seconds.count(), CpuSeconds() - cpu};
  }

 private:
  // Where TrainAls begins.
  static FactorMatrix Start(const Interactions& train, int factors) {
    AlsOptions options = OptionsOf(factors);
    options.iterations = 0;
    return *TrainAls(train, options, 1, nullptr, {});
  }

  const Interactions& train_;
  TurnedFactors items_;
  TurnedFactors customers_;
  Sweep sweep_;
  bool warm_ = false;
};

std::optional<Cost> SweepOf(const std::string& name, PeerProcess& peers) {
  const auto answer = peers.Ask(name);
  if (!answer) return std::nullopt;
  std::istringstream in(*answer);
  Cost cost;
  return in >> cost.seconds >> cost.cpu_seconds ? std::optional(cost) : std::nullopt;
}

// Rounds of one sweep of everybody, so that a noisy machine is noisy for all; the least of each.
Timing Time(const Pairs& pairs, const std::filesystem::path& matrix, int factors,
            const Flags& flags) {
  Timing timing{.matrix = pairs.name, .factors = factors, .costs = {}, .peers_mebibytes = {}};
  OurSweeps ours(pairs.train, factors, flags.threads);
  std::unique_ptr<PeerProcess> peers;
  if (!flags.peers.empty()) {
    const std::string script = std::string(RAPPORT_SOURCE_DIR) + "/tests/bench/train_peers.py";
    peers = PeerProcess::Start(
        {flags.peers, script, matrix, std::to_string(factors), std::to_string(flags.threads)});
  }
  for (int round = 0; round < kWarmUps + flags.rounds; ++round) {
    std::map<std::string, Cost> costs;
    costs["rapport"] = ours.Next();
    for (const std::string& peer : kPeers) {
      if (const auto cost = peers ? SweepOf(peer, *peers) : std::nullopt) costs[peer] = *cost;
    }
    if (round < kWarmUps) continue;
    for (const auto& [name, cost] : costs) timing.costs[name].TakeLeast(cost);
  }
  if (const auto memory = peers ? peers->Ask("memory") : std::nullopt) {
    timing.peers_mebibytes = std::strtod(memory->c_str(), nullptr);
  }
  return timing;
}

void Print(const Timing& timing) {
  const Cost& ours = timing.costs.at("rapport");
  for (const auto& name : {std::string("rapport"), kPeers[0], kPeers[1]}) {
    const auto found = timing.costs.find(name);
    if (found == timing.costs.end()) continue;
    const Cost& cost = found->second;
    std::printf("%-10s %4d  %-15s %8.3f %8.3f", timing.matrix.c_str(), timing.factors,
                kTitles.at(name).c_str(), cost.seconds, cost.cpu_seconds);
    if (name != "rapport") {
      std::printf("   %6.2f %6.2f", cost.seconds / ours.seconds,
                  cost.cpu_seconds / ours.cpu_seconds);
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

// Ratios of CPU time: what else the machine does disturbs them least.
void AddTargets(const Timing& timing, std::vector<cli::Target>* targets) {
  const double ours = timing.costs.at("rapport").cpu_seconds;
  const auto add = [&](const std::string& peer, double least) {
    const auto found = timing.costs.find(peer);
    if (found == timing.costs.end()) return;
    targets->push_back(cli::AtLeast(timing.matrix + " f=" + std::to_string(timing.factors) +
                                        ": CPU time of " + kTitles.at(peer) + " / ours",
                                    found->second.cpu_seconds / ours, least));
  };
  add("implicit", 3);
  if (timing.factors >= 128) add("irspack", 1.5);
}

struct Quality {
  RankingQuality ours;
  RankingQuality referee;
};

Quality Compare(const Interactions& train, const CompressedRows& test, const Flags& flags) {
  const AlsOptions options = OptionsOf(64);
  const auto quality = [&](const FactorMatrix& items) {
    return QualityOnPairs(items, options, train.by_customer, test, flags.threads);
  };
  return {quality(*TrainAls(train, options, flags.threads, nullptr, {})),
          quality(TrainPlainly(train, options, flags.threads))};
}

void Print(const Quality& quality) {
  std::printf("\nGowalla, f=64, 10 sweeps: recall@20, NDCG@20\n");
  std::printf("  this sweep   %.4f  %.4f\n", quality.ours.recall, quality.ours.ndcg);
  std::printf("  exact sweep  %.4f  %.4f\n", quality.referee.recall, quality.referee.ndcg);
}

nlohmann::json ToJson(const Timing& timing) {
  nlohmann::json json = {{"matrix", timing.matrix}, {"factors", timing.factors}};
  for (const auto& [name, cost] : timing.costs) {
    json["sweep"][name] = {{"seconds", cost.seconds}, {"cpu_seconds", cost.cpu_seconds}};
  }
  if (timing.peers_mebibytes) json["peers_peak_mebibytes"] = *timing.peers_mebibytes;
  return json;
}

std::optional<Flags> Parse(int argc, char** argv) {
  Flags flags;
  const char* data = std::getenv("RAPPORT_DATA_DIR");
  flags.data = data ? data : RAPPORT_SOURCE_DIR "/../shared/data";
  for (int at = 1; at < argc; ++at) {
    const std::string_view flag = argv[at];
    if (flag == "--json") {
      flags.json = true;
    } else if (flag == "--peers" && at + 1 < argc) {
      flags.peers = argv[++at];
    } else if (flag == "--rounds" && at + 1 < argc) {
      flags.rounds = std::max(1, std::atoi(argv[++at]));
    } else {
      std::cerr << "usage: " << argv[0] << " [--peers PYTHON] [--rounds N] [--json]\n";
      return std::nullopt;
    }
  }
  return flags;
}

int Run(const Flags& flags) {
  std::vector<Pairs> matrices;
  std::optional<CompressedRows> test;
  auto gowalla = ReadPairs(flags.data / "gowalla_train.txt.zst");
  if (auto held_out = ReadPairs(flags.data / "gowalla_test.txt.zst");
      gowalla.ok() && held_out.ok()) {
    const auto greatest = [](const CompressedRows& rows) {
      return *std::max_element(rows.columns.begin(), rows.columns.end());
    };
    const size_t items = std::max(greatest(*gowalla), greatest(*held_out)) + size_t{1};
    matrices.push_back({"Gowalla", BothWays(*std::move(gowalla), items)});
    test = *std::move(held_out);
  } else {
    std::cerr << "Gowalla is skipped: it is not in " << flags.data
              << " (RAPPORT_DATA_DIR says where)\n";
  }
  matrices.push_back(SyntheticPairs());

  if (!flags.json) {
    std::printf("A sweep over customers and items, %d threads, %s kernels; the least of %d\n\n",
                flags.threads, ChosenKernels().name.data(), flags.rounds);
    std::printf("%-10s %4s  %-15s %8s %8s   %6s %6s\n", "matrix", "f", "program", "seconds",
                "CPU s", "ratio", "of CPU");
  }
  nlohmann::json sweeps = nlohmann::json::array();
  std::vector<cli::Target> targets;
  const auto file = std::filesystem::temp_directory_path() /
                    ("rapport-bench-" + std::to_string(getpid()) + ".pairs");
  for (const Pairs& pairs : matrices) {
    if (const auto written = WritePairs(pairs.train, file); !written.ok()) {
      std::cerr << written.message() << "\n";
      return 1;
    }
    for (const int factors : {64, 128, 256}) {
      const Timing timing = Time(pairs, file, factors, flags);
      AddTargets(timing, &targets);
      sweeps.push_back(ToJson(timing));
      if (!flags.json) Print(timing);
    }
  }
  std::filesystem::remove(file);
  const double peak = PeakMebibytes();

  nlohmann::json json = {{"threads", flags.threads},
                         {"kernels", ChosenKernels().name},
                         {"sweeps", sweeps},
                         {"peak_mebibytes", peak}};
  if (!flags.json) std::printf("\nPeak memory of ours, matrices included: %.0f MiB\n", peak);
  if (test) {
    const Quality quality = Compare(matrices.front().train, *test, flags);
    targets.push_back(cli::AtMost("Gowalla f=64: recall@20 off the exact sweep's",
                                  std::abs(quality.ours.recall - quality.referee.recall), 0.0005));
    json["quality"] = {{"recall@20", quality.ours.recall},
                       {"ndcg@20", quality.ours.ndcg},
                       {"exact_recall@20", quality.referee.recall},
                       {"exact_ndcg@20", quality.referee.ndcg}};
    if (!flags.json) Print(quality);
  }
  if (flags.json) {
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
