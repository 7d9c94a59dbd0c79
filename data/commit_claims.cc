// What a batch makes of wishes to deal with moments.
#include <optional>
#include <string>

#include "data/commit_batch.h"
#include "data/keys.h"

namespace rapport {

absl::Status CommitBatch::Apply(ClaimMoment& claim) {
  auto answer = claims_.Claim(claim.claim, claim.lease, now_);
  if (!answer.ok()) return answer.status();
  claim.result = *std::move(answer);
  return absl::OkStatus();
}

absl::Status CommitBatch::Apply(CompleteMoment& complete) {
  const MomentClaim& claim = complete.claim;
  const bool contact = claim.fate == MomentFate::kContacted && claim.channel.has_value();
  complete.contact = Contact{.event_id = "contact-" + claim.moment_id,
                             .customer_id = claim.customer_id,
                             .channel = claim.channel.value_or(ContactChannel::kInPerson),
                             .at = now_,
                             .staff_id = claim.staff_id,
                             .moment_id = claim.moment_id};
  const std::string key = keys::EventKey(claim.customer_id, EventIdOf(complete.contact));
  const auto stored = ReadStored({key});  // somebody may have reported it by this id
  if (!stored.ok()) return stored.status();
  bool changed = false;
  auto answer = claims_.Complete(claim, now_, &changed);
  if (!answer.ok()) return answer.status();
  complete.result = *std::move(answer);
  if (!changed || !contact || stored->front() || event_at_.contains(key)) return absl::OkStatus();
  const NewEvent& added = events_.emplace_back(NewEvent{key, &complete.contact, ++sequence_});
  event_at_.emplace(added.key, &complete.contact);
  return absl::OkStatus();
}

}  // namespace rapport
