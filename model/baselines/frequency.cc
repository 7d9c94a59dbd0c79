#include "model/baselines/frequency.h"

#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "model/baselines/recency.h"

namespace rapport {
namespace {

constexpr double kFrequencyHalfLifeDays = 180;

// What the customer's own purchases say for each item of their evidence.
using OwnScore = std::function<double(const Evidence& evidence, const Evidence::Entry& entry)>;

Ranker OwnThenPopular(const HeldOut& held_out, std::vector<double> popularity, OwnScore score) {
  return [&held_out, popularity = std::move(popularity), score = std::move(score)](
             const HeldOutCustomer& customer, Pool pool) {
    std::vector<double> own(held_out.candidate.size(), 0.0);
    for (const Evidence::Entry& entry : customer.evidence.entries())
      own[Row(entry.item)] = score(customer.evidence, entry);
    return BestOfPool(held_out, customer, pool, own, popularity);
  };
}

uint32_t LastOrder(const Evidence& evidence) {
  Evidence::Order last{.order = 0, .at = Instant::min()};
  for (const Evidence::Entry& entry : evidence.entries()) {
    for (const Evidence::Order& order : evidence.orders(entry)) {
      if (std::pair(order.at, order.order) > std::pair(last.at, last.order)) last = order;
    }
  }
  return last.order;
}

}  // namespace

Ranker PopularityRanker(const PurchaseLog& log, const HeldOut& held_out) {
  return [&held_out, popularity = RecentBuyers(log, held_out.cut, kPopularityHalfLifeDays)](
             const HeldOutCustomer& customer, Pool pool) {
    return BestOfPool(held_out, customer, pool, popularity, popularity);
  };
}

Ranker LastOrderRanker(const PurchaseLog& log, const HeldOut& held_out) {
  return [&held_out, popularity = RecentBuyers(log, held_out.cut, kPopularityHalfLifeDays)](
             const HeldOutCustomer& customer, Pool pool) {
    const uint32_t last = LastOrder(customer.evidence);
    std::vector<double> in_last(held_out.candidate.size(), 0.0);
    for (const Evidence::Entry& entry : customer.evidence.entries()) {
      for (const Evidence::Order& order : customer.evidence.orders(entry)) {
        if (order.order == last) in_last[Row(entry.item)] = 1;
      }
    }
    return BestOfPool(held_out, customer, pool, in_last, popularity);
  };
}

Ranker PersonalFrequencyRanker(const PurchaseLog& log, const HeldOut& held_out) {
  return OwnThenPopular(held_out, RecentBuyers(log, held_out.cut, kNeverHalved),
                        [](const Evidence&, const Evidence::Entry& entry) {
                          return static_cast<double>(entry.order_count);
                        });
}

Ranker DecayedFrequencyRanker(const PurchaseLog& log, const HeldOut& held_out) {
  return OwnThenPopular(
      held_out, RecentBuyers(log, held_out.cut, kPopularityHalfLifeDays),
      [cut = held_out.cut](const Evidence& evidence, const Evidence::Entry& entry) {
        double frequency = 0;
        for (const Evidence::Order& order : evidence.orders(entry))
          frequency += std::exp2(-DaysBetween(order.at, cut) / kFrequencyHalfLifeDays);
        return frequency;
      });
}

}  // namespace rapport
