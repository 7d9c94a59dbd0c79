// What a customer's purchases of one item look like. Pure functions; any thread.
#pragma once

#include <optional>

#include "services/recommender/customer_state.h"
#include "services/recommender/item_explanation.h"

namespace rapport {

// What speaks of the customer's own taste: bought, kept, no gifts; nothing of the basket, nothing
// supposed. None: nothing does.
std::optional<OwnHistory> OwnHistoryOf(const CustomerState& state, ItemIndex item);
// Every purchase of theirs, returned ones and gifts too, nothing supposed; quantity is of what was
// kept. None: never bought.
std::optional<OwnHistory> EveryPurchaseOf(const CustomerState& state, ItemIndex item);

}  // namespace rapport
