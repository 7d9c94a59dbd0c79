#include "tests/bench/scale_meter.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace rapport {

ScaleMeter::ScaleMeter(pid_t pid, std::function<void(const StageCost&)> on_ended)
    : proc_("/proc/" + std::to_string(pid) + "/"), on_ended_(std::move(on_ended)) {}

void ScaleMeter::Enter(const std::string& stage) {
  if (stage == stage_) return;
  Leave();
  stage_ = stage;
  began_ = std::chrono::steady_clock::now();
  cpu_began_ = CpuSeconds();
}

void ScaleMeter::Leave() {
  if (!stage_.empty()) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began_;
    stages_.push_back({.name = stage_,
                       .seconds = seconds.count(),
                       .cpu_seconds = CpuSeconds() - cpu_began_,
                       .peak_bytes = PeakBytes()});
    stage_.clear();
    on_ended_(stages_.back());
  }
  ForgetPeak();
}

int64_t ScaleMeter::peak_bytes() const {
  int64_t peak = 0;
  for (const StageCost& stage : stages_) peak = std::max(peak, stage.peak_bytes);
  return peak;
}

// Fields 14 and 15 of proc(5)'s stat; the second, a name in brackets, may hold anything.
double ScaleMeter::CpuSeconds() const {
  std::ifstream file(proc_ + "stat");
  file.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string skipped;
  for (int field = 3; field < 14; ++field) file >> skipped;
  int64_t user = 0, system = 0;
  if (!(file >> user >> system)) throw std::runtime_error("cannot read " + proc_ + "stat");
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int64_t ScaleMeter::PeakBytes() const {
  std::ifstream file(proc_ + "status");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    int64_t kibibytes = 0;
    if (words >> name >> kibibytes && name == "VmHWM:") return kibibytes * 1024;
  }
  throw std::runtime_error("cannot read VmHWM of " + proc_ + "status");
}

// "5" sets VmHWM back to what is resident now (proc(5), since Linux 4.0).
void ScaleMeter::ForgetPeak() const {
  std::ofstream file(proc_ + "clear_refs");
  if (!(file << "5" << std::flush))
    throw std::runtime_error("cannot write " + proc_ + "clear_refs");
}

}  // namespace rapport
