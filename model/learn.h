// Learning: from a log of purchases to a model that can serve, judged on held-out time. The whole
// pipeline in one place, for the trainer in the server and for `rapport evaluate` alike.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "absl/status/statusor.h"
#include "model/model_snapshot.h"
#include "model/purchase_log.h"
#include "model/trial.h"

namespace rapport {

struct LearnOptions {
  AlsOptions als;
  double window_days = 28;  // the length of a held-out window
  // Customers that a window is judged by and weights are fitted on; of more, as many evenly.
  size_t most_held_out = 20'000;
  int threads = 1;  // the result does not depend on it
};

enum class LearnStage { kFittingWeights, kEvaluating, kTraining };
// Told the stage and how much of it is done, 0 to 1.
using LearnProgress = std::function<void(LearnStage, double)>;

// Learns from all of `log`. Holds out the last window to evaluate, and the one before it to fit
// weights on for that evaluation; the model that serves is trained on everything, with weights
// fitted on the last window. With too little history for either, serves default weights and says so
// in `remark`. version, trained_at, training_seconds and sequence are the caller's to fill in.
// CANCELLED soon after `stop` is asked.
absl::StatusOr<ModelSnapshot> Learn(const PurchaseLog& log, const LearnOptions& options,
                                    const LearnProgress& progress, const std::stop_token& stop);

// A model of popularity alone: what serves before there is another.
ModelSnapshot PopularityModel(const PurchaseLog& log);

// A model of what was known just before `cut`, with weights fitted on the window before it, and the
// window after to judge it by. FAILED_PRECONDITION if nobody bought both before the cut and in the
// window. CANCELLED as above.
absl::StatusOr<Trial> TrialAt(const PurchaseLog& log, Instant cut, const LearnOptions& options,
                              const LearnProgress& progress, const std::stop_token& stop);

// The model of that trial, judged: its `evaluation` has the table.
absl::StatusOr<ModelSnapshot> Judge(const PurchaseLog& log, Instant cut,
                                    const LearnOptions& options, const LearnProgress& progress,
                                    const std::stop_token& stop);

}  // namespace rapport
