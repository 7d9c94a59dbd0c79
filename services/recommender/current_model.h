// CurrentModel: what serves now: a model and the catalogue, in one handle, so that a request sees
// one state of both. A reader holds what it got for as long as it needs; the last handle frees it.
// Any thread; readers take a lock that is held for a pointer copy, writers come one after the
// other.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "data/records.h"
#include "services/recommender/item_table.h"
#include "services/recommender/serving_model.h"

namespace rapport {

class CurrentModel {
 public:
  // Never empty: begins with a model of nothing.
  CurrentModel();

  std::shared_ptr<const ServingModel> Get() const;
  // `snapshot` is not null. What takes long is made before any lock is taken.
  void Publish(std::shared_ptr<const ModelSnapshot> snapshot);
  // What the catalogue says of these from now on.
  void UpdateItems(std::vector<Item> items);

  // Another model than the one that serves, beside the same catalogue.
  std::shared_ptr<const ServingModel> Beside(std::shared_ptr<const ModelSnapshot> snapshot) const;
  // The same model beside the catalogue as it is now; `model` itself if nothing has changed.
  std::shared_ptr<const ServingModel> UpToDate(std::shared_ptr<const ServingModel> model) const;

 private:
  std::shared_ptr<const ServingModel> Bind(std::shared_ptr<const ModelSnapshot> snapshot,
                                           std::shared_ptr<const ItemScan> scan) const;
  void Serve(std::shared_ptr<const ServingModel> model);

  mutable std::mutex writing_;
  Catalogue catalogue_;    // guarded by writing_, as is the next
  uint64_t revision_ = 0;  // of the catalogue

  mutable std::mutex mutex_;
  std::shared_ptr<const ServingModel> model_;  // guarded by mutex_
};

}  // namespace rapport
