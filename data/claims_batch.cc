#include "data/claims_batch.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "data/claims.h"
#include "data/codec.h"
#include "data/keys.h"

namespace rapport {

absl::Status ClaimsBatch::Read(const std::string& customer_id, ByMoment** claims) {
  const auto [customer, added] = customers_.try_emplace(customer_id);
  *claims = &customer->second;
  if (!added) return absl::OkStatus();
  auto stored = ReadClaims(database_, customer_id);
  if (!stored.ok()) {
    customers_.erase(customer);
    return stored.status();
  }
  for (MomentClaim& claim : *stored) {
    std::string moment_id = claim.moment_id;
    customer->second.emplace(std::move(moment_id), std::move(claim));
  }
  return absl::OkStatus();
}

ClaimAnswer ClaimsBatch::Set(ByMoment& claims, MomentClaim claim) {
  written_[keys::EventKey(claim.customer_id, claim.moment_id)] = codec::EncodeClaim(claim);
  claims.insert_or_assign(claim.moment_id, claim);
  return {ClaimOutcome::kGranted, std::move(claim)};
}

absl::StatusOr<ClaimAnswer> ClaimsBatch::Claim(const MomentClaim& wanted,
                                               std::chrono::microseconds lease, TimePoint now) {
  ByMoment* claims = nullptr;
  if (auto read = Read(wanted.customer_id, &claims); !read.ok()) return read;
  const auto own = claims->find(wanted.moment_id);
  if (own != claims->end() && own->second.fate)
    return ClaimAnswer{ClaimOutcome::kDone, own->second};
  for (const auto& [moment_id, claim] : *claims) {
    if (claim.Runs(now) && claim.staff_id != wanted.staff_id)
      return ClaimAnswer{ClaimOutcome::kHeld, claim};
  }
  MomentClaim claim = wanted;
  claim.until = now + lease;
  if (own != claims->end()) {
    claim.customer_id = own->second.customer_id;
    if (own->second.staff_id == wanted.staff_id)
      claim.until = std::max(claim.until, own->second.until);  // a clock may be set back
  }
  return Set(*claims, std::move(claim));
}

absl::StatusOr<ClaimAnswer> ClaimsBatch::Complete(const MomentClaim& wanted, TimePoint now,
                                                  bool* changed) {
  *changed = false;
  MomentClaim claim = wanted;
  ByMoment* claims = nullptr;
  if (auto read = Read(wanted.customer_id, &claims); !read.ok()) return read;
  if (const auto own = claims->find(wanted.moment_id); own != claims->end()) {
    const MomentClaim& before = own->second;
    if (before.fate) {
      const bool again = before.staff_id == wanted.staff_id && before.fate == wanted.fate &&
                         before.channel == wanted.channel;
      return ClaimAnswer{again ? ClaimOutcome::kGranted : ClaimOutcome::kDone, before};
    }
    if (before.Runs(now) && before.staff_id != wanted.staff_id)
      return ClaimAnswer{ClaimOutcome::kHeld, before};
    claim.customer_id = before.customer_id;
  }
  claim.until = now;
  claim.done_at = now;
  *changed = true;
  return Set(*claims, std::move(claim));
}

void ClaimsBatch::WriteTo(rocksdb::WriteBatch* batch) const {
  for (const auto& [key, bytes] : written_)
    batch->Put(database_.claims(), key, bytes).PermitUncheckedError();
}

}  // namespace rapport
