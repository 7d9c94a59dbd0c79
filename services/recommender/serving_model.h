// ServingModel: a model and what serving derives from it. Immutable; any thread.
#pragma once

#include <memory>
#include <utility>

#include "model/model_snapshot.h"
#include "model/top_k.h"

namespace rapport {

struct ServingModel {
  // Milliseconds to a second of work. `snapshot` is not null.
  explicit ServingModel(std::shared_ptr<const ModelSnapshot> snapshot)
      : snapshot(std::move(snapshot)), scan(*this->snapshot) {}

  const std::shared_ptr<const ModelSnapshot> snapshot;
  const ItemScan scan;
};

}  // namespace rapport
