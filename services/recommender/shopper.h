// Shopper: whom a question is about: a known customer or a guest, and what lies in their basket.
// A value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/records.h"
#include "services/recommender/what_if.h"

namespace rapport {

inline constexpr int kMostInBasket = 64;
inline constexpr int kMostGuestPurchases = 256;

// Something that a guest is known to have bought, from the request itself.
struct GuestPurchase {
  std::string item_id;
  std::string order_id;                   // empty: an order of its own
  std::optional<TimePoint> purchased_at;  // none: at the time of the question
  bool operator==(const GuestPurchase&) const = default;
};

// Which items (by id) have no part in an answer: their purchases are as if made for somebody else,
// and they lie in no basket. No token keeps it. Empty: none.
using Apart = std::function<bool(const std::string& item_id)>;

struct Shopper {
  std::string customer_id;                   // empty: a guest
  std::vector<GuestPurchase> guest_past;     // of a guest only
  std::vector<std::string> basket_item_ids;  // in the cart, or on the counter, now
  WhatIf what_if;
  bool operator==(const Shopper&) const = default;
};

}  // namespace rapport
