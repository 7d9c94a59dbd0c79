// Nameable: which of a customer's own purchases staff may be given as a reason: none that was
// reported not to be spoken of, of which a piece came back, that is older than the horizon, or that
// the shop never speaks of. For one request; holds references to all it is made from.
#pragma once

#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "services/recommender/customer_state.h"
#include "services/recommender/reported_items.h"

namespace rapport {

struct NamingLimits {
  ItemTest hidden;            // what the shop never speaks of; null: there is none
  double horizon_days = 730;  // nothing older is named
};

class Nameable {
 public:
  Nameable(const CustomerState& state, const NamingLimits& limits);

  // Whether it may be, as something of the history or the basket.
  bool operator()(const Item& item) const;

 private:
  const NamingLimits& limits_;
  const ItemTest unspoken_;  // null: nothing
  const TimePoint since_;
  std::unordered_set<std::string_view> returned_;
  std::unordered_map<std::string_view, TimePoint> last_;  // by item: of the lines that count
};

}  // namespace rapport
