// Baselines that count: what everybody buys, and what the customer bought. What they know nothing
// of is in order of popularity. `held_out` must outlive the rankers.
#pragma once

#include "model/purchase_log.h"
#include "model/ranker.h"

namespace rapport {

// By customers who bought it lately, each halved every seven days.
Ranker PopularityRanker(const PurchaseLog& log, const HeldOut& held_out);
// The items of the customer's last order, the popular ones first; then popularity.
Ranker LastOrderRanker(const PurchaseLog& log, const HeldOut& held_out);
// GP-TopFreq (Li et al., "A Next Basket Recommendation Reality Check", TOIS 2023): the customer's
// own orders of the item, then popularity over all time.
Ranker PersonalFrequencyRanker(const PurchaseLog& log, const HeldOut& held_out);
// The customer's own orders of the item, each halved every 180 days; then popularity.
Ranker DecayedFrequencyRanker(const PurchaseLog& log, const HeldOut& held_out);

}  // namespace rapport
