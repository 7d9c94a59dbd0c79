// The lines of an explanation: each item of the evidence with its orders, as the history has them,
// and what it adds to the score. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "model/explanation.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/item_explanation.h"

namespace rapport {

// What items are called.
using NameOf = std::function<Item(ItemIndex)>;

// Sets explanation->evidence to these of exact.contributions (their places, ascending), what sums
// up the others, and the shares of explanation->notes; then what is missing to explanation->score,
// if anything. `item`: what is
// explained.
void SetEvidence(const CustomerState& state, ItemIndex item, const Explanation& exact,
                 std::span<const size_t> listed, const NameOf& name_of,
                 ItemExplanation* explanation);

}  // namespace rapport
