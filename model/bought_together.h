// Bought together: which items stand in the same orders, and how much more often than chance would
// have it (lift, Brin, Motwani, Ullman, Tsur, "Dynamic Itemset Counting", SIGMOD 1997):
//
//   lift(a, b) = n_ab N / (n_a n_b)
//
// with N orders, n_a of them with a, n_ab (the support) with both. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/interactions.h"
#include "model/purchase_log.h"
#include "model/watch.h"

namespace rapport {

// Pairs in fewer orders are left out: their lift says little, and it might tell of one customer.
inline constexpr uint32_t kLeastSupport = 5;
// Of an item, those with the greatest lift are kept; of equal ones the first items.
inline constexpr size_t kKeptTogether = 100;
// Of orders with more items the pairs say nothing of which go together, and are not counted.
inline constexpr size_t kMostInAnOrder = 500;

struct BoughtTogether {
  int64_t orders = 0;               // N
  std::vector<uint32_t> orders_of;  // n_a, by item
  CompressedRows support;           // by item: the kept others, ascending, and n_ab

  bool empty() const { return orders_of.empty(); }
};

// Of all that was kept, guests' and gifts too. The same for any number of threads; stops early,
// with something that is not to be used, soon after `watch` is asked to. Requires: threads >= 1.
BoughtTogether BoughtTogetherOf(const PurchaseLog& log, int threads, const Watch& watch = {});

struct Together {
  ItemIndex item{};
  double lift = 0;
  uint32_t support = 0;  // orders with both
};

// The kept ones of `item` in at least so many orders, the greatest lift first, then by index.
std::vector<Together> TogetherWith(const BoughtTogether& together, ItemIndex item,
                                   uint32_t least_support);

}  // namespace rapport
