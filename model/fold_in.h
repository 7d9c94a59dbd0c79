// Fold-in: the ridge system of one row, and its solution. ONE function, for training and serving
// alike, so that what is explained is what was trained for (Hu, Koren, Volinsky 2008, eq. 4;
// weights as in Rendle et al., RecSys 2022):
//
//   A = lambda I + alpha0 Y^T Y + sum_j w_j y_j y_j^T      b = sum_j w_j y_j      x = A^-1 b
//
// in double, by Cholesky. A workspace serves one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "Eigen/Cholesky"
#include "Eigen/Core"
#include "model/model_snapshot.h"

namespace rapport {

// lambda of a row with `entries` of `rows` possible ones: regularization x (entries + alpha0 x
// rows)^nu.
double Regularization(const AlsOptions& options, size_t entries, size_t rows);

// Y^T Y in double, over fixed blocks: the same bits for any number of threads. Requires: threads
// >= 1.
Eigen::MatrixXd Gramian(const FactorMatrix& factors, int threads);

class FoldIn {
 public:
  // `factors`: n x f; `gramian`: f x f, of these factors. Both must outlive this.
  FoldIn(const FactorMatrix& factors, const Eigen::MatrixXd& gramian, const AlsOptions& options);

  // Solves for a row with these entries: rows of `factors`, ascending, and their weights (> 0).
  // None: the zero vector.
  void Solve(std::span<const uint32_t> entries, std::span<const double> weights);

  // x, f long: of the last Solve.
  const Eigen::VectorXd& vector() const { return x_; }
  // A^-1 y of the last Solve; y is f long.
  Eigen::VectorXd SolveFor(const Eigen::VectorXd& y) const { return cholesky_.solve(y); }

 private:
  const FactorMatrix& factors_;
  const Eigen::MatrixXd& gramian_;
  const AlsOptions options_;
  Eigen::MatrixXd system_;  // f x f, lower triangle
  Eigen::MatrixXd scaled_;  // f x kChunk: sqrt(w_j) y_j
  Eigen::VectorXd x_;
  Eigen::LLT<Eigen::MatrixXd> cholesky_;
};

}  // namespace rapport
