#include "tests/e2e/server_process.h"

#include <signal.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

namespace rapport::e2e {

ServerProcess::ServerProcess(const TempDir& scratch, const std::string& storage,
                             const std::map<std::string, std::string>& extra) {
  static std::atomic<int> started = 0;
  const std::string name = "server-" + std::to_string(++started);
  const std::string endpoint_path = scratch / (name + ".endpoint");
  log_path_ = scratch / (name + ".log");
  std::map<std::string, std::string> flags = {
      {"--storage.path", storage},         {"--server.listen", "127.0.0.1:0"},
      {"--metrics.listen", "127.0.0.1:0"}, {"--server.endpoint_file", endpoint_path},
      {"--health.listen", "127.0.0.1:0"},  {"--training.after_purchases", "0"},
      {"--training.interval", "0"}};
  if (!extra.contains("--tls.certificate_file")) flags["--tls.insecure"] = "true";
  for (const auto& [flag, value] : extra) flags[flag] = value;
  std::vector<std::string> command = {RAPPORT_SERVER_BINARY};
  for (const auto& [flag, value] : flags) command.insert(command.end(), {flag, value});
  process_ = std::make_unique<Process>(std::move(command), log_path_, log_path_);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (process_->Running() && std::chrono::steady_clock::now() < deadline) {
    endpoint_ = ReadFile(endpoint_path);
    while (!endpoint_.empty() && endpoint_.back() == '\n') endpoint_.pop_back();
    if (!endpoint_.empty()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int ServerProcess::Stop() {
  process_->Signal(SIGTERM);
  return process_->Wait();
}

void ServerProcess::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
}

Finished RunCli(const ServerProcess& server, std::vector<std::string> arguments,
                const std::string& in_path) {
  std::vector<std::string> command = {RAPPORT_BINARY, "--server", server.endpoint()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Run(command, in_path);
}

}  // namespace rapport::e2e
