// Options that follow from the data, for whoever leaves them open: nobody should need to know what
// alpha0 is. Pure.
#pragma once

#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// `options` with every 0 among factors, alpha0 and regularization replaced:
//   factors: 16 to 256, the power of two next below items / 16, fewer where the customers' vectors
//     would take more than a GiB;
//   alpha0: 0.4 x sqrt(pairs / (customers x items));
//   regularization: 0.01.
// Rules that give within 5 % of the NDCG that a search finds, on data 20 times apart in density
// (README, "How good, how fast").
AlsOptions Resolved(const AlsOptions& options, const Interactions& interactions);

}  // namespace rapport
