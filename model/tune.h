// Tuning: the options that suit the data best, found by successive halving on held-out time, or on
// held-out pairs. What is tried first is what would serve otherwise; that stays unless something
// better is found. One thread calls; `threads` work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"
#include "model/pairs_evaluation.h"
#include "model/purchase_log.h"
#include "model/recipe.h"
#include "model/successive_halving.h"

namespace rapport {

struct TuneOptions {
  Recipe start;  // what is to be beaten; what it leaves open is chosen as for a training
  std::optional<Recipe> incumbent;  // tried too: what a search before found
  size_t candidates = 27;           // with `start`, >= 1
  size_t cuts = 3;  // windows to judge by, one after another, fewer with little history; >= 1
  double window_days = 28;
  size_t most_held_out = 20'000;  // customers that a window is judged by
  int threads = 1;                // the result does not depend on it
  uint64_t seed = 1;              // of the candidates
  double budget_seconds = std::numeric_limits<double>::infinity();
  std::function<double()> seconds;  // a clock that starts at 0; needed if there is a budget
};

struct TriedRecipe {
  Recipe recipe;
  std::vector<double> scores;  // by rung: as far as it got
};

// What came of it. Scores are means over customers of (NDCG@20 on items new to them + NDCG@20 on
// all items) / 2, on pairs of NDCG@20 alone.
struct Tuned {
  Recipe start;          // what was to be beaten, with nothing left open
  Recipe recipe;         // the best beyond chance, options rounded for people
  bool changed = false;  // false: it is `start`, with what that leaves open
  double start_score = 0;
  double score = 0;       // of `recipe`
  double best_score = 0;  // the greatest of any, be it by chance
  // best_score - start_score, with its interval. The best of several by the same customers looks a
  // little better than it is.
  MeanDifference gain;
  std::vector<EvaluationRow> start_rows;  // by pool
  std::vector<EvaluationRow> rows;
  std::vector<TriedRecipe> tried;  // `start` first
  std::vector<Instant> cuts;       // that were judged at in full; none for pairs
  size_t rung = 0, rungs = 0;      // the rung that decided, of so many
  bool in_time = true;             // false: the budget cut the search short
};

using TuneProgress = std::function<void(const HalvingProgress&)>;

// Candidates around `start`, itself first: alpha0 and regularization from an eighth to eight times
// of it, half lives of 20 to 180 days and of 120 to 1,000 days or none, half to twice the factors,
// all but the last on a logarithmic scale, in an additive low-discrepancy sequence. `resolved`:
// `start.als` with nothing left open. `timed`: whether there are half lives to vary. No candidate
// has more factors than `most_factors`, unless `start` has.
std::vector<Recipe> CandidatesAround(const Recipe& start, const AlsOptions& resolved, bool timed,
                                     int32_t most_factors, size_t count, uint64_t seed);

// Judges on the windows that end at `until` or before it; nothing later is looked at, if it is also
// not in `log` (items first sold later are counted where options follow from the data).
// FAILED_PRECONDITION, "too little history to tune on: ...". CANCELLED soon after `stop` is asked.
// Of a budget that is over: what was best by then, see SuccessiveHalving. Without a budget the same
// result for the same seed.
absl::StatusOr<Tuned> Tune(const PurchaseLog& log, Instant until, const TuneOptions& options,
                           const TuneProgress& progress, const std::stop_token& stop);

// The same on pairs without times. FAILED_PRECONDITION if the split has nothing to judge by.
absl::StatusOr<Tuned> TuneOnPairs(const PairsSplit& split, const TuneOptions& options,
                                  const TuneProgress& progress, const std::stop_token& stop);

}  // namespace rapport
