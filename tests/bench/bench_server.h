// BenchServer: a server that is measured, and the load on it. On Linux with two cores or more it
// has the first for itself and the load comes from the others. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/cli/load_generator.h"
#include "tests/bench/scale_meter.h"
#include "tests/e2e/process.h"
#include "tests/support/temp_dir.h"

namespace rapport {

// What a load did, and what it cost the server.
struct Measured {
  cli::LoadReport report;
  double cpu_microseconds = 0;  // of a call that was answered, all of the server's threads
  int64_t peak_bytes = 0;       // resident

  double PerSecond() const;
  double Milliseconds(double share) const;  // that this share of the calls did not exceed
  int64_t Failed() const;
};

class BenchServer {
 public:
  // Runs `command` and waits until the file `endpoint` says where it serves. Throws
  // std::runtime_error.
  BenchServer(std::vector<std::string> command, const TempDir& scratch, std::string endpoint);

  // rapport-server on such a directory; `before` comes before its name.
  static std::unique_ptr<BenchServer> OnShop(const TempDir& scratch, const std::string& directory,
                                             std::vector<std::string> before = {});

  // Closed loop without a rate. `watch`: ten times a second.
  Measured Run(
      const cli::LoadOptions& load, const cli::LoadSubjects& subjects,
      const std::function<void(const cli::LoadProgress&)>& watch = [](const auto&) {});
  // Anything else that costs it something: the CPU seconds.
  double CpuSecondsOf(const std::function<void()>& work);

  std::shared_ptr<grpc::Channel> NewChannel() const;
  pid_t pid() const { return process_->id(); }

 private:
  std::unique_ptr<e2e::Process> process_;
  std::string endpoint_;
  std::unique_ptr<ScaleMeter> meter_;
};

}  // namespace rapport
