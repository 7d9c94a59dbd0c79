#include "model/timing_study/lapse_study.h"

#include <algorithm>

namespace rapport {

LapseForecasts LapseForecastsAt(const PurchaseLog& log, PurchaseDay cut, const LapseModel& model) {
  const PurchaseDay end = cut + std::chrono::days(kLapseDays);
  const PurchaseDays history = PurchaseDays::OfItems(log, cut);
  const PurchaseDays later = PurchaseDays::OfItems(log, end);
  LapseForecasts forecasts;
  for (size_t customer = 0; customer < history.customer_count(); ++customer) {
    const auto visits = history.VisitsOf(CustomerIndex(customer));
    if (visits.empty()) continue;
    const DaySummary seen = SummaryOf(visits, cut - std::chrono::days(1));
    double item_days = 0;
    for (const PurchaseDays::Subject& item : history.SubjectsOf(CustomerIndex(customer)))
      item_days += SummaryOf(history.DaysOf(item), cut - std::chrono::days(1)).halved_90;
    const auto came = later.VisitsOf(CustomerIndex(customer));
    const bool lapsed = std::ranges::lower_bound(came, cut) == came.end();
    const auto add = [&](LapseMethod method, double score) {
      forecasts[static_cast<size_t>(method)].push_back({static_cast<float>(score), lapsed});
    };
    add(LapseMethod::kOurs, model.ChanceOf(seen, item_days));
    add(LapseMethod::kRecency, seen.since_last);
    add(LapseMethod::kFrequencyRecency, -seen.halved_90);
  }
  return forecasts;
}

}  // namespace rapport
