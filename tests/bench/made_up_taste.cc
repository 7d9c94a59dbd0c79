#include "tests/bench/made_up_taste.h"

#include <cmath>
#include <random>

namespace rapport {

Taste MadeUpTaste(int64_t items, int32_t factors) {
  std::mt19937_64 random(7);
  std::normal_distribution<float> normal;
  FactorMatrix made_up(items, factors);
  for (Eigen::Index row = 0; row < made_up.rows(); ++row) {
    const float length = std::exp(0.8F * normal(random));
    for (Eigen::Index at = 0; at < made_up.cols(); ++at)
      made_up(row, at) = length * normal(random) / std::sqrt(1 + 0.25F * static_cast<float>(at));
  }
  return TasteOf({.factors = factors, .alpha0 = 0.01}, made_up, 2);
}

}  // namespace rapport
