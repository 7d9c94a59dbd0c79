#include "services/clienteling/moment_desk.h"

#include <algorithm>
#include <utility>

namespace rapport::clienteling {
namespace {

constexpr int kMostTries = 5;

// The id by which the store knows it: that of its claim, if it has one.
const std::string& KnownAs(const MomentNow& found) {
  return found.claim ? found.claim->moment_id : found.moment.id;
}

}  // namespace

MomentDesk::MomentDesk(Store& store, const MomentFinder& finder, std::chrono::minutes lease,
                       std::function<void(const MomentClaim&)> on_claimed)
    : store_(store), finder_(finder), lease_(lease), on_claimed_(std::move(on_claimed)) {}

absl::StatusOr<ClaimReply> MomentDesk::Claim(const std::string& customer_id,
                                             const std::string& moment_id,
                                             const std::string& staff_id) const {
  // What is heard of the customer between the judgement and the write makes another judgement.
  for (int tries = 0; tries < kMostTries; ++tries) {
    const auto found = finder_.Find(customer_id, moment_id, staff_id);
    if (!found.ok()) return found.status();
    // Who has it, or ended it, is for the store to say: it decides in the order of the writes.
    const auto& by = found->suppressed;
    if (by && by != SuppressedBy::kClaimed && by != SuppressedBy::kDone)
      return ClaimReply{.suppressed = by, .owner = found->moment.owner, .answer = {}};
    auto answer = store_.ClaimMomentAndWait({.customer_id = found->moment.customer_id,
                                             .moment_id = KnownAs(*found),
                                             .occasion = found->moment.occasion,
                                             .staff_id = staff_id},
                                            lease_, found->sequence);
    if (absl::IsAborted(answer.status())) continue;
    if (!answer.ok()) return answer.status();
    if (answer->outcome == ClaimOutcome::kGranted && on_claimed_) on_claimed_(answer->claim);
    return ClaimReply{.suppressed = {}, .owner = {}, .answer = *std::move(answer)};
  }
  return absl::AbortedError("more is heard of the customer all the time; ask again");
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
    ended.moment_id = KnownAs(*found);
    ended.occasion = found->moment.occasion;
  }
  auto answer = store_.CompleteMomentAndWait(std::move(ended));
  if (answer.ok() && answer->outcome == ClaimOutcome::kGranted && on_claimed_)
    on_claimed_(answer->claim);
  return answer;
}

}  // namespace rapport::clienteling
