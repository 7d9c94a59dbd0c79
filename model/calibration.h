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
#include "model/purchase_chance.h"
#include "model/purchase_log.h"
#include "model/watch.h"

namespace rapport {

// Of a model that serves or is judged.
ScoreLevels LevelsOf(const ModelSnapshot& model);

// One suggested item on held-out time.
struct SuggestedItem {
  double score = 0;                              // above the level
  HistoryDepth depth = HistoryDepth::kOneOrder;  // of the customer
  bool bought_before = false;                    // by the customer, before the cut
  bool bought = false;                           // in the window
};

// Everything in the lists of 20 that `model` would have served just before held_out.cut to
// customers who had bought in the 180 days before it; by Pool. Of more than 20,000 as many,
// evenly, down to 1,000 in a shop of 100,000 items. The same for any number of threads.
using SuggestedItems = std::array<std::vector<SuggestedItem>, kPoolCount>;
SuggestedItems SuggestedAt(const PurchaseLog& log, const HeldOut& held_out,
                           const ModelSnapshot& model, int threads, const Watch& watch = {});

// Curves over all windows together, and a shift of the log-odds so that on the last window as much
// is expected as was bought: shops sell more in some months than in others, and the latest is the
// best guess for the next. Each window has its items in any order. Empty without items.
PoolCalibration CalibratePool(std::span<const std::vector<SuggestedItem>> windows);

// The same for every pool.
CalibratedPools CalibratePools(std::span<const SuggestedItems> windows);

// Zeros without items.
CalibrationQuality JudgeCalibration(const PoolCalibration& calibration,
                                    std::span<const SuggestedItem> items);
CalibrationQualities JudgeCalibrations(const CalibratedPools& calibrated,
                                       const SuggestedItems& items);

}  // namespace rapport
