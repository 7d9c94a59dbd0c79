#include "services/clienteling/moment_desk.h"

#include <algorithm>
#include <utility>

namespace rapport::clienteling {

MomentDesk::MomentDesk(Store& store, const MomentFinder& finder, std::chrono::minutes lease,
                       std::function<void(const MomentClaim&)> on_claimed)
    : store_(store), finder_(finder), lease_(lease), on_claimed_(std::move(on_claimed)) {}

absl::StatusOr<ClaimReply> MomentDesk::Claim(const std::string& customer_id,
                                             const std::string& moment_id,
                                             const std::string& staff_id) const {
  const auto found = finder_.Find(customer_id, moment_id, staff_id);
  if (!found.ok()) return found.status();
  // Who has it, or ended it, is for the store to say: it decides in the order of the writes.
  const auto& by = found->suppressed;
  if (by && by != SuppressedBy::kClaimed && by != SuppressedBy::kDone)
    return ClaimReply{.suppressed = by, .owner = found->moment.owner, .answer = {}};
  auto answer = store_.ClaimMomentAndWait({.customer_id = customer_id,
                                           .moment_id = moment_id,
                                           .occasion = found->moment.occasion,
                                           .staff_id = staff_id},
                                          lease_);
  if (!answer.ok()) return answer.status();
  if (answer->outcome == ClaimOutcome::kGranted && on_claimed_) on_claimed_(answer->claim);
  return ClaimReply{.suppressed = {}, .owner = {}, .answer = *std::move(answer)};
}

absl::StatusOr<ClaimAnswer> MomentDesk::Complete(const std::string& customer_id,
                                                 const std::string& moment_id,
                                                 const std::string& staff_id, MomentFate fate,
                                                 std::optional<ContactChannel> channel) const {
  const auto claims = store_.Claims(customer_id);
  if (!claims.ok()) return claims.status();
  MomentClaim ended{.customer_id = customer_id,
                    .moment_id = moment_id,
                    .staff_id = staff_id,
                    .fate = fate,
                    .channel = fate == MomentFate::kContacted ? channel : std::nullopt};
  const auto known = std::ranges::find(*claims, moment_id, &MomentClaim::moment_id);
  if (known != claims->end()) {
    ended.occasion = known->occasion;
  } else {
    const auto found = finder_.Find(customer_id, moment_id, staff_id);
    if (!found.ok()) return found.status();
    ended.occasion = found->moment.occasion;
  }
  auto answer = store_.CompleteMomentAndWait(std::move(ended));
  if (answer.ok() && answer->outcome == ClaimOutcome::kGranted && on_claimed_)
    on_claimed_(answer->claim);
  return answer;
}

}  // namespace rapport::clienteling
