// Lapse: the probability that a customer does not come back for so long that they should count as
// gone: no purchase in the next 90 days. Read off their visits and how much they bought at them,
// so nothing of a customer is kept. Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/purchase_days.h"

namespace rapport {

inline constexpr int kLapseDays = 90;

// What the log-odds of lapsing are a sum of, beside a constant.
enum class LapseFeature : uint8_t {
  kVisits,  // log(0.05 + visits halved every 180 days)
  kGap,     // log(1 + the open gap in days) less the mean of log(own gap), drawn to two of 60 days
  kItems,   // log(0.5 + days halved every 90 days, summed over the items)
};
inline constexpr size_t kLapseFeatures = 3;

// `item_days`: the sum of DaySummary::halved_90 over the items that the customer has bought.
std::array<double, kLapseFeatures> LapseFeaturesOf(const DaySummary& visits, double item_days);

struct LapseModel {
  double constant = 0;
  std::array<double, kLapseFeatures> weights = {};  // by LapseFeature
  int64_t customers = 0;  // that it was learned from, once for each window; 0: knows nothing

  bool empty() const { return customers == 0; }
  // That there is no purchase on the next kLapseDays days; `item_days` as above, seen from the same
  // day. Requires: not empty.
  double ChanceOf(const DaySummary& visits, double item_days) const;
};

}  // namespace rapport
