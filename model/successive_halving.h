// Successive halving: the best of many candidates for little work. All are judged cheaply, the best
// third of them again with more effort, and so on (Jamieson, Talwalkar, "Non-stochastic Best Arm
// Identification and Hyperparameter Optimization", AISTATS 2016). It knows no models: candidates
// are numbers, and 0 is the one to beat. Pure but for the clock it is given; one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"
#include "model/model_snapshot.h"

namespace rapport {

// What judging one candidate found.
struct Appraisal {
  // The part of each judged customer in the score, which is their mean; more is better. At one rung
  // of the same customers in the same order for every candidate; at least one.
  std::vector<double> parts;
  std::vector<EvaluationRow> rows;  // the same for people

  double Score() const;
};

// Judges a candidate with the effort of a rung; CANCELLED soon after `stop` is asked. To be told
// now and then how much is done, 0 to 1, from one thread at a time: time is looked at there.
using Appraise = std::function<absl::StatusOr<Appraisal>(
    size_t candidate, size_t rung, const std::function<void(double)>& progress,
    const std::stop_token& stop)>;

struct HalvingProgress {
  size_t rung = 0, rungs = 0;
  size_t judged = 0, candidates = 0;  // of this rung
  double fraction = 0;  // of the whole, 0 to 1: of the work, or of the time if that is more
  // At this rung, or else at the one before it.
  std::optional<double> score_to_beat, best;
};

struct HalvingOptions {
  size_t candidates = 27;  // >= 1
  size_t rungs = 3;        // >= 1
  double budget_seconds = std::numeric_limits<double>::infinity();
  std::function<double()> seconds;  // a clock that starts at 0; needed if there is a budget
  std::function<void(const HalvingProgress&)> progress;  // may be empty
};

struct Halving {
  size_t winner = 0;
  size_t best = 0;      // the greatest score at the rung that decided; perhaps by chance
  size_t rung = 0;      // that decided
  MeanDifference gain;  // best's score less that of candidate 0, customers drawn again
  bool in_time = true;  // false: the budget ended before every rung was done in full
  std::vector<std::vector<Appraisal>> appraisals;  // by candidate, by rung: as far as it got
};

// Every rung may take its part of the budget, and what the ones before it have left over; then the
// best so far go on. The best at the last rung that was begun wins if it is better than candidate 0
// by more than chance (95 % interval). Without such a one candidate 0 wins, also when there was no
// time at all. Ties go to the lower number. The same result every time without a budget. CANCELLED
// if `stop` was asked; an error of `appraise` is returned.
absl::StatusOr<Halving> SuccessiveHalving(const HalvingOptions& options, const Appraise& appraise,
                                          const std::stop_token& stop);

}  // namespace rapport
