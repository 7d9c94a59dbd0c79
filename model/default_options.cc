#include "model/default_options.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rapport {
namespace {

constexpr double kAlphaForDensity = 0.4;
constexpr double kRegularization = 0.01;
constexpr size_t kItemsForFactor = 32;
constexpr size_t kLeastFactors = 16, kMostFactors = 256;
constexpr size_t kMostCustomerBytes = size_t{1} << 30;

int32_t FactorsFor(size_t customers, size_t items) {
  const size_t affordable = kMostCustomerBytes / (sizeof(float) * std::max<size_t>(1, customers));
  const size_t worthwhile = std::bit_floor(std::max<size_t>(1, items / kItemsForFactor));
  const size_t factors = std::min({worthwhile, std::bit_floor(affordable), kMostFactors});
  return static_cast<int32_t>(std::max(factors, kLeastFactors));
}

}  // namespace

AlsOptions Resolved(const AlsOptions& options, const Interactions& interactions) {
  AlsOptions resolved = options;
  const size_t customers = interactions.by_customer.rows();
  const size_t items = interactions.by_item.rows();
  if (resolved.factors == 0) resolved.factors = FactorsFor(customers, items);
  if (resolved.alpha0 == 0) {
    const double cells = std::max(1.0, static_cast<double>(customers) * static_cast<double>(items));
    const double pairs =
        std::max(1.0, static_cast<double>(interactions.by_customer.columns.size()));
    resolved.alpha0 = kAlphaForDensity * std::sqrt(pairs / cells);
  }
  if (resolved.regularization == 0) resolved.regularization = kRegularization;
  return resolved;
}

}  // namespace rapport
