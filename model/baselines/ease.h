// Baseline: EASE^R (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019): the
// best linear item-to-item model without self-loops, in closed form.
#pragma once

#include "Eigen/Core"
#include "model/purchase_log.h"
#include "model/ranker.h"

namespace rapport {

// Its weights B, items x items, from the Gramian G = X'X (eq. 8): with P = (G + lambda I)^-1,
// B_ij = -P_ij / P_jj, and B_jj = 0. Single precision; the same bits for any number of threads.
// Requires: G symmetric, positive semidefinite; lambda > 0.
Eigen::MatrixXf EaseWeights(Eigen::MatrixXf gramian, float lambda, int threads);

// score = the customer's row of X times B; X as in recency.h, ages to the cut in both. Of more than
// 6,000 candidates those with the most buyers take part (a matrix of all would not fit); the
// others, and equals, are in order of popularity. `held_out` must outlive the ranker.
Ranker EaseRanker(const PurchaseLog& log, const HeldOut& held_out, double half_life_days,
                  double lambda, int threads);

}  // namespace rapport
