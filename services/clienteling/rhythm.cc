#include "services/clienteling/rhythm.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "services/clienteling/buying_times.h"

namespace rapport::clienteling {
namespace {

constexpr size_t kMostGaps = 12;
constexpr size_t kLeastGaps = 2;

// The least value that three quarters do not exceed.
int UpperQuartile(const std::vector<int>& sorted) {
  return sorted[(sorted.size() * 3 + 3) / 4 - 1];
}

}  // namespace

std::optional<Rhythm> RhythmOf(std::span<const Visit> visits, std::chrono::local_days today) {
  std::map<std::chrono::local_days, const Visit*> days;  // the first visit of each
  for (const Visit& visit : visits) days.try_emplace(visit.wall.day, &visit);
  if (days.size() < kLeastGaps + 1) return std::nullopt;
  Rhythm rhythm{.last_day = days.rbegin()->first};
  std::vector<int> gaps;
  auto day = days.rbegin();
  rhythm.event_ids.push_back(day->second->lines.front()->purchase.event_id);
  for (auto before = std::next(day); before != days.rend() && gaps.size() < kMostGaps;
       day = before++) {
    gaps.push_back(static_cast<int>((day->first - before->first).count()));
    rhythm.event_ids.push_back(before->second->lines.front()->purchase.event_id);
  }
  std::ranges::sort(gaps);
  rhythm.gaps = static_cast<int>(gaps.size());
  rhythm.median_days = MedianOf(gaps);
  rhythm.long_days = UpperQuartile(gaps);
  const std::chrono::days typical(static_cast<int>(std::ceil(rhythm.median_days)));
  rhythm.due_day = rhythm.last_day + typical;
  const auto elapsed = (today - rhythm.last_day).count();
  if (today >= rhythm.due_day) rhythm.due = elapsed > rhythm.long_days ? Due::kLate : Due::kDue;
  if (rhythm.due == Due::kLate)
    rhythm.days_late = static_cast<int>((today - rhythm.due_day).count());
  return rhythm;
}

Milestones MilestonesOf(std::span<const Visit> visits, std::span<const Visit> own,
                        const std::function<std::string(const std::string& item_id)>& category_of) {
  Milestones milestones{.orders = static_cast<int>(visits.size())};
  if (!visits.empty()) {
    milestones.first_order = {.at = visits.front().at,
                              .event_id = visits.front().lines.front()->purchase.event_id};
  }
  std::map<std::string, First> firsts;
  for (const Visit& visit : own) {
    for (const HistoryLine* line : visit.lines) {
      std::string category = category_of(line->purchase.item_id);
      if (category.empty()) continue;
      const Purchase& purchase = line->purchase;
      const First first{category, purchase.purchased_at, purchase.event_id};
      const auto [known, added] = firsts.try_emplace(std::move(category), first);
      if (!added &&
          std::tie(first.at, first.event_id) < std::tie(known->second.at, known->second.event_id))
        known->second = first;
    }
  }
  for (auto& [category, first] : firsts) milestones.by_category.push_back(std::move(first));
  std::ranges::sort(milestones.by_category, [](const First& a, const First& b) {
    return a.at != b.at ? a.at > b.at : a.category < b.category;
  });
  return milestones;
}

}  // namespace rapport::clienteling
