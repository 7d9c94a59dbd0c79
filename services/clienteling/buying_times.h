// BuyingTimes: how likely it is that something is bought again soon, and that a customer stays
// away: two questions, answered by the model's statistics or, without them, by what the customer's
// own gaps say. Pure functions; any thread.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/model_snapshot.h"

namespace rapport::clienteling {

// Days on which something was bought, or somebody came: rising, each once, at least two.
using Days = std::span<const std::chrono::local_days>;

struct BuyingTimes {
  // The probability that a customer who came on `visits` and bought the item on `bought` buys it
  // again in the `within` days after `today`.
  std::function<double(const std::string& item_id, Days bought, Days visits,
                       std::chrono::local_days today, int within)>
      due_within;
  // The probability that a customer who came on `visits`, and bought each of some items on these
  // days, stays away. Days of items may be later than `today`: they are not looked at.
  std::function<double(Days visits, std::span<const std::vector<std::chrono::local_days>> bought,
                       std::chrono::local_days today)>
      lapsed;
};

// Days from each to the next, rising.
std::vector<int> GapsOf(Days days);
// Of what is in order; the mean of the two in the middle. Requires: not empty.
double MedianOf(const std::vector<int>& sorted);

// How long somebody with these gaps stays away at most: three typical gaps, and 60 days.
int LapseDays(const std::vector<int>& sorted_gaps);

// From the customer's own gaps. Due: of the gaps that were longer than the present one, with one
// more that never ends, those that end within; nothing after three of the longest. Lapsed: 1 after
// LapseDays, 0 before.
BuyingTimes FromOwnGaps();

// From what the model learned of all customers' gaps, their own taken in (model/purchase_timing.h);
// lapsed: no purchase in the next 90 days. Of what it does not know, from their own gaps. `model`
// must outlive it.
BuyingTimes FromModel(const ModelSnapshot& model);

}  // namespace rapport::clienteling
