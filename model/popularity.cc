#include "model/popularity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>

namespace rapport {
namespace {

constexpr std::array<double, 3> kWindowDays = {7, 28, 90};

struct LastPurchase {
  ItemIndex item;
  uint32_t buyer;
  Instant at;
};

// Calls `count(item, age in days of the buyer's last purchase of it)` for every distinct buyer of
// every item.
template <typename Count>
void ForEachBuyer(std::vector<LastPurchase>& purchases, Instant cut, const Count& count) {
  std::sort(purchases.begin(), purchases.end(), [](const LastPurchase& a, const LastPurchase& b) {
    return std::tie(a.item, a.buyer, b.at) < std::tie(b.item, b.buyer, a.at);  // the latest first
  });
  for (size_t row = 0; row < purchases.size(); ++row) {
    const LastPurchase& purchase = purchases[row];
    const bool seen = row > 0 && purchases[row - 1].item == purchase.item &&
                      purchases[row - 1].buyer == purchase.buyer;
    if (!seen) count(Row(purchase.item), DaysBetween(purchase.at, cut));
  }
}

// The same over the whole log, a customer at a time: no copy of it all.
template <typename Count>
void ForEachBuyer(const PurchaseLog& log, Instant cut, const Count& count) {
  std::vector<LastPurchase> purchases;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    purchases.clear();
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      if (line.KeptAt(cut)) purchases.push_back({line.item, 0, line.at});
    }
    ForEachBuyer(purchases, cut, count);
  }
  purchases.clear();
  for (const PurchaseLog::Line& line : log.guest_lines()) {
    if (line.KeptAt(cut)) purchases.push_back({line.item, line.order, line.at});
  }
  ForEachBuyer(purchases, cut, count);
}

template <typename Visit>
void ForEachLine(const PurchaseLog& log, const Visit& visit) {
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) visit(line);
  }
  for (const PurchaseLog::Line& line : log.guest_lines()) visit(line);
}

}  // namespace

decltype(ModelSnapshot::popularity) PopularityAt(const PurchaseLog& log, Instant cut) {
  decltype(ModelSnapshot::popularity) buyers;
  buyers.setZero(static_cast<Eigen::Index>(log.items().size()), kPopularityFeatures.size());
  ForEachBuyer(log, cut, [&](size_t item, double age_days) {
    const auto row = static_cast<Eigen::Index>(item);
    for (size_t window = 0; window < kWindowDays.size(); ++window) {
      if (age_days <= kWindowDays[window]) buyers(row, static_cast<Eigen::Index>(window)) += 1;
    }
    buyers(row, kWindowDays.size()) += 1;
  });
  auto days_on_sale = buyers.col(kWindowDays.size() + 1);
  ForEachLine(log, [&](const PurchaseLog::Line& line) {
    if (!line.KeptAt(cut)) return;
    double& days = days_on_sale[static_cast<Eigen::Index>(Row(line.item))];
    days = std::max(days, DaysBetween(line.at, cut));
  });
  buyers = buyers.array().log1p();
  if (buyers.rows() > 0) buyers.rowwise() -= buyers.colwise().mean().eval();
  return buyers;
}

// Features are logarithms less their mean; that of what has been on sale for longest tells it.
double NewBelow(const ModelSnapshot& model) {
  if (model.popularity.rows() == 0) return -std::numeric_limits<double>::infinity();
  const double longest = DaysBetween(model.data.first_purchase, model.data.last_purchase);
  return model.popularity.col(kDaysOnSale).maxCoeff() + std::log1p(kNewDays) - std::log1p(longest);
}

Standing StandingOf(const ModelSnapshot& model, ItemIndex item) {
  const auto features = model.popularity.row(static_cast<Eigen::Index>(Row(item)));
  if (features[kBuyersLately] > 0) return Standing::kPopular;
  const bool is_new = features[kDaysOnSale] < std::min(0.0, model.new_below);
  return is_new ? Standing::kNew : Standing::kNeither;
}

}  // namespace rapport
