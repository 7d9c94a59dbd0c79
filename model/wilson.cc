#include "model/wilson.h"

#include <algorithm>
#include <cmath>

namespace rapport {

WilsonBounds WilsonInterval(double share, double trials) {
  constexpr double kZ = 1.959963984540054;  // of the standard normal distribution, 97.5 %
  const double p = share, n = trials;
  const double centre = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {.low = std::max(0.0, centre - half), .high = std::min(1.0, centre + half)};
}

}  // namespace rapport
