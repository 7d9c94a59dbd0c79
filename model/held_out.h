// Held-out time: what customers bought in the window after a cut, beside what was known of them at
// the cut. The protocol of every evaluation here, and of fitting the weights of the score's terms.
// Only customers who are judged keep their evidence, so that a large shop's window fits in memory.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "model/evidence.h"
#include "model/ids.h"
#include "model/purchase_log.h"
#include "model/score.h"

namespace rapport {

// Items that at least this many customers had bought before the cut are candidates; the others are
// not judged.
inline constexpr int kLeastBuyers = 5;

struct HeldOutCustomer {
  Evidence evidence;  // just before the cut; never empty
  std::vector<ItemIndex>
      bought;  // candidates bought in the window, ascending, once each; never empty

  // What counts as found in a list of this pool: for kNewToCustomer those never bought before, for
  // kBoughtBefore those bought before, for kAny all.
  std::vector<ItemIndex> Relevant(Pool pool) const;
};

// Customers enough to judge a shop of so many items by: 20,000, fewer where scoring every item for
// each of them would take more than 500 million scores (minutes, for a few methods), but no fewer
// than 2,000, of whom the intervals are still narrow.
size_t EnoughCustomers(size_t items);

// Whether an item may stand in a list of the pool for somebody with this evidence.
bool InPool(Pool pool, const Evidence& evidence, ItemIndex item);

struct HeldOut {
  Instant cut{};
  Instant end{};
  std::vector<bool> candidate;       // by item
  std::vector<int32_t> buyers;       // by item: customers who had bought and kept it before the cut
  int64_t customers_before = 0;      // customers with any such item
  int64_t came_without_history = 0;  // bought candidates in the window, nothing before: not judged
  std::vector<HeldOutCustomer> customers;

  // The window is [cut, end). Gifts count neither as history nor as bought. Of more customers than
  // `most_customers` as many are taken, evenly over the log's order; all other figures are of
  // everybody. With other `least_buyers` other items are candidates; 0: all of the log.
  HeldOut(const PurchaseLog& log, Instant cut, Instant end,
          size_t most_customers = std::numeric_limits<size_t>::max(),
          int least_buyers = kLeastBuyers);

  // The same of any customer of the log, whether they came in the window or not: either part may be
  // empty.
  HeldOutCustomer Of(const PurchaseLog& log, CustomerIndex customer) const;
};

}  // namespace rapport
