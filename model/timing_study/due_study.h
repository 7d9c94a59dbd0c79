// Study of due times: what would have been said before a cut of what customers buy again, ours
// beside the baselines, and what they did. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/purchase_log.h"
#include "model/purchase_timing.h"

namespace rapport {

enum class DueMethod : uint8_t {
  kOurs,
  kGapsAlone,  // ours without what the weights add
  kOwnMeanGap,
  kFrequencyRecency,
  kAggregateTime,
  kModifiedPoissonGamma,
};
inline constexpr size_t kDueMethods = 6;
inline constexpr std::array<std::string_view, kDueMethods> kDueMethodNames = {
    "rapport",      "gaps alone",
    "own mean gap", "frequency x recency",
    "ATD",          "modified Poisson-Gamma"};
inline constexpr std::array<int, 3> kDueHorizons = {7, 14, 28};  // days

// One customer and one subject they had bought before the cut.
struct DueCase {
  uint32_t customer = 0;
  uint32_t row = 0;
  int purchases = 0;      // days
  float since_visit = 0;  // days since the customer bought anything
  // By method and horizon: probabilities, but of frequency x recency, which gives one score.
  std::array<std::array<float, kDueHorizons.size()>, kDueMethods> chance = {};
  std::array<bool, kDueHorizons.size()> bought = {};  // within it

  float Chance(DueMethod method, size_t horizon) const {
    return chance[static_cast<size_t>(method)][horizon];
  }
};

enum class DueSubject : uint8_t { kItems, kCategories };

// By customer, then row. Requires: `timing` was learned from `log` before the same cut and knows
// the kind of subject.
std::vector<DueCase> DueCasesAt(const PurchaseLog& log, PurchaseDay cut,
                                const PurchaseTiming& timing, DueSubject kind, int threads);

}  // namespace rapport
