// Half a sweep of iALS: every row of one side solved anew, given the other side. The other side is
// first turned into the basis in which its Gramian is diagonal; a row's system is then a diagonal
// and its own few entries (kernels/kernels.h), and no f x f matrix is made for a row:
//   - few entries: the dual system, exactly;
//   - more: conjugate gradients from where the sweep before ended, until they are exact to
//     kSweepTolerance;
//   - where single precision would not do: Cholesky in double.
// Same input, same bits, for any number of threads; not so for different kernels.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "Eigen/Core"
#include "model/interactions.h"
#include "model/kernels/aligned.h"
#include "model/kernels/kernels.h"
#include "model/model_snapshot.h"

namespace rapport {

// How exact a row is after half a sweep: |x - x*|_A <= kSweepTolerance |x*|_A, where A x* = b is
// its system, |v|_A^2 = v^T A v; but for rounding.
constexpr double kSweepTolerance = 0.01;

// Factors of one side, rows of f floats padded with zeros, in a basis of their own.
class TurnedFactors {
 public:
  // Zeros.
  TurnedFactors(size_t rows, size_t factors);
  explicit TurnedFactors(const FactorMatrix& factors);

  size_t rows() const { return rows_; }
  size_t width() const { return width_; }
  float* row(size_t row) { return values_.data() + row * width_; }
  const float* row(size_t row) const { return values_.data() + row * width_; }

  // f x f, orthogonal: a row r of ours is r basis^T in the basis that all began in.
  const Eigen::MatrixXd& basis() const { return basis_; }
  void set_basis(Eigen::MatrixXd basis) { basis_ = std::move(basis); }

  // In the basis that all began in: rows x f.
  FactorMatrix ToMatrix() const;

 private:
  size_t rows_;
  size_t width_;  // f, rounded up to a multiple of kPadding
  Aligned<float> values_;
  Eigen::MatrixXd basis_;
};

class Sweep {
 public:
  // Requires: threads >= 1.
  Sweep(const AlsOptions& options, int threads, const Kernels& kernels = ChosenKernels());
  ~Sweep();

  // Solves every row of `target` for its entries of `rows`, which are rows of `others`. A row
  // without entries becomes zero. `warm`: `target` is a solution of earlier; else what it holds
  // does not matter. Turns `others` on the way. `progress` gets the part of the rows that is done,
  // from the calling thread; may be empty. Once `stop` is asked it returns soon, and `target` is
  // undefined. Requires: factors are finite, and their squares too in single precision.
  void Solve(const CompressedRows& rows, bool warm, TurnedFactors* others, TurnedFactors* target,
             const std::function<void(double)>& progress, const std::stop_token& stop);

 private:
  struct Worker;
  struct Half;

  using SquareMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Eigen::MatrixXd GramianOf(const TurnedFactors& factors);
  void Diagonalize(TurnedFactors* factors, const std::stop_token& stop);
  void SetTurn(const Eigen::MatrixXd& turn);
  void SolveBlock(const Half& half, size_t block, Worker& worker) const;

  const AlsOptions options_;
  const int threads_;
  const Kernels& kernels_;
  const size_t width_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<SquareMatrix> sums_;  // width x width: of the blocks of a Gramian
  Aligned<float> spectrum_;         // width: alpha0 x eigenvalues of the Gramian; ones beyond f
  Aligned<float> turn_;             // width x width, packed
};

}  // namespace rapport
