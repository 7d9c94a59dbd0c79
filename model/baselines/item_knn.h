// Baseline: item-based nearest neighbours (Sarwar, Karypis, Konstan, Riedl, "Item-Based
// Collaborative Filtering Recommendation Algorithms", WWW 2001), with the cosine damped where
// little was bought (Bell and Koren, ICDM 2007).
#pragma once

#include <cstdint>
#include <vector>

#include "model/baselines/recency.h"
#include "model/purchase_log.h"
#include "model/ranker.h"

namespace rapport {

struct Neighbour {
  uint32_t item = 0;
  double similarity = 0;
};

// For each item (row of matrix.by_item) the at most `count` items nearest to it, the nearest first:
// similarity = x_i . x_j / (|x_i| |x_j| + shrinkage) > 0, x a column of the matrix; of equals the
// lower index. Never the item itself.
std::vector<std::vector<Neighbour>> NearestItems(const RecencyMatrix& matrix, size_t count,
                                                 double shrinkage, int threads);

// score(i) = sum over i's 50 nearest items j of similarity x (the customer's weight of j), both
// halved with age; then popularity. `held_out` must outlive the ranker.
Ranker ItemKnnRanker(const PurchaseLog& log, const HeldOut& held_out, double half_life_days,
                     int threads);

}  // namespace rapport
