#include "services/recommender/nameable.h"

#include <algorithm>
#include <chrono>

namespace rapport {
namespace {

TimePoint DaysBefore(TimePoint at, double days) {
  using Days = std::chrono::duration<double, std::ratio<86'400>>;
  return at - std::chrono::duration_cast<TimePoint::duration>(Days(days));
}

}  // namespace

Nameable::Nameable(const CustomerState& state, const NamingLimits& limits)
    : limits_(limits),
      unspoken_(UnspokenItems(state.history->reports, state.as_of)),
      since_(DaysBefore(state.as_of, limits.horizon_days)) {
  for (size_t row = 0; row < state.line_count(); ++row) {
    const HistoryLine& line = state.Line(row);
    const Purchase& purchase = line.purchase;
    if (IsTheirs(line) && !line.returns.empty()) returned_.insert(purchase.item_id);
    if (!Counts(line)) continue;
    const auto [last, added] = last_.try_emplace(purchase.item_id, purchase.purchased_at);
    if (!added) last->second = std::max(last->second, purchase.purchased_at);
  }
}

bool Nameable::operator()(const Item& item) const {
  const auto last = last_.find(item.item_id);
  return last != last_.end() && last->second >= since_ && !returned_.contains(item.item_id) &&
         !(unspoken_ && unspoken_(item)) && !(limits_.hidden && limits_.hidden(item));
}

}  // namespace rapport
