// A part of `make bench`: a real rapport-server under load: what it can answer on one core, how
// long calls take at half of that, beside an echo of the same reply; models swapped under load; ten
// times more than it can answer; and the instructions of a call (callgrind), which do not depend on
// what else the machine does. For people, or with --json for programs.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "rapport/v1/model_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/targets.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/echo_server.h"
#include "tests/bench/serving_shop.h"

namespace rapport {
namespace {

using nlohmann::json;

constexpr int kConcurrency = 8;
constexpr int kSwaps = 100;
constexpr size_t kCustomers = 2'000;  // that ask
constexpr int kExplained = 64;

struct Flags {
  std::string program;
  std::string shops = "build/bench-shops";
  double seconds = 10;  // of each load
  bool small = false;   // shops that are made in seconds, for a look at the program itself
  bool load = true;
  bool instructions = true;
  bool json = false;
  std::string beside;  // a file with the JSON of another bench, whose targets go before ours
};

struct Shops {
  ServingShop five, forty, million;
};

Shops ShopsOf(const Flags& flags) {
  if (flags.small) {
    return {
        {.name = "300 items", .items = 300, .factors = 16, .customers = 300},
        {.name = "600 items", .items = 600, .factors = 16, .customers = 300},
        {.name = "2,000 items", .items = 2'000, .factors = 16, .customers = 300, .trained = false}};
  }
  return {{.name = "5,000 items", .items = 5'000},
          {.name = "41,000 items", .items = 41'000},
          {.name = "1,000,000 items", .items = 1'000'000, .factors = 64, .trained = false}};
}

// One line of the table.
struct Line {
  std::string shop;
  std::string what;
  Measured measured;
};

struct Count {
  std::string what;
  double instructions = 0;  // of a call
  double most = 0;          // that it may take
};

cli::LoadSubjects SubjectsOf(BenchServer& server, int64_t customers) {
  cli::LoadSubjects subjects;
  const auto asked = std::min<int64_t>(customers, kCustomers);
  for (int64_t customer = 0; customer < asked; ++customer)
    subjects.customers.push_back("c" + std::to_string(customer));
  const auto stub = v1::RecommendationService::NewStub(server.NewChannel());
  for (int customer = 0; customer < kExplained; ++customer) {
    grpc::ClientContext context;
    v1::SuggestForCustomerRequest request;
    v1::SuggestForCustomerResponse response;
    request.set_customer_id(subjects.customers[static_cast<size_t>(customer)]);
    const grpc::Status status = stub->SuggestForCustomer(&context, request, &response);
    if (!status.ok()) throw std::runtime_error(status.error_message());
    if (response.suggestions().empty() || response.suggestions(0).source() != v1::SOURCE_PERSONAL)
      throw std::runtime_error("nothing personal is suggested");
    subjects.suggested.push_back({response.token(), response.suggestions(0).item().item_id()});
  }
  return subjects;
}

class LoadBench {
 public:
  explicit LoadBench(const Flags& flags) : flags_(flags), shops_(ShopsOf(flags)) {}

  void Run() {
    for (const ServingShop* shop : {&shops_.five, &shops_.forty, &shops_.million})
      MakeServingShop(*shop, DirectoryOf(*shop));
    if (flags_.load) {
      Five();
      Forty();
      Million();
    }
    if (flags_.instructions) CountInstructions();
  }

  const std::vector<Line>& lines() const { return lines_; }
  const std::vector<Count>& counts() const { return counts_; }
  const std::vector<cli::Target>& targets() const { return targets_; }

 private:
  std::string DirectoryOf(const ServingShop& shop) const {
    return flags_.shops + "/" + std::to_string(shop.items) + "x" + std::to_string(shop.factors);
  }

  cli::LoadOptions Closed(const char* mix, double seconds) const {
    return {.mix = *cli::Mix::Parse(mix),
            .closed = true,
            .concurrency = kConcurrency,
            .seconds = seconds,
            .warm_up_seconds = std::min(3.0, seconds)};
  }

  cli::LoadOptions Open(double rate, double seconds) const {
    return {.mix = *cli::Mix::Parse("suggest=1"),
            .rate = rate,
            .seconds = seconds,
            .warm_up_seconds = std::min(2.0, seconds)};
  }

  const Measured& Add(const ServingShop& shop, std::string what, Measured measured) {
    lines_.push_back({shop.name, std::move(what), std::move(measured)});
    if (!flags_.json) Show(lines_.back());
    return lines_.back().measured;
  }

  // The most it can answer in a second.
  double Capacity(BenchServer& server, const ServingShop& shop, const cli::LoadSubjects& subjects) {
    return Add(shop, "suggest, 8 at a time",
               server.Run(Closed("suggest=1", flags_.seconds), subjects))
        .PerSecond();
  }

  void AtHalf(BenchServer& server, const ServingShop& shop, const cli::LoadSubjects& subjects,
              double capacity, double most_ms) {
    const Measured& half = Add(shop, "suggest, half of capacity",
                               server.Run(Open(capacity / 2, flags_.seconds), subjects));
    targets_.push_back(
        cli::AtMost(shop.name + ": p99 at half of capacity, ms", half.Milliseconds(0.99), most_ms));
    targets_.push_back(cli::AtMost(shop.name + ": failed at half of capacity",
                                   static_cast<double>(half.Failed()), 0));
  }

  void Five() {
    const ServingShop& shop = shops_.five;
    double cpu = 0;
    v1::SuggestForCustomerResponse reply;
    {
      const auto server = BenchServer::OnShop(scratch_, DirectoryOf(shop));
      const cli::LoadSubjects subjects = SubjectsOf(*server, shop.customers);
      const double capacity = Capacity(*server, shop, subjects);
      cpu = lines_.back().measured.cpu_microseconds;
      targets_.push_back(
          cli::AtLeast(shop.name + ": suggestions a second on one core", capacity, 8'000));
      AtHalf(*server, shop, subjects, capacity, 5);
      Add(shop, "explain, 8 at a time",
          server->Run(Closed("explain=1", flags_.seconds / 2), subjects));
      KeepReply(*server, subjects);
    }
    const auto echo = Echo();
    cli::LoadSubjects anybody{.customers = {"c1"}};
    const Measured& plain = Add(shop, "echo of the reply, 8 at a time",
                                echo->Run(Closed("suggest=1", flags_.seconds), anybody));
    targets_.push_back(cli::AtMost(shop.name + ": CPU of a suggestion / of an echo of it",
                                   cpu / plain.cpu_microseconds, 2.5));
  }

  void Forty() {
    const ServingShop& shop = shops_.forty;
    const auto server = BenchServer::OnShop(scratch_, DirectoryOf(shop));
    const cli::LoadSubjects subjects = SubjectsOf(*server, shop.customers);
    const double capacity = Capacity(*server, shop, subjects);
    targets_.push_back(
        cli::AtLeast(shop.name + ": suggestions a second on one core", capacity, 4'000));
    AtHalf(*server, shop, subjects, capacity, 5);
    Swap(*server, shop, subjects, 0.7 * capacity);
  }

  // Models change places under load.
  void Swap(BenchServer& server, const ServingShop& shop, const cli::LoadSubjects& subjects,
            double rate) {
    const double before =
        Add(shop, "suggest, 70 % of capacity", server.Run(Open(rate, flags_.seconds), subjects))
            .Milliseconds(0.99);
    const auto stub = v1::ModelService::NewStub(server.NewChannel());
    std::vector<std::string> versions;
    {
      grpc::ClientContext context;
      v1::ListModelsResponse models;
      if (const auto status = stub->ListModels(&context, {}, &models); !status.ok())
        throw std::runtime_error(status.error_message());
      for (const v1::Model& model : models.models()) versions.push_back(model.version());
    }
    std::atomic<int> swaps = 0, failed = 0;
    // A swap reads a model file behind all calls, which leave little of the core.
    const double most_seconds = flags_.small ? flags_.seconds : 18 * flags_.seconds;
    {
      std::jthread swapping([&](const std::stop_token& stop) {
        while (!stop.stop_requested() && swaps + failed < kSwaps) {
          grpc::ClientContext context;
          v1::ActivateModelRequest request;
          v1::Model model;
          request.set_version(versions[static_cast<size_t>(swaps + failed) % versions.size()]);
          ++(stub->ActivateModel(&context, request, &model).ok() ? swaps : failed);
        }
      });
      Add(shop, "the same while models are swapped",
          server.Run(Open(rate, most_seconds), subjects));
    }
    const Measured& during = lines_.back().measured;
    targets_.push_back(cli::AtLeast(shop.name + ": models swapped under load", swaps, kSwaps));
    targets_.push_back(cli::AtMost(shop.name + ": calls failed while models are swapped",
                                   static_cast<double>(during.Failed()) + failed, 0));
    targets_.push_back(cli::AtMost(shop.name + ": p99 while models are swapped / without",
                                   during.Milliseconds(0.99) / before, 1.5));
  }

  void Million() {
    const ServingShop& shop = shops_.million;
    const auto server = BenchServer::OnShop(scratch_, DirectoryOf(shop));
    const cli::LoadSubjects subjects = SubjectsOf(*server, shop.customers);
    const double capacity = Capacity(*server, shop, subjects);
    const int64_t peak_before = lines_.back().measured.peak_bytes;
    AtHalf(*server, shop, subjects, capacity, 20);
    const double normal = lines_.back().measured.Milliseconds(0.99);
    const Measured& over =
        Add(shop, "suggest, 10 times capacity",
            server->Run(Open(10 * capacity, flags_.small ? flags_.seconds : 6 * flags_.seconds),
                        subjects));
    targets_.push_back(cli::AtLeast(shop.name + ": goodput at 10 times capacity / at capacity",
                                    over.PerSecond() / capacity, 0.9));
    targets_.push_back(
        cli::AtMost(shop.name + ": p99 of accepted calls at 10 times capacity / at half",
                    over.Milliseconds(0.99) / normal, 3));
    targets_.push_back(
        cli::AtMost(shop.name + ": resident memory at 10 times capacity / before",
                    static_cast<double>(over.peak_bytes) / static_cast<double>(peak_before), 1.1));
  }

  void KeepReply(BenchServer& server, const cli::LoadSubjects& subjects) {
    grpc::ClientContext context;
    v1::SuggestForCustomerRequest request;
    v1::SuggestForCustomerResponse reply;
    request.set_customer_id(subjects.customers.front());
    const auto stub = v1::RecommendationService::NewStub(server.NewChannel());
    const grpc::Status status = stub->SuggestForCustomer(&context, request, &reply);
    if (!status.ok()) throw std::runtime_error(status.error_message());
    std::ofstream(scratch_ / "reply", std::ios::binary) << reply.SerializeAsString();
  }

  std::unique_ptr<BenchServer> Echo(std::vector<std::string> before = {}) {
    const std::string endpoint = scratch_ / "endpoint";
    std::vector<std::string> command = std::move(before);
    for (const std::string& word :
         {flags_.program, std::string("--echo"), scratch_ / "reply", endpoint})
      command.push_back(word);
    return std::make_unique<BenchServer>(std::move(command), scratch_, endpoint);
  }

  // Of a call, whatever else the machine does.
  void CountInstructions();
  double InstructionsOf(BenchServer& server, const char* mix, const cli::LoadSubjects& subjects);
  std::vector<std::string> Callgrind() const {
    return {"/usr/bin/valgrind", "--tool=callgrind", "--instr-atstart=no", "-q",
            "--callgrind-out-file=" + (scratch_ / "callgrind.out")};
  }

  static void Show(const Line& line);

  const Flags flags_;
  const Shops shops_;
  const TempDir scratch_;
  std::vector<Line> lines_;
  std::vector<Count> counts_;
  std::vector<cli::Target> targets_;
};

// Counting is switched on for the calls alone; the counts that it writes are those since the last.
double LoadBench::InstructionsOf(BenchServer& server, const char* mix,
                                 const cli::LoadSubjects& subjects) {
  const auto control = [&](const char* what) {
    const e2e::Finished done =
        e2e::Run({"/usr/bin/callgrind_control", what, std::to_string(server.pid())});
    if (done.exit_code != 0) throw std::runtime_error("callgrind_control: " + done.out + done.err);
  };
  cli::LoadOptions load = Closed(mix, flags_.small ? 2 : 5);
  load.concurrency = 1;
  load.deadline = std::chrono::seconds(30);
  control("--instr=on");
  server.Run(load, subjects);  // what is made at the first calls
  control("--zero");
  load.warm_up_seconds = 0;
  const auto calls = static_cast<double>(server.Run(load, subjects).report.All().ok());
  control("--dump");
  double counted = 0;
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator(scratch_ / "")) {
    if (entry.path().filename().string().starts_with("callgrind.out.")) newest = entry.path();
  }
  std::ifstream file(newest);
  for (std::string word; file >> word;) {
    if (word == "totals:" || word == "summary:") file >> counted;
  }
  std::filesystem::remove(newest);
  return counted / calls;
}

void LoadBench::CountInstructions() {
  const auto add = [&](std::string what, double instructions, double most) {
    targets_.push_back(cli::AtMost(what + ": instructions of a call", instructions, most));
    counts_.push_back({std::move(what), instructions, most});
  };
  {
    const auto server = BenchServer::OnShop(scratch_, DirectoryOf(shops_.five), Callgrind());
    const cli::LoadSubjects subjects = SubjectsOf(*server, shops_.five.customers);
    add(shops_.five.name + ": suggest", InstructionsOf(*server, "suggest=1", subjects), 1e6);
    add(shops_.five.name + ": explain", InstructionsOf(*server, "explain=1", subjects), 1e8);
    KeepReply(*server, subjects);
  }
  {
    const auto server = BenchServer::OnShop(scratch_, DirectoryOf(shops_.forty), Callgrind());
    const cli::LoadSubjects subjects = SubjectsOf(*server, shops_.forty.customers);
    add(shops_.forty.name + ": suggest", InstructionsOf(*server, "suggest=1", subjects), 2e6);
  }
  const auto echo = Echo(Callgrind());
  add(shops_.five.name + ": echo of the reply",
      InstructionsOf(*echo, "suggest=1", {.customers = {"c1"}}), 5e5);
}

void LoadBench::Show(const Line& line) {
  const Measured& m = line.measured;
  std::printf("  %-18s %-36s %9.0f %9.1f %8.2f %8.2f %8lld\n", line.shop.c_str(), line.what.c_str(),
              m.PerSecond(), m.cpu_microseconds, m.Milliseconds(0.5), m.Milliseconds(0.99),
              static_cast<long long>(m.Failed()));
  std::fflush(stdout);
}

void ShowTitle() {
  std::printf("  %-18s %-36s %9s %9s %8s %8s %8s\n", "", "", "calls/s", "CPU us", "p50 ms",
              "p99 ms", "failed");
}

void Print(const LoadBench& bench) {
  if (!bench.counts().empty()) std::printf("\n  %-55s %12s\n", "", "instructions");
  for (const Count& count : bench.counts())
    std::printf("  %-55s %12.0f\n", count.what.c_str(), count.instructions);
  std::printf("\n");
  std::fflush(stdout);
  cli::PrintTargets(std::cout, bench.targets());
}

json ToJson(const LoadBench& bench) {
  json loads = json::array();
  for (const Line& line : bench.lines()) {
    const Measured& m = line.measured;
    loads.push_back({{"shop", line.shop},
                     {"load", line.what},
                     {"calls_per_second", m.PerSecond()},
                     {"cpu_microseconds", m.cpu_microseconds},
                     {"p50_ms", m.Milliseconds(0.5)},
                     {"p99_ms", m.Milliseconds(0.99)},
                     {"failed", m.Failed()},
                     {"peak_bytes", m.peak_bytes}});
  }
  json counts = json::array();
  for (const Count& count : bench.counts())
    counts.push_back({{"call", count.what}, {"instructions", count.instructions}});
  return {{"loads", loads}, {"instructions", counts}};
}

// What the file says and what we do, as one; targets end it.
nlohmann::ordered_json AfterThose(const std::string& file, nlohmann::ordered_json ours) {
  if (file.empty()) return ours;
  std::ifstream in(file);
  auto both = nlohmann::ordered_json::parse(in);
  nlohmann::ordered_json targets = both["targets"];
  both.erase("targets");
  targets.insert(targets.end(), ours["targets"].begin(), ours["targets"].end());
  ours["targets"] = std::move(targets);
  both.update(ours);
  return both;
}

std::optional<Flags> Parse(int argc, char** argv) {
  Flags flags{.program = std::filesystem::read_symlink("/proc/self/exe")};
  for (int at = 1; at < argc; ++at) {
    const std::string_view flag = argv[at];
    if (flag == "--json") {
      flags.json = true;
    } else if (flag == "--small") {
      flags.small = true;
      flags.seconds = 0.5;
    } else if (flag == "--only-load") {
      flags.instructions = false;
    } else if (flag == "--only-instructions") {
      flags.load = false;
    } else if (flag == "--beside" && at + 1 < argc) {
      flags.beside = argv[++at];
    } else if (flag == "--shops" && at + 1 < argc) {
      flags.shops = argv[++at];
    } else if (flag == "--seconds" && at + 1 < argc) {
      flags.seconds = std::clamp(std::atof(argv[++at]), 0.2, 3'600.0);
    } else {
      std::cerr << "usage: " << argv[0]
                << " [--shops DIRECTORY] [--seconds N] [--only-load | --only-instructions] "
                   "[--small] [--json [--beside FILE]]\n";
      return std::nullopt;
    }
  }
  return flags;
}

int Run(const Flags& flags) {
  LoadBench bench(flags);
  if (!flags.json) ShowTitle();
  bench.Run();
  if (flags.json) {
    std::cout << AfterThose(flags.beside, cli::EndingWith(bench.targets(), ToJson(bench))).dump(2)
              << "\n";
  } else {
    Print(bench);
  }
  return 0;
}

}  // namespace
}  // namespace rapport

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--echo")
    return rapport::ServeEcho(argv[2], argv[3]);
  const auto flags = rapport::Parse(argc, argv);
  if (!flags) return 2;
  try {
    return rapport::Run(*flags);
  } catch (const std::exception& failed) {
    std::cerr << argv[0] << ": " << failed.what() << "\n";
    return 1;
  }
}
