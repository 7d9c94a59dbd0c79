// MergedCustomers: who was merged into whom, in memory: what a write or a scan has to know of it
// without reading it each time. Chains are followed; there are no cycles. One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "absl/status/statusor.h"
#include "data/database.h"
#include "data/records.h"

namespace rocksdb {
struct ReadOptions;
}

namespace rapport {

class MergedCustomers {
 public:
  // All that the database holds. DATA_LOSS, UNAVAILABLE.
  static absl::StatusOr<MergedCustomers> Read(const Database& database,
                                              const rocksdb::ReadOptions& options);

  // Null: the customer was merged into nobody.
  const Merged* Find(const std::string& customer_id) const {
    const auto found = into_.find(customer_id);
    return found != into_.end() ? &found->second : nullptr;
  }
  // Who the customer is now: themselves, or the end of the chain.
  const std::string& Now(const std::string& customer_id) const {
    const std::string* now = &customer_id;
    while (const Merged* merged = Find(*now)) now = &merged->into_customer_id;
    return *now;
  }
  // Whether anybody was merged into the customer.
  bool IsJoined(const std::string& customer_id) const { return joined_.contains(customer_id); }
  // Requires: `customer_id` was merged into nobody, and is not whom it is merged into.
  void Add(const std::string& customer_id, const Merged& merged) {
    joined_.insert(merged.into_customer_id);
    into_.emplace(customer_id, merged);
  }

 private:
  std::unordered_map<std::string, Merged> into_;  // by who was merged
  std::unordered_set<std::string> joined_;        // into whom
};

}  // namespace rapport
