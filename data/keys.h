// Keys that need an order of their own. In `purchases`: customer_id | event_id, in the order of the
// ids' bytes. A customer's keys share a prefix that no other customer's key begins with, so one
// seek finds a history and nothing else. Bytes: customer_id with each 00 written as 00 FF, then 00
// 00, then event_id as it is. A guest's customer_id is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rapport::keys {

// What each of the customer's keys begins with, and no other key.
std::string CustomerPrefix(std::string_view customer_id);
// Greater than each of the customer's keys, and not above any greater customer's.
std::string PastCustomer(std::string_view customer_id);
std::string EventKey(std::string_view customer_id, std::string_view event_id);

// The length of the CustomerPrefix that `key` begins with; 0 if there is none.
size_t PrefixLength(std::string_view key);

struct EventId {
  std::string customer_id;
  std::string event_id;
};
// None if no EventKey gives these bytes.
std::optional<EventId> ParseEventKey(std::string_view key);

// Of the column family `moments`: the position, 8 bytes, the highest first.
std::string MomentKey(uint64_t position);
// None if no MomentKey gives these bytes.
std::optional<uint64_t> ParseMomentKey(std::string_view key);

}  // namespace rapport::keys
