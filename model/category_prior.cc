#include "model/category_prior.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "model/bootstrap.h"
#include "model/term_weights.h"

namespace rapport {
namespace {

constexpr std::array<double, 3> kWeights = {1, 3, 10};
constexpr size_t kLeastCustomers = 30;    // who bought a new item; of fewer, intervals say little
constexpr size_t kMostCustomers = 5'000;  // as many as weights are fitted on

// By item: the category whose mean it is drawn to; none: it stays as it is.
using DrawnTo = std::vector<std::optional<CategoryIndex>>;

// Adds what each category has to the broader ones.
template <typename AddToParent>
void AddUpwards(const Categories& categories, const AddToParent& add) {
  for (size_t row = categories.size(); row-- > 0;) {
    if (const auto parent = categories.ParentOf(CategoryIndex(row))) add(row, Row(*parent));
  }
}

bool WellKnown(int32_t buyers) { return buyers >= kLeastBuyers; }

// Well-known items of each category, narrower ones included.
std::vector<int32_t> CountWellKnown(const Categories& categories, std::span<const int32_t> buyers) {
  std::vector<int32_t> counts(categories.size(), 0);
  for (size_t item = 0; item < buyers.size(); ++item) {
    const auto category = categories.Of(ItemIndex(item));
    if (category && WellKnown(buyers[item])) ++counts[Row(*category)];
  }
  AddUpwards(categories, [&](size_t from, size_t to) { counts[to] += counts[from]; });
  return counts;
}

DrawnTo CategoriesFor(const Categories& categories, std::span<const int32_t> buyers) {
  const std::vector<int32_t> well_known = CountWellKnown(categories, buyers);
  DrawnTo drawn_to(buyers.size());
  for (size_t item = 0; item < buyers.size(); ++item) {
    if (WellKnown(buyers[item])) continue;
    auto category = categories.Of(ItemIndex(item));
    while (category && well_known[Row(*category)] < kLeastBuyers)
      category = categories.ParentOf(*category);
    drawn_to[item] = category;
  }
  return drawn_to;
}

// Of the rows of well-known items, f x categories; zeros where there are none.
Eigen::MatrixXd CategoryMeans(const Categories& categories, std::span<const int32_t> buyers,
                              const FactorMatrix& factors) {
  Eigen::MatrixXd means =
      Eigen::MatrixXd::Zero(factors.cols(), static_cast<Eigen::Index>(categories.size()));
  for (size_t item = 0; item < buyers.size(); ++item) {
    const auto category = categories.Of(ItemIndex(item));
    if (!category || !WellKnown(buyers[item])) continue;
    means.col(static_cast<Eigen::Index>(Row(*category))) +=
        factors.row(static_cast<Eigen::Index>(item)).cast<double>().transpose();
  }
  AddUpwards(categories, [&](size_t from, size_t to) {
    means.col(static_cast<Eigen::Index>(to)) += means.col(static_cast<Eigen::Index>(from));
  });
  const std::vector<int32_t> counts = CountWellKnown(categories, buyers);
  for (size_t category = 0; category < counts.size(); ++category)
    means.col(static_cast<Eigen::Index>(category)) /= std::max(1, counts[category]);
  return means;
}

// First purchases in the window of items that a prior would change.
struct NewItemPurchases {
  size_t customers = 0;
  int64_t purchases = 0;
};
NewItemPurchases CountPurchases(const HeldOut& held_out, const DrawnTo& drawn_to) {
  NewItemPurchases count;
  for (const HeldOutCustomer& customer : held_out.customers) {
    const std::vector<ItemIndex> bought = customer.Relevant(Pool::kNewToCustomer);
    const auto changed = std::count_if(bought.begin(), bought.end(), [&](ItemIndex item) {
      return drawn_to[Row(item)].has_value();
    });
    count.customers += changed > 0 ? 1 : 0;
    count.purchases += changed;
  }
  return count;
}

// One category for all: what a prior says that knows none.
Categories AllAlike(const DrawnTo& drawn_to, std::span<const int32_t> buyers) {
  std::vector<CategoryPath> paths(buyers.size());
  for (size_t item = 0; item < paths.size(); ++item) {
    if (drawn_to[item] || WellKnown(buyers[item])) paths[item] = {"all"};
  }
  return Categories(paths);
}

// Every second one, from `first` on.
std::vector<double> HalfOf(const std::vector<double>& values, size_t first) {
  std::vector<double> half;
  for (size_t place = first; place < values.size(); place += 2) half.push_back(values[place]);
  return half;
}

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Log-likelihoods of what customers bought for the first time, under one model's score with its
// tastes drawn to this or that.
class Judge {
 public:
  Judge(const HeldOut& held_out, const ModelSnapshot& model, int threads, const Watch& watch)
      : held_out_(held_out), model_(model), threads_(threads), watch_(watch) {}

  std::vector<double> Without() const { return Of(model_); }
  std::vector<double> With(const Categories& categories, double weight) const {
    ModelSnapshot drawn = model_;
    for (Taste& taste : drawn.tastes)
      taste = WithPrior(taste, categories, held_out_.buyers, weight, threads_);
    return Of(drawn);
  }

 private:
  std::vector<double> Of(const ModelSnapshot& model) const {
    return LogLikelihoods(model, held_out_, Pool::kNewToCustomer, threads_, {.stop = watch_.stop});
  }

  const HeldOut& held_out_;
  const ModelSnapshot& model_;
  const int threads_;
  const Watch& watch_;
};

}  // namespace

std::vector<int32_t> BuyersOf(const Interactions& interactions) {
  std::vector<int32_t> buyers(interactions.by_item.rows());
  for (size_t item = 0; item < buyers.size(); ++item)
    buyers[item] = static_cast<int32_t>(interactions.by_item.ColumnsOf(item).size());
  return buyers;
}

Taste WithPrior(const Taste& taste, const Categories& categories, std::span<const int32_t> buyers,
                double weight, int threads) {
  const DrawnTo drawn_to = CategoriesFor(categories, buyers);
  const Eigen::MatrixXd means = CategoryMeans(categories, buyers, taste.factors);
  FactorMatrix factors = taste.factors;
  for (size_t item = 0; item < drawn_to.size(); ++item) {
    if (!drawn_to[item]) continue;
    const double own = buyers[item];
    auto row = factors.row(static_cast<Eigen::Index>(item));
    const auto mean = means.col(static_cast<Eigen::Index>(Row(*drawn_to[item]))).transpose();
    row = ((own * row.cast<double>() + weight * mean) / (own + weight)).cast<float>();
  }
  Taste drawn = TasteOf(taste.options, factors, threads);
  drawn.neighbours = taste.neighbours;
  return drawn;
}

CategoryPrior EarnedPrior(const PurchaseLog& log, const HeldOut& window, const ModelSnapshot& model,
                          int threads, const Watch& watch) {
  if (log.categories().size() == 0) return {};
  // Rare items are among the choices here, which weights are never fitted on.
  const HeldOut held_out(log, window.cut, window.end,
                         std::min(window.customers.size(), kMostCustomers), 0);
  const DrawnTo drawn_to = CategoriesFor(log.categories(), held_out.buyers);
  const auto [customers, purchases] = CountPurchases(held_out, drawn_to);
  CategoryPrior best{.purchases = purchases};
  if (customers < kLeastCustomers) return best;
  // One half of the customers chooses the weight, the other half tells whether it is earned: the
  // best of several by the same customers looks better than it is.
  const Judge judge(held_out, model, threads, watch);
  const std::vector<double> without = judge.Without();
  std::vector<double> of_best;
  double greatest = -std::numeric_limits<double>::infinity();
  for (const double weight : kWeights) {
    std::vector<double> with = judge.With(log.categories(), weight);
    if (watch.Stopped()) return {};
    const double chosen_by = Sum(HalfOf(with, 0));
    if (chosen_by <= greatest) continue;
    greatest = chosen_by;
    best.weight = weight;
    of_best = HalfOf(with, 1);
  }
  best.gain = PairedBootstrap(of_best, HalfOf(without, 1));
  const auto alike = judge.With(AllAlike(drawn_to, held_out.buyers), best.weight);
  if (watch.Stopped()) return {};
  const MeanDifference of_categories = PairedBootstrap(of_best, HalfOf(alike, 1));
  if (of_categories.low < best.gain.low) best.gain = of_categories;
  if (!best.gain.SignificantlyAbove()) best.weight = 0;
  return best;
}

}  // namespace rapport
