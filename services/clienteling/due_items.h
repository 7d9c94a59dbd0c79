// DueItems: what a customer buys again and again and will probably buy again soon, by their own
// gaps and the chances that BuyingTimes gives. Pure; any thread.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "services/clienteling/buying_times.h"
#include "services/clienteling/moment_candidates.h"
#include "services/clienteling/visits.h"

namespace rapport::clienteling {

// A customer has no more at a time.
inline constexpr size_t kMostDueItems = 5;

struct DueItem {
  std::string item_id;
  std::vector<std::string> event_ids;  // the latest first, at most 12
  std::chrono::local_days last;        // bought
  std::chrono::local_days since;       // four fifths of the median gap after it: due from then on
  std::chrono::local_days due;         // a median gap after it
  double chance = 0;                   // that it is bought within due_days
};

// The likeliest of those that can be sold, were bought on two days or more with a median gap of
// due_days or more, and have a chance of least_due or more; equals in order of id. `own`: visits of
// lines that say something of the customer; `came`: their days.
std::vector<DueItem> DueItemsOf(std::span<const Visit> own, Days came,
                                std::chrono::local_days today, const Surroundings& around);

}  // namespace rapport::clienteling
