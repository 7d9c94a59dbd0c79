#include "services/recommender/declines.h"

#include <algorithm>

#include "services/recommender/customer_state.h"

namespace rapport {
Declines::Declines(std::span<const HistoryLine> lines, std::span<const Reported> reports,
                   TimePoint at) {
  const auto each_outcome = [&](OutcomeKind kind, const auto& take) {
    for (const Reported& reported : reports) {
      const Outcome* outcome = reported.OutcomeAt(at);
      if (outcome != nullptr && outcome->kind == kind) take(*outcome);
    }
  };
  each_outcome(OutcomeKind::kDeclinedNotNow, [this](const Outcome& decline) {
    taken_.emplace(decline.item_id, TimePoint::min());
  });
  if (taken_.empty()) return;
  const auto take = [this](const std::string& item_id, TimePoint then) {
    if (const auto taken = taken_.find(item_id); taken != taken_.end())
      taken->second = std::max(taken->second, then);
  };
  for (const HistoryLine& line : lines) {
    if (Counts(line)) take(line.purchase.item_id, line.purchase.purchased_at);
  }
  each_outcome(OutcomeKind::kAccepted,
               [&](const Outcome& accepted) { take(accepted.item_id, accepted.at); });
  each_outcome(OutcomeKind::kDeclinedNotNow, [this](const Outcome& decline) {
    if (!Stands(decline)) return;
    const auto [latest, added] = declined_.try_emplace(decline.item_id, decline.at);
    if (!added) latest->second = std::max(latest->second, decline.at);
  });
}

bool Declines::Stands(const Outcome& decline) const {
  const auto taken = taken_.find(decline.item_id);
  return taken == taken_.end() || taken->second <= decline.at;
}

bool Declines::Declined(const std::string& item_id, TimePoint since) const {
  const auto declined = declined_.find(item_id);
  return declined != declined_.end() && declined->second > since;
}

std::vector<std::string> Declines::DeclinedSince(TimePoint since) const {
  std::vector<std::string> items;
  for (const auto& [item_id, at] : declined_) {
    if (at > since) items.push_back(item_id);
  }
  return items;
}

}  // namespace rapport
