#include "model/scorer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "model/kernels/dense.h"
#include "model/neighbours.h"

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

const float* FactorsOf(const Taste& taste, ItemIndex item) {
  return taste.factors.row(static_cast<Eigen::Index>(Row(item))).data();
}

double Dot(const float* y, const Eigen::VectorXd& x) {
  double dot = 0;
  ChosenDenseKernel().dots(&y, 1, x.data(), static_cast<size_t>(x.size()), &dot);
  return dot;
}

constexpr size_t kItemsAtOnce = 64;  // that are scored together

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
      evidence_(evidence),
      fold_in_(Fold(taste, evidence)),
      scale_(ScaleOf(taste, fold_in_.vector())),
      vector_(fold_in_.vector() / scale_),
      average_(taste.mean.dot(vector_)) {
  if (taste.options.neighbour_weight == 0) return;
  neighbourhood_.setZero(taste.factors.rows());
  for (const Evidence::Entry& entry : evidence.entries()) {
    const double weight = taste.options.neighbour_weight / scale_ *
                          evidence.Weight(entry, taste.options.half_life_days);
    const auto items = taste.neighbours.ColumnsOf(Row(entry.item));
    const auto values = taste.neighbours.WeightsOf(Row(entry.item));
    for (size_t place = 0; place < items.size(); ++place)
      neighbourhood_[items[place]] += weight * static_cast<double>(values[place]);
  }
}

double FoldedTaste::Of(ItemIndex item) const {
  const double to_factors = Dot(FactorsOf(taste_, item), vector_) - average_;
  if (neighbourhood_.size() == 0) return to_factors;
  return to_factors + neighbourhood_[static_cast<Eigen::Index>(Row(item))];
}

void FoldedTaste::Of(std::span<const ItemIndex> items, std::span<double> of) const {
  std::array<const float*, kItemsAtOnce> rows;
  for (size_t begin = 0; begin < items.size(); begin += kItemsAtOnce) {
    const size_t count = std::min(kItemsAtOnce, items.size() - begin);
    for (size_t at = 0; at < count; ++at) rows[at] = FactorsOf(taste_, items[begin + at]);
    ChosenDenseKernel().dots(rows.data(), count, vector_.data(),
                             static_cast<size_t>(vector_.size()), of.data() + begin);
  }
  for (size_t at = 0; at < items.size(); ++at) {
    of[at] -= average_;
    if (neighbourhood_.size() > 0)
      of[at] += neighbourhood_[static_cast<Eigen::Index>(Row(items[at]))];
  }
}

std::vector<double> FoldedTaste::ForEachWeight(ItemIndex item) const {
  const auto row = taste_.factors.row(static_cast<Eigen::Index>(Row(item)));
  const Eigen::VectorXd influence =
      fold_in_.SolveFor(row.cast<double>().transpose() - taste_.mean) / scale_;
  std::vector<double> each;
  for (const Evidence::Entry& entry : evidence_.entries()) {
    each.push_back(Dot(FactorsOf(taste_, entry.item), influence));
    if (neighbourhood_.size() > 0) {
      each.back() += taste_.options.neighbour_weight / scale_ *
                     Neighbourhood(taste_.neighbours, Row(entry.item), Row(item));
    }
  }
  return each;
}

Eigen::MatrixXd FoldedTaste::EntryShares(std::span<const ItemIndex> items) const {
  Eigen::MatrixXd ys(taste_.factors.cols(), static_cast<Eigen::Index>(items.size()));
  for (size_t place = 0; place < items.size(); ++place) {
    const auto row = taste_.factors.row(static_cast<Eigen::Index>(Row(items[place])));
    ys.col(static_cast<Eigen::Index>(place)) =
        (row.cast<double>().transpose() - taste_.mean) / scale_;
  }
  Eigen::MatrixXd shares = fold_in_.EntryShares(ys);
  if (neighbourhood_.size() == 0) return shares;
  const auto entries = evidence_.entries();
  for (size_t entry = 0; entry < entries.size(); ++entry) {
    const double weight = taste_.options.neighbour_weight / scale_ *
                          evidence_.Weight(entries[entry], taste_.options.half_life_days);
    for (size_t place = 0; place < items.size(); ++place) {
      shares(static_cast<Eigen::Index>(entry), static_cast<Eigen::Index>(place)) +=
          weight * Neighbourhood(taste_.neighbours, Row(entries[entry].item), Row(items[place]));
    }
  }
  return shares;
}

Scorer::Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence,
               std::shared_ptr<const Adjustments> adjustments,
               const std::vector<WeightedTaste>& folded)
    : model_(model),
      pool_(pool),
      evidence_(evidence),
      personal_(!evidence.empty() && (!model.tastes.empty() || pool != Pool::kNewToCustomer)),
      weights_(personal_ ? model.WeightsOf(pool) : PoolWeights{.popularity = kPlainPopularity}),
      adjustments_(std::move(adjustments)) {
  if (!personal_) return;
  for (size_t taste = 0; taste < weights_.tastes.size(); ++taste) {
    const double weight = weights_.tastes[taste];
    if (weight == 0) continue;
    const auto known = std::ranges::find_if(folded, [&](const WeightedTaste& other) {
      return &other.folded->taste() == &model.tastes[taste];
    });
    tastes_.push_back({weight, known != folded.end() ? known->folded
                                                     : std::make_shared<const FoldedTaste>(
                                                           model.tastes[taste], evidence)});
  }
}

ScoreTerms Scorer::OtherTerms(ItemIndex item, const Evidence::Entry* own) const {
  ScoreTerms terms;
  const TermFeatures features(model_, item, evidence_, own);
  for (size_t feature = 0; feature < features.popularity.size(); ++feature)
    terms.popularity += weights_.popularity[feature] * features.popularity[feature];
  for (size_t feature = 0; feature < features.repeat.size(); ++feature)
    terms.repeat += weights_.repeat[feature] * features.repeat[feature];
  if (adjustments_ != nullptr) terms.rules = (*adjustments_)[Row(item)];
  return terms;
}

ScoreTerms Scorer::Terms(ItemIndex item) const {
  ScoreTerms terms = OtherTerms(item, personal_ ? evidence_.Find(item) : nullptr);
  for (const WeightedTaste& taste : tastes_) terms.taste += taste.weight * taste.folded->Of(item);
  return terms;
}

void Scorer::Scores(std::span<const ItemIndex> items, std::span<double> scores) const {
  std::array<double, kItemsAtOnce> of_taste;
  for (size_t begin = 0; begin < items.size(); begin += kItemsAtOnce) {
    const auto some = items.subspan(begin, std::min(kItemsAtOnce, items.size() - begin));
    std::array<ScoreTerms, kItemsAtOnce> terms;
    for (const WeightedTaste& taste : tastes_) {
      taste.folded->Of(some, std::span(of_taste).first(some.size()));
      for (size_t at = 0; at < some.size(); ++at) terms[at].taste += taste.weight * of_taste[at];
    }
    for (size_t at = 0; at < some.size(); ++at) {
      ScoreTerms all = OtherTerms(some[at], personal_ ? evidence_.Find(some[at]) : nullptr);
      all.taste = terms[at].taste;
      scores[begin + at] = all.Sum();
    }
  }
}

std::optional<double> Scorer::AverageTaste(ItemIndex item) const {
  double sum = 0;
  for (const WeightedTaste& weighted : tastes_) {
    const Taste& taste = weighted.folded->taste();
    const AverageCustomer& average = taste.average;
    if (average.customers == 0) return std::nullopt;
    double of_taste = Dot(FactorsOf(taste, item), average.vector) - taste.mean.dot(average.vector);
    if (average.neighbourhood.size() > 0) {
      of_taste += static_cast<double>(average.neighbourhood[static_cast<Eigen::Index>(Row(item))]);
    }
    sum += weighted.weight * of_taste;
  }
  return sum;
}

std::optional<double> Scorer::AverageScore(ItemIndex item) const {
  const std::optional<double> taste = AverageTaste(item);
  if (!taste) return std::nullopt;
  return *taste + OtherTermsIfNew(item).Sum();
}

std::vector<std::vector<double>> Scorer::Contributions(ItemIndex item) const {
  const auto entries = evidence_.entries();
  std::vector<std::vector<double>> contributions;
  for (const Evidence::Entry& entry : entries)
    contributions.emplace_back(evidence_.orders(entry).size(), 0.0);
  for (const WeightedTaste& taste : tastes_) {
    const std::vector<double> for_each_weight = taste.folded->ForEachWeight(item);
    const double half_life_days = taste.folded->taste().options.half_life_days;
    for (size_t place = 0; place < contributions.size(); ++place) {
      const auto orders = evidence_.orders(entries[place]);
      for (size_t order = 0; order < orders.size(); ++order) {
        contributions[place][order] +=
            orders[order].Weight(half_life_days) * taste.weight * for_each_weight[place];
      }
    }
  }
  return contributions;
}

Eigen::MatrixXd Scorer::EntryContributions(std::span<const ItemIndex> items) const {
  Eigen::MatrixXd contributions =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(evidence_.entries().size()),
                            static_cast<Eigen::Index>(items.size()));
  for (const WeightedTaste& taste : tastes_)
    contributions += taste.weight * taste.folded->EntryShares(items);
  return contributions;
}

}  // namespace rapport
