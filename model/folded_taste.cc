#include "model/folded_taste.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "model/kernels/dense.h"
#include "model/neighbours.h"

namespace rapport {
namespace {

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

const float* FactorsOf(const Taste& taste, ItemIndex item) {
  return taste.factors.row(static_cast<Eigen::Index>(Row(item))).data();
}

constexpr size_t kItemsAtOnce = 64;  // whose rows are handed to a kernel together

}  // namespace

double DeviationOver(const Taste& taste, const Eigen::VectorXd& x) {
  const double mean = taste.mean.dot(x);
  const double square =
      x.dot(taste.spectrum.cwiseProduct(x)) / static_cast<double>(taste.factors.rows()) -
      mean * mean;
  const double deviation = std::sqrt(std::max(0.0, square));
  return deviation > 0 && std::isfinite(deviation) ? deviation : 1;
}

void DotsWith(const Taste& taste, std::span<const ItemIndex> items, const Eigen::VectorXd& x,
              std::span<double> dots) {
  std::array<const float*, kItemsAtOnce> rows;
  for (size_t begin = 0; begin < items.size(); begin += kItemsAtOnce) {
    const size_t count = std::min(kItemsAtOnce, items.size() - begin);
    for (size_t at = 0; at < count; ++at) rows[at] = FactorsOf(taste, items[begin + at]);
    ChosenDenseKernel().dots(rows.data(), count, x.data(), static_cast<size_t>(x.size()),
                             dots.data() + begin);
  }
}

double DotWith(const Taste& taste, ItemIndex item, const Eigen::VectorXd& x) {
  double dot = 0;
  DotsWith(taste, std::span(&item, 1), x, std::span(&dot, 1));
  return dot;
}

FoldedTaste::FoldedTaste(const Taste& taste, const Evidence& evidence)
    : taste_(taste),
      evidence_(evidence),
      fold_in_(Fold(taste, evidence)),
      scale_(DeviationOver(taste, fold_in_.vector())),
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
  const double to_factors = DotWith(taste_, item, vector_) - average_;
  if (neighbourhood_.size() == 0) return to_factors;
  return to_factors + neighbourhood_[static_cast<Eigen::Index>(Row(item))];
}

void FoldedTaste::Of(std::span<const ItemIndex> items, std::span<double> of) const {
  DotsWith(taste_, items, vector_, of);
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
    each.push_back(DotWith(taste_, entry.item, influence));
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

}  // namespace rapport
