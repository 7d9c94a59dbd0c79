#include "model/timing_study/due_baselines.h"

#include <algorithm>
#include <cmath>

#include "model/gap_statistics.h"

namespace rapport {
namespace {

// An item's own gamma prior and gaps need as many repeat customers; others have those of all.
constexpr double kLeastRepeatCustomers = 10;
constexpr double kLeastVariance = 0.01;

double Variance(double count, double sum, double squares) {
  return squares / count - (sum / count) * (sum / count);
}

}  // namespace

void DueBaselines::Subject::Add(const Subject& other) {
  customers += other.customers;
  repeat_customers += other.repeat_customers;
  gaps += other.gaps;
  sum += other.sum;
  squares += other.squares;
  rates += other.rates;
  rate_squares += other.rate_squares;
}

void DueBaselines::Subject::Estimate(const Subject& all) {
  // One customer at the share of all beside the item's own, so that none is 0.
  const double share = all.customers == 0 ? 0.5 : all.repeat_customers / all.customers;
  repeat_share = (repeat_customers + share) / (customers + 1);
  const Subject& from = repeat_customers >= kLeastRepeatCustomers ? *this : all;
  if (from.gaps == 0) return;
  mean = from.sum / from.gaps;
  deviation = std::sqrt(std::max(kLeastVariance, Variance(from.gaps, from.sum, from.squares)));
  const double mean_rate = from.rates / from.repeat_customers;
  const double variance = std::max(1e-3 * mean_rate * mean_rate,
                                   Variance(from.repeat_customers, from.rates, from.rate_squares));
  shape = mean_rate * mean_rate / variance;  // by moments
  rate = mean_rate / variance;
}

DueBaselines::DueBaselines(const PurchaseDays& days, PurchaseDay cut)
    : subjects_(days.subject_count()) {
  for (size_t customer = 0; customer < days.customer_count(); ++customer) {
    for (const PurchaseDays::Subject& subject : days.SubjectsOf(CustomerIndex(customer))) {
      const auto bought = Before(days.DaysOf(subject), cut);
      if (bought.empty()) continue;
      Subject& of = subjects_[subject.row];
      of.customers += 1;
      if (bought.size() == 1) continue;
      of.repeat_customers += 1;
      const double span = static_cast<double>((bought.back() - bought.front()).count());
      const double per_day = static_cast<double>(bought.size() - 1) / span;
      of.rates += per_day;
      of.rate_squares += per_day * per_day;
      for (size_t place = 1; place < bought.size(); ++place) {
        const double log_gap =
            std::log(static_cast<double>((bought[place] - bought[place - 1]).count()));
        of.gaps += 1;
        of.sum += log_gap;
        of.squares += log_gap * log_gap;
      }
    }
  }
  Subject all;
  for (const Subject& of : subjects_) all.Add(of);
  for (Subject& of : subjects_) of.Estimate(all);
}

double DueBaselines::OwnMeanDays(size_t row, const DaySummary& own) const {
  if (own.count == 1) return std::exp(subjects_[row].mean);
  return (own.since_first - own.since_last) / (own.count - 1);
}

double DueBaselines::OwnMeanGap(size_t row, const DaySummary& own, double days) const {
  const double share = own.count == 1 ? subjects_[row].repeat_share : 1;
  return -share * std::expm1(-days / OwnMeanDays(row, own));
}

double DueBaselines::AggregateTime(size_t row, const DaySummary& own, double days) const {
  const Subject& of = subjects_[row];
  return of.repeat_share * (GapWithin(of.mean, of.deviation, own.since_last + days) -
                            GapWithin(of.mean, of.deviation, own.since_last));
}

double DueBaselines::ModifiedPoissonGamma(size_t row, const DaySummary& own, double days) const {
  const Subject& of = subjects_[row];
  const double gap = OwnMeanDays(row, own);
  const double between = own.since_first - own.since_last;
  const double elapsed =
      own.since_last < 2 * gap ? between + 2 * std::abs(gap - own.since_last) : own.since_first;
  const double per_day = (own.count + of.shape) / (elapsed + of.rate);
  return -of.repeat_share * std::expm1(-per_day * days);
}

}  // namespace rapport
