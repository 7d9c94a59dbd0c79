#include "model/default_options.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rapport {
namespace {

constexpr double kAlphaForDensity = 0.4;
constexpr double kRegularization = 0.006;
constexpr double kTimelessNeighbours = 2;
constexpr size_t kItemsForFactor = 32;
constexpr size_t kLeastFactors = 16, kMostFactors = 256;
constexpr size_t kMostOfAll = 1'024;  // that a model may have
constexpr size_t kMostCustomerBytes = size_t{1} << 30;

int32_t FactorsFor(size_t customers, size_t items) {
  const auto worthwhile = static_cast<int32_t>(
      std::bit_floor(std::clamp(items / kItemsForFactor, kLeastFactors, kMostFactors)));
  return std::min(worthwhile, MostFactors(customers));
}

}  // namespace

AlsOptions Resolved(const AlsOptions& options, const Interactions& interactions) {
  AlsOptions resolved = options;
  const size_t customers = interactions.by_customer.rows();
  const size_t items = interactions.by_item.rows() - interactions.never_bought;
  if (resolved.factors == 0) resolved.factors = FactorsFor(customers, items);
  if (resolved.alpha0 == 0) {
    const double cells = std::max(1.0, static_cast<double>(customers) * static_cast<double>(items));
    const double pairs =
        std::max(1.0, static_cast<double>(interactions.by_customer.columns.size()));
    resolved.alpha0 = kAlphaForDensity * std::sqrt(pairs / cells);
  }
  if (resolved.regularization == 0) resolved.regularization = kRegularization;
  if (resolved.neighbour_weight < 0) {
    const bool timeless = std::ranges::all_of(interactions.by_customer.weights,
                                              [](float weight) { return weight == 1; });
    resolved.neighbour_weight = timeless ? kTimelessNeighbours : 0;
  }
  return resolved;
}

int32_t MostFactors(size_t customers) {
  const size_t affordable = kMostCustomerBytes / (sizeof(float) * std::max<size_t>(1, customers));
  return static_cast<int32_t>(std::bit_floor(std::clamp(affordable, kLeastFactors, kMostOfAll)));
}

}  // namespace rapport
