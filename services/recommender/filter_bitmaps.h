// FilterBitmaps: which items of a model a filter lets in, as bitmaps of its scan. Whatever does not
// ask of the customer is evaluated once over all items and kept; a change of the catalogue changes
// what is kept at the items that changed. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/top_k.h"
#include "services/filter/item_filter.h"
#include "services/recommender/item_table.h"
#include "services/recommender/past_purchases.h"

namespace rapport {

class FilterBitmaps {
 public:
  // Of `filter`, or of a part of it. `scan` and `items` are of one model, and always the same ones.
  // Requires: `past`, where the node asks of it.
  ItemScan::Filter Of(const ItemFilter::Node& node, const ItemScan& scan, const ItemTable& items,
                      const PastPurchases* past) const;

  // What is kept, for a table in which these have changed.
  std::shared_ptr<const FilterBitmaps> With(const std::vector<ItemTable::Change>& changes) const;

 private:
  struct Kept {
    std::shared_ptr<const ItemFilter::Node> node;
    std::shared_ptr<const ItemScan::Filter> bitmap;
    uint64_t used = 0;  // when, counted in uses
  };
  ItemScan::Filter OfItems(const ItemFilter::Node& node, const ItemScan& scan,
                           const ItemTable& items) const;

  mutable std::mutex mutex_;
  mutable std::map<std::string, Kept> kept_;  // guarded by mutex_; by the node's text
  mutable uint64_t uses_ = 0;                 // guarded by mutex_
};

}  // namespace rapport
