// ModelShelf: the kept models: which one serves, which others can be brought back or asked for by a
// token. Any thread. Publish and Activate write files; Get of a version that is not in memory reads
// one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/snapshot_dir.h"
#include "model/model_snapshot.h"
#include "services/recommender/current_model.h"

namespace rapport {

struct ModelShelfOptions {
  std::string path;  // directory of the model files
  size_t keep = 5;   // how many remain
  // Told of a file that was refused (damaged, of another version); none: nobody listens.
  std::function<void(std::string_view version, const absl::Status& why)> on_refused;
};

class ModelShelf {
 public:
  // Loads the model that was serving, or else the newest good one. None is fine: a model of nothing
  // serves.
  static absl::StatusOr<std::unique_ptr<ModelShelf>> Open(ModelShelfOptions options);

  // What serves. Never null.
  std::shared_ptr<const ModelSnapshot> Current() const { return current_.Get(); }

  // A kept model by version. FAILED_PRECONDITION: no longer kept; DATA_LOSS: its file is damaged.
  absl::StatusOr<std::shared_ptr<const ModelSnapshot>> Get(std::string_view version) const;

  // Writes the model's file, then serves it. On failure (disk) the old one goes on serving.
  absl::Status Publish(ModelSnapshot model);

  // Serves a kept model, also after a restart, until the next Publish. NOT_FOUND: no longer kept;
  // DATA_LOSS: damaged.
  absl::Status Activate(std::string_view version);

  struct Kept {
    std::shared_ptr<const ModelSnapshot> model;  // may be shared with readers; do not hold for long
    int64_t bytes = 0;                           // of the file
    bool serving = false;
  };
  // Newest first; damaged files are left out (and reported to on_refused).
  absl::StatusOr<std::vector<Kept>> List() const;

 private:
  ModelShelf(ModelShelfOptions options, std::unique_ptr<SnapshotDir> dir);
  absl::StatusOr<std::shared_ptr<const ModelSnapshot>> Load(std::string_view version,
                                                            int64_t* bytes) const;

  const ModelShelfOptions options_;
  const std::unique_ptr<SnapshotDir> dir_;
  CurrentModel current_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const ModelSnapshot>
      last_loaded_;  // guarded by mutex_: the last one asked for by version
};

}  // namespace rapport
