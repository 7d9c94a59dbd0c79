// Where an explained item stands, and what would have to be otherwise: ranks without each line of
// evidence, the smallest removal, the contrast with the next item, better items without a place.
// For one call.
#pragma once

#include <functional>
#include <vector>

#include "model/explanation.h"
#include "model/scorer.h"
#include "services/recommender/item_explanation.h"
#include "services/recommender/list_request.h"

namespace rapport {

// What items are called.
using NameOf = std::function<Item(ItemIndex)>;

// Fills explanation->rank and all that says of which place something is. `exact` is of `item` by
// `scorer`, which scores what `request` may put into its list; explanation->evidence holds its
// first lines in their order.
void AddPlaces(const ListRequest& request, const Scorer& scorer, ItemIndex item,
               const Explanation& exact, const NameOf& name_of, ItemExplanation* explanation);

// Of two explanations by the same scorer; `lines` differences at most are listed.
Contrast ContrastOf(const Scorer& scorer, const Explanation& one, ItemIndex other,
                    const Explanation& of_other, size_t lines, const NameOf& name_of);

}  // namespace rapport
