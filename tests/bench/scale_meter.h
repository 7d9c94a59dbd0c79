// What another process costs, stage by stage: time, processor time, and the most memory that was
// resident. Read from /proc (Linux). One thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rapport {

struct StageCost {
  std::string name;
  double seconds = 0;
  double cpu_seconds = 0;  // of all threads
  int64_t peak_bytes = 0;  // resident, within the stage
};

class ScaleMeter {
 public:
  // `on_ended` is told of each stage that has ended. Requires: a process of ours that lives until
  // Leave().
  ScaleMeter(pid_t pid, std::function<void(const StageCost&)> on_ended);

  // Ends the stage before and begins this one; goes on with it if that is its name.
  void Enter(const std::string& stage);
  // Ends the stage.
  void Leave();

  // Those that have ended, in order.
  const std::vector<StageCost>& stages() const { return stages_; }
  // The greatest of them.
  int64_t peak_bytes() const;

 private:
  double CpuSeconds() const;
  int64_t PeakBytes() const;
  void ForgetPeak() const;

  const std::string proc_;
  const std::function<void(const StageCost&)> on_ended_;
  std::vector<StageCost> stages_;
  std::string stage_;  // empty: none
  std::chrono::steady_clock::time_point began_;
  double cpu_began_ = 0;
};

}  // namespace rapport
