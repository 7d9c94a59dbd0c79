#include "services/clienteling/buying_times.h"

#include <algorithm>
#include <cmath>

namespace rapport::clienteling {
namespace {

constexpr int kLeastLapseDays = 60;
constexpr int kLapseGaps = 3;

int DaysBetween(std::chrono::local_days from, std::chrono::local_days to) {
  return static_cast<int>((to - from).count());
}

constexpr double kItemsHalfLifeDays = 90;  // as LapseFeature::kItems has it

// The shop's days, as the model counts days: the date is what matters.
PurchaseDay OnCalendar(std::chrono::local_days day) { return PurchaseDay(day.time_since_epoch()); }

std::vector<PurchaseDay> OnCalendar(Days days) {
  std::vector<PurchaseDay> dates;
  for (const std::chrono::local_days day : days) dates.push_back(OnCalendar(day));
  return dates;
}

double DueWithin(Days days, std::chrono::local_days today, int within) {
  const std::vector<int> gaps = GapsOf(days);
  const int elapsed = std::max(0, DaysBetween(days.back(), today));
  if (elapsed > kLapseGaps * gaps.back()) return 0;
  double open = 1, ending = elapsed >= gaps.back() ? 0.5 : 0;  // later than ever: a half of one
  for (const int gap : gaps) {
    if (gap <= elapsed) continue;
    open += 1;
    if (gap <= elapsed + within) ending += 1;
  }
  return ending / open;
}

}  // namespace

std::vector<int> GapsOf(Days days) {
  std::vector<int> gaps;
  for (size_t day = 1; day < days.size(); ++day)
    gaps.push_back(DaysBetween(days[day - 1], days[day]));
  std::ranges::sort(gaps);
  return gaps;
}

double MedianOf(const std::vector<int>& sorted) {
  const size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
}

int LapseDays(const std::vector<int>& sorted_gaps) {
  return std::max(kLeastLapseDays, static_cast<int>(std::ceil(kLapseGaps * MedianOf(sorted_gaps))));
}

BuyingTimes FromOwnGaps() {
  return {.due_within = [](const std::string& /*item_id*/, Days bought, Days /*visits*/,
                           std::chrono::local_days today,
                           int within) { return DueWithin(bought, today, within); },
          .lapsed =
              [](Days visits, auto /*bought*/, std::chrono::local_days today) {
                const bool away = DaysBetween(visits.back(), today) > LapseDays(GapsOf(visits));
                return away ? 1.0 : 0.0;
              }};
}

BuyingTimes FromModel(const ModelSnapshot& model) {
  BuyingTimes times = FromOwnGaps();
  const PurchaseTiming& timing = model.timing;
  if (!timing.items.empty()) {
    times.due_within = [&model, own = times.due_within](const std::string& item_id, Days bought,
                                                        Days visits, std::chrono::local_days today,
                                                        int within) {
      const auto item = model.items.Find(item_id);
      if (!item) return own(item_id, bought, visits, today, within);
      return model.timing.items.DueWithin(Row(*item),
                                          SummaryOf(OnCalendar(bought), OnCalendar(today)),
                                          SummaryOf(OnCalendar(visits), OnCalendar(today)), within);
    };
  }
  if (!timing.lapse.empty()) {
    times.lapsed = [&timing](Days visits,
                             std::span<const std::vector<std::chrono::local_days>> bought,
                             std::chrono::local_days today) {
      double item_days = 0;
      for (const auto& on : bought) {
        const std::vector<PurchaseDay> days = OnCalendar(on);
        const auto by_today = Before(days, OnCalendar(today) + std::chrono::days(1));
        item_days += HalvedDays(by_today, OnCalendar(today), kItemsHalfLifeDays);
      }
      return timing.lapse.ChanceOf(SummaryOf(OnCalendar(visits), OnCalendar(today)), item_days);
    };
  }
  return times;
}

}  // namespace rapport::clienteling
