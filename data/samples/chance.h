// Chance that is the same on every machine: the distributions of the standard library are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rapport::samples {

// SplitMix64 (Steele, Lea, Flood 2014). Small enough that every customer has one of their own:
// adding a customer changes nobody else's visits.
class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
  }

  // 0 to below - 1. Requires: below >= 1. The bias of the remainder is far below anything a shop
  // could notice.
  int32_t Below(int32_t below) {
    return static_cast<int32_t>(Next() % static_cast<uint64_t>(below));
  }
  // From low to high, both included.
  int32_t Between(int32_t low, int32_t high) { return low + Below(high - low + 1); }
  // True that many times in a thousand.
  bool Permille(int32_t permille) { return Below(1000) < permille; }

  // A place in `weights`, as often as its weight says; weights.size(): all are 0. Requires: no
  // weight below 0.
  size_t Weighted(std::span<const int64_t> weights) {
    int64_t sum = 0;
    for (const int64_t weight : weights) sum += weight;
    if (sum == 0) return weights.size();
    auto left = static_cast<int64_t>(Next() % static_cast<uint64_t>(sum));
    size_t place = 0;
    while (left >= weights[place]) left -= weights[place++];
    return place;
  }

 private:
  uint64_t state_;
};

}  // namespace rapport::samples
