// MomentDesk: who deals with a moment, and how it ended, so that two people do not call the same
// customer. Any thread that may wait for the disk, so not gRPC's.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/clienteling/moment_finder.h"

namespace rapport::clienteling {

struct ClaimReply {
  // Why it is not given out though nobody has it; none: see `answer`.
  std::optional<SuppressedBy> suppressed;
  std::string owner;  // kAnothers: in whose book the customer is
  ClaimAnswer answer;
};

class MomentDesk {
 public:
  // References must outlive this. `on_claimed` is told of what was granted, also of what was
  // granted before; it may be empty.
  MomentDesk(Store& store, const MomentFinder& finder, std::chrono::minutes lease,
             std::function<void(const MomentClaim&)> on_claimed);

  // For the lease, or for it anew. What is reported of the customer meanwhile is heeded; consent is
  // that of the judgement, which a change an instant later does not undo. A customer who was
  // merged, and a moment of theirs, may be called as before. NOT_FOUND: the customer has no such
  // moment now; ABORTED: more was recorded each time that it was judged; else the codes of
  // Store::ClaimMoment and its reads.
  absl::StatusOr<ClaimReply> Claim(const std::string& customer_id, const std::string& moment_id,
                                   const std::string& staff_id) const;

  // Also of a moment that is no longer one, if somebody had it: the customer may have bought since.
  // Codes likewise.
  absl::StatusOr<ClaimAnswer> Complete(const std::string& customer_id, const std::string& moment_id,
                                       const std::string& staff_id, MomentFate fate,
                                       std::optional<ContactChannel> channel) const;

 private:
  Store& store_;
  const MomentFinder& finder_;
  const std::chrono::minutes lease_;
  const std::function<void(const MomentClaim&)> on_claimed_;
};

}  // namespace rapport::clienteling
