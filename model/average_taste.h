// The average customer: how much to the taste of customers an item is on average. Given a
// customer's scale, a taste is linear in their vector and their neighbourhood (scorer.h), so the
// means of these over customers say it of every item. An item that is no more to somebody's taste
// than that is suggested to them because it is popular.
#pragma once

#include <cstddef>

#include "model/ids.h"
#include "model/model_snapshot.h"
#include "model/purchase_log.h"
#include "model/watch.h"

namespace rapport {

inline constexpr size_t kMostAveraged = 20'000;  // customers; of more, as many, evenly

// Sets `average` of each taste of the model, over customers with evidence just before `cut`, each
// folded in as serving does. The same bits for any number of threads. Requires: a model of the
// log's items, threads >= 1.
void LearnAverages(const PurchaseLog& log, Instant cut, int threads, const Watch& watch,
                   ModelSnapshot* model);

}  // namespace rapport
