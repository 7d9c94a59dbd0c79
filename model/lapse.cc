#include "model/lapse.h"

#include <cmath>

namespace rapport {

std::array<double, kLapseFeatures> LapseFeaturesOf(const DaySummary& visits, double item_days) {
  constexpr double kUsualGaps = 2, kUsualGapDays = 60;
  const double gap =
      (visits.log_gaps + kUsualGaps * std::log(kUsualGapDays)) / (visits.count - 1 + kUsualGaps);
  return {std::log(0.05 + visits.halved_180), std::log1p(visits.since_last) - gap,
          std::log(0.5 + item_days)};
}

double LapseModel::ChanceOf(const DaySummary& visits, double item_days) const {
  const auto features = LapseFeaturesOf(visits, item_days);
  double log_odds = constant;
  for (size_t feature = 0; feature < kLapseFeatures; ++feature)
    log_odds += weights[feature] * features[feature];
  return 1 / (1 + std::exp(-log_odds));
}

}  // namespace rapport
