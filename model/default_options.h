// Options that follow from the data, for whoever leaves them open: nobody should need to know what
// alpha0 is. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// Left open: for Resolved to choose.
inline constexpr AlsOptions kOpenOptions{
    .factors = 0, .alpha0 = 0, .regularization = 0, .neighbour_weight = -1};

// `options` with every 0 among factors, alpha0 and regularization, and a negative neighbour weight,
// replaced, by the items that were
// bought:
//   factors: 16 to 256, the power of two next below items / 32, fewer where the customers' vectors
//     would take more than a GiB;
//   alpha0: 0.4 x sqrt(pairs / (customers x items));
//   regularization: 0.006;
//   neighbour_weight: 0 where weights differ, for purchases decay; 2 where all are 1.
// Rules that give within 5 % of the NDCG that a search finds, on data 20 times apart in density
// (README, "How good, how fast").
AlsOptions Resolved(const AlsOptions& options, const Interactions& interactions);

// How many factors that memory allows, a power of two, at least 16.
int32_t MostFactors(size_t customers);

}  // namespace rapport
