// What to think of new items, before enough customers have bought them: that they are like the
// well-known ones of their category, on average. Items with kLeastBuyers buyers or more are well
// known, and stay as they are. Plain functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/categories.h"
#include "model/held_out.h"
#include "model/interactions.h"
#include "model/model_snapshot.h"
#include "model/purchase_log.h"
#include "model/watch.h"

namespace rapport {

// By item: customers with it in their evidence.
std::vector<int32_t> BuyersOf(const Interactions& interactions);

// With the rows of items of n < kLeastBuyers buyers as (n y + weight c) / (n + weight), where c is
// the mean of the rows of the well-known items of the item's category or, if that has fewer than
// kLeastBuyers of them, of the narrowest broader one that has as many; without one they stay. The
// same bits for any number of threads. Requires: weight > 0, threads >= 1, `buyers` by item.
Taste WithPrior(const Taste& taste, const Categories& categories, std::span<const int32_t> buyers,
                double weight, int threads);

// The weight under which the model's score, of all items of the catalogue, makes what customers
// bought in the window for the first time most likely, by every second customer. 0 unless for the
// others that is beyond chance (paired bootstrap) likelier than under 0, and than if all items were
// of one category: new items may sell well, or badly, whatever they are. 0 too if fewer than 30
// customers bought something that a prior would change. `window` and `model` as for FitWeights,
// with its weights fitted; its tastes are without a prior. The same for any number of threads.
CategoryPrior EarnedPrior(const PurchaseLog& log, const HeldOut& window, const ModelSnapshot& model,
                          int threads, const Watch& watch = {});

}  // namespace rapport
