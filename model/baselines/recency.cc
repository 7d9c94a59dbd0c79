#include "model/baselines/recency.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace rapport {
namespace {

double RecencyWeight(Instant at, Instant cut, double half_life_days) {
  return std::exp2(-DaysBetween(at, cut) / half_life_days);
}

// One customer's last purchase of each item, in order of item.
std::vector<OwnPurchase> LastPurchases(const PurchaseLog& log, CustomerIndex customer,
                                       Instant cut) {
  std::vector<OwnPurchase> purchases = log.OwnPurchasesAt(customer, cut);
  std::sort(purchases.begin(), purchases.end(), [](const OwnPurchase& a, const OwnPurchase& b) {
    return std::tie(a.item, b.at) < std::tie(b.item, a.at);
  });
  purchases.erase(
      std::unique(purchases.begin(), purchases.end(),
                  [](const OwnPurchase& a, const OwnPurchase& b) { return a.item == b.item; }),
      purchases.end());
  return purchases;
}

}  // namespace

RecencyMatrix RecencyAt(const PurchaseLog& log, Instant cut, double half_life_days,
                        const std::vector<bool>& kept) {
  RecencyMatrix matrix;
  CompressedRows& rows = matrix.by_customer;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    for (const OwnPurchase& last : LastPurchases(log, CustomerIndex(customer), cut)) {
      if (!kept[Row(last.item)]) continue;
      rows.columns.push_back(static_cast<uint32_t>(last.item));
      rows.weights.push_back(RecencyWeight(last.at, cut, half_life_days));
    }
    rows.offsets.push_back(rows.columns.size());
  }
  matrix.by_item = Transpose(rows, log.items().size());
  return matrix;
}

std::vector<double> RecencyRow(const HeldOut& held_out, const HeldOutCustomer& customer,
                               double half_life_days) {
  std::vector<double> row(held_out.candidate.size(), 0.0);
  for (const Evidence::Entry& entry : customer.evidence.entries()) {
    row[Row(entry.item)] =
        RecencyWeight(customer.evidence.orders(entry).back().at, held_out.cut, half_life_days);
  }
  return row;
}

std::vector<double> RecentBuyers(const PurchaseLog& log, Instant cut, double half_life_days) {
  std::vector<double> buyers(log.items().size(), 0.0);
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    for (const OwnPurchase& last : LastPurchases(log, CustomerIndex(customer), cut))
      buyers[Row(last.item)] += RecencyWeight(last.at, cut, half_life_days);
  }
  return buyers;
}

}  // namespace rapport
