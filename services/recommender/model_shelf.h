// ModelShelf: the kept models: which one serves, which others can be brought back or asked for by a
// token, which were rejected by the gate. Any thread. Publish, KeepRejected and Activate write
// files; Get of a version that is not in memory reads one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/snapshot_dir.h"
#include "data/store.h"
#include "model/model_snapshot.h"
#include "services/recommender/current_model.h"

namespace rapport {

struct ModelShelfOptions {
  std::string
      path;  // directory of the model files; below it, `popularity` and `rejected` have their own
  size_t keep = 5;  // how many trained models remain, beside the last two that were rejected
  // Told once of each file that was refused (damaged, of a newer version); none: nobody listens.
  std::function<void(std::string_view version, const absl::Status& why)> on_refused;
};

class ModelShelf {
 public:
  // Loads the model that was activated, or else the newest good one that was trained, or else of
  // popularity. None is fine: a model of nothing serves.
  static absl::StatusOr<std::unique_ptr<ModelShelf>> Open(ModelShelfOptions options);

  // What serves. Never null.
  std::shared_ptr<const ServingModel> Serving() const { return current_.Get(); }
  std::shared_ptr<const ModelSnapshot> Current() const { return Serving()->snapshot(); }

  // The model of this version, if it serves or was the last one that did; else null.
  std::shared_ptr<const ServingModel> ServingAgain(std::string_view version) const {
    return current_.Get(version);
  }

  // What the catalogue says of these, and what the rules are, from the next call of Serving on.
  void UpdateItems(std::vector<Item> items) { current_.UpdateItems(std::move(items)); }
  void UpdateRules(std::vector<Rule> rules) { current_.UpdateRules(std::move(rules)); }
  // A kept model beside the catalogue and the rules of now, to look back with. At once if it
  // serves, served last, or was the last one that was asked for here; else it takes as long as
  // ServingOf. Codes as Get.
  absl::StatusOr<std::shared_ptr<const ServingModel>> ServingThen(std::string_view version) const;
  // A kept model as it would serve; codes as Get. Takes milliseconds to a second.
  absl::StatusOr<std::shared_ptr<const ServingModel>> ServingOf(std::string_view version) const;
  // The same model beside catalogue and rules as they are now.
  std::shared_ptr<const ServingModel> UpToDate(std::shared_ptr<const ServingModel> model) const {
    return current_.UpToDate(std::move(model));
  }

  // A kept model by version, of either kind. FAILED_PRECONDITION: no longer kept; DATA_LOSS: its
  // file is damaged.
  absl::StatusOr<std::shared_ptr<const ModelSnapshot>> Get(std::string_view version) const;

  // Writes the model's file, then serves it. On failure (disk; INTERNAL: it could not be read
  // again) the old one goes on serving.
  absl::Status Publish(ModelSnapshot model);

  // Writes the file of a trained model that the gate did not let through: it does not serve, but
  // can be activated by hand or tried in the shadow. Pushes out none that was published.
  absl::Status KeepRejected(const ModelSnapshot& model);

  // Serves a kept trained model, rejected or not, also after a restart, until the next Publish.
  // NOT_FOUND: no longer kept; DATA_LOSS: damaged.
  absl::Status Activate(std::string_view version);

  // Whether there is a file of a trained model of this version, good or damaged.
  bool Keeps(std::string_view version) const;

  struct Kept {
    std::shared_ptr<const ModelSnapshot> model;
    int64_t bytes = 0;  // of the file
    bool serving = false;
    bool rejected = false;  // by the gate
  };
  // One by version; codes as Get. `bytes` is 0 for the model of nothing, which has no file.
  absl::StatusOr<Kept> Find(std::string_view version) const;
  // The trained ones, rejected ones among them, newest first; damaged files are left out.
  absl::StatusOr<std::vector<Kept>> List() const;

  // What the newest trained model has learned, whether it serves or not; zeros if there is none.
  struct Learned {
    uint64_t sequence = 0;
    Instant trained_at{};
  };
  Learned LastLearned() const;

  // How often in a row a training began and was cut off by the end of the process. Kept on disk, so
  // that the next process knows that one is due again.
  absl::Status SetCutOff(int times);
  int CutOff() const;

  // When options were last searched for, and whether better ones than the configured were found.
  // Kept on disk. None: never, as far as can be read.
  struct Tuning {
    Instant at{};
    bool found_better = false;
  };
  absl::Status SetLastTuning(const Tuning& tuning);
  std::optional<Tuning> LastTuning() const;

 private:
  ModelShelf(ModelShelfOptions options, std::unique_ptr<SnapshotDir> trained,
             std::unique_ptr<SnapshotDir> popularity, std::unique_ptr<SnapshotDir> rejected);
  absl::Status LoadNewest();
  absl::StatusOr<std::shared_ptr<const ModelSnapshot>> Load(const SnapshotDir& dir,
                                                            std::string_view version,
                                                            int64_t* bytes = nullptr) const;
  absl::Status ServeChosen(const SnapshotDir& dir);
  // Which of the directories has a file of this version; null: none.
  SnapshotDir* Where(std::string_view version) const;

  const ModelShelfOptions options_;
  const std::unique_ptr<SnapshotDir> trained_;
  const std::unique_ptr<SnapshotDir> popularity_;
  const std::unique_ptr<SnapshotDir> rejected_;
  CurrentModel current_;
  mutable std::mutex building_;  // held while ServingThen looks for one; before mutex_
  std::mutex publishing_;        // held while files and current_ change together
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const ModelSnapshot>
      last_loaded_;  // guarded by mutex_: the last one asked for by version
  mutable std::shared_ptr<const ServingModel>
      last_then_;                          // guarded by mutex_: what ServingThen made last
  mutable std::set<std::string> refused_;  // guarded by mutex_: told of
  Learned last_learned_;                   // guarded by mutex_
};

// What the store's catalogue and rules say now goes to the shelf; later changes are the store's
// on_items and on_rules to tell. Codes: those of Store's reads.
absl::Status LoadCatalogue(const Store& store, ModelShelf& models);

}  // namespace rapport
