#include "model/als.h"

#include <cmath>
#include <numbers>
#include <random>

#include "model/default_options.h"
#include "model/neighbours.h"
#include "model/sweep.h"
#include "model/watch.h"

namespace rapport {
namespace {

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

bool InReason(const AlsOptions& options) {
  for (const double value : {options.alpha0, options.regularization, options.half_life_days}) {
    if (!(value > 0) || !std::isfinite(value)) return false;
  }
  return std::isfinite(options.nu) && std::isfinite(options.neighbour_weight);
}

}  // namespace

absl::StatusOr<FactorMatrix> TrainAls(const Interactions& interactions, const AlsOptions& options,
                                      int threads, const std::function<void(double)>& progress,
                                      const std::stop_token& stop) {
  if (!InReason(options)) {
    return absl::OutOfRangeError(
        "alpha0, regularization and half lives must be finite numbers above 0");
  }
  const size_t item_count = interactions.by_item.rows();
  const size_t customer_count = interactions.by_customer.rows();
  if (customer_count == 0) {  // nobody to learn a taste from
    return FactorMatrix(FactorMatrix::Zero(static_cast<Eigen::Index>(item_count), options.factors));
  }
  TurnedFactors items(RandomFactors(item_count, options));
  TurnedFactors customers(customer_count, static_cast<size_t>(options.factors));
  Sweep sweep(options, threads);
  const int halves = 2 * options.iterations;
  for (int half = 0; half < halves; ++half) {
    const std::function<void(double)> tell = [&](double part) {
      if (progress) progress((half + part) / halves);
    };
    const bool warm = half >= 2;
    if (half % 2 == 0) {
      sweep.Solve(interactions.by_customer, warm, &items, &customers, tell, stop);
    } else {
      sweep.Solve(interactions.by_item, warm, &customers, &items, tell, stop);
    }
    if (stop.stop_requested()) return absl::CancelledError("training was stopped");
  }
  FactorMatrix trained = items.ToMatrix();
  if (!trained.allFinite()) {
    return absl::OutOfRangeError(
        "training left the range of numbers: alpha0, regularization or weights are beyond reason");
  }
  return trained;
}

absl::StatusOr<Taste> LearnTaste(const Interactions& interactions, const AlsOptions& options,
                                 int threads, const std::function<void(double)>& progress,
                                 const std::stop_token& stop) {
  const AlsOptions resolved = Resolved(options, interactions);
  const bool neighbours = resolved.neighbour_weight > 0;
  const Watch watch{.progress = progress, .stop = stop};
  const auto factors =
      TrainAls(interactions, resolved, threads, watch.Part(0, neighbours ? 0.7 : 1).progress, stop);
  if (!factors.ok()) return factors.status();
  Taste taste = TasteOf(resolved, *factors, threads);
  if (neighbours) taste.neighbours = NeighboursOf(interactions, threads, watch.Part(0.7, 1));
  if (watch.Stopped()) return absl::CancelledError("training was stopped");
  return taste;
}

}  // namespace rapport
