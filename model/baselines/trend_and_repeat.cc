#include "model/baselines/trend_and_repeat.h"

#include <memory>
#include <utility>

#include "model/term_weights.h"

namespace rapport {

ModelSnapshot WithoutTaste(ModelSnapshot model) {
  // One factor of zeros rather than none: the scorer takes a model without factors for one that
  // knows nothing personal.
  Taste nothing{.options = {.factors = 1},
                .factors = FactorMatrix::Zero(static_cast<Eigen::Index>(model.items.size()), 1),
                .spectrum = Eigen::VectorXd::Zero(1),
                .mean = Eigen::VectorXd::Zero(1),
                .neighbours = {}};
  model.tastes = {std::move(nothing)};
  for (PoolWeights& weights : model.weights) weights.tastes = {0};
  return model;
}

Ranker TrendAndRepeatRanker(const Trial& trial, int threads) {
  auto model = std::make_shared<ModelSnapshot>(WithoutTaste(trial.model));
  for (const Pool pool : kPools) {
    PoolWeights& weights = model->weights[static_cast<size_t>(pool)];
    weights = DefaultWeights(pool, 1);
    if (trial.before.customers.empty()) continue;
    if (auto fitted = FitWeights(WithoutTaste(trial.earlier), trial.before, pool, threads))
      weights = *fitted;
  }
  return [model, served = ServedRanker(*model, trial.held_out)](
             const HeldOutCustomer& customer, Pool pool) { return served(customer, pool); };
}

}  // namespace rapport
