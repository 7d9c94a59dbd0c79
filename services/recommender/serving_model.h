// ServingModel: what one suggestion rests on, at one moment: a model, what the catalogue says of
// its items, the shop's rules, and what serving derives from them. Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "model/item_cosines.h"
#include "model/model_snapshot.h"
#include "model/top_k.h"
#include "services/filter/item_filter.h"
#include "services/recommender/filter_bitmaps.h"
#include "services/recommender/item_table.h"
#include "services/recommender/rule_book.h"

namespace rapport {

// A model and what is derived from it alone. Milliseconds to a second of work.
struct IndexedModel {
  // `snapshot` is not null.
  explicit IndexedModel(std::shared_ptr<const ModelSnapshot> snapshot)
      : snapshot(std::move(snapshot)), scan(*this->snapshot), cosines(*this->snapshot) {}

  const std::shared_ptr<const ModelSnapshot> snapshot;
  const ItemScan scan;
  const ItemCosines cosines;
};

class ServingModel {
 public:
  // Neither pointer is null. `revision`: of catalogue and rules together.
  ServingModel(std::shared_ptr<const IndexedModel> model, const Catalogue& catalogue,
               std::shared_ptr<const RuleBook> rules, uint64_t revision);
  // The same model once these items have changed, or the rules.
  ServingModel With(const std::vector<ItemTable::Change>& changes, uint64_t revision) const;
  ServingModel With(std::shared_ptr<const RuleBook> rules, uint64_t revision) const;

  const ModelSnapshot& model() const { return *model_->snapshot; }
  const std::shared_ptr<const ModelSnapshot>& snapshot() const { return model_->snapshot; }
  const std::shared_ptr<const IndexedModel>& indexed() const { return model_; }
  const ItemScan& scan() const { return model_->scan; }
  const ItemCosines& cosines() const { return model_->cosines; }
  const ItemTable& items() const { return items_; }
  const RuleBook& rules() const { return *rules_; }
  // The items that can be sold.
  const ItemScan::Filter& available() const { return available_; }
  // Those that a filter lets in. Requires: `past`, where the filter asks of it.
  ItemScan::Filter ItemsOf(const ItemFilter& filter, const PastPurchases* past) const {
    return bitmaps_->Of(filter.root(), model_->scan, items_, past);
  }
  uint64_t revision() const { return revision_; }

 private:
  std::shared_ptr<const IndexedModel> model_;
  ItemTable items_;
  ItemScan::Filter available_;
  std::shared_ptr<const RuleBook> rules_;
  std::shared_ptr<const FilterBitmaps> bitmaps_;
  uint64_t revision_;
};

}  // namespace rapport
