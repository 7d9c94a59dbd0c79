// The columns of the `purchases` format, for its reader and its writer.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "data/records.h"

namespace rapport::csv {

// In the order in which they are written; files may have them in any.
inline constexpr std::array<std::string_view, 16> kColumns = {
    "event_id",   "item_id",  "purchased_at",     "quantity", "customer_id", "order_id",
    "unit_price", "currency", "channel",          "staff_id", "gift",        "title",
    "category",   "brand",    "returns_event_id", "store"};

enum Column {
  kEventId,
  kItemId,
  kPurchasedAt,
  kQuantity,
  kCustomerId,
  kOrderId,
  kUnitPrice,
  kCurrency,
  kChannel,
  kStaffId,
  kGift,
  kTitle,
  kCategory,
  kBrand,
  kReturnsEventId,
  kStore
};

inline constexpr std::array<std::pair<Channel, std::string_view>, 5> kChannelNames = {{
    {Channel::kUnspecified, ""},
    {Channel::kStore, "store"},
    {Channel::kOnline, "online"},
    {Channel::kPhone, "phone"},
    {Channel::kOther, "other"},
}};

}  // namespace rapport::csv
