// rapport-server: reads its settings, serves until SIGTERM or SIGINT, drains, ends.
#include <iostream>
#include <variant>

#include "absl/synchronization/mutex.h"
#include "services/server/application.h"
#include "services/server/config.h"
#include "services/server/ending_signals.h"
#include "services/server/logging.h"
#include "spdlog/spdlog.h"

int main(int argc, char** argv) {
  using namespace rapport::server;
  CommandLine command = ReadCommandLine(argc, argv, std::cout, std::cerr);
  if (const int* code = std::get_if<int>(&command)) return *code;
  Config config = std::get<Config>(std::move(command));
  SetUpLogging(config.log.level);
  // Debian's abseil looks for deadlocks at every lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  EndingSignals signals;
  auto app = Application::Open(std::move(config));
  if (!app.ok()) {
    std::cerr << "rapport-server: " << app.status().message() << "\n";
    return 1;
  }
  signals.Opened();
  std::cout << (*app)->Banner() << std::flush;
  spdlog::info("{}: draining", signals.Wait());
  (*app)->Stop();
  spdlog::info("stopped");
  return 0;
}
