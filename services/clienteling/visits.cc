#include "services/clienteling/visits.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace rapport::clienteling {
namespace {

bool IsBefore(const HistoryLine* a, const HistoryLine* b) {
  return std::tie(a->purchase.purchased_at, a->purchase.event_id) <
         std::tie(b->purchase.purchased_at, b->purchase.event_id);
}

}  // namespace

std::vector<Visit> VisitsOf(std::span<const HistoryLine> lines, const ShopTime& time,
                            const std::function<bool(const HistoryLine&)>& counts) {
  std::vector<const HistoryLine*> counting;
  counting.reserve(lines.size());
  for (const HistoryLine& line : lines) {
    if (counts(line)) counting.push_back(&line);
  }
  if (!std::ranges::is_sorted(counting, IsBefore)) std::ranges::sort(counting, IsBefore);

  std::vector<Visit> visits;
  std::unordered_map<std::string_view, size_t> by_order;
  std::map<std::tuple<std::chrono::local_days, Channel, std::string_view>, size_t> by_day;
  for (const HistoryLine* line : counting) {
    const Purchase& purchase = line->purchase;
    const size_t next = visits.size();
    size_t place = next;
    if (!purchase.order_id.empty()) {
      place = by_order.try_emplace(purchase.order_id, next).first->second;
    } else {
      const auto day = time.At(purchase.purchased_at).day;
      place = by_day.try_emplace({day, purchase.channel, purchase.store}, next).first->second;
    }
    if (place == next)
      visits.push_back({.at = purchase.purchased_at, .wall = time.At(purchase.purchased_at)});
    visits[place].lines.push_back(line);
  }
  return visits;
}

}  // namespace rapport::clienteling
