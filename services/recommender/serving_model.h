// ServingModel: what one suggestion rests on, at one moment: a model, what the catalogue says of
// its items, and what serving derives from both. Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/model_snapshot.h"
#include "model/top_k.h"
#include "services/recommender/item_table.h"

namespace rapport {

class ServingModel {
 public:
  // `scan` is of `snapshot`; neither is null. `revision`: of the catalogue.
  ServingModel(std::shared_ptr<const ModelSnapshot> snapshot, std::shared_ptr<const ItemScan> scan,
               const Catalogue& catalogue, uint64_t revision);
  // The same model once these items have changed.
  ServingModel With(const std::vector<ItemTable::Change>& changes, uint64_t revision) const;

  const ModelSnapshot& model() const { return *snapshot_; }
  const std::shared_ptr<const ModelSnapshot>& snapshot() const { return snapshot_; }
  const ItemScan& scan() const { return *scan_; }
  const std::shared_ptr<const ItemScan>& shared_scan() const { return scan_; }
  const ItemTable& items() const { return items_; }
  // The items that can be sold.
  const ItemScan::Filter& available() const { return available_; }
  uint64_t revision() const { return revision_; }

 private:
  std::shared_ptr<const ModelSnapshot> snapshot_;
  std::shared_ptr<const ItemScan> scan_;
  ItemTable items_;
  ItemScan::Filter available_;
  uint64_t revision_;
};

}  // namespace rapport
