#include "services/recommender/own_history.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <vector>

namespace rapport {
namespace {

// By order, as of its first line.
std::optional<OwnHistory> Summary(const std::map<uint32_t, TimePoint>& orders, int64_t quantity) {
  if (orders.empty()) return std::nullopt;
  std::vector<TimePoint> times;
  for (const auto& [order, at] : orders) times.push_back(at);
  std::ranges::sort(times);
  OwnHistory own{.times = static_cast<int>(times.size()),
                 .first_purchased_at = times.front(),
                 .last_purchased_at = times.back(),
                 .quantity = quantity};
  std::vector<double> gaps;
  for (size_t order = 1; order < times.size(); ++order) {
    using Days = std::chrono::duration<double, std::ratio<86'400>>;
    gaps.push_back(Days(times[order] - times[order - 1]).count());
  }
  if (gaps.empty()) return own;
  std::ranges::sort(gaps);
  const size_t middle = gaps.size() / 2;
  own.median_gap_days = gaps.size() % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
  return own;
}

template <typename Wanted>
std::optional<OwnHistory> HistoryOf(const CustomerState& state, ItemIndex item,
                                    const Wanted& wanted) {
  const size_t rows = state.bought().size() - state.supposed;  // that really were
  std::map<uint32_t, TimePoint> orders;
  int64_t quantity = 0;
  for (size_t row = 0; row < rows; ++row) {
    const HistoryLine& line = state.Line(row);
    if (state.items[row] != item || !wanted(line)) continue;
    orders.try_emplace(state.orders[row], line.purchase.purchased_at);
    quantity += line.KeptQuantity();
  }
  return Summary(orders, quantity);
}

}  // namespace

std::optional<OwnHistory> OwnHistoryOf(const CustomerState& state, ItemIndex item) {
  return HistoryOf(state, item, Counts);
}

std::optional<OwnHistory> EveryPurchaseOf(const CustomerState& state, ItemIndex item) {
  return HistoryOf(state, item, IsTheirs);
}

}  // namespace rapport
