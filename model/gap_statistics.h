// Gap statistics: whether and after how many days a purchase is followed by the next one of the
// same item, category or of anything. A share of purchases is followed at all, by a gap whose
// logarithm is normal: a cure model (Boag 1949), in which a gap that is still open is evidence too,
// fitted by expectation and maximization and drawn to the wider group. Values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/categories.h"
#include "model/purchase_days.h"

namespace rapport {

struct GapStatistics {
  float repeat_share = 0;  // of purchases that are followed by another, some day; in (0, 1)
  float mean_log_gap = 0;  // of the logarithm of gaps in days
  float deviation = 1;     // of the same; > 0
  // The logarithm of how many of its owners bought it again in the last 28 days, beside the same of
  // all subjects; 0: as many.
  float lately = 0;
  uint32_t customers = 0;  // who bought it
  uint32_t gaps = 0;       // that have closed

  bool operator==(const GapStatistics&) const = default;
};

// The probability that a gap is at most so many whole days, given that there is one; >= 0.
double GapWithin(double mean_log_gap, double deviation, double days);

// A gap in days, `count` times; open: so long at least.
struct Gap {
  int32_t days = 0;
  bool open = false;
  double count = 1;
};

// Repeat share, mean and deviation after so many `rounds` from those of `parent`, which counts as
// `worth` gaps. `gaps`: of days > 0, open ones >= 0. The parent without gaps.
GapStatistics FitGaps(std::span<const Gap> gaps, const GapStatistics& parent, double worth,
                      int rounds);

struct GapsOfSubjects {
  GapStatistics all;
  std::vector<GapStatistics> of;  // by row
};

// Of purchases before `cut`. What is known of a subject is drawn to all subjects of its category,
// and that to all; without categories (null), or without one, to all at once. Requires: subjects
// are items if there are categories.
GapsOfSubjects GapsBefore(const PurchaseDays& days, PurchaseDay cut, const Categories* categories);

}  // namespace rapport
