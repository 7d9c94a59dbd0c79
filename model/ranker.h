// Ranker: a method that makes lists for held-out customers: ours as served, or a baseline.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "model/held_out.h"
#include "model/model_snapshot.h"
#include "model/top_k.h"

namespace rapport {

inline constexpr size_t kListLength = 20;

// Makes a customer's list of the pool, best first, at most kListLength of held_out's candidates.
// Called from several threads.
using Ranker = std::function<std::vector<ItemIndex>(const HeldOutCustomer& customer, Pool pool)>;

// The lists that serving would make, of held_out's candidates. Both arguments must outlive this,
// and stay as they are. Any thread.
class ServedLists {
 public:
  ServedLists(const ModelSnapshot& model, const HeldOut& held_out);
  std::vector<Ranked> For(const HeldOutCustomer& customer, Pool pool) const;
  // By pool.
  std::array<std::vector<Ranked>, kPoolCount> ForEachPool(const HeldOutCustomer& customer) const;

 private:
  std::vector<Ranked> By(const Scorer& scorer) const;

  const ItemScan scan_;
  ItemScan::Filter candidates_;
};

// As served: scorer and top_k. `model` and `held_out` must outlive the ranker, and stay as they
// are.
Ranker ServedRanker(const ModelSnapshot& model, const HeldOut& held_out);

// The first kListLength of the pool's candidates by `first`, of equals by `second` (both by item,
// the greatest first), then by index.
std::vector<ItemIndex> BestOfPool(const HeldOut& held_out, const HeldOutCustomer& customer,
                                  Pool pool, std::span<const double> first,
                                  std::span<const double> second);

}  // namespace rapport
