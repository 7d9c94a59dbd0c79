// Calibration: from a score to the probability that a suggested item is bought within the window,
// learned from what lists on held-out time led to. Isotonic regression (Zadrozny and Elkan, KDD
// 2002) for each pool, step of history and kind of item, drawn to the curve of the whole pool where
// there is little to go by. Scores alone are no probabilities; a calibrated probability may still
// say little, which the Brier skill tells. Values; any thread.
//
// Whoever bought in the last 180 days counts, came they in the window or not: judged by those who
// came alone, as rankings are, a suggestion would seem two to three times as likely as it is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/held_out.h"
#include "model/history_depth.h"
#include "model/model_snapshot.h"
#include "model/purchase_log.h"
#include "model/score.h"

namespace rapport {

// Scores are counted from their model's level: the logarithm of the sum of exp(popularity term) over
// all items but those that the fewest have bought, which may not have been on sale yet. It takes out of the score what moves with the season for
// every item alike; half of the error of probabilities was that. By Pool.
using ScoreLevels = std::array<double, kPoolCount>;
ScoreLevels LevelsOf(const ModelSnapshot& model);

// One suggested item on held-out time.
struct SuggestedItem {
  double score = 0;                              // above the level
  HistoryDepth depth = HistoryDepth::kOneOrder;  // of the customer
  bool bought_before = false;                    // by the customer, before the cut
  bool bought = false;                           // in the window
};

// A point of a curve; between points it is a straight line, beyond them level.
struct CalibrationKnot {
  double score = 0;  // above the level
  double probability = 0;
  double samples = 0;  // that the probability rests on
};
using CalibrationCurve = std::vector<CalibrationKnot>;  // both ascending with the score

// Beside the base rate: what stands in our lists anyway.
enum class Confidence : uint8_t {
  kThin = 0,    // not surely more
  kFair = 1,    // the interval is above it
  kStrong = 2,  // that, and three times as much
};

struct PurchaseChance {
  double probability = 0;  // of being bought within the window, if suggested
  // Wilson's 95 % interval. Narrower than the truth: items of one list are not independent.
  double low = 0, high = 1;
  double samples = 0;    // that it rests on
  double base_rate = 0;  // of all that is suggested from the pool
  Confidence confidence = Confidence::kThin;
};

// Of lists from one pool; scores above the level.
struct PoolCalibration {
  int64_t samples = 0;
  double base_rate = 0;  // in the latest window
  double shift = 0;      // added to the log-odds of every curve: see Calibrate
  // By HistoryDepth, and whether the customer had bought the item before.
  std::array<std::array<CalibrationCurve, 2>, kHistoryDepths> curves;

  bool empty() const { return samples == 0; }
  double ProbabilityOf(double score, HistoryDepth depth, bool bought_before) const;
  PurchaseChance ChanceOf(double score, HistoryDepth depth, bool bought_before) const;
};

struct Calibration {
  double window_days = 0;  // what the probabilities are about
  // Of the model that serves. Learned beside one model, it may serve with the next: give it the
  // levels of that.
  ScoreLevels levels = {};
  std::array<PoolCalibration, kPoolCount> pools;  // by Pool; empty ones know nothing

  const PoolCalibration& Of(Pool pool) const { return pools[static_cast<size_t>(pool)]; }
  // Of a score as it was served.
  PurchaseChance ChanceOf(Pool pool, double score, HistoryDepth depth, bool bought_before) const {
    return Of(pool).ChanceOf(score - levels[static_cast<size_t>(pool)], depth, bought_before);
  }
};

// Everything in the lists of 20 that `model` would have served just before held_out.cut to
// customers who had bought in the 180 days before it; by Pool. Of more than 20,000 customers as
// many, evenly. The same for any number of threads.
using SuggestedItems = std::array<std::vector<SuggestedItem>, kPoolCount>;
SuggestedItems SuggestedAt(const PurchaseLog& log, const HeldOut& held_out,
                           const ModelSnapshot& model, int threads);

// Curves over all windows together, and a shift of the log-odds so that on the last window as much
// is expected as was bought: shops sell more in some months than in others, and the latest is the
// best guess for the next. Each window has its items in any order. Empty without items.
PoolCalibration CalibratePool(std::span<const std::vector<SuggestedItem>> windows);

// From one window, for every pool, with the levels of `model`: one of just before held_out.cut with
// the weights that will serve.
Calibration Calibrate(const PurchaseLog& log, const HeldOut& held_out, const ModelSnapshot& model,
                      int threads);

// How good probabilities are on another window.
struct CalibrationQuality {
  int64_t samples = 0;
  double expected = 0;     // mean probability
  double bought = 0;       // share that was
  double brier = 0;        // mean square error
  double brier_skill = 0;  // 1 - brier / that of knowing this window's share; 0: says nothing
  double ece = 0;          // mean |expected - bought| over ten bins of as many items each
};
// Zeros without items.
CalibrationQuality JudgeCalibration(const PoolCalibration& calibration,
                                    std::span<const SuggestedItem> items);

}  // namespace rapport
