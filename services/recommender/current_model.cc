#include "services/recommender/current_model.h"

#include <utility>

namespace rapport {

CurrentModel::CurrentModel() { Publish(std::make_shared<const ModelSnapshot>()); }

std::shared_ptr<const ServingModel> CurrentModel::Get() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

std::shared_ptr<const ServingModel> CurrentModel::Get(std::string_view version) const {
  std::shared_ptr<const ServingModel> before;
  {
    const std::lock_guard lock(mutex_);
    if (model_->model().version == version) return model_;
    before = before_;
  }
  if (before == nullptr || before->model().version != version) return nullptr;
  auto fresh = UpToDate(before);
  const std::lock_guard lock(mutex_);
  if (before_ == before) before_ = fresh;  // the next page need not bind it again
  return fresh;
}

void CurrentModel::Serve(std::shared_ptr<const ServingModel> model) {
  const std::lock_guard lock(mutex_);
  model_.swap(model);
  if (model != nullptr && model->indexed() != model_->indexed()) before_.swap(model);
}  // what is left of the old ones dies after the lock is gone

std::shared_ptr<const ServingModel> CurrentModel::Bind(
    std::shared_ptr<const IndexedModel> model) const {
  return std::make_shared<const ServingModel>(std::move(model), catalogue_, rules_, revision_);
}

void CurrentModel::Publish(std::shared_ptr<const ModelSnapshot> snapshot) {
  auto model = std::make_shared<const IndexedModel>(std::move(snapshot));
  const std::lock_guard writing(writing_);
  Serve(Bind(std::move(model)));
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

void CurrentModel::UpdateRules(std::vector<Rule> rules) {
  auto book = std::make_shared<const RuleBook>(std::move(rules));
  const std::lock_guard writing(writing_);
  rules_ = book;
  ++revision_;
  Serve(std::make_shared<const ServingModel>(Get()->With(std::move(book), revision_)));
}

std::shared_ptr<const ServingModel> CurrentModel::Beside(
    std::shared_ptr<const ModelSnapshot> snapshot) const {
  auto model = std::make_shared<const IndexedModel>(std::move(snapshot));
  const std::lock_guard writing(writing_);
  return Bind(std::move(model));
}

std::shared_ptr<const ServingModel> CurrentModel::UpToDate(
    std::shared_ptr<const ServingModel> model) const {
  const std::lock_guard writing(writing_);
  if (model->revision() == revision_) return model;
  return Bind(model->indexed());
}

}  // namespace rapport
