#include "tests/model/random_interactions.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "tests/model/scene.h"

namespace rapport {

CompressedRows RandomRows(const std::vector<size_t>& counts, size_t columns, uint64_t seed,
                          const std::function<double(std::mt19937_64&)>& weight) {
  std::mt19937_64 random(seed);
  std::vector<uint32_t> all(columns);
  std::iota(all.begin(), all.end(), 0u);
  CompressedRows rows;
  for (const size_t count : counts) {
    for (size_t at = 0; at < count; ++at) {  // the first `count` of a shuffle
      std::swap(all[at], all[at + random() % (columns - at)]);
    }
    std::vector<uint32_t> drawn(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    std::sort(drawn.begin(), drawn.end());
    for (const uint32_t column : drawn) {
      rows.columns.push_back(column);
      rows.weights.push_back(static_cast<float>(weight(random)));
    }
    rows.offsets.push_back(rows.columns.size());
  }
  return rows;
}

FactorMatrix RandomFactors(size_t rows, size_t factors, double deviation, uint64_t seed) {
  std::mt19937_64 random(seed);
  FactorMatrix matrix(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(factors));
  for (float& value : matrix.reshaped()) {
    const double radius = std::sqrt(-2 * std::log(1 - Uniform(random)));
    value =
        static_cast<float>(deviation * radius * std::cos(2 * std::numbers::pi * Uniform(random)));
  }
  return matrix;
}

}  // namespace rapport
