// Crowd: how many people chose an item, at least. A model keeps no counts, but the logarithms of
// them less their mean; as counts are whole numbers, the least that fit can be read back. Pure; any
// thread.
#pragma once

#include <cstdint>

#include "model/bought_together.h"
#include "model/model_snapshot.h"

namespace rapport::talk {

// Distinct buyers of the item at the model's training, guests' orders among them; never more than
// there were, and all of them unless every item's count has a common pattern. Reads a column of the
// model: microseconds for thousands of items.
int64_t LeastBuyers(const ModelSnapshot& model, ItemIndex item);

// Whether the orders that have what `pair` names often have the item too that it is a pair of: a
// tenth of them, and a fifth more than by chance.
bool OftenTogether(const BoughtTogether& together, const Together& pair);

}  // namespace rapport::talk
