#include "services/clienteling/customer_place.h"

#include <algorithm>
#include <utility>

#include "services/recommender/customer_state.h"

namespace rapport::clienteling {

std::string StoreOf(const Customer& customer, const HistoryView& history) {
  if (!customer.store.empty()) return customer.store;
  const auto last = std::ranges::find_if(
      history.lines.rbegin(), history.lines.rend(),
      [](const HistoryLine& line) { return IsTheirs(line) && !line.purchase.store.empty(); });
  return last == history.lines.rend() ? "" : last->purchase.store;
}

const ShopTime& CustomerClocks::Of(const Customer& customer) {
  if (customer.time_zone.empty()) return shop_;
  const auto [clock, added] = clocks_.try_emplace(customer.time_zone, nullptr);
  if (added) {
    if (auto time = ShopTime::In(customer.time_zone); time.ok())
      clock->second = std::make_unique<ShopTime>(*std::move(time));
  }
  return clock->second == nullptr ? shop_ : *clock->second;
}

}  // namespace rapport::clienteling
