#include "model/scorer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace rapport {
namespace {

constexpr double kRecentHalfLifeDays = 60;

FoldIn Fold(const Taste& taste, const Evidence& evidence) {
  std::vector<uint32_t> items;
  std::vector<double> weights;
  for (const Evidence::Entry& entry : evidence.entries()) {
    items.push_back(static_cast<uint32_t>(entry.item));
    weights.push_back(evidence.Weight(entry, taste.options.half_life_days));
  }
  FoldIn fold_in(taste);
  fold_in.Solve(items, weights);
  return fold_in;
}

// The deviation of y_i . x over all items, from their spectrum and mean; 1 if all are alike.
double ScaleOf(const Taste& taste, const Eigen::VectorXd& x) {
  const double mean = taste.mean.dot(x);
  const double square =
      x.dot(taste.spectrum.cwiseProduct(x)) / static_cast<double>(taste.factors.rows()) -
      mean * mean;
  const double deviation = std::sqrt(std::max(0.0, square));
  return deviation > 0 && std::isfinite(deviation) ? deviation : 1;
}

}  // namespace

TermFeatures::TermFeatures(const ModelSnapshot& model, ItemIndex item, const Evidence& evidence,
                           const Evidence::Entry* own) {
  const auto of_item = model.popularity.row(static_cast<Eigen::Index>(Row(item)));
  const size_t shown = own == nullptr ? popularity.size() : kRecencyFeatures;
  std::copy_n(of_item.data(), shown, popularity.data());
  if (own == nullptr) return;
  repeat = {1.0, std::log1p(static_cast<double>(own->order_count)),
            std::log1p(evidence.Weight(*own, kRecentHalfLifeDays)), of_item[kBuyersEver]};
}

FoldedTaste::FoldedTaste(const Taste& taste, const Evidence& evidence)
    : taste_(taste),
      fold_in_(Fold(taste, evidence)),
      scale_(ScaleOf(taste, fold_in_.vector())),
      vector_(fold_in_.vector() / scale_),
      average_(taste.mean.dot(vector_)) {}

double FoldedTaste::Of(ItemIndex item) const {
  // Four sums side by side, in one stated order: fast, and the same bits everywhere.
  const float* y = taste_.factors.row(static_cast<Eigen::Index>(Row(item))).data();
  const double* x = vector_.data();
  const Eigen::Index size = vector_.size();
  std::array<double, 4> sums = {};
  Eigen::Index factor = 0;
  for (; factor + 4 <= size; factor += 4) {
    for (Eigen::Index lane = 0; lane < 4; ++lane) {
      sums[static_cast<size_t>(lane)] += static_cast<double>(y[factor + lane]) * x[factor + lane];
    }
  }
  for (; factor < size; ++factor) sums[0] += static_cast<double>(y[factor]) * x[factor];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) - average_;
}

Eigen::VectorXd FoldedTaste::Influence(ItemIndex item) const {
  const auto row = taste_.factors.row(static_cast<Eigen::Index>(Row(item)));
  return fold_in_.SolveFor(row.cast<double>().transpose() - taste_.mean) / scale_;
}

Scorer::Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence)
    : model_(model),
      evidence_(evidence),
      personal_(!evidence.empty() && (!model.tastes.empty() || pool != Pool::kNewToCustomer)),
      weights_(personal_ ? model.WeightsOf(pool) : PoolWeights{.popularity = kPlainPopularity}) {
  if (!personal_) return;
  for (size_t taste = 0; taste < weights_.tastes.size(); ++taste) {
    if (const double weight = weights_.tastes[taste]; weight != 0)
      tastes_.push_back({weight, FoldedTaste(model.tastes[taste], evidence)});
  }
}

ScoreTerms Scorer::Terms(ItemIndex item) const {
  ScoreTerms terms;
  for (const WeightedTaste& taste : tastes_) terms.taste += taste.weight * taste.folded.Of(item);
  const Evidence::Entry* own = personal_ ? evidence_.Find(item) : nullptr;
  const TermFeatures features(model_, item, evidence_, own);
  for (size_t feature = 0; feature < features.popularity.size(); ++feature)
    terms.popularity += weights_.popularity[feature] * features.popularity[feature];
  for (size_t feature = 0; feature < features.repeat.size(); ++feature)
    terms.repeat += weights_.repeat[feature] * features.repeat[feature];
  return terms;
}

std::vector<Eigen::VectorXd> Scorer::TasteInfluence(ItemIndex item) const {
  std::vector<Eigen::VectorXd> influence;
  for (const WeightedTaste& taste : tastes_)
    influence.push_back(taste.weight * taste.folded.Influence(item));
  return influence;
}

std::vector<double> Scorer::OrderContributions(
    const Evidence::Entry& entry, const std::vector<Eigen::VectorXd>& influence) const {
  const auto orders = evidence_.orders(entry);
  std::vector<double> contributions(orders.size(), 0.0);
  for (size_t taste = 0; taste < tastes_.size(); ++taste) {
    const Taste& learned = tastes_[taste].folded.taste();
    const auto row = learned.factors.row(static_cast<Eigen::Index>(Row(entry.item)));
    const double for_each_weight = row.cast<double>().dot(influence[taste]);
    for (size_t order = 0; order < orders.size(); ++order) {
      contributions[order] +=
          orders[order].Weight(learned.options.half_life_days) * for_each_weight;
    }
  }
  return contributions;
}

}  // namespace rapport
