// ServerProcess: a real rapport-server on a free port, with its log. One thread at a time, but
// endpoint().
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/process.h"

namespace rapport::e2e {

class ServerProcess {
 public:
  // Starts on the data directory `storage`; logs and endpoint go to `scratch`. Returns when it
  // serves or has ended: see endpoint(). `extra` are more flags, or other values of those set here.
  ServerProcess(const TempDir& scratch, const std::string& storage,
                const std::map<std::string, std::string>& extra = {});

  // "127.0.0.1:41234"; empty if it ended before it served.
  const std::string& endpoint() const { return endpoint_; }
  // What it wrote to stdout and stderr.
  std::string Log() const { return ReadFile(log_path_); }
  Process& process() { return *process_; }

  // SIGTERM, then wait. The exit code.
  int Stop();
  // SIGKILL, then wait.
  void Kill();

 private:
  std::string log_path_;
  std::string endpoint_;
  std::unique_ptr<Process> process_;
};

// `rapport ARGUMENTS --server …`, to its end.
Finished RunCli(const ServerProcess& server, std::vector<std::string> arguments,
                const std::string& in_path = "/dev/null");

}  // namespace rapport::e2e
