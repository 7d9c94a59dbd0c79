// What a batch makes of wishes to deal with moments.
#include <algorithm>
#include <optional>
#include <string>

#include "data/commit_batch.h"
#include "data/customer_reads.h"
#include "data/keys.h"

namespace rapport {

absl::Status CommitBatch::Apply(ClaimMoment& claim) {
  claim.claim.customer_id = merged_.Now(claim.claim.customer_id);
  const std::string& customer_id = claim.claim.customer_id;
  if (claim.sequence != AsOf().sequence) {
    const auto history = ReadHistory(database_, nullptr, customer_id, {});
    if (!history.ok()) return history.status();
    const bool added = std::ranges::any_of(events_, [&](const NewEvent& each) {
      return merged_.Now(CustomerOf(*each.event)) == customer_id;
    });
    if (added || history->sequence > claim.sequence)
      return absl::AbortedError("claim a moment: more is known of the customer by now");
  }
  auto answer = claims_.Claim(claim.claim, claim.lease, now_);
  if (!answer.ok()) return answer.status();
  claim.result = *std::move(answer);
  return absl::OkStatus();
}

absl::Status CommitBatch::Apply(CompleteMoment& complete) {
  MomentClaim& claim = complete.claim;
  claim.customer_id = merged_.Now(claim.customer_id);
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
  if (auto read = ReadJoined(claim.customer_id); !read.ok()) return read;
  bool changed = false;
  auto answer = claims_.Complete(claim, now_, &changed);
  if (!answer.ok()) return answer.status();
  complete.result = *std::move(answer);
  if (!changed || !contact || stored->front() || event_at_.contains(key)) return absl::OkStatus();
  if (JoinedLog* const joined = JoinedOf(claim.customer_id)) {
    const auto verdict = joined->Add(complete.contact, {sequence_ + 1, now_});
    if (verdict.outcome != AppendOutcome::kAccepted) return absl::OkStatus();
  }
  const NewEvent& added = events_.emplace_back(NewEvent{key, &complete.contact, ++sequence_});
  event_at_.emplace(added.key, &complete.contact);
  return absl::OkStatus();
}

}  // namespace rapport
