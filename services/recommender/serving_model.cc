#include "services/recommender/serving_model.h"

#include <utility>

namespace rapport {

ServingModel::ServingModel(std::shared_ptr<const IndexedModel> model, const Catalogue& catalogue,
                           std::shared_ptr<const RuleBook> rules, uint64_t revision)
    : model_(std::move(model)),
      items_(model_->snapshot->items, catalogue),
      available_(model_->scan.All()),
      rules_(std::move(rules)),
      bitmaps_(std::make_shared<const FilterBitmaps>()),
      revision_(revision) {
  for (size_t item = 0; item < items_.size(); ++item)
    available_.Set(ItemIndex(item), items_[ItemIndex(item)]->available);
}

ServingModel ServingModel::With(const std::vector<ItemTable::Change>& changes,
                                uint64_t revision) const {
  ServingModel changed = *this;
  changed.items_ = items_.With(changes);
  for (const auto& [item, value] : changes) changed.available_.Set(item, value->available);
  changed.bitmaps_ = bitmaps_->With(changes);
  changed.revision_ = revision;
  return changed;
}

ServingModel ServingModel::With(std::shared_ptr<const RuleBook> rules, uint64_t revision) const {
  ServingModel changed = *this;
  changed.rules_ = std::move(rules);
  changed.revision_ = revision;
  return changed;
}

}  // namespace rapport
