// CurrentModel: what serves now: a model, the catalogue and the rules, in one handle, so that a
// request sees one state of them. A reader holds what it got for as long as it needs; the last
// handle frees it. Any thread; readers take a lock that is held for a pointer copy, writers come
// one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
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
  // The model of this version, if it serves or was the last one that did; else null.
  std::shared_ptr<const ServingModel> Get(std::string_view version) const;

  // `snapshot` is not null. What takes long is made before any lock is taken.
  void Publish(std::shared_ptr<const ModelSnapshot> snapshot);
  // What the catalogue says of these from now on.
  void UpdateItems(std::vector<Item> items);
  // All the rules, from now on.
  void UpdateRules(std::vector<Rule> rules);

  // Another model than the one that serves, beside the same catalogue and rules.
  std::shared_ptr<const ServingModel> Beside(std::shared_ptr<const ModelSnapshot> snapshot) const;
  // The same model beside catalogue and rules as they are now; `model` itself if nothing changed.
  std::shared_ptr<const ServingModel> UpToDate(std::shared_ptr<const ServingModel> model) const;

 private:
  std::shared_ptr<const ServingModel> Bind(std::shared_ptr<const IndexedModel> model) const;
  void Serve(std::shared_ptr<const ServingModel> model);

  mutable std::mutex writing_;
  // Guarded by writing_:
  Catalogue catalogue_;
  std::shared_ptr<const RuleBook> rules_ = std::make_shared<const RuleBook>();
  uint64_t revision_ = 0;  // of both

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::shared_ptr<const ServingModel> model_;
  mutable std::shared_ptr<const ServingModel>
      before_;  // another model, which served last; null: none did
};

}  // namespace rapport
