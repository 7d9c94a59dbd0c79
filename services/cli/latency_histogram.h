// LatencyHistogram: counts of latencies in buckets no wider than 1/128 of what they hold, so that
// any percentile is told with an error below 1 % from a few kilobytes, however many calls there
// were. For one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rapport::cli {

class LatencyHistogram {
 public:
  // A negative latency counts as zero.
  void Add(std::chrono::nanoseconds latency);
  void Add(const LatencyHistogram& other);

  int64_t count() const { return count_; }
  // Exactly; 0 of nothing.
  std::chrono::nanoseconds max() const { return std::chrono::nanoseconds(max_); }
  // What at least `share` of the latencies do not exceed: never below the true one, and less than
  // 1 % above it. 0 of nothing. Requires: 0 <= share <= 1.
  std::chrono::nanoseconds Percentile(double share) const;

 private:
  static constexpr size_t kBits = 7;  // 2^7 buckets for each doubling
  static constexpr size_t kBuckets = (63 - kBits + 1) << kBits;

  static size_t BucketOf(uint64_t nanos);
  static uint64_t UpperEdge(size_t bucket);  // the most that falls into it

  std::array<int64_t, kBuckets> counts_ = {};
  int64_t count_ = 0;
  int64_t max_ = 0;
};

}  // namespace rapport::cli
