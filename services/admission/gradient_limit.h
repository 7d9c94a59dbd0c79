// GradientLimit: how many calls may run at once, learned from their latency. Gradient2 of Netflix's
// concurrency-limits, with its figures: the limit grows by what a short queue may hold while
// latency stays within 1.5 times its long-term average, and shrinks with their ratio beyond that.
// Pure arithmetic on means of windows; no clock. For one thread at a time.
#pragma once

#include <cstdint>

namespace rapport {

class GradientLimit {
 public:
  // Begins at `min`, where latency tells most about an idle server. Requires: 1 <= min <= max.
  GradientLimit(int64_t min, int64_t max);

  // One window: the mean latency of calls that were served in it, and the most that were in flight
  // at once. The limit stays as it is if that is less than half of it: it was not what bound.
  // Requires: seconds >= 0.
  void Update(double seconds, int64_t in_flight);

  int64_t limit() const { return static_cast<int64_t>(estimate_); }
  // The long-term average of latency; 0 before the first window.
  double long_seconds() const { return long_seconds_; }

 private:
  void Remember(double seconds);

  const double min_;
  const double max_;
  double estimate_;
  double long_seconds_ = 0;
  int windows_ = 0;  // of the warm-up, whose plain mean the average begins with
};

}  // namespace rapport
