// Repurchase: when a customer will buy something again, from the days on which they bought it. The
// gap to the next purchase follows the subject's statistics and, the more of them there are, the
// customer's own gaps; how often they come, and how the subject sells lately, speed it up or slow
// it down. Nothing of a customer is kept: their days are handed in, so a purchase of today counts
// now. Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/gap_statistics.h"
#include "model/purchase_days.h"

namespace rapport {

// What log(expected purchases within some days) is a sum of, beside a constant.
enum class DueFeature : uint8_t {
  kGaps,          // log(-log(1 - p)), p by gaps alone: ByGaps
  kDays,          // log of the days asked about
  kOften,         // log(0.02 + days halved every 180 days)
  kSince,         // log(1 + days since the last)
  kSinceVisit,    // log(1 + days since the customer's last visit)
  kVisitsLately,  // log(0.05 + visits halved every 90 days)
  kVisits,        // log(0.05 + visits halved every 365 days)
  kLately,        // GapStatistics::lately
  kOfVisits,      // log of the part of visits that had it
};
inline constexpr size_t kDueFeatures = 9;

// The constant, then the weights by DueFeature. By itself: gaps alone.
struct DueWeights {
  double constant = 0;
  std::array<double, kDueFeatures> of = {1};

  bool operator==(const DueWeights&) const = default;
};

// How gaps go on for one customer and one subject.
struct OwnGap {
  double repeat_share = 0;
  double mean_log_gap = 0;
  double deviation = 0;

  // The median gap.
  double TypicalDays() const;
};

// Of one kind of subject: of items, or of categories.
struct RepurchaseModel {
  GapsOfSubjects gaps;
  DueWeights weights;

  bool empty() const { return gaps.all.customers == 0; }

  // In the following, `own`: the customer's days of the subject; `visits`: their days with any
  // purchase. Requires: both seen from the same day, a row of `gaps`, days >= 0.

  // The subject's statistics, the customer's own gaps and repeats taken in.
  OwnGap GapOf(size_t row, const DaySummary& own) const;
  // The probability of another purchase on one of the next `days` days: tomorrow and on. 0 for no
  // days; never falls as days rise.
  double DueWithin(size_t row, const DaySummary& own, const DaySummary& visits, double days) const;
  // Days from today until the next purchase, if there is one: the median by gaps alone, at least 1.
  double ExpectedIn(size_t row, const DaySummary& own) const;

  std::array<double, kDueFeatures> FeaturesOf(size_t row, const DaySummary& own,
                                              const DaySummary& visits, double days) const;
};

// 1 - exp(-exp(log_expected)).
double ChanceOfAny(double log_expected);

// repeat share * [F(since + days) - F(since)] / [1 - repeat share * F(since)], F of the gap.
double ByGaps(const OwnGap& gap, double since, double days);

}  // namespace rapport
