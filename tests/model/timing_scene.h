// Days of purchases for the tests of timing: made-up customers with known gaps.
#pragma once

#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "model/purchase_days.h"
#include "model/purchase_log.h"
#include "tests/model/scene.h"

namespace rapport {

inline PurchaseDay OnDay(int day) { return PurchaseDay(std::chrono::days(day)); }

// What one customer buys: an item, and the days.
struct Bought {
  std::string item;
  std::vector<int> days;
};

inline std::vector<PurchaseDay> DaysAt(std::initializer_list<int> days) {
  std::vector<PurchaseDay> result;
  for (const int day : days) result.push_back(OnDay(day));
  return result;
}

inline PurchaseLog LogOfDays(const std::vector<std::vector<Bought>>& customers) {
  PurchaseLogBuilder builder;
  for (const std::vector<Bought>& customer : customers) {
    std::vector<RawLine> lines;
    for (const Bought& bought : customer) {
      for (const int day : bought.days)
        lines.push_back({.item_id = bought.item, .at = Day(day + 0.5)});
    }
    builder.AddCustomer(lines);
  }
  return std::move(builder).Build();
}

// As many customers as `customers`, who buy "bean" from some day of the first 30 on until `until`:
// each purchase is the last with probability 1 - repeat_share, and gaps are log-normal, rounded.
PurchaseLog LogNormalShop(size_t customers, double repeat_share, double mean_log_gap,
                          double deviation, int until, uint64_t seed);

// The customer's own days before `cut`, as model.DueWithin wants them, of the first subject.
struct Seen {
  DaySummary own, visits;
};
inline Seen SeenOf(const std::vector<PurchaseDay>& own, int today) {
  return {SummaryOf(own, OnDay(today)), SummaryOf(own, OnDay(today))};
}

}  // namespace rapport
