// What a load test sends: a mix of calls by weights, each drawn by chance from a seed, at times
// that are fixed beforehand. Pure; one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace rapport::cli {

// Ping is the cheapest call there is (GetShadow): no store, no model.
enum class CallType { kSuggest, kExplain, kRecord, kGetItem, kPing };

inline constexpr std::array kCallTypes = {CallType::kSuggest, CallType::kExplain, CallType::kRecord,
                                          CallType::kGetItem, CallType::kPing};
inline constexpr size_t kCallTypeCount = kCallTypes.size();

// "suggest", "explain", "record", "get-item", "ping".
std::string_view CallName(CallType type);

// Weights of calls, by type; not all zero.
class Mix {
 public:
  // "suggest=90,explain=5,record=5". INVALID_ARGUMENT: an unknown or repeated call, a weight that
  // is not a number of 0 to 1,000,000, or no weight above zero.
  static absl::StatusOr<Mix> Parse(std::string_view text);

  // 0 to 1; they sum to 1.
  double Share(CallType type) const;
  bool Has(CallType type) const { return Share(type) > 0; }
  CallType Draw(std::mt19937_64& chance) const;

 private:
  std::array<double, kCallTypeCount> weights_ = {};
};

// When calls are to be sent: evenly, whatever becomes of those before.
class Schedule {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Requires: rate > 0 calls a second; seconds >= 0.
  Schedule(Time begin, double rate, double seconds);

  // How many calls there are.
  int64_t size() const { return size_; }
  // Requires: 0 <= call < size().
  Time At(int64_t call) const;

 private:
  const Time begin_;
  const double rate_;
  const int64_t size_;
};

}  // namespace rapport::cli
