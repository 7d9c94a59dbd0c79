// ClaimsBatch: what a group of writes changes of who deals with which moment. Each is judged
// against what the store holds and the writes before it, so that of two who ask for the same
// customer one gets it. Part of a CommitBatch; one thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "data/database.h"
#include "data/records.h"
#include "data/store.h"

namespace rocksdb {
class WriteBatch;
}

namespace rapport {

class ClaimsBatch {
 public:
  // `database` must outlive it.
  explicit ClaimsBatch(const Database& database) : database_(database) {}

  // As Store::ClaimMoment and Store::CompleteMoment have it; of who the customer is now. A claim
  // that is known stays under the id that it came with. On failure nothing has changed.
  absl::StatusOr<ClaimAnswer> Claim(const MomentClaim& wanted, std::chrono::microseconds lease,
                                    TimePoint now);
  // `changed`: whether it is done by this write, and was not before.
  absl::StatusOr<ClaimAnswer> Complete(const MomentClaim& wanted, TimePoint now, bool* changed);

  bool empty() const { return written_.empty(); }
  void WriteTo(rocksdb::WriteBatch* batch) const;

 private:
  using ByMoment = std::map<std::string, MomentClaim>;

  // All of the customer, as the writes so far left them. Null in `*claims` on failure.
  absl::Status Read(const std::string& customer_id, ByMoment** claims);
  ClaimAnswer Set(ByMoment& claims, MomentClaim claim);

  const Database& database_;
  std::unordered_map<std::string, ByMoment> customers_;
  std::map<std::string, std::string> written_;  // bytes by key
};

}  // namespace rapport
