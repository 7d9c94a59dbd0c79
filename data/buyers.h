// Buyers: customers who have bought, one after the other, without reading their histories. One
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "data/database.h"

namespace rocksdb {
class Iterator;
class Snapshot;
}  // namespace rocksdb

namespace rapport {

class Buyers {
 public:
  // As of the snapshot; null: as of now. Both must outlive it.
  Buyers(const Database& database, const rocksdb::Snapshot* snapshot);
  ~Buyers();

  // The first after `customer_id`; none: there is no other.
  absl::StatusOr<std::optional<std::string>> After(std::string_view customer_id);
  // The first from `key` on.
  absl::StatusOr<std::optional<std::string>> From(const std::string& key);

 private:
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace rapport
