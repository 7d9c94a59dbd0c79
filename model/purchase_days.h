// Purchase days: on which days each customer bought each item, or something of each category, and
// the little that timing reads off such days. Days are UTC's; several purchases of one day are one.
// Immutable once built; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/ids.h"
#include "model/purchase_log.h"

namespace rapport {

using PurchaseDay = std::chrono::sys_days;

inline PurchaseDay DayOf(Instant at) { return std::chrono::floor<std::chrono::days>(at); }

// Days of purchases as they are seen from one day. Ages are in days.
struct DaySummary {
  int count = 0;  // days with a purchase
  double since_first = 0;
  double since_last = 0;       // 0: bought today
  double log_gaps = 0;         // sum of log(gap in days) over the count - 1 gaps
  double log_gap_squares = 0;  // sum of their squares
  // Sums of 2^(-age / half life), for half lives of 90, 180 and 365 days.
  double halved_90 = 0, halved_180 = 0, halved_365 = 0;

  // The mean of log(gap in days), with log_gap as one gap more.
  double MeanLogGap(double log_gap) const {
    return (log_gaps + log_gap) / static_cast<double>(count);
  }
  // Their variance, with a variance that counts as `worth` degrees of freedom more.
  double LogGapVariance(double variance, double worth) const;
};

// The sum over days, none later than `today`, of 2^(-age / half life).
double HalvedDays(std::span<const PurchaseDay> days, PurchaseDay today, double half_life_days);

// `days`: ascending, distinct, at least one. Seen from the later of `today` and the last of them.
DaySummary SummaryOf(std::span<const PurchaseDay> days, PurchaseDay today);

// Ascending and distinct.
std::vector<PurchaseDay> DaysOf(std::span<const Instant> purchases);

class PurchaseDays {
 public:
  // The days of one customer and one subject: an item, or a category.
  struct Subject {
    uint32_t row = 0;  // of ItemIndex or CategoryIndex
    size_t first_day = 0;
    size_t day_count = 0;  // > 0
  };

  // What customers had kept just before `as_of`, gifts and guests' purchases left out:
  // nobody comes back as a guest.
  static PurchaseDays OfItems(const PurchaseLog& log, Instant as_of);
  // Subjects are the narrowest categories; items without one are left out. Visits are those of all
  // items.
  static PurchaseDays OfCategories(const PurchaseLog& log, Instant as_of);

  size_t customer_count() const { return offsets_.size() - 1; }
  size_t subject_count() const { return subject_count_; }
  // In order of row.
  std::span<const Subject> SubjectsOf(CustomerIndex customer) const {
    return Part(subjects_, offsets_, Row(customer));
  }
  // Ascending, distinct.
  std::span<const PurchaseDay> DaysOf(const Subject& subject) const {
    return std::span(days_).subspan(subject.first_day, subject.day_count);
  }
  // Days with any purchase, ascending, distinct.
  std::span<const PurchaseDay> VisitsOf(CustomerIndex customer) const {
    return Part(visits_, visit_offsets_, Row(customer));
  }
  // Of all purchases; the epoch if there is none.
  PurchaseDay first() const { return first_; }
  PurchaseDay last() const { return last_; }

 private:
  template <typename SubjectOf>
  static PurchaseDays Of(const PurchaseLog& log, Instant as_of, size_t subjects,
                         const SubjectOf& subject_of);
  template <typename T>
  static std::span<const T> Part(const std::vector<T>& all, const std::vector<size_t>& offsets,
                                 size_t row) {
    return std::span(all).subspan(offsets[row], offsets[row + 1] - offsets[row]);
  }

  size_t subject_count_ = 0;
  std::vector<size_t> offsets_ = {0};
  std::vector<Subject> subjects_;
  std::vector<PurchaseDay> days_;
  std::vector<size_t> visit_offsets_ = {0};
  std::vector<PurchaseDay> visits_;
  PurchaseDay first_{}, last_{};
};

// Those before `cut`.
std::span<const PurchaseDay> Before(std::span<const PurchaseDay> days, PurchaseDay cut);

}  // namespace rapport
