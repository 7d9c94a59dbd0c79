#include "model/purchase_days.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace rapport {
namespace {

double DaysFrom(PurchaseDay earlier, PurchaseDay later) {
  return static_cast<double>((later - earlier).count());
}

void SortDistinct(std::vector<PurchaseDay>& days) {
  std::ranges::sort(days);
  days.erase(std::unique(days.begin(), days.end()), days.end());
}

}  // namespace

double DaySummary::LogGapVariance(double variance, double worth) const {
  const double gaps = count - 1;
  if (gaps < 2) return variance;
  const double apart = std::max(0.0, log_gap_squares - log_gaps * log_gaps / gaps);
  return (worth * variance + apart) / (worth + gaps - 1);
}

double HalvedDays(std::span<const PurchaseDay> days, PurchaseDay today, double half_life_days) {
  double sum = 0;
  for (const PurchaseDay day : days) sum += std::exp2(-DaysFrom(day, today) / half_life_days);
  return sum;
}

DaySummary SummaryOf(std::span<const PurchaseDay> days, PurchaseDay today) {
  const PurchaseDay from = std::max(today, days.back());
  DaySummary summary{.count = static_cast<int>(days.size()),
                     .since_first = DaysFrom(days.front(), from),
                     .since_last = DaysFrom(days.back(), from),
                     .halved_90 = HalvedDays(days, from, 90),
                     .halved_180 = HalvedDays(days, from, 180),
                     .halved_365 = HalvedDays(days, from, 365)};
  for (size_t place = 1; place < days.size(); ++place) {
    const double log_gap = std::log(DaysFrom(days[place - 1], days[place]));
    summary.log_gaps += log_gap;
    summary.log_gap_squares += log_gap * log_gap;
  }
  return summary;
}

std::vector<PurchaseDay> DaysOf(std::span<const Instant> purchases) {
  std::vector<PurchaseDay> days;
  for (const Instant at : purchases) days.push_back(DayOf(at));
  SortDistinct(days);
  return days;
}

template <typename SubjectOf>
PurchaseDays PurchaseDays::Of(const PurchaseLog& log, Instant as_of, size_t subjects,
                              const SubjectOf& subject_of) {
  PurchaseDays result;
  result.subject_count_ = subjects;
  std::vector<std::pair<uint32_t, PurchaseDay>> bought;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    bought.clear();
    std::vector<PurchaseDay> visits;
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      if (!line.KeptAt(as_of) || line.gift) continue;
      visits.push_back(DayOf(line.at));
      if (const std::optional<uint32_t> row = subject_of(line.item))
        bought.emplace_back(*row, visits.back());
    }
    std::ranges::sort(bought);
    bought.erase(std::unique(bought.begin(), bought.end()), bought.end());
    for (size_t place = 0; place < bought.size(); ++place) {
      if (place == 0 || bought[place].first != bought[place - 1].first)
        result.subjects_.push_back({bought[place].first, result.days_.size(), 0});
      result.days_.push_back(bought[place].second);
      ++result.subjects_.back().day_count;
    }
    result.offsets_.push_back(result.subjects_.size());
    SortDistinct(visits);
    result.visits_.insert(result.visits_.end(), visits.begin(), visits.end());
    result.visit_offsets_.push_back(result.visits_.size());
  }
  if (!result.visits_.empty()) {
    const auto [first, last] = std::ranges::minmax_element(result.visits_);
    result.first_ = *first;
    result.last_ = *last;
  }
  return result;
}

PurchaseDays PurchaseDays::OfItems(const PurchaseLog& log, Instant as_of) {
  return Of(log, as_of, log.items().size(),
            [](ItemIndex item) { return std::optional(static_cast<uint32_t>(item)); });
}

PurchaseDays PurchaseDays::OfCategories(const PurchaseLog& log, Instant as_of) {
  return Of(log, as_of, log.categories().size(), [&](ItemIndex item) -> std::optional<uint32_t> {
    const std::optional<CategoryIndex> category = log.categories().Of(item);
    if (!category) return std::nullopt;
    return static_cast<uint32_t>(*category);
  });
}

std::span<const PurchaseDay> Before(std::span<const PurchaseDay> days, PurchaseDay cut) {
  return days.first(static_cast<size_t>(std::ranges::lower_bound(days, cut) - days.begin()));
}

}  // namespace rapport
