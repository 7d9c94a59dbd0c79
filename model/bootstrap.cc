#include "model/bootstrap.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace rapport {
namespace {

// One of `count`: the high half times the count, shifted down: uniform enough, and the same on
// every machine.
size_t Drawn(std::mt19937_64& random, size_t count) { return ((random() >> 32) * count) >> 32; }

// With the percentiles of what resampling gave.
MeanDifference WithInterval(double mean, std::vector<double> resampled) {
  std::sort(resampled.begin(), resampled.end());
  const auto last = static_cast<double>(resampled.size() - 1);
  return {.mean = mean,
          .low = resampled[static_cast<size_t>(0.025 * last)],
          .high = resampled[static_cast<size_t>(0.975 * last)]};
}

}  // namespace

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
    for (size_t draw = 0; draw < count; ++draw) resampled += differences[Drawn(random, count)];
    mean = resampled / static_cast<double>(count);
  }
  return WithInterval(sum / static_cast<double>(count), std::move(means));
}

MeanDifference RatioBootstrap(std::span<const double> numerators,
                              std::span<const double> denominators, int resamples, uint64_t seed) {
  const size_t count = numerators.size();
  const auto ratio = [](double above, double below) { return below > 0 ? above / below : 0; };
  double above = 0, below = 0;
  for (size_t row = 0; row < count; ++row) {
    above += numerators[row];
    below += denominators[row];
  }
  if (!(below > 0)) return {};
  std::mt19937_64 random(seed);
  std::vector<double> ratios(static_cast<size_t>(resamples));
  for (double& one : ratios) {
    double drawn_above = 0, drawn_below = 0;
    for (size_t draw = 0; draw < count; ++draw) {
      const size_t row = Drawn(random, count);
      drawn_above += numerators[row];
      drawn_below += denominators[row];
    }
    one = ratio(drawn_above, drawn_below);
  }
  return WithInterval(ratio(above, below), std::move(ratios));
}

}  // namespace rapport
