#include "services/talk/crowd.h"

#include <cmath>

#include "model/score.h"

namespace rapport::talk {
namespace {

constexpr int kMostTried = 50;      // buyers of the item that has the fewest
constexpr double kRounding = 1e-6;  // relative, of a count that went through a logarithm

}  // namespace

// The feature of an item is log(1 + n) - mean. With n0 the count of the item that has the fewest,
// 1 + n = (1 + n0) exp(feature - least feature): the least n0 that makes all of them whole fits,
// and a lesser n0 makes every count less.
int64_t LeastBuyers(const ModelSnapshot& model, ItemIndex item) {
  const auto logs = model.popularity.col(kBuyersEver);
  if (logs.size() == 0) return 0;
  const double least = logs.minCoeff();
  const double own = std::exp(logs[static_cast<Eigen::Index>(Row(item))] - least);
  for (int fewest = 0; fewest <= kMostTried; ++fewest) {
    bool whole = true;
    for (Eigen::Index row = 0; row < logs.size() && whole; ++row) {
      const double count = (1.0 + fewest) * std::exp(logs[row] - least);
      whole = std::abs(count - std::round(count)) <= kRounding * count;
    }
    if (whole) return std::llround((1.0 + fewest) * own) - 1;
  }
  return static_cast<int64_t>(std::floor(own + kRounding)) - 1;
}

bool OftenTogether(const BoughtTogether& together, const Together& pair) {
  constexpr double kLeastShare = 0.1, kLeastLift = 1.2;
  return pair.lift >= kLeastLift &&
         pair.support >= kLeastShare * static_cast<double>(together.orders_of[Row(pair.item)]);
}

}  // namespace rapport::talk
