// Learning: from a log of purchases to a model that can serve, judged on held-out time. The whole
// pipeline in one place, for the trainer in the server and for `rapport evaluate` alike.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"
#include "model/default_options.h"
#include "model/model_snapshot.h"
#include "model/purchase_log.h"
#include "model/trial.h"
#include "model/watch.h"

namespace rapport {

// Two tastes: what customers like lately and what they have liked for long. On Online Retail II
// each finds what the other misses, for items bought before above all.
inline constexpr double kLongHalfLifeDays = 365;
// `options`, and the same with the long half life; without the second if that is 0.
std::vector<AlsOptions> TastesOf(const AlsOptions& options,
                                 double long_half_life_days = kLongHalfLifeDays);

struct LearnOptions {
  std::vector<AlsOptions> tastes = TastesOf(kOpenOptions);  // 1 to kMostTastes
  double window_days = 28;                                  // the length of a held-out window
  // Customers that a window is judged by and weights are fitted on; of more, as many evenly. None:
  // EnoughCustomers.
  std::optional<size_t> most_held_out;
  int threads = 1;  // the result does not depend on it
  // The model that serves, to be judged on the same window as method "running"; may be null.
  const ModelSnapshot* running = nullptr;
};

// In this order. A trial: trains on what came before the window before the cut, fits weights on
// that window, trains on what came before the cut. Then Learn judges by the last window, and trains
// the model that will serve.
enum class LearnStage { kTrainingToFit, kFittingWeights, kTrainingToJudge, kJudging, kTraining };
inline constexpr size_t kLearnStages = 5, kTrialStages = 3;
// Told the stage and how much of it is done, 0 to 1.
using LearnProgress = std::function<void(LearnStage, double)>;

// Learns from all of `log`. Holds out the last window to evaluate, and the one before it to fit
// weights on for that evaluation; the model that serves is trained on everything, with weights
// fitted on the last window, and probabilities calibrated on both. With too little history for
// either, serves default weights and says so in `remark`. version, trained_at, training_seconds and
// sequence are the caller's to fill in. FAILED_PRECONDITION, "too little to learn from: ...", if
// there are too few customers, items or weeks: what is missing is named. CANCELLED soon after
// `stop` is asked.
absl::StatusOr<ModelSnapshot> Learn(const PurchaseLog& log, const LearnOptions& options,
                                    const LearnProgress& progress, const std::stop_token& stop);

// A model without tastes, of popularity and the customer's own purchases: what serves before there
// is another.
ModelSnapshot PopularityModel(const PurchaseLog& log);

// Tastes and popularity of what was known just before `cut`, with default weights and `prior` as it
// is. CANCELLED as above. What TrialAt and Learn train with.
absl::StatusOr<ModelSnapshot> TrainAt(const PurchaseLog& log, Instant cut,
                                      const LearnOptions& options, const CategoryPrior& prior,
                                      const Watch& watch);

// A model of what was known just before `cut`, with weights fitted on the window before it, and the
// window after to judge it by. FAILED_PRECONDITION if nobody bought both before the cut and in the
// window. CANCELLED as above.
absl::StatusOr<Trial> TrialAt(const PurchaseLog& log, Instant cut, const LearnOptions& options,
                              const LearnProgress& progress, const std::stop_token& stop);

}  // namespace rapport
