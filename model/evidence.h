// Evidence: what a customer bought, as the model sees it: for each item its orders, each with its
// age. The one place where purchases become weights that decay with age: training, serving and
// evaluation all come through here. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/ids.h"

namespace rapport {

// One purchase that was kept and was no gift. `order` tells orders of one customer apart.
struct OwnPurchase {
  ItemIndex item{};
  uint32_t order = 0;
  Instant at{};
};

class Evidence {
 public:
  // One order that had the item. Items bought twice in one order count once, with the first of the
  // times: weighting by quantity did not help (measured on Online Retail II).
  struct Order {
    uint32_t order = 0;
    Instant at{};
    double age_days = 0;  // >= 0

    // 2^(-age / half life), (0, 1].
    double Weight(double half_life_days) const;
  };
  struct Entry {
    ItemIndex item{};
    size_t first_order = 0;
    size_t order_count = 0;
    Instant latest{};  // of its purchases, those that an earlier one of their order stands for too
  };

  Evidence() = default;
  // Ages are counted to the latest of the purchases: serving asks what a customer likes, however
  // long ago they came. Training counts them to one time for everybody, `ages_to`, so that what was
  // bought together lately weighs more; nothing may be later than it. Any order of `purchases`
  // gives the same evidence.
  explicit Evidence(std::vector<OwnPurchase> purchases,
                    std::optional<Instant> ages_to = std::nullopt);

  // What it would be had the purchases of these entries (indices, ascending) been gifts: of the
  // other purchases alone, the same bits. Ages are counted to the latest of these, unless they are
  // counted to one time for everybody.
  Evidence Without(std::span<const size_t> entries) const;

  // In order of item.
  std::span<const Entry> entries() const { return entries_; }
  // Oldest first.
  std::span<const Order> orders(const Entry& entry) const {
    return std::span(orders_).subspan(entry.first_order, entry.order_count);
  }
  // The sum of the weights of its orders; > 0.
  double Weight(const Entry& entry, double half_life_days) const;
  // Null if the item is no evidence.
  const Entry* Find(ItemIndex item) const;
  bool empty() const { return entries_.empty(); }

 private:
  std::vector<Entry> entries_;
  std::vector<Order> orders_;
  std::optional<Instant> ages_to_;  // none: to the latest purchase
};

// A number for each line, equal where the order ids are; a line without an id is an order of its
// own.
std::vector<uint32_t> NumberOrders(std::span<const std::string_view> order_ids);

}  // namespace rapport
