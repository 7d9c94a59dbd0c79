// Progress: one line on a terminal that keeps itself up to date; silent where stderr is no
// terminal. ProgressWatch: likewise, beside work that does not tell how far it is. One thread at a
// time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

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

struct Standing {
  std::string what;
  std::optional<double> fraction;  // of the whole; none: not known
  std::string details;
};

class ProgressWatch {
 public:
  // Asks `look` a few times a second, on a thread of its own, until destroyed; never where nobody
  // watches. No standing: nothing new is shown.
  explicit ProgressWatch(std::function<std::optional<Standing>()> look);
  ProgressWatch(const ProgressWatch&) = delete;
  ProgressWatch& operator=(const ProgressWatch&) = delete;

 private:
  Progress progress_;
  std::jthread thread_;  // last: it uses the above
};

}  // namespace rapport::cli
