// CurrentModel: the model that serves. A reader holds what it got for as long as it needs; the last
// handle frees it. Any thread; the lock is held for a pointer copy.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "model/model_snapshot.h"

namespace rapport {

class CurrentModel {
 public:
  // Never empty: begins with a model of nothing.
  CurrentModel() : model_(std::make_shared<const ModelSnapshot>()) {}

  std::shared_ptr<const ModelSnapshot> Get() const {
    const std::lock_guard lock(mutex_);
    return model_;
  }

  // `model` is not null.
  void Publish(std::shared_ptr<const ModelSnapshot> model) {
    const std::lock_guard lock(mutex_);
    model_.swap(model);
  }  // the old model dies after the lock is gone

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ModelSnapshot> model_;  // guarded by mutex_
};

}  // namespace rapport
