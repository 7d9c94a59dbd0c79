// The weights of the score's terms, fitted on held-out time: the softmax over the candidates gives
// what was bought the greatest likelihood (a conditional logit, McFadden 1974), every customer
// counting once.
#pragma once

#include <optional>
#include <vector>

#include "model/held_out.h"
#include "model/model_snapshot.h"
#include "model/watch.h"

namespace rapport {

// Without held-out time to fit on: what Online Retail II gave, rounded.
PoolWeights DefaultWeights(Pool pool, size_t tastes);

// `model`: factors and popularity learned from before held_out.cut; its weights are not looked at.
// None if fewer than 20 customers bought something of the pool. The same bits for any number of
// threads.
std::optional<PoolWeights> FitWeights(const ModelSnapshot& model, const HeldOut& held_out,
                                      Pool pool, int threads, const Watch& watch = {});

// What FitWeights makes great, of each customer who bought something of the pool, in their order:
// the log-likelihood of that under the model's score. The same customers, and the same choices, for
// any model. The same bits for any number of threads.
std::vector<double> LogLikelihoods(const ModelSnapshot& model, const HeldOut& held_out, Pool pool,
                                   int threads, const Watch& watch = {});

}  // namespace rapport
