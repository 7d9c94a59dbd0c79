#include "services/cli/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rapport::cli {

void LatencyHistogram::Add(std::chrono::nanoseconds latency) {
  const int64_t nanos = std::max<int64_t>(latency.count(), 0);
  ++counts_[BucketOf(static_cast<uint64_t>(nanos))];
  ++count_;
  max_ = std::max(max_, nanos);
}

void LatencyHistogram::Add(const LatencyHistogram& other) {
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) counts_[bucket] += other.counts_[bucket];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::chrono::nanoseconds LatencyHistogram::Percentile(double share) const {
  const auto wanted =
      std::max<int64_t>(1, static_cast<int64_t>(std::ceil(share * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) {
      return std::chrono::nanoseconds(
          std::min<int64_t>(static_cast<int64_t>(UpperEdge(bucket)), max_));
    }
  }
  return max();
}

// Below 2^(kBits + 1) each value has a bucket; above, the leading kBits + 1 bits choose it.
size_t LatencyHistogram::BucketOf(uint64_t nanos) {
  const size_t width = static_cast<size_t>(std::bit_width(nanos));
  const size_t shift = width > kBits + 1 ? width - kBits - 1 : 0;
  return (shift << kBits) + static_cast<size_t>(nanos >> shift);
}

uint64_t LatencyHistogram::UpperEdge(size_t bucket) {
  const size_t shift = bucket < (size_t{2} << kBits) ? 0 : (bucket >> kBits) - 1;
  const uint64_t leading = bucket - (shift << kBits);
  return ((leading + 1) << shift) - 1;
}

}  // namespace rapport::cli
