// PlainRefold: where an item would stand if only a part of a customer's evidence were known. That
// part alone is folded in as serving would, and everything is scored again; what is left out counts
// as bought for somebody else: no evidence, and not new again. Plain and slow, so that it can be
// the referee of counterfactual.h. Holds references to all it is made from. Const methods: any
// thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/evidence.h"
#include "model/ids.h"
#include "model/scorer.h"
#include "model/top_k.h"

namespace rapport {

class PlainRefold {
 public:
  // `item` is ranked among what `eligible` admits, whether it is one of them or not. `purchases`:
  // of items of the model of `scan`. Requires: list_length > 0.
  PlainRefold(const ItemScan& scan, Pool pool, std::span<const OwnPurchase> purchases,
              const ItemScan::Filter& eligible, ItemIndex item, size_t list_length);

  // Entries of the evidence, all of it.
  size_t size() const { return items_.size(); }
  ItemIndex item() const { return item_; }
  size_t list_length() const { return list_length_; }
  // With all of the evidence, the best of the eligible items but this one: some 40 more than a list
  // is long, if there are so many.
  std::span<const ItemIndex> rivals() const { return rivals_; }

  // `kept`, here and below: entries of the evidence by index, in any order, each once.
  struct Standing {
    double score = 0;
    bool listed = false;  // among the first list_length of the eligible items
  };
  Standing With(std::span<const size_t> kept) const;
  double ScoreWith(std::span<const size_t> kept) const;
  // From 1, in the order of RanksBefore: every eligible item is scored.
  size_t RankWith(std::span<const size_t> kept) const;
  // The first `count` of the eligible items.
  std::vector<Ranked> ListWith(std::span<const size_t> kept, size_t count) const;

 private:
  Evidence Only(std::span<const size_t> kept) const;

  const ItemScan& scan_;
  const Pool pool_;
  const std::span<const OwnPurchase> purchases_;
  std::vector<ItemIndex> items_;  // of the entries
  const ItemScan::Filter& eligible_;
  const ItemIndex item_;
  const size_t list_length_;
  std::vector<ItemIndex> rivals_;
};

// All entries of `order` but the first `removed`; and the first `kept` alone. Requires: not more
// than there are.
inline std::span<const size_t> WithoutFirst(std::span<const size_t> order, size_t removed) {
  return order.subspan(removed);
}
inline std::span<const size_t> OnlyFirst(std::span<const size_t> order, size_t kept) {
  return order.first(kept);
}

}  // namespace rapport
