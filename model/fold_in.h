// Fold-in: a customer's vector from their history, for serving, evaluation and explanation alike;
// what training solves for each row, so that what is explained is what was trained for (Hu, Koren,
// Volinsky 2008, eq. 4; weights as in Rendle et al., RecSys 2022):
//
//   A = lambda I + alpha0 Y^T Y + sum_j w_j y_j y_j^T      b = sum_j w_j y_j      x = A^-1 b
//
// in double. A taste's Gramian is diagonal, hence A = R + Z Z^T with R diagonal and a column
// sqrt(w_j) y_j of Z for each of k entries. With U = R^-1/2 Z
//
//   A^-1 = R^-1/2 (I + U U^T)^-1 R^-1/2                          f x f, or
//        = R^-1/2 (I - U (I + U^T U)^-1 U^T) R^-1/2              k x k (Woodbury),
//
// the second while k <= 3/4 f: most customers have far fewer entries than a model has factors. A
// workspace serves one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "Eigen/Core"
#include "model/taste.h"

namespace rapport {

// lambda of a row with `entries` of `rows` possible ones: regularization x (entries + alpha0 x
// rows)^nu.
double Regularization(const AlsOptions& options, size_t entries, size_t rows);

class FoldIn {
 public:
  // `taste` must outlive this.
  explicit FoldIn(const Taste& taste) : taste_(taste) {}

  // Solves for a customer with these entries: rows of the taste's factors, ascending, and their
  // weights (> 0). None: the zero vector.
  void Solve(std::span<const uint32_t> entries, std::span<const double> weights);

  // x, f long: of the last Solve.
  const Eigen::VectorXd& vector() const { return x_; }
  // A^-1 y of the last Solve; y is f long.
  Eigen::VectorXd SolveFor(const Eigen::VectorXd& y) const;
  // w_j y_j^T A^-1 y of the last Solve for each of its entries (rows) and each y (columns of `ys`,
  // f x m): what an entry adds to y . x. Many at once cost little more than a few.
  Eigen::MatrixXd EntryShares(const Eigen::MatrixXd& ys) const;

 private:
  // Columns of U, and sqrt(w_j).
  void Whiten(std::span<const uint32_t> entries, std::span<const double> weights);
  void SolveDual(std::span<const uint32_t> entries, std::span<const double> weights);
  void SolvePrimal(std::span<const uint32_t> entries, std::span<const double> weights);
  Eigen::MatrixXd SolvedDual(const Eigen::MatrixXd& white) const;
  // (I + U U^T)^-1 white, after SolvePrimal.
  Eigen::MatrixXd SolvedPrimal(const Eigen::MatrixXd& white) const;

  const Taste& taste_;
  std::vector<uint32_t> entries_;
  Eigen::VectorXd weights_;
  bool dual_ = true;
  Eigen::VectorXd whitening_;  // f: the diagonal of R^-1/2
  Eigen::MatrixXd whitened_;   // f x k: U; without meaning after SolvePrimal
  Eigen::VectorXd roots_;      // k: sqrt(w_j); likewise
  Eigen::MatrixXd system_;     // k x k or f x f, its Cholesky factor; the lower triangle
  Eigen::VectorXd x_;
};

}  // namespace rapport
