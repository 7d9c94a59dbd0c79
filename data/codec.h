// Codec: structs <-> the bytes of stored values (proto/rapport/store/v1/records.proto). What the
// key holds comes from the key. Same struct, same bytes. No checksum of our own: RocksDB checks
// each block and log record. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "data/firsts.h"
#include "data/records.h"

namespace rapport::codec {

struct StoredEvent {
  Event event;
  Receipt receipt;
};

// What the store knows of itself.
struct StoreState {
  uint32_t format_version = 1;
  uint64_t sequence = 0;         // the last event's
  uint64_t commits = 0;          // synced batches
  uint64_t lost_events = 0;      // whose loss was accepted
  uint64_t last_moment = 0;      // the last position given out
  bool firsts_complete = false;  // false: written before there were moments
  uint64_t merges = 0;           // customers who were merged into others
  bool operator==(const StoreState&) const = default;
};

std::string EncodeEvent(const Event& event, const Receipt& receipt);
std::string EncodeItem(const Item& item);
// An item that was bought and never described.
std::string EncodeBareItem();
std::string EncodeCustomer(const Customer& customer);
std::string EncodeMerged(const Merged& merged);
std::string EncodeRule(const Rule& rule);
std::string EncodeFirsts(const CustomerFirsts& firsts);
std::string EncodeMoment(const Moment& moment);
std::string EncodeClaim(const MomentClaim& claim);
std::string EncodeStoreState(const StoreState& state);

// DATA_LOSS: these bytes are no such record. Messages name no customer.
absl::StatusOr<StoredEvent> DecodeEvent(std::string_view customer_id, std::string_view event_id,
                                        std::string_view bytes);
// Also DATA_LOSS if `key` is no EventKey.
absl::StatusOr<StoredEvent> DecodeEventAt(std::string_view key, std::string_view bytes);
absl::StatusOr<Item> DecodeItem(std::string_view item_id, std::string_view bytes);
absl::StatusOr<Customer> DecodeCustomer(std::string_view customer_id, std::string_view bytes);
absl::StatusOr<Merged> DecodeMerged(std::string_view bytes);
absl::StatusOr<Rule> DecodeRule(std::string_view rule_id, std::string_view bytes);
absl::StatusOr<CustomerFirsts> DecodeFirsts(std::string_view bytes);
absl::StatusOr<Moment> DecodeMoment(uint64_t position, std::string_view bytes);
// Also DATA_LOSS if `key` is no EventKey of a customer and a moment.
absl::StatusOr<MomentClaim> DecodeClaimAt(std::string_view key, std::string_view bytes);
absl::StatusOr<StoreState> DecodeStoreState(std::string_view bytes);

// The broadest category of an item's bytes; empty: it has none.
absl::StatusOr<std::string> DecodeTopCategory(std::string_view item_bytes);
// Since when an item is available that becomes so, or stays so, or ceases to be so at `now`; as
// Item::available_since has it.
std::optional<TimePoint> AvailableSince(const Item& before, bool available, TimePoint now);
// An item's bytes with its availability changed at `now`; keeps fields that a newer version wrote.
absl::StatusOr<std::string> WithAvailability(std::string_view item_bytes, bool available,
                                             TimePoint now);

}  // namespace rapport::codec
