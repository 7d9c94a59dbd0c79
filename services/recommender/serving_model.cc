#include "services/recommender/serving_model.h"

#include <utility>

namespace rapport {

ServingModel::ServingModel(std::shared_ptr<const ModelSnapshot> snapshot,
                           std::shared_ptr<const ItemScan> scan, const Catalogue& catalogue,
                           uint64_t revision)
    : snapshot_(std::move(snapshot)),
      scan_(std::move(scan)),
      items_(snapshot_->items, catalogue),
      available_(scan_->All()),
      revision_(revision) {
  for (size_t item = 0; item < items_.size(); ++item) {
    if (!items_[ItemIndex(item)]->available) available_.Drop(ItemIndex(item));
  }
}

ServingModel ServingModel::With(const std::vector<ItemTable::Change>& changes,
                                uint64_t revision) const {
  ServingModel changed = *this;
  changed.items_ = items_.With(changes);
  changed.revision_ = revision;
  for (const auto& [item, value] : changes) {
    if (value->available) {
      changed.available_.Admit(item);
    } else {
      changed.available_.Drop(item);
    }
  }
  return changed;
}

}  // namespace rapport
