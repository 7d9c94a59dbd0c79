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
              [](Days visits, std::chrono::local_days today) {
                const bool away = DaysBetween(visits.back(), today) > LapseDays(GapsOf(visits));
                return away ? 1.0 : 0.0;
              }};
}

}  // namespace rapport::clienteling
