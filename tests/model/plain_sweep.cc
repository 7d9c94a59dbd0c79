#include "tests/model/plain_sweep.h"

#include <memory>
#include <vector>

#include "model/fold_in.h"
#include "model/parallel.h"

namespace rapport {

FactorMatrix PlainHalfSweep(const CompressedRows& rows, const FactorMatrix& others,
                            const AlsOptions& options, int threads) {
  FactorMatrix solved(static_cast<Eigen::Index>(rows.rows()), others.cols());
  const Eigen::MatrixXd gramian = Gramian(others, threads);
  std::vector<std::unique_ptr<FoldIn>> workspaces;
  for (int worker = 0; worker < threads; ++worker) {
    workspaces.push_back(std::make_unique<FoldIn>(others, gramian, options));
  }
  ParallelFor(threads, rows.rows(), [&](size_t row, int worker) {
    FoldIn& fold_in = *workspaces[static_cast<size_t>(worker)];
    const auto weights = rows.WeightsOf(row);
    fold_in.Solve(rows.ColumnsOf(row), std::vector<double>(weights.begin(), weights.end()));
    solved.row(static_cast<Eigen::Index>(row)) = fold_in.vector().cast<float>();
  });
  return solved;
}

}  // namespace rapport
