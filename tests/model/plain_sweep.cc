#include "tests/model/plain_sweep.h"

#include <cmath>

#include "Eigen/Cholesky"
#include "model/fold_in.h"
#include "model/parallel.h"

namespace rapport {

FactorMatrix PlainHalfSweep(const CompressedRows& rows, const FactorMatrix& others,
                            const AlsOptions& options, int threads) {
  FactorMatrix solved(static_cast<Eigen::Index>(rows.rows()), others.cols());
  const Eigen::MatrixXd prior = options.alpha0 * Gramian(others, threads);
  ParallelFor(threads, rows.rows(), [&](size_t row, int) {
    const auto entries = rows.ColumnsOf(row);
    if (entries.empty()) {
      solved.row(static_cast<Eigen::Index>(row)).setZero();
      return;
    }
    Eigen::MatrixXd own(others.cols(), static_cast<Eigen::Index>(entries.size()));
    Eigen::VectorXd roots(own.cols());
    for (Eigen::Index column = 0; column < own.cols(); ++column) {
      const auto entry = static_cast<size_t>(column);
      roots[column] = std::sqrt(static_cast<double>(rows.WeightsOf(row)[entry]));
      own.col(column) = roots[column] * others.row(entries[entry]).cast<double>().transpose();
    }
    Eigen::MatrixXd system = prior;
    system.diagonal().array() +=
        Regularization(options, entries.size(), static_cast<size_t>(others.rows()));
    system.selfadjointView<Eigen::Lower>().rankUpdate(own);
    solved.row(static_cast<Eigen::Index>(row)) =
        system.selfadjointView<Eigen::Lower>().llt().solve(own * roots).transpose().cast<float>();
  });
  return solved;
}

}  // namespace rapport
