// Popularity: how many customers bought each item lately. Item terms, the same for everybody.
#pragma once

#include "model/model_snapshot.h"
#include "model/purchase_log.h"

namespace rapport {

// items x kPopularityFeatures: log(1 + distinct buyers) in the 7, 28 and 90 days before `cut`, and
// ever before it, then log(1 + days on sale), from the first purchase that was kept; each less its
// mean over the items, so that a positive term speaks for an item. Guests count, an order of theirs
// as one buyer; gifts count.
decltype(ModelSnapshot::popularity) PopularityAt(const PurchaseLog& log, Instant cut);

// How an item stands beside the others of its model: bought by more customers than the average item
// in the 28 days before the model's last purchase; if not, on sale for at most kNewDays by then and
// for a shorter time than the average item; or neither. Whatever a popularity term comes to, only
// the first of these is popular.
inline constexpr double kNewDays = 60;
enum class Standing { kPopular, kNew, kNeither };
// What kDaysOnSale of an item on sale for kNewDays is in this model: for ModelSnapshot::new_below.
double NewBelow(const ModelSnapshot& model);
Standing StandingOf(const ModelSnapshot& model, ItemIndex item);

}  // namespace rapport
