#include "model/evidence.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

namespace rapport {

Evidence::Evidence(std::vector<OwnPurchase> purchases, std::optional<Instant> ages_to)
    : ages_to_(ages_to) {
  Instant to = ages_to.value_or(Instant::min());
  if (!ages_to) {
    for (const OwnPurchase& purchase : purchases) to = std::max(to, purchase.at);
  }
  // By item and order, the earliest first: one line remains of each.
  std::sort(purchases.begin(), purchases.end(), [](const OwnPurchase& a, const OwnPurchase& b) {
    return std::tie(a.item, a.order, a.at) < std::tie(b.item, b.order, b.at);
  });
  std::vector<Instant> latest;  // of each item, in order
  for (size_t line = 0; line < purchases.size(); ++line) {
    if (line == 0 || purchases[line].item != purchases[line - 1].item) {
      latest.push_back(purchases[line].at);
    } else {
      latest.back() = std::max(latest.back(), purchases[line].at);
    }
  }
  purchases.erase(std::unique(purchases.begin(), purchases.end(),
                              [](const OwnPurchase& a, const OwnPurchase& b) {
                                return a.item == b.item && a.order == b.order;
                              }),
                  purchases.end());
  std::sort(purchases.begin(), purchases.end(), [](const OwnPurchase& a, const OwnPurchase& b) {
    return std::tie(a.item, a.at, a.order) < std::tie(b.item, b.at, b.order);
  });

  orders_.reserve(purchases.size());
  for (const OwnPurchase& purchase : purchases) {
    if (entries_.empty() || entries_.back().item != purchase.item) {
      entries_.push_back({.item = purchase.item,
                          .first_order = orders_.size(),
                          .latest = latest[entries_.size()]});
    }
    ++entries_.back().order_count;
    orders_.push_back(
        {.order = purchase.order, .at = purchase.at, .age_days = DaysBetween(purchase.at, to)});
  }
}

Evidence Evidence::Without(std::span<const size_t> entries) const {
  Evidence rest;
  rest.ages_to_ = ages_to_;
  rest.entries_.reserve(entries_.size());
  rest.orders_.reserve(orders_.size());
  Instant to = ages_to_.value_or(Instant::min());
  auto next = entries.begin();
  for (size_t place = 0; place < entries_.size(); ++place) {
    if (next != entries.end() && *next == place) {
      ++next;
      continue;
    }
    const Entry& entry = entries_[place];
    if (!ages_to_) to = std::max(to, entry.latest);
    rest.entries_.push_back(entry);
    rest.entries_.back().first_order = rest.orders_.size();
    const auto of_entry = orders(entry);
    rest.orders_.insert(rest.orders_.end(), of_entry.begin(), of_entry.end());
  }
  for (Order& order : rest.orders_) order.age_days = DaysBetween(order.at, to);
  return rest;
}

double Evidence::Order::Weight(double half_life_days) const {
  return std::exp2(-age_days / half_life_days);
}

double Evidence::Weight(const Entry& entry, double half_life_days) const {
  double sum = 0;
  for (const Order& order : orders(entry)) sum += order.Weight(half_life_days);
  return sum;
}

const Evidence::Entry* Evidence::Find(ItemIndex item) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), item,
                       [](const Entry& entry, ItemIndex wanted) { return entry.item < wanted; });
  return found != entries_.end() && found->item == item ? &*found : nullptr;
}

std::vector<uint32_t> NumberOrders(std::span<const std::string_view> order_ids) {
  std::vector<uint32_t> numbers;
  numbers.reserve(order_ids.size());
  std::unordered_map<std::string_view, uint32_t> known;
  uint32_t next = 0;
  for (const std::string_view id : order_ids) {
    if (id.empty()) {
      numbers.push_back(next++);
      continue;
    }
    const auto [place, fresh] = known.try_emplace(id, next);
    if (fresh) ++next;
    numbers.push_back(place->second);
  }
  return numbers;
}

}  // namespace rapport
