// Contact rules: whether a customer may be contacted about a moment, and by which channels:
// consent, quiet hours on the customer's own clock, caps, what was declined, who deals with them
// already. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/store.h"
#include "services/clienteling/contact_options.h"
#include "services/clienteling/customer_moment.h"
#include "services/clienteling/moment_candidates.h"
#include "services/clienteling/shop_time.h"

namespace rapport::clienteling {

// Why a moment is not for now. Of several that hold, the first in this order.
enum class SuppressedBy : uint8_t {
  kOptedOut,         // purchases are not to shape what staff see
  kNoConsent,        // to be contacted, or by this channel
  kOpenComplaint,    // to be settled first
  kAnothers,         // in another's book
  kDone,             // somebody dealt with it
  kClaimed,          // somebody deals with the customer now
  kContactedLately,  // or often enough
  kDeclined,         // the item: lately, for ever, or speaking of it was not welcome
  kQuietHours,
  kEnough,          // two moments of the customer are listed
  kBeyondCapacity,  // worth less than what is listed
};
inline constexpr int kSuppressions = 11;
// "NO_CONSENT".
std::string_view NameOf(SuppressedBy by);

// What is the same for all moments of a customer.
struct ContactSituation {
  const Customer& customer;
  std::span<const Reported> reports;
  std::span<const MomentClaim> claims;
  Day day;
  std::optional<TimePoint> now;  // that claims and quiet hours are looked at; none: not now
  std::string staff_id;          // who asks; empty: nobody in particular
  std::optional<ContactChannel> channel;  // that is meant; none: any
  const ShopTime& shop_time;
  const ShopTime& own_time;  // the customer's
};

// By which the customer may be contacted.
std::vector<ContactChannel> ChannelsOf(const Customer& customer,
                                       std::optional<ContactChannel> meant);

bool IsQuiet(const QuietHours& hours, int minute);

// None: it may be told. Never kOptedOut, of whom there are no moments, nor the last two.
std::optional<SuppressedBy> WhyNotNow(const CustomerMoment& moment,
                                      const ContactSituation& situation,
                                      const ContactOptions& options);

// Likewise of the customer whatever it is about: never kDone or kDeclined.
std::optional<SuppressedBy> WhyNotContact(const ContactSituation& situation,
                                          const ContactOptions& options);

// Who deals with the moment, or ended it, under whichever id of the customer; of several one that
// ended it, else the one that runs longest. Null: nobody ever did.
const MomentClaim* ClaimOf(const CustomerMoment& moment, std::span<const MomentClaim> claims);

// What another holds of the customer at `now`; null: nobody does.
const MomentClaim* HeldByAnother(std::span<const MomentClaim> claims, const std::string& staff_id,
                                 TimePoint now);

}  // namespace rapport::clienteling
