#include "model/als.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "model/fold_in.h"
#include "model/parallel.h"

namespace rapport {
namespace {

constexpr size_t kBlockRows = 32;

// Normal with deviation 0.1 / sqrt(f), by Box-Muller: std::normal_distribution differs between
// libraries.
FactorMatrix RandomFactors(size_t rows, const AlsOptions& options) {
  std::mt19937_64 random(options.seed);
  const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  const double deviation = 0.1 / std::sqrt(options.factors);
  FactorMatrix factors(rows, options.factors);
  for (float& value : factors.reshaped()) {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    value = static_cast<float>(deviation * radius * std::cos(2 * std::numbers::pi * uniform()));
  }
  return factors;
}

// Solves every row of `target` given `others`.
void HalfSweep(const CompressedRows& rows, const FactorMatrix& others, const AlsOptions& options,
               int threads, const std::stop_token& stop, FactorMatrix* target) {
  const Eigen::MatrixXd gramian = Gramian(others, threads);
  std::vector<std::unique_ptr<FoldIn>> workspaces;
  for (int worker = 0; worker < threads; ++worker) {
    workspaces.push_back(std::make_unique<FoldIn>(others, gramian, options));
  }
  ParallelFor(threads, (rows.rows() + kBlockRows - 1) / kBlockRows, [&](size_t block, int worker) {
    FoldIn& fold_in = *workspaces[static_cast<size_t>(worker)];
    const size_t end = std::min(rows.rows(), (block + 1) * kBlockRows);
    for (size_t row = block * kBlockRows; row < end && !stop.stop_requested(); ++row) {
      fold_in.Solve(rows.ColumnsOf(row), rows.WeightsOf(row));
      target->row(static_cast<Eigen::Index>(row)) = fold_in.vector().cast<float>();
    }
  });
}

}  // namespace

absl::StatusOr<FactorMatrix> TrainAls(const Interactions& interactions, const AlsOptions& options,
                                      int threads, const std::function<void(double)>& progress,
                                      const std::stop_token& stop) {
  FactorMatrix items = RandomFactors(interactions.by_item.rows(), options);
  if (interactions.by_customer.rows() == 0) {  // nobody to learn a taste from
    return FactorMatrix(FactorMatrix::Zero(items.rows(), items.cols()));
  }
  FactorMatrix customers(interactions.by_customer.rows(), options.factors);
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    HalfSweep(interactions.by_customer, items, options, threads, stop, &customers);
    if (progress) progress((iteration + 0.5) / options.iterations);
    HalfSweep(interactions.by_item, customers, options, threads, stop, &items);
    if (progress) progress((iteration + 1.0) / options.iterations);
    if (stop.stop_requested()) return absl::CancelledError("training was stopped");
  }
  return items;
}

}  // namespace rapport
