// Tuner: the recipe that trainings follow, as configured or as found by a search, and the search,
// which is due now and then. The trainer's thread only, and those that work for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "model/purchase_log.h"
#include "model/tune.h"
#include "model/watch.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"

namespace rapport {

struct TunerOptions {
  Recipe configured;
  double window_days = 28;
  int threads = 1;
  std::chrono::seconds interval{0};  // least time between searches; 0: never searches
  std::chrono::seconds budget{600};  // a search may take
};

class Tuner {
 public:
  // After a restart what was tuned is read off the model that serves.
  Tuner(ModelShelf& models, TunerOptions options, Clock clock);

  const Recipe& recipe() const { return recipe_; }
  bool Due() const;
  // Looks at all but the last window, which is the gate's: it judges what was never tuned on.
  // `sequence`: of the last purchase in `log`. None if there is too little history. CANCELLED.
  absl::StatusOr<std::optional<Tuned>> Search(const PurchaseLog& log, uint64_t sequence,
                                              const Watch& watch) const;
  // Notes that a search was made; from now on trainings follow what it found, if a model of it
  // serves. In words.
  std::string TakeOn(const Tuned& tuned, bool serves);

 private:
  ModelShelf& models_;
  const TunerOptions options_;
  const Clock clock_;
  Recipe recipe_;
};

}  // namespace rapport
