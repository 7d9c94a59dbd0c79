#include "services/clienteling/due_items.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rapport::clienteling {
namespace {

using std::chrono::days;
using std::chrono::local_days;

constexpr double kDueFrom = 0.8;  // of the customer's own median gap for the item

// Of one item, the latest first.
struct Bought {
  std::vector<local_days> on;
  std::vector<const HistoryLine*> lines;
};

local_days After(local_days day, double gap) {
  return day + days(static_cast<int>(std::ceil(gap)));
}

}  // namespace

std::vector<DueItem> DueItemsOf(std::span<const Visit> own, Days came, local_days today,
                                const Surroundings& around) {
  std::unordered_map<std::string_view, Bought> items;
  for (auto visit = own.rbegin(); visit != own.rend(); ++visit) {
    for (auto line = visit->lines.rbegin(); line != visit->lines.rend(); ++line) {
      Bought& bought = items[(*line)->purchase.item_id];
      bought.on.push_back(visit->wall.day);
      bought.lines.push_back(*line);
    }
  }
  const CandidateOptions& options = around.options;
  std::vector<std::pair<DueItem, const Bought*>> due;
  for (auto& [id, bought] : items) {
    std::ranges::sort(bought.on);
    bought.on.erase(std::ranges::unique(bought.on).begin(), bought.on.end());
    if (bought.on.size() < 2) continue;
    const double gap = MedianOf(GapsOf(bought.on));
    DueItem item{.item_id = std::string(id),
                 .event_ids = {},
                 .last = bought.on.back(),
                 .since = After(bought.on.back(), kDueFrom * gap),
                 .due = After(bought.on.back(), gap)};
    if (gap < options.due_days || today < item.since) continue;
    if (!around.items(item.item_id).item->available) continue;
    item.chance = around.times.due_within(item.item_id, bought.on, came, today, options.due_days);
    if (item.chance >= options.least_due) due.emplace_back(std::move(item), &bought);
  }
  std::ranges::sort(due, [](const auto& a, const auto& b) {
    return a.first.chance != b.first.chance ? a.first.chance > b.first.chance
                                            : a.first.item_id < b.first.item_id;
  });
  due.resize(std::min(due.size(), kMostDueItems));
  std::vector<DueItem> likeliest;
  for (auto& [item, bought] : due) {
    for (const HistoryLine* line : bought->lines) {
      if (item.event_ids.size() < kMostEvidence) item.event_ids.push_back(line->purchase.event_id);
    }
    likeliest.push_back(std::move(item));
  }
  return likeliest;
}

}  // namespace rapport::clienteling
