#include "model/bootstrap.h"

#include <algorithm>
#include <random>
#include <vector>

namespace rapport {

MeanDifference PairedBootstrap(std::span<const double> ours, std::span<const double> theirs,
                               int resamples, uint64_t seed) {
  const size_t count = ours.size();
  if (count == 0) return {};
  std::vector<double> differences(count);
  double sum = 0;
  for (size_t row = 0; row < count; ++row) {
    differences[row] = ours[row] - theirs[row];
    sum += differences[row];
  }
  std::mt19937_64 random(seed);
  std::vector<double> means(static_cast<size_t>(resamples));
  for (double& mean : means) {
    double resampled = 0;
    for (size_t draw = 0; draw < count; ++draw) {
      // The high half times the count, shifted down: uniform enough, and the same on every machine.
      resampled += differences[((random() >> 32) * count) >> 32];
    }
    mean = resampled / static_cast<double>(count);
  }
  std::sort(means.begin(), means.end());
  const auto last = static_cast<double>(means.size() - 1);
  return {.mean = sum / static_cast<double>(count),
          .low = means[static_cast<size_t>(0.025 * last)],
          .high = means[static_cast<size_t>(0.975 * last)]};
}

}  // namespace rapport
