// What the scan's searches share: a customer as its kernels take them, and how what is computed in
// double becomes a bound in single precision.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/top_k.h"

namespace rapport {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
// More than what the rounding of a bound in single precision comes to, relative to its parts.
inline constexpr double kRounding = 4e-6;

inline float AtLeast(double value) {
  const auto rounded = static_cast<float>(value);
  return rounded < value ? std::nextafter(rounded, kInfinity) : rounded;
}

inline float AtMost(double value) { return -AtLeast(-value); }

// The same of sums in double precision, relative to the sum of their parts' sizes: what the order
// of adding comes to.
inline constexpr double kDoubleRounding = 1e-12;

// The customer's vectors, side by side and in the units of the scan.
struct ItemScan::Query {
  Aligned<int8_t> bytes;
  ScanQuery of_kernel;
  float norm = 0;  // >= |u|
  // By block, of items that notes cap, whose scores may be far below all bounds; empty: none are.
  std::vector<uint64_t> capped;

  uint64_t Capped(size_t block) const { return capped.empty() ? 0 : capped[block]; }

  Query(const ItemScan& scan, const Scorer& scorer);
};

}  // namespace rapport
