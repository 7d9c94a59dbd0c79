#include "model/repurchase.h"

#include <algorithm>
#include <cmath>

namespace rapport {
namespace {

// What a subject's statistics count as beside the customer's own. Measured on Online Retail II:
// four gaps for one rank as well, one or twenty repeats for four too.
constexpr double kShareWorth = 4;
constexpr double kVarianceWorth = 3;  // degrees of freedom
constexpr double kLeastChance = 1e-9;

double LogExpected(double chance) {
  return std::log(-std::log1p(-std::clamp(chance, kLeastChance, 1 - kLeastChance)));
}

}  // namespace

double OwnGap::TypicalDays() const { return std::exp(mean_log_gap); }

double ChanceOfAny(double log_expected) { return -std::expm1(-std::exp(log_expected)); }

double ByGaps(const OwnGap& gap, double since, double days) {
  const double before = GapWithin(gap.mean_log_gap, gap.deviation, since);
  const double after = GapWithin(gap.mean_log_gap, gap.deviation, since + days);
  return gap.repeat_share * (after - before) / (1 - gap.repeat_share * before);
}

OwnGap RepurchaseModel::GapOf(size_t row, const DaySummary& own) const {
  const GapStatistics& of = gaps.of[row];
  const double repeats = own.count - 1;
  return {.repeat_share = (kShareWorth * of.repeat_share + repeats) / (kShareWorth + repeats),
          .mean_log_gap = own.MeanLogGap(of.mean_log_gap),
          .deviation = std::sqrt(own.LogGapVariance(
              static_cast<double>(of.deviation) * of.deviation, kVarianceWorth))};
}

std::array<double, kDueFeatures> RepurchaseModel::FeaturesOf(size_t row, const DaySummary& own,
                                                             const DaySummary& visits,
                                                             double days) const {
  return {LogExpected(ByGaps(GapOf(row, own), own.since_last, days)),
          std::log(days),
          std::log(0.02 + own.halved_180),
          std::log1p(own.since_last),
          std::log1p(visits.since_last),
          std::log(0.05 + visits.halved_90),
          std::log(0.05 + visits.halved_365),
          gaps.of[row].lately,
          std::log(static_cast<double>(own.count) / (visits.count + 1))};
}

double RepurchaseModel::DueWithin(size_t row, const DaySummary& own, const DaySummary& visits,
                                  double days) const {
  if (days == 0) return 0;
  const auto features = FeaturesOf(row, own, visits, days);
  double log_expected = weights.constant;
  for (size_t feature = 0; feature < kDueFeatures; ++feature)
    log_expected += weights.of[feature] * features[feature];
  return ChanceOfAny(log_expected);
}

double RepurchaseModel::ExpectedIn(size_t row, const DaySummary& own) const {
  const OwnGap gap = GapOf(row, own);
  const double half = ByGaps(gap, own.since_last, 1e9) / 2;
  double days = 1;
  while (ByGaps(gap, own.since_last, days) < half && days < 3650) ++days;
  return days;
}

}  // namespace rapport
