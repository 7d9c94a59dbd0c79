// Other ways to tell what a customer will buy again, to be beaten: two plain ones, and two of the
// literature.
//
//   own-mean-gap            the customer's own mean gap, or the item's and its repeat share
//                           where there is none: a memoryless arrival at that rate
//   frequency x recency     days with the item, halved every 180 days
//   ATD                     aggregate time distribution: the item's repeat customers, times its
//                           log-normal gaps (Bhagat et al., "Buy It Again", KDD 2018)
//   modified Poisson-Gamma  the same share, times a Poisson arrival whose rate has a gamma prior of
//                           the item and rises and falls around the customer's own gap (the same)
//
// The last two give probabilities over the days asked about, where the paper has densities at one
// time.
#pragma once

#include <vector>

#include "model/purchase_days.h"

namespace rapport {

class DueBaselines {
 public:
  // Learned from purchases before `cut`.
  DueBaselines(const PurchaseDays& days, PurchaseDay cut);

  // Probabilities of another purchase within so many days of a customer who bought the subject
  // `row` on `bought`, ascending, seen from `own`.
  double OwnMeanGap(size_t row, const DaySummary& own, double days) const;
  double AggregateTime(size_t row, const DaySummary& own, double days) const;
  double ModifiedPoissonGamma(size_t row, const DaySummary& own, double days) const;
  // A score: no probability.
  static double FrequencyRecency(const DaySummary& own) { return own.halved_180; }

 private:
  struct Subject {
    double customers = 0, repeat_customers = 0;
    double gaps = 0, sum = 0, squares = 0;  // of log gaps
    double rates = 0, rate_squares = 0;     // of repeat customers, a day
    double repeat_share = 0, mean = 0, deviation = 1;
    double shape = 1, rate = 1;  // of the gamma prior: mean shape / rate

    void Add(const Subject& other);
    // Few repeat customers say what all subjects say.
    void Estimate(const Subject& all);
  };
  double OwnMeanDays(size_t row, const DaySummary& own) const;

  std::vector<Subject> subjects_;
};

}  // namespace rapport
