// Neighbours: the items that are bought by the customers of an item. Beside a factorization, which
// sees the large lines, they see single pairs. For an item j of a history and an item i != j
//
//   M_ji = n_j^-3/4 n_i^-1/4 sum over customers u of w_uj w_ui d_u^-1/2
//
// with the weights w of the interactions, n_i their sum over the customers of i, d_u over the items
// of u. The term of Shen et al., "How Powerful is Graph Convolution for Recommendation?" (GF-CF),
// CIKM 2021, has all three exponents 1/2; these are better beside factors (DECISIONS.md). Who
// bought more than kMostTogether items says nothing of which go together, and is left out of the
// sum: it would also cost the square of their number. Pure.
#pragma once

#include <cstddef>

#include "model/interactions.h"
#include "model/watch.h"

namespace rapport {

inline constexpr size_t kNeighbours = 50;  // that are kept of an item
inline constexpr size_t kMostTogether = 5'000;

// M: for each item j its kNeighbours greatest M_ji > 0, or all if there are fewer; of equal ones
// the first items. The same bits for any number of threads. Requires: threads >= 1.
CompressedRows NeighboursOf(const Interactions& interactions, int threads, const Watch& watch = {});

// M_ji; 0 if i is none of the kept ones of j.
double Neighbourhood(const CompressedRows& neighbours, size_t j, size_t i);

}  // namespace rapport
