#include "tests/bench/bench_server.h"

#include <sched.h>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

namespace rapport {
namespace {

constexpr int kChannels = 4;
constexpr std::chrono::seconds kPatience{120};  // to start under a simulated processor

// Of this process and of those that it starts from now on.
void RunOn(bool first_core) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  if (cores < 2) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int core = first_core ? 0 : 1; core < (first_core ? 1 : cores); ++core) CPU_SET(core, &set);
  sched_setaffinity(0, sizeof(set), &set);
}

}  // namespace

double Measured::PerSecond() const {
  return static_cast<double>(report.All().ok()) / report.seconds;
}

double Measured::Milliseconds(double share) const {
  return std::chrono::duration<double, std::milli>(report.All().latency.Percentile(share)).count();
}

int64_t Measured::Failed() const {
  int64_t failed = report.not_sent;
  for (const auto& [code, count] : report.All().failed) failed += count;
  return failed;
}

BenchServer::BenchServer(std::vector<std::string> command, const TempDir& scratch,
                         std::string endpoint) {
  const std::string name = command.back();
  RunOn(true);
  process_ = std::make_unique<e2e::Process>(std::move(command), scratch / "server.log",
                                            scratch / "server.log");
  RunOn(false);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (process_->Running() && endpoint_.empty()) {
    if (std::chrono::steady_clock::now() > deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    endpoint_ = ReadFile(endpoint);
  }
  if (endpoint_.empty()) throw std::runtime_error("no server: " + ReadFile(scratch / "server.log"));
  endpoint_.pop_back();  // the end of the line
  std::filesystem::remove(endpoint);
  meter_ = std::make_unique<ScaleMeter>(process_->id(), [](const StageCost&) {});
}

std::unique_ptr<BenchServer> BenchServer::OnShop(const TempDir& scratch,
                                                 const std::string& directory,
                                                 std::vector<std::string> before) {
  const std::string endpoint = scratch / "endpoint";
  std::vector<std::string> command = std::move(before);
  for (const std::string& word :
       {std::string(RAPPORT_SERVER_BINARY), std::string("--storage.path"), directory,
        std::string("--server.listen"), std::string("127.0.0.1:0"), std::string("--metrics.listen"),
        std::string("127.0.0.1:0"), std::string("--health.listen"), std::string(),
        std::string("--tls.insecure"), std::string("true"), std::string("--training.interval"),
        std::string("0"), std::string("--training.after_purchases"), std::string("0"),
        std::string("--server.endpoint_file"), endpoint}) {
    command.push_back(word);
  }
  return std::make_unique<BenchServer>(std::move(command), scratch, endpoint);
}

std::shared_ptr<grpc::Channel> BenchServer::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  return grpc::CreateCustomChannel(endpoint_, grpc::InsecureChannelCredentials(), arguments);
}

Measured BenchServer::Run(const cli::LoadOptions& load, const cli::LoadSubjects& subjects,
                          const std::function<void(const cli::LoadProgress&)>& watch) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int channel = 0; channel < kChannels; ++channel) channels.push_back(NewChannel());
  cli::LoadOptions only = load;
  if (load.warm_up_seconds > 0) {  // apart, so that it costs nothing that is counted
    only.seconds = load.warm_up_seconds;
    only.warm_up_seconds = 0;
    cli::LoadGenerator(channels, subjects, only).Run([](const auto&) {});
    only.seconds = load.seconds;
  }
  Measured measured;
  cli::LoadGenerator generator(channels, subjects, only);
  const double cpu = CpuSecondsOf([&] { measured.report = generator.Run(watch); });
  measured.cpu_microseconds = 1e6 * cpu / static_cast<double>(measured.report.All().ok());
  measured.peak_bytes = meter_->stages().back().peak_bytes;
  return measured;
}

double BenchServer::CpuSecondsOf(const std::function<void()>& work) {
  meter_->Enter("load");
  work();
  meter_->Leave();
  return meter_->stages().back().cpu_seconds;
}

}  // namespace rapport
