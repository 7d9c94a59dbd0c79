// Study of usual orders: how often the set that was named before a visit was in it, beside sets of
// the same size from the last visit and of what the customer buys most. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/bootstrap.h"
#include "model/purchase_log.h"
#include "model/watch.h"

namespace rapport::cli {

enum class UsualMethod : uint8_t { kUsual, kLastOrder, kMostFrequent };
inline constexpr size_t kUsualMethods = 3;
inline constexpr std::array<std::string_view, kUsualMethods> kUsualMethodNames = {
    "usual order", "last order", "most frequent items"};

struct UsualFigures {
  size_t visits = 0;      // by customers who had been before
  size_t named = 0;       // of them with a usual order
  size_t customers = 0;   // of the named visits
  double mean_items = 0;  // in the sets
  // By method, of the named visits: the part that had all of the set, the part of the set's items
  // that they had; means over customers, each over their visits.
  std::array<double, kUsualMethods> hit_rate = {}, items_had = {};
  // The usual order's hit rate less that of the method.
  std::array<MeanDifference, kUsualMethods> difference;
};

// Visits from `begin` on, before `end`; each is foretold from all that came before it.
UsualFigures StudyUsualOrders(const PurchaseLog& log, Instant begin, Instant end,
                              const Watch& watch);

}  // namespace rapport::cli
