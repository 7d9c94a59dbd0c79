#include "model/fold_in.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/parallel.h"

namespace rapport {
namespace {

constexpr Eigen::Index kChunk = 128;        // entries added to the system at a time
constexpr size_t kGramianBlocks = 64;       // fixed, so that sums have one order
constexpr Eigen::Index kGramianRows = 256;  // rows converted to double at a time

Eigen::MatrixXd BlockGramian(const FactorMatrix& factors, Eigen::Index begin, Eigen::Index end) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(factors.cols(), factors.cols());
  for (Eigen::Index row = begin; row < end; row += kGramianRows) {
    const Eigen::MatrixXd rows =
        factors.middleRows(row, std::min(kGramianRows, end - row)).cast<double>();
    sum.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
  }
  return sum;
}

}  // namespace

double Regularization(const AlsOptions& options, size_t entries, size_t rows) {
  const double frequency =
      static_cast<double>(entries) + options.alpha0 * static_cast<double>(rows);
  return options.regularization * std::pow(frequency, options.nu);
}

Eigen::MatrixXd Gramian(const FactorMatrix& factors, int threads) {
  const Eigen::Index block_rows = (factors.rows() + kGramianBlocks - 1) / kGramianBlocks;
  std::vector<Eigen::MatrixXd> sums(kGramianBlocks);
  ParallelFor(threads, kGramianBlocks, [&](size_t block, int) {
    const Eigen::Index begin =
        std::min<Eigen::Index>(static_cast<Eigen::Index>(block) * block_rows, factors.rows());
    sums[block] = BlockGramian(factors, begin, std::min(begin + block_rows, factors.rows()));
  });
  Eigen::MatrixXd total = Eigen::MatrixXd::Zero(factors.cols(), factors.cols());
  for (const Eigen::MatrixXd& sum : sums) total += sum;
  return total.selfadjointView<Eigen::Lower>();
}

FoldIn::FoldIn(const FactorMatrix& factors, const Eigen::MatrixXd& gramian,
               const AlsOptions& options)
    : factors_(factors),
      gramian_(gramian),
      options_(options),
      system_(factors.cols(), factors.cols()),
      scaled_(factors.cols(), kChunk),
      x_(Eigen::VectorXd::Zero(factors.cols())),
      cholesky_(factors.cols()) {}

void FoldIn::Solve(std::span<const uint32_t> entries, std::span<const double> weights) {
  system_ = options_.alpha0 * gramian_;
  system_.diagonal().array() +=
      Regularization(options_, entries.size(), static_cast<size_t>(factors_.rows()));
  x_.setZero();
  for (size_t begin = 0; begin < entries.size(); begin += kChunk) {
    const auto count = static_cast<Eigen::Index>(std::min<size_t>(kChunk, entries.size() - begin));
    for (Eigen::Index column = 0; column < count; ++column) {
      const double weight = weights[begin + static_cast<size_t>(column)];
      const auto factor =
          factors_.row(entries[begin + static_cast<size_t>(column)]).cast<double>().transpose();
      scaled_.col(column) = std::sqrt(weight) * factor;
      x_ += weight * factor;
    }
    system_.selfadjointView<Eigen::Lower>().rankUpdate(scaled_.leftCols(count));
  }
  cholesky_.compute(system_);
  cholesky_.solveInPlace(x_);
}

}  // namespace rapport
