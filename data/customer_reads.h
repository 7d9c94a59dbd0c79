// Reading of customers from one state of the database, those who were merged into others included.
// Errors are DATA_LOSS or UNAVAILABLE. Any thread; Buyers one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "data/database.h"
#include "data/store.h"

namespace rocksdb {
class ColumnFamilyHandle;
class Iterator;
class Snapshot;
}  // namespace rocksdb

namespace rapport {

// The value at a key, none if there is none. `doing` begins a message: "read an item". Here and
// below, no snapshot: as it is now.
absl::StatusOr<std::optional<std::string>> ReadValue(const Database& database,
                                                     const rocksdb::Snapshot* snapshot,
                                                     rocksdb::ColumnFamilyHandle* family,
                                                     std::string_view key, std::string_view doing);

// Who the customer was at that sequence: themselves, or whom they had been merged into.
absl::StatusOr<std::string> WhoAt(const Database& database, const rocksdb::Snapshot* snapshot,
                                  std::string_view customer_id, uint64_t sequence);

// None: never described, or merged into another.
absl::StatusOr<std::optional<Customer>> ReadCustomer(const Database& database,
                                                     const rocksdb::Snapshot* snapshot,
                                                     std::string_view customer_id);

// Of the customer alone, and of those whom had been merged into them by then.
absl::StatusOr<HistoryView> ReadHistory(const Database& database, const rocksdb::Snapshot* snapshot,
                                        std::string_view customer_id, AsOf as_of);

// Customers who have bought, one after the other, without reading their histories; not those who
// were merged into others.
class Buyers {
 public:
  // The database and the snapshot must outlive it.
  Buyers(const Database& database, const rocksdb::Snapshot* snapshot);
  ~Buyers();

  // The first after `customer_id`; none: there is no other.
  absl::StatusOr<std::optional<std::string>> After(std::string_view customer_id);
  // The first from `key` on.
  absl::StatusOr<std::optional<std::string>> From(const std::string& key);

 private:
  const Database& database_;
  const rocksdb::Snapshot* const snapshot_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace rapport
