// A program that answers a line for every line it is given: how benchmarks talk to peers that are
// not ours. One thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rapport {

class PeerProcess {
 public:
  // Null if it cannot be started. `command`: the program's path and its arguments.
  static std::unique_ptr<PeerProcess> Start(const std::vector<std::string>& command);
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;
  ~PeerProcess();  // closes its input and waits for it

  // None once it has ended.
  std::optional<std::string> Ask(const std::string& line);

 private:
  PeerProcess(pid_t pid, FILE* to, FILE* from) : pid_(pid), to_(to), from_(from) {}

  pid_t pid_;
  FILE* to_;
  FILE* from_;
};

}  // namespace rapport
