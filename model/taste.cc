#include "model/taste.h"

#include <algorithm>
#include <vector>

#include "Eigen/Eigenvalues"
#include "model/parallel.h"

namespace rapport {
namespace {

constexpr size_t kGramianBlocks = 64;      // fixed, so that sums have one order
constexpr Eigen::Index kRowsAtOnce = 256;  // converted to double

Eigen::MatrixXd BlockGramian(const FactorMatrix& factors, Eigen::Index begin, Eigen::Index end) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(factors.cols(), factors.cols());
  for (Eigen::Index row = begin; row < end; row += kRowsAtOnce) {
    const Eigen::MatrixXd rows =
        factors.middleRows(row, std::min(kRowsAtOnce, end - row)).cast<double>();
    sum.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
  }
  return sum;
}

FactorMatrix Turned(const FactorMatrix& factors, const Eigen::MatrixXd& basis, int threads) {
  FactorMatrix turned(factors.rows(), factors.cols());
  const auto blocks = static_cast<size_t>((factors.rows() + kRowsAtOnce - 1) / kRowsAtOnce);
  ParallelFor(threads, blocks, [&](size_t block, int) {
    const Eigen::Index begin = static_cast<Eigen::Index>(block) * kRowsAtOnce;
    const Eigen::Index count = std::min(kRowsAtOnce, factors.rows() - begin);
    turned.middleRows(begin, count) =
        (factors.middleRows(begin, count).cast<double>() * basis).cast<float>();
  });
  return turned;
}

}  // namespace

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

Taste TasteOf(const AlsOptions& options, const FactorMatrix& factors, int threads) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(Gramian(factors, threads));
  Taste taste{.options = options,
              .factors = Turned(factors, eigen.eigenvectors(), threads),
              .spectrum = eigen.eigenvalues().cwiseMax(0.0),
              .mean = {},
              .neighbours = {},
              .average = {}};
  taste.mean = taste.factors.cast<double>().colwise().mean().transpose();
  return taste;
}

}  // namespace rapport
