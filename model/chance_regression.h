// Chance regression: the weights of features that make what happened likeliest, through a logit or
// a complementary log-log link, drawn to weights that are known beforehand. Newton's method with
// expected curvature (Fisher scoring; McCullagh and Nelder, Generalized Linear Models, ch. 2 and
// 4). Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "Eigen/Core"

namespace rapport {

enum class ChanceLink : uint8_t {
  kLogit,             // p = 1 / (1 + exp(-w.x))
  kComplementaryLog,  // p = 1 - exp(-exp(w.x)): at least one event, exp(w.x) expected
};

inline constexpr int kMostChanceFeatures = 16;
using FeatureRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct ChanceRegressionOptions {
  ChanceLink link = ChanceLink::kLogit;
  Eigen::VectorXd prior;               // by feature: the weights without rows
  double ridge = 1;                    // > 0, curvature around `prior`
  std::vector<size_t> never_negative;  // features
  int threads = 1;                     // the result does not depend on it
};

// By feature. Requires: as many `happened` (0 or 1) as rows, at most kMostChanceFeatures features,
// all finite, a prior for each, those of never_negative not negative.
Eigen::VectorXd FitChances(const FeatureRows& rows, std::span<const uint8_t> happened,
                           const ChanceRegressionOptions& options);

}  // namespace rapport
