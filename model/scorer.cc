#include "model/scorer.h"

#include <cmath>
#include <vector>

namespace rapport {

std::array<double, kRepeatFeatures.size()> RepeatFeatures(const Evidence::Entry& entry) {
  return {1.0, std::log1p(static_cast<double>(entry.order_count)), std::log1p(entry.recent_weight)};
}

Scorer::Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence)
    : model_(model),
      evidence_(evidence),
      personal_(model.factors.cols() > 0 && !evidence.empty()),
      weights_(personal_ ? model.WeightsOf(pool)
                         : PoolWeights{.taste = 0, .popularity = kPlainPopularity}),
      fold_in_(model.factors, model.gramian, model.options) {
  if (!personal_) return;
  std::vector<uint32_t> items;
  std::vector<double> weights;
  for (const Evidence::Entry& entry : evidence.entries()) {
    items.push_back(static_cast<uint32_t>(entry.item));
    weights.push_back(entry.weight);
  }
  fold_in_.Solve(items, weights);
}

double Scorer::RawTaste(ItemIndex item) const {
  if (!personal_) return 0;
  // Four sums side by side, in one stated order: fast, and the same bits everywhere.
  const float* y = model_.factors.row(static_cast<Eigen::Index>(Row(item))).data();
  const double* x = fold_in_.vector().data();
  const Eigen::Index size = fold_in_.vector().size();
  std::array<double, 4> sums = {};
  Eigen::Index factor = 0;
  for (; factor + 4 <= size; factor += 4) {
    for (Eigen::Index lane = 0; lane < 4; ++lane) {
      sums[static_cast<size_t>(lane)] += static_cast<double>(y[factor + lane]) * x[factor + lane];
    }
  }
  for (; factor < size; ++factor) sums[0] += static_cast<double>(y[factor]) * x[factor];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

ScoreTerms Scorer::Terms(ItemIndex item) const {
  ScoreTerms terms;
  terms.taste = weights_.taste * RawTaste(item);
  const auto row = static_cast<Eigen::Index>(Row(item));
  for (size_t feature = 0; feature < weights_.popularity.size(); ++feature) {
    terms.popularity +=
        weights_.popularity[feature] * model_.popularity(row, static_cast<Eigen::Index>(feature));
  }
  if (!personal_) return terms;
  if (const Evidence::Entry* own = evidence_.Find(item)) {
    const auto features = RepeatFeatures(*own);
    for (size_t feature = 0; feature < features.size(); ++feature) {
      terms.repeat += weights_.repeat[feature] * features[feature];
    }
  }
  return terms;
}

Eigen::VectorXd Scorer::Influence(ItemIndex item) const {
  if (!personal_) return Eigen::VectorXd::Zero(model_.factors.cols());
  return weights_.taste *
         fold_in_.SolveFor(
             model_.factors.row(static_cast<Eigen::Index>(Row(item))).cast<double>().transpose());
}

}  // namespace rapport
