// Baseline: our own score without taste. What is left is the trend of each item and the customer's
// own purchases of it: what taste has to beat to earn its place.
#pragma once

#include "model/model_snapshot.h"
#include "model/ranker.h"
#include "model/trial.h"

namespace rapport {

// The same model with a taste of zero for everything.
ModelSnapshot WithoutTaste(ModelSnapshot model);

// Weights are fitted anew without taste, on the window before the cut as ours are; defaults if that
// has no customers. `trial` must outlive the ranker.
Ranker TrendAndRepeatRanker(const Trial& trial, int threads);

}  // namespace rapport
