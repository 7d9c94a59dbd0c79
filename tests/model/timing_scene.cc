#include "tests/model/timing_scene.h"

#include <cmath>

namespace rapport {

PurchaseLog LogNormalShop(size_t customers, double repeat_share, double mean_log_gap,
                          double deviation, int until, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<Bought>> shop;
  for (size_t customer = 0; customer < customers; ++customer) {
    Bought bought{.item = "bean"};
    for (auto day = static_cast<int>(30 * Uniform(random)); day < until;) {
      bought.days.push_back(day);
      if (Uniform(random) >= repeat_share) break;
      // Box and Muller.
      const double normal = std::sqrt(-2 * std::log(1 - Uniform(random))) *
                            std::cos(2 * 3.14159265358979 * Uniform(random));
      day +=
          std::max(1, static_cast<int>(std::lround(std::exp(mean_log_gap + deviation * normal))));
    }
    shop.push_back({bought});
  }
  return LogOfDays(shop);
}

}  // namespace rapport
