#include "services/recommender/current_model.h"

#include <utility>

namespace rapport {

CurrentModel::CurrentModel() { Publish(std::make_shared<const ModelSnapshot>()); }

std::shared_ptr<const ServingModel> CurrentModel::Get() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

void CurrentModel::Serve(std::shared_ptr<const ServingModel> model) {
  const std::lock_guard lock(mutex_);
  model_.swap(model);
}  // the old model dies after the lock is gone

std::shared_ptr<const ServingModel> CurrentModel::Bind(
    std::shared_ptr<const ModelSnapshot> snapshot, std::shared_ptr<const ItemScan> scan) const {
  return std::make_shared<const ServingModel>(std::move(snapshot), std::move(scan), catalogue_,
                                              revision_);
}

void CurrentModel::Publish(std::shared_ptr<const ModelSnapshot> snapshot) {
  auto scan = std::make_shared<const ItemScan>(*snapshot);
  const std::lock_guard writing(writing_);
  Serve(Bind(std::move(snapshot), std::move(scan)));
}

void CurrentModel::UpdateItems(std::vector<Item> items) {
  const std::lock_guard writing(writing_);
  const auto serving = Get();
  std::vector<ItemTable::Change> changes;
  for (Item& item : items) {
    const std::string id = item.item_id;
    catalogue_.Put(std::move(item));
    if (const auto index = serving->model().items.Find(id))
      changes.emplace_back(*index, catalogue_.Find(id));
  }
  ++revision_;
  Serve(std::make_shared<const ServingModel>(serving->With(changes, revision_)));
}

std::shared_ptr<const ServingModel> CurrentModel::Beside(
    std::shared_ptr<const ModelSnapshot> snapshot) const {
  auto scan = std::make_shared<const ItemScan>(*snapshot);
  const std::lock_guard writing(writing_);
  return Bind(std::move(snapshot), std::move(scan));
}

std::shared_ptr<const ServingModel> CurrentModel::UpToDate(
    std::shared_ptr<const ServingModel> model) const {
  const std::lock_guard writing(writing_);
  if (model->revision() == revision_) return model;
  return Bind(model->snapshot(), model->shared_scan());
}

}  // namespace rapport
