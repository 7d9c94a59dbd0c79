// `make bench-scale`: what a training of a large shop costs the server that it runs in, in memory
// and time, and what callers notice of it. A real rapport-server is fed by `rapport import`, trains
// with the options that it chooses itself, and is asked for suggestions meanwhile. For people, or
// with --json for programs; with --csv it writes the shop and does nothing else.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "services/cli/targets.h"
#include "tests/bench/scale_meter.h"
#include "tests/bench/scale_shop.h"
#include "tests/e2e/client.h"
#include "tests/e2e/process.h"
#include "tests/e2e/server_process.h"
#include "tests/support/temp_dir.h"

namespace rapport {
namespace {

using nlohmann::json;

constexpr double kGigabyte = 1e9;
constexpr double kMostGigabytes = 4;
constexpr auto kPoll = std::chrono::milliseconds(20);
constexpr int kQuietCalls = 300;
constexpr int kPollsForCall = 10;  // while it trains: about five calls a second

// Whatever made-up purchases teach: a training has a trained model beside it, as in a shop.
const std::map<std::string, std::string> kServing = {{"--training.gate", "false"}};

struct Flags {
  int64_t purchases = 10'000'000;
  int trainings = 2;
  bool json = false;
  bool csv = false;
};

volatile std::sig_atomic_t interrupted = 0;

// Whoever is waited for is then killed, and what lies on disk removed, on the way out.
void Wait() {
  if (interrupted) throw std::runtime_error("interrupted");
  std::this_thread::sleep_for(kPoll);
}

// How long calls took.
class Latencies {
 public:
  explicit Latencies(std::string when) : when_(std::move(when)) {}

  void Add(double seconds) { seconds_.push_back(seconds); }
  void AddFailed() { ++failed_; }

  const std::string& when() const { return when_; }
  size_t calls() const { return seconds_.size(); }
  int failed() const { return failed_; }
  // Of those that were answered; 0 if none was.
  double Quantile(double part) const {
    if (seconds_.empty()) return 0;
    std::vector<double> sorted = seconds_;
    std::ranges::sort(sorted);
    return sorted[static_cast<size_t>(part * static_cast<double>(sorted.size() - 1))];
  }

 private:
  std::string when_;
  std::vector<double> seconds_;
  int failed_ = 0;
};

std::string StageName(int training, v1::Training::Stage stage) {
  std::string name = v1::Training::Stage_Name(stage).substr(std::string_view("STAGE_").size());
  std::ranges::transform(name, name.begin(), [](char c) {
    return c == '_' ? ' ' : static_cast<char>(std::tolower(c));
  });
  return "training " + std::to_string(training) + ": " + name;
}

// The server under test, and what was measured of it.
class ScaleRun {
 public:
  ScaleRun(const std::string& program, const Flags& flags)
      : program_(program),
        flags_(flags),
        shop_(flags.purchases),
        server_(scratch_, scratch_ / "data", kServing),
        client_(server_.endpoint()),
        meter_(server_.process().id(), [&flags](const StageCost& stage) {
          if (!flags.json) Show(stage);
        }) {}

  void Measure() {
    if (!flags_.json) ShowTitle();
    Import();
    AskQuietly("before a training");
    for (int training = 1; training <= flags_.trainings; ++training) {
      trainings_.push_back(Train(training));
      AskQuietly("after training " + std::to_string(training));
    }
  }

  // What is not shown stage by stage.
  void Print() const;
  json ToJson() const;
  std::vector<cli::Target> Targets() const {
    return {cli::AtMost("peak resident memory of the server, GB (10^9 bytes)",
                        static_cast<double>(meter_.peak_bytes()) / kGigabyte, kMostGigabytes)};
  }

 private:
  void ShowTitle() const;
  static void Show(const StageCost& stage);

  // From one process to the other, through a pipe: nothing of it lies on disk or in memory.
  void Import() {
    const std::string pipe = scratch_ / "pipe";
    if (mkfifo(pipe.c_str(), 0600) != 0) throw std::runtime_error("cannot make " + pipe);
    meter_.Enter("import");
    e2e::Process shop({program_, "--csv", "--purchases", std::to_string(flags_.purchases)}, pipe,
                      scratch_ / "shop.log");
    e2e::Process import({RAPPORT_BINARY, "--server", server_.endpoint(), "import", "-", "--format",
                         "purchases", "--json"},
                        scratch_ / "import.json", scratch_ / "import.log", pipe);
    while (import.Running()) Wait();
    meter_.Leave();
    const json imported = json::parse(ReadFile(scratch_ / "import.json"), nullptr, false);
    if (!imported.is_object() || imported.value("accepted", int64_t{0}) != flags_.purchases)
      throw std::runtime_error("the import failed: " + ReadFile(scratch_ / "import.log") +
                               ReadFile(scratch_ / "import.json") + server_.Log());
  }

  v1::Model Train(int number) {
    Latencies latencies("during training " + std::to_string(number));
    v1::Training training;
    Check(client_.Train(&training), "start a training");
    for (int poll = 0; training.state() == v1::Training::STATE_RUNNING; ++poll) {
      meter_.Enter(StageName(number, training.stage()));
      if (poll % kPollsForCall == 0) Ask(&latencies);
      Wait();
      const std::string id = training.training_id();
      Check(client_.GetTraining(id, &training), "follow the training");
    }
    meter_.Leave();
    if (training.state() != v1::Training::STATE_SUCCEEDED)
      throw std::runtime_error("the training ended without a model: " + training.message());
    latencies_.push_back(std::move(latencies));
    v1::Model model;
    Check(client_.GetModel(training.model_version(), &model), "get the model");
    return model;
  }

  void AskQuietly(const std::string& when) {
    Latencies latencies(when);
    meter_.Enter("asked, " + when);
    for (int call = 0; call < kQuietCalls && !interrupted; ++call) Ask(&latencies);
    meter_.Leave();
    latencies_.push_back(std::move(latencies));
  }

  void Ask(Latencies* latencies) {
    std::uniform_int_distribution<int64_t> any(0, shop_.customers() - 1);
    v1::SuggestForCustomerResponse response;
    const auto began = std::chrono::steady_clock::now();
    const auto status = client_.Suggest(ScaleShop::CustomerId(any(random_)), &response);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    if (status.ok()) {
      latencies->Add(seconds.count());
    } else {
      latencies->AddFailed();
    }
  }

  void Check(const grpc::Status& status, const std::string& doing) const {
    if (!status.ok())
      throw std::runtime_error(doing + ": " + status.error_message() + "\n" + server_.Log());
  }

  const std::string program_;
  const Flags flags_;
  const ScaleShop shop_;
  const TempDir scratch_;
  e2e::ServerProcess server_;
  const e2e::Client client_;
  ScaleMeter meter_;
  std::mt19937_64 random_{1};
  std::vector<v1::Model> trainings_;
  std::vector<Latencies> latencies_;
};

void ScaleRun::ShowTitle() const {
  std::printf("%lld purchases, %lld customers, %lld items, made up\n\n",
              static_cast<long long>(shop_.purchases()), static_cast<long long>(shop_.customers()),
              static_cast<long long>(shop_.items()));
  std::printf("%-30s %9s %9s %9s\n", "the server", "seconds", "CPU s", "peak, GB");
  std::fflush(stdout);
}

void ScaleRun::Show(const StageCost& stage) {
  std::printf("%-30s %9.1f %9.1f %9.3f\n", stage.name.c_str(), stage.seconds, stage.cpu_seconds,
              static_cast<double>(stage.peak_bytes) / kGigabyte);
  std::fflush(stdout);
}

void ScaleRun::Print() const {
  std::printf("\n%-30s %9s %9s %9s %9s %9s\n", "suggestions for a customer", "calls", "failed",
              "p50, ms", "p99, ms", "most, ms");
  for (const Latencies& latencies : latencies_) {
    std::printf("%-30s %9zu %9d %9.2f %9.2f %9.2f\n", latencies.when().c_str(), latencies.calls(),
                latencies.failed(), 1e3 * latencies.Quantile(0.5), 1e3 * latencies.Quantile(0.99),
                1e3 * latencies.Quantile(1));
  }
  std::printf("\n%-30s %9s %9s %9s %9s\n", "the models", "seconds", "factors", "pairs", "MB");
  for (const v1::Model& model : trainings_) {
    std::printf("%-30s %9.1f %6dx%-2d %9lld %9.1f\n", model.version().c_str(),
                model.training_seconds(), model.tastes(0).factors(), model.tastes_size(),
                static_cast<long long>(model.data().pairs()),
                static_cast<double>(model.bytes()) / 1e6);
  }
}

json ScaleRun::ToJson() const {
  json stages = json::array(), suggestions = json::array(), models = json::array();
  for (const StageCost& stage : meter_.stages()) {
    stages.push_back({{"name", stage.name},
                      {"seconds", stage.seconds},
                      {"cpu_seconds", stage.cpu_seconds},
                      {"peak_bytes", stage.peak_bytes}});
  }
  for (const Latencies& latencies : latencies_) {
    suggestions.push_back({{"when", latencies.when()},
                           {"calls", latencies.calls()},
                           {"failed", latencies.failed()},
                           {"p50_seconds", latencies.Quantile(0.5)},
                           {"p99_seconds", latencies.Quantile(0.99)}});
  }
  for (const v1::Model& model : trainings_) {
    models.push_back({{"training_seconds", model.training_seconds()},
                      {"tastes", model.tastes_size()},
                      {"factors", model.tastes(0).factors()},
                      {"customers", model.data().customers()},
                      {"items", model.data().items()},
                      {"pairs", model.data().pairs()},
                      {"bytes", model.bytes()}});
  }
  return {{"purchases", shop_.purchases()},   {"customers", shop_.customers()},
          {"items", shop_.items()},           {"stages", stages},
          {"suggestions", suggestions},       {"models", models},
          {"peak_bytes", meter_.peak_bytes()}};
}

std::optional<Flags> Parse(int argc, char** argv) {
  Flags flags;
  for (int at = 1; at < argc; ++at) {
    const std::string_view flag = argv[at];
    if (flag == "--json") {
      flags.json = true;
    } else if (flag == "--csv") {
      flags.csv = true;
    } else if (flag == "--purchases" && at + 1 < argc) {
      flags.purchases = std::max(1'000LL, std::atoll(argv[++at]));
    } else if (flag == "--trainings" && at + 1 < argc) {
      flags.trainings = std::max(1, std::atoi(argv[++at]));
    } else {
      std::cerr << "usage: " << argv[0] << " [--purchases N] [--trainings N] [--json | --csv]\n";
      return std::nullopt;
    }
  }
  return flags;
}

int Run(const std::string& program, const Flags& flags) {
  if (flags.csv) {
    std::ios::sync_with_stdio(false);
    ScaleShop(flags.purchases).Write(std::cout);
    return std::cout ? 0 : 1;
  }
  ScaleRun run(program, flags);
  run.Measure();
  const std::vector<cli::Target> targets = run.Targets();
  if (flags.json) {
    std::cout << cli::EndingWith(targets, run.ToJson()).dump(2) << "\n";
  } else {
    run.Print();
    cli::PrintTargets(std::cout, targets);
  }
  return 0;
}

}  // namespace
}  // namespace rapport

int main(int argc, char** argv) {
  const auto flags = rapport::Parse(argc, argv);
  if (!flags) return 2;
  for (const int signal : {SIGINT, SIGTERM})
    std::signal(signal, [](int) { rapport::interrupted = 1; });
  try {
    return rapport::Run(argv[0], *flags);
  } catch (const std::exception& failed) {
    std::cerr << argv[0] << ": " << failed.what() << "\n";
    return 1;
  }
}
