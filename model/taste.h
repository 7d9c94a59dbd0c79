// Taste: one factorization, its item factors in the basis in which their Gramian is diagonal.
// Scores are the same in any basis; in this one a customer's system is a diagonal and their own
// entries (fold_in.h). And beside it, where asked for, each item's neighbours.
#pragma once

#include <cstdint>

#include "Eigen/Core"
#include "model/interactions.h"

namespace rapport {

// iALS as in Rendle, Krichene, Zhang, Koren, "Revisiting the Performance of iALS on Item
// Recommendation Benchmarks", RecSys 2022.
struct AlsOptions {
  int32_t factors = 64;          // f, 1 to 1,024
  double alpha0 = 0.05;          // weight of every (customer, item) that was not bought, > 0
  double regularization = 0.01;  // lambda = regularization x (entries + alpha0 x rows)^nu, > 0
  double nu = 1;                 // 0: plain; 1: fully scaled by frequency
  int32_t iterations = 8;        // sweeps over customers and items
  double half_life_days = 60;    // a purchase counts half after so long, > 0
  uint64_t seed = 1;
  double neighbour_weight = 0;  // of the neighbours beside the factors, >= 0; 0: none are kept
  bool operator==(const AlsOptions&) const = default;
};

using FactorMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The mean of many customers folded into a taste, each in their own scale (average_taste.h).
struct AverageCustomer {
  int64_t customers = 0;          // that it is the mean of; 0: not known
  Eigen::VectorXd vector;         // f
  Eigen::VectorXf neighbourhood;  // by item; empty if the taste has no neighbours
};

struct Taste {
  AlsOptions options;
  FactorMatrix factors;       // Y: items x f
  Eigen::VectorXd spectrum;   // f, >= 0: the diagonal of Y^T Y
  Eigen::VectorXd mean;       // f: of the items' factors
  CompressedRows neighbours;  // by item (neighbours.h); no rows without neighbour_weight
  AverageCustomer average;
};

// Of such factors, items x f in any basis. The same bits for any number of threads. Requires:
// factors are finite, threads >= 1.
Taste TasteOf(const AlsOptions& options, const FactorMatrix& factors, int threads);

// Y^T Y in double, f x f, over fixed blocks: the same bits for any number of threads. Requires:
// threads >= 1.
Eigen::MatrixXd Gramian(const FactorMatrix& factors, int threads);

}  // namespace rapport
