#include "model/chance_regression.h"

#include <algorithm>
#include <cmath>

#include "Eigen/Cholesky"
#include "model/parallel.h"

namespace rapport {
namespace {

constexpr int kMostFeatures = kMostChanceFeatures;
constexpr Eigen::Index kBlockRows = 4096;
constexpr int kMostSteps = 50;
constexpr double kLongestStep = 1;  // of any weight: from far away Newton's steps overshoot
constexpr double kDone = 1e-6;
constexpr double kLeastLinear = -30, kMostLinear = 3;  // of the complementary log-log

using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kMostFeatures, 1>;
using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, kMostFeatures, kMostFeatures>;

struct Sums {
  Vector gradient;
  Matrix curvature;
};

// Of the log-likelihood, by w.x: its slope, and its expected curvature with the sign turned.
struct Slope {
  double slope = 0, curvature = 0;
};
Slope SlopeAt(ChanceLink link, double linear, bool happened) {
  if (link == ChanceLink::kLogit) {
    const double chance = 1 / (1 + std::exp(-linear));
    return {(happened ? 1 : 0) - chance, chance * (1 - chance)};
  }
  const double expected = std::exp(std::clamp(linear, kLeastLinear, kMostLinear));
  const double odds_against = 1 / std::expm1(expected);  // (1 - p) / p
  return {happened ? expected * odds_against : -expected, expected * expected * odds_against};
}

Sums SumsOf(const FeatureRows& rows, std::span<const uint8_t> happened,
            const Eigen::VectorXd& weights, const ChanceRegressionOptions& options) {
  const auto blocks = static_cast<size_t>((rows.rows() + kBlockRows - 1) / kBlockRows);
  const Eigen::Index size = weights.size();
  std::vector<Sums> parts(blocks, {Vector::Zero(size), Matrix::Zero(size, size)});
  ParallelFor(options.threads, blocks, [&](size_t block, int) {
    const auto begin = static_cast<Eigen::Index>(block) * kBlockRows;
    const Eigen::Index end = std::min(begin + kBlockRows, rows.rows());
    for (Eigen::Index row = begin; row < end; ++row) {
      const Vector features = rows.row(row).transpose();
      const Slope at =
          SlopeAt(options.link, features.dot(weights), happened[static_cast<size_t>(row)] != 0);
      parts[block].gradient += at.slope * features;
      parts[block].curvature.noalias() += at.curvature * features * features.transpose();
    }
  });
  Sums sums{options.ridge * (options.prior - weights),
            options.ridge * Matrix::Identity(size, size)};
  for (const Sums& part : parts) {
    sums.gradient += part.gradient;
    sums.curvature += part.curvature;
  }
  return sums;
}

// Weights of `fixed` features stay as they are.
Vector Climb(const FeatureRows& rows, std::span<const uint8_t> happened,
             const ChanceRegressionOptions& options, const std::vector<bool>& fixed,
             Vector weights) {
  for (int step = 0; step < kMostSteps; ++step) {
    Sums sums = SumsOf(rows, happened, weights, options);
    for (Eigen::Index feature = 0; feature < weights.size(); ++feature) {
      if (!fixed[static_cast<size_t>(feature)]) continue;
      sums.gradient[feature] = 0;
      sums.curvature.row(feature).setZero();
      sums.curvature.col(feature).setZero();
      sums.curvature(feature, feature) = 1;
    }
    const Vector by = sums.curvature.ldlt().solve(sums.gradient);
    const double longest = by.cwiseAbs().maxCoeff();
    weights += by * std::min(1.0, kLongestStep / std::max(longest, kDone));
    if (longest < kDone) break;
  }
  return weights;
}

}  // namespace

Eigen::VectorXd FitChances(const FeatureRows& rows, std::span<const uint8_t> happened,
                           const ChanceRegressionOptions& options) {
  std::vector<bool> fixed(static_cast<size_t>(options.prior.size()), false);
  Vector start = options.prior;
  while (true) {
    const Vector weights = Climb(rows, happened, options, fixed, start);
    bool negative = false;
    for (const size_t feature : options.never_negative) {
      if (weights[static_cast<Eigen::Index>(feature)] >= 0) continue;
      negative = fixed[feature] = true;
      start[static_cast<Eigen::Index>(feature)] = 0;
    }
    if (!negative) return weights;
  }
}

}  // namespace rapport
