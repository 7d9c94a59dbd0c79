#include "services/clienteling/contact_rules.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "services/recommender/reported_items.h"

namespace rapport::clienteling {
namespace {

class Rules {
 public:
  // `moment`: null: of none.
  Rules(const CustomerMoment* moment, const ContactSituation& situation,
        const ContactOptions& options)
      : moment_(moment), situation_(situation), options_(options) {}

  std::optional<SuppressedBy> First() const {
    const Customer& customer = situation_.customer;
    const std::string& staff_id = situation_.staff_id;
    if (ChannelsOf(customer, situation_.channel).empty()) return SuppressedBy::kNoConsent;
    if (OpenComplaint()) return SuppressedBy::kOpenComplaint;
    if (!staff_id.empty() && !customer.staff_id.empty() && customer.staff_id != staff_id)
      return SuppressedBy::kAnothers;
    if (moment_ != nullptr && Done()) return SuppressedBy::kDone;
    if (situation_.now && HeldByAnother(situation_.claims, staff_id, *situation_.now) != nullptr)
      return SuppressedBy::kClaimed;
    if (ContactedLately()) return SuppressedBy::kContactedLately;
    if (Declined()) return SuppressedBy::kDeclined;
    if (situation_.now && customer.quiet_hours &&
        IsQuiet(*customer.quiet_hours, situation_.own_time.At(*situation_.now).minute))
      return SuppressedBy::kQuietHours;
    return std::nullopt;
  }

 private:
  // Negative: later than the day, as of a clock that ran ahead.
  int DaysSince(TimePoint at) const {
    return static_cast<int>((situation_.day.today - situation_.shop_time.At(at).day).count());
  }

  bool OpenComplaint() const {
    return std::ranges::any_of(situation_.reports, [this](const Reported& reported) {
      const Insight* insight = reported.InsightAt(situation_.day.at);
      return insight != nullptr && insight->kind == InsightKind::kComplaint;
    });
  }

  bool Done() const {
    const MomentClaim* claim = ClaimOf(*moment_, situation_.claims);
    return claim != nullptr && claim->fate.has_value();
  }

  bool ContactedLately() const {
    int contacts = 0;
    for (const Reported& reported : situation_.reports) {
      const auto* contact = std::get_if<Contact>(&reported.report);
      if (contact == nullptr || !reported.InForce(situation_.day.at)) continue;
      const int days = DaysSince(contact->at);
      if (days < options_.days_between) return true;
      if (days < options_.contact_days) ++contacts;
    }
    return contacts >= options_.most_contacts;
  }

  bool Declined() const {
    if (moment_ == nullptr || moment_->item == nullptr) return false;
    const Item& item = *moment_->item;
    const TimePoint at = situation_.day.at;
    for (const ItemTest& test :
         {ForbiddenItems(situation_.reports, at), UnspokenItems(situation_.reports, at)}) {
      if (test && test(item)) return true;
    }
    return std::ranges::any_of(situation_.reports, [&](const Reported& reported) {
      const Outcome* outcome = reported.OutcomeAt(at);
      return outcome != nullptr && outcome->item_id == item.item_id &&
             outcome->kind == OutcomeKind::kDeclinedNotNow &&
             DaysSince(outcome->at) < options_.declined_days;
    });
  }

  const CustomerMoment* const moment_;
  const ContactSituation& situation_;
  const ContactOptions& options_;
};

}  // namespace

std::string_view NameOf(SuppressedBy by) {
  static constexpr std::array<std::string_view, kSuppressions> kNames = {
      "OPTED_OUT",        "NO_CONSENT", "OPEN_COMPLAINT", "ANOTHERS", "DONE",           "CLAIMED",
      "CONTACTED_LATELY", "DECLINED",   "QUIET_HOURS",    "ENOUGH",   "BEYOND_CAPACITY"};
  return kNames[static_cast<size_t>(by)];
}

std::vector<ContactChannel> ChannelsOf(const Customer& customer,
                                       std::optional<ContactChannel> meant) {
  std::vector<ContactChannel> channels;
  for (int each = 1; each <= kContactChannels; ++each) {
    const auto channel = static_cast<ContactChannel>(each);
    if (meant.value_or(channel) == channel && customer.MayContact(channel))
      channels.push_back(channel);
  }
  return channels;
}

bool IsQuiet(const QuietHours& hours, int minute) {
  const bool after = minute >= hours.from, before = minute < hours.until;
  return hours.from <= hours.until ? after && before : after || before;
}

std::optional<SuppressedBy> WhyNotNow(const CustomerMoment& moment,
                                      const ContactSituation& situation,
                                      const ContactOptions& options) {
  return Rules(&moment, situation, options).First();
}

std::optional<SuppressedBy> WhyNotContact(const ContactSituation& situation,
                                          const ContactOptions& options) {
  return Rules(nullptr, situation, options).First();
}

const MomentClaim* ClaimOf(const CustomerMoment& moment, std::span<const MomentClaim> claims) {
  const MomentClaim* found = nullptr;
  for (const MomentClaim& claim : claims) {
    if (claim.moment_id != moment.id && claim.moment_id != moment.IdOf(claim.customer_id)) continue;
    if (found == nullptr || std::pair(found->fate.has_value(), found->until) <
                                std::pair(claim.fate.has_value(), claim.until))
      found = &claim;
  }
  return found;
}

const MomentClaim* HeldByAnother(std::span<const MomentClaim> claims, const std::string& staff_id,
                                 TimePoint now) {
  const auto held = std::ranges::find_if(claims, [&](const MomentClaim& claim) {
    return claim.Runs(now) && claim.staff_id != staff_id;
  });
  return held == claims.end() ? nullptr : &*held;
}

}  // namespace rapport::clienteling
