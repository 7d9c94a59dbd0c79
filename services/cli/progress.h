// Progress: one line on a terminal that keeps itself up to date; silent where stderr is no
// terminal. One thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace rapport::cli {

// "[######------------------]" for a fraction of 0 to 1.
std::string Bar(double fraction, int cells = 24);

class Progress {
 public:
  Progress();
  // Wipes the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Whether anybody watches.
  bool shown() const { return shown_; }
  // Replaces the line, at most ten times a second. `fraction` of the whole; none: not known.
  void Show(const std::string& what, std::optional<double> fraction, const std::string& details);
  void Wipe();

 private:
  const bool shown_;
  bool dirty_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace rapport::cli
