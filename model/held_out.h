// Held-out time: what customers bought in the window after a cut, beside what was known of them at
// the cut. The protocol of every evaluation here, and of fitting the weights of the score's terms.
#pragma once

#include <span>
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

// Whether an item may stand in a list of the pool for somebody with this evidence.
bool InPool(Pool pool, const Evidence& evidence, ItemIndex item);

struct HeldOut {
  Instant cut{};
  Instant end{};
  std::vector<bool> candidate;  // by item
  std::vector<HeldOutCustomer> customers;

  // The window is [cut, end). Gifts count neither as history nor as bought.
  HeldOut(const PurchaseLog& log, Instant cut, Instant end);
};

}  // namespace rapport
