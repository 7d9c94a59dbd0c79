// What a sweep's inexactness costs in quality: the protocol of the literature on pairs, customers
// folded in as they are served.
#pragma once

#include "model/evaluation.h"
#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// Item factors by the referee's sweep, from where TrainAls begins too.
FactorMatrix TrainPlainly(const Interactions& train, const AlsOptions& options, int threads);

// All items but those of the customer's training row are ranked. The mean over customers who have
// test items; both have the same customers.
RankingQuality QualityOnPairs(const FactorMatrix& items, const AlsOptions& options,
                              const CompressedRows& train, const CompressedRows& test, int threads);

}  // namespace rapport
