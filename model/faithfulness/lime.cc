#include "model/faithfulness/lime.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "Eigen/Cholesky"
#include "Eigen/Core"

namespace rapport {
namespace {

// Uniform in 0 .. below - 1, the same on every machine.
size_t Below(std::mt19937_64& random, size_t below) { return ((random() >> 32) * below) >> 32; }

// The coefficients of a weighted ridge regression with a free intercept: of samples beside their
// mean, and then values need not be beside theirs. As many unknowns as the
// smaller of samples and entries has to be solved for.
Eigen::VectorXd Ridge(Eigen::MatrixXd samples, Eigen::VectorXd values,
                      const Eigen::VectorXd& weights, double ridge) {
  const double sum = weights.sum();
  const Eigen::RowVectorXd mean = weights.transpose() * samples / sum;
  samples.rowwise() -= mean;
  const Eigen::VectorXd roots = weights.cwiseSqrt();
  samples = roots.asDiagonal() * samples;
  values = values.cwiseProduct(roots);
  if (samples.cols() <= samples.rows()) {
    Eigen::MatrixXd system = samples.transpose() * samples;
    system.diagonal().array() += ridge;
    return system.llt().solve(samples.transpose() * values);
  }
  Eigen::MatrixXd system = samples * samples.transpose();
  system.diagonal().array() += ridge;
  return samples.transpose() * system.llt().solve(values);
}

}  // namespace

std::vector<double> LimeCoefficients(size_t entries,
                                     const std::function<double(std::span<const size_t>)>& score,
                                     const LimeOptions& options) {
  if (entries == 0) return {};
  std::mt19937_64 random(options.seed);
  const auto refits = static_cast<Eigen::Index>(options.refits);
  Eigen::MatrixXd samples = Eigen::MatrixXd::Ones(refits, static_cast<Eigen::Index>(entries));
  Eigen::VectorXd values(refits), weights(refits);
  std::vector<size_t> shuffled(entries);
  std::iota(shuffled.begin(), shuffled.end(), 0);
  for (Eigen::Index sample = 0; sample < refits; ++sample) {
    const size_t removed = sample == 0 ? 0 : 1 + Below(random, entries);
    for (size_t place = 0; place < removed; ++place) {
      std::swap(shuffled[place], shuffled[place + Below(random, entries - place)]);
      samples(sample, static_cast<Eigen::Index>(shuffled[place])) = 0;
    }
    std::vector<size_t> kept(shuffled.begin() + static_cast<std::ptrdiff_t>(removed),
                             shuffled.end());
    std::sort(kept.begin(), kept.end());
    values[sample] = score(kept);
    const double cosine =
        std::sqrt(static_cast<double>(kept.size()) / static_cast<double>(entries));
    const double distance = (1 - cosine) / options.kernel_width;
    weights[sample] = std::exp(-distance * distance / 2);
  }
  const Eigen::VectorXd coefficients =
      Ridge(std::move(samples), std::move(values), weights, options.ridge);
  return {coefficients.begin(), coefficients.end()};
}

}  // namespace rapport
