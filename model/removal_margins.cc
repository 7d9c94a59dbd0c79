#include "model/removal_margins.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "Eigen/Cholesky"
#include "model/kernels/dense.h"
#include "model/neighbours.h"

namespace rapport {
namespace {

Eigen::Index At(size_t place) { return static_cast<Eigen::Index>(place); }

Eigen::MatrixXd Products(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd products(a.cols(), b.cols());
  ChosenDenseKernel().products(a.data(), static_cast<size_t>(a.cols()), b.data(),
                               static_cast<size_t>(b.cols()), static_cast<size_t>(a.rows()),
                               products.data());
  return products;
}

// Where x and what is added to it stand, from the last column backwards.
constexpr Eigen::Index kVector = 1, kAllCountMore = 2, kLambdaLess = 3, kBesideEntries = 3;

}  // namespace

RemovalMargins::RemovalMargins(const Scorer& scorer, ItemIndex item,
                               std::span<const ItemIndex> others, std::span<const size_t> removable,
                               size_t list_length)
    : scorer_(scorer),
      list_length_(list_length),
      items_({item}),
      removable_(removable.begin(), removable.end()) {
  items_.insert(items_.end(), others.begin(), others.end());
  beside_.resize(At(items_.size()));
  for (size_t place = 0; place < items_.size(); ++place) {
    const ScoreTerms terms = scorer.Terms(items_[place]);
    beside_[At(place)] = terms.repeat + terms.popularity + terms.rules + terms.notes;
  }
  const auto entries = scorer.evidence().entries();
  for (size_t entry = 0; entry < entries.size(); ++entry) {
    if (std::ranges::find(removable, entry) == removable.end())
      latest_of_rest_ = std::max(latest_of_rest_, entries[entry].latest);
  }
  for (const size_t entry : removable) {
    const auto place = std::ranges::find(items_, entries[entry].item);
    place_.push_back(static_cast<size_t>(place - items_.begin()));
    beside_if_new_.push_back(scorer.OtherTermsIfNew(entries[entry].item).Sum() +
                             scorer.Terms(entries[entry].item).notes);
    latest_.push_back(entries[entry].latest);
  }
  for (const WeightedTaste& taste : scorer.tastes()) Add(taste);
}

void RemovalMargins::Add(const WeightedTaste& weighted) {
  const FoldedTaste& folded = *weighted.folded;
  const Taste& taste = folded.taste();
  const auto entries = scorer_.evidence().entries();
  const Eigen::Index count = At(removable_.size()), factors = taste.factors.cols();
  const auto row_of = [&](ItemIndex item) {
    return taste.factors.row(At(Row(item))).cast<double>().transpose();
  };
  OfTaste& of = tastes_.emplace_back();
  of.weight = weighted.weight;
  of.half_life_days = taste.options.half_life_days;
  of.of_entries.resize(count);
  Eigen::MatrixXd own(factors, count), items(factors, At(items_.size()));
  for (Eigen::Index column = 0; column < count; ++column) {
    const Evidence::Entry& entry = entries[removable_[static_cast<size_t>(column)]];
    of.of_entries[column] = scorer_.evidence().Weight(entry, of.half_life_days);
    own.col(column) = row_of(entry.item);
  }
  for (size_t place = 0; place < items_.size(); ++place)
    items.col(At(place)) = row_of(items_[place]) - taste.mean;

  const auto rows = static_cast<size_t>(taste.factors.rows());
  const double lambda = Regularization(taste.options, entries.size(), rows);
  of.lambda_step = lambda - Regularization(taste.options, entries.size() - 1, rows);
  const Eigen::VectorXd x = folded.vector() * folded.scale();
  Eigen::MatrixXd columns(factors, count + kBesideEntries);
  columns.leftCols(count) = own;
  columns.col(columns.cols() - kLambdaLess) = x;
  columns.col(columns.cols() - kAllCountMore) =
      (taste.options.alpha0 * taste.spectrum.array() + lambda) * x.array();
  columns.leftCols(count + kBesideEntries - kVector) =
      folded.Solved(columns.leftCols(count + kBesideEntries - kVector));
  columns.col(columns.cols() - kVector) = x;
  of.by_item = Products(items, columns);
  of.by_entry = Products(own, columns);
  of.squares =
      Products(columns, (taste.spectrum / static_cast<double>(rows)).asDiagonal() * columns);
  of.means = columns.transpose() * taste.mean;
  if (folded.neighbourhood().size() == 0) return;
  of.neighbours.resize(At(items_.size()), count + 1);
  for (size_t place = 0; place < items_.size(); ++place) {
    for (Eigen::Index column = 0; column < count; ++column) {
      of.neighbours(At(place), column) =
          taste.options.neighbour_weight * of.of_entries[column] *
          Neighbourhood(taste.neighbours,
                        Row(entries[removable_[static_cast<size_t>(column)]].item),
                        Row(items_[place]));
    }
    of.neighbours(At(place), count) =
        folded.neighbourhood()[At(Row(items_[place]))] * folded.scale();
  }
}

double RemovalMargins::DaysLess(std::span<const size_t> removed) const {
  Instant whole = latest_of_rest_, rest = latest_of_rest_;
  for (size_t at = 0; at < latest_.size(); ++at) {
    whole = std::max(whole, latest_[at]);
    if (latest_[at] > rest && std::ranges::find(removed, at) == removed.end()) rest = latest_[at];
  }
  return rest == Instant::min() ? 0 : DaysBetween(rest, whole);  // nothing is left to age
}

void RemovalMargins::AddTaste(const OfTaste& of, std::span<const size_t> removed, double days_less,
                              Eigen::VectorXd& scores) const {
  const Eigen::Index count = At(removed.size()), last = of.by_item.cols();
  const double more = std::exp2(days_less / of.half_life_days);  // that all that is left counts
  // The columns that x' is a sum of.
  std::vector<Eigen::Index> columns = {last - kVector, last - kAllCountMore, last - kLambdaLess};
  std::vector<double> times = {1, 1 - 1 / more, of.lambda_step * static_cast<double>(count)};
  Eigen::VectorXd change(count);
  Eigen::MatrixXd system(count, count);
  for (Eigen::Index at = 0; at < count; ++at) {
    const Eigen::Index entry = At(removed[static_cast<size_t>(at)]);
    double own = 0;
    for (size_t part = 0; part < columns.size(); ++part)
      own += times[part] * of.by_entry(entry, columns[part]);
    change[at] = 1 - own;
    for (Eigen::Index other = 0; other < count; ++other)
      system(at, other) = -of.by_entry(entry, At(removed[static_cast<size_t>(other)]));
    system(at, at) += 1 / of.of_entries[entry];
  }
  if (count > 0) change = system.llt().solve(change).eval();
  for (Eigen::Index at = 0; at < count; ++at) {
    columns.push_back(At(removed[static_cast<size_t>(at)]));
    times.push_back(-change[at]);
  }
  Eigen::VectorXd of_items = Eigen::VectorXd::Zero(scores.size());
  double square = 0, mean = 0;
  for (size_t part = 0; part < columns.size(); ++part) {
    of_items += times[part] * of.by_item.col(columns[part]);
    mean += times[part] * of.means[columns[part]];
    for (size_t other = 0; other < columns.size(); ++other)
      square += times[part] * times[other] * of.squares(columns[part], columns[other]);
  }
  if (of.neighbours.size() > 0) {
    of_items += more * of.neighbours.col(of.neighbours.cols() - 1);
    for (const size_t entry : removed) of_items -= more * of.neighbours.col(At(entry));
  }
  const double variance = square - mean * mean;
  scores += of.weight / (variance > 0 ? std::sqrt(variance) : 1) * of_items;
}

double RemovalMargins::Without(std::span<const size_t> removed) const {
  Eigen::VectorXd scores = beside_;
  for (const size_t entry : removed) {
    if (place_[entry] < items_.size()) scores[At(place_[entry])] = beside_if_new_[entry];
  }
  const double days_less = DaysLess(removed);
  for (const OfTaste& taste : tastes_) AddTaste(taste, removed, days_less, scores);
  const auto last = scores.begin() + static_cast<std::ptrdiff_t>(list_length_);  // of the list
  std::nth_element(scores.begin() + 1, last, scores.end(), std::greater<>());
  return *last - scores[0];
}

}  // namespace rapport
