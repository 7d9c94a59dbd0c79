// CurrentModel: the model that serves. A reader holds what it got for as long as it needs; the last
// handle frees it. Any thread; the lock is held for a pointer copy.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "services/recommender/serving_model.h"

namespace rapport {

class CurrentModel {
 public:
  // Never empty: begins with a model of nothing.
  CurrentModel() : CurrentModel(std::make_shared<const ModelSnapshot>()) {}

  std::shared_ptr<const ServingModel> Get() const {
    const std::lock_guard lock(mutex_);
    return model_;
  }

  // `snapshot` is not null. What serving needs of it is made before the lock is taken.
  void Publish(std::shared_ptr<const ModelSnapshot> snapshot) {
    auto model = std::make_shared<const ServingModel>(std::move(snapshot));
    const std::lock_guard lock(mutex_);
    model_.swap(model);
  }  // the old model dies after the lock is gone

 private:
  explicit CurrentModel(std::shared_ptr<const ModelSnapshot> snapshot)
      : model_(std::make_shared<const ServingModel>(std::move(snapshot))) {}

  mutable std::mutex mutex_;
  std::shared_ptr<const ServingModel> model_;  // guarded by mutex_
};

}  // namespace rapport
