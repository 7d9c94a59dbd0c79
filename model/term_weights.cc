#include "model/term_weights.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "Eigen/Cholesky"
#include "model/parallel.h"
#include "model/scorer.h"

namespace rapport {
namespace {

constexpr size_t kLeastCustomers = 20;
constexpr size_t kMostCustomers = 5'000;  // beyond it they are sampled evenly
constexpr size_t kMostOthers = 500;       // of a customer's choices that were not bought, each kind
constexpr size_t kBlockCustomers = 16;
constexpr int kMostSteps = 30;
constexpr double kRidge =
    1e-4;  // for each customer: keeps weights of features that never vary at zero

// Features: the tastes, then the repeat term's, then the popularity term's.
constexpr int kItemFeatures = static_cast<int>(kRepeatFeatures.size() + kPopularityFeatures.size());
constexpr int kMostFeatures = static_cast<int>(kMostTastes) + kItemFeatures;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kMostFeatures, 1>;
using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, kMostFeatures, kMostFeatures>;

// What one customer chose from: a row for each item, those that were bought first. Of the many that
// were not, a sample, each standing for several: the softmax is corrected by log(stands for)
// (McFadden 1978, sampling of alternatives).
struct Choice {
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> features;
  std::vector<double> log_stands_for;
  size_t bought = 0;
};

struct Likelihood {
  explicit Likelihood(Eigen::Index features)
      : gradient(Vector::Zero(features)), curvature(Matrix::Zero(features, features)) {}

  double value = 0;
  Vector gradient;
  Matrix curvature;  // minus the Hessian

  void Add(const Likelihood& other) {
    value += other.value;
    gradient += other.gradient;
    curvature += other.curvature;
  }
};

// The first `count` of `items` become a random choice of them.
void Sample(size_t count, std::mt19937_64& random, std::vector<ItemIndex>* items) {
  for (size_t place = 0; place < count && place < items->size(); ++place) {
    const size_t left = items->size() - place;
    std::swap((*items)[place], (*items)[place + ((random() >> 32) * left >> 32)]);
  }
  items->resize(std::min(count, items->size()));
}

class ChoiceMaker {
 public:
  ChoiceMaker(const ModelSnapshot& model, const HeldOut& held_out, Pool pool)
      : model_(model), held_out_(held_out), pool_(pool) {}

  // None if the customer bought nothing of the pool. The same `seed`, the same sample.
  std::optional<Choice> MakeFor(const HeldOutCustomer& customer, uint64_t seed) const {
    std::vector<ItemIndex> items = customer.Relevant(pool_);
    if (items.empty()) return std::nullopt;
    Choice choice{.bought = items.size()};
    choice.log_stands_for.assign(items.size(), 0.0);
    std::vector<ItemIndex> known;  // bought before, not now
    std::vector<ItemIndex> others;
    for (size_t row = 0; row < held_out_.candidate.size(); ++row) {
      const auto item = static_cast<ItemIndex>(row);
      if (!held_out_.candidate[row] || !InPool(pool_, customer.evidence, item) ||
          std::binary_search(items.begin(), items.begin() + static_cast<ptrdiff_t>(choice.bought),
                             item)) {
        continue;
      }
      (customer.evidence.Find(item) != nullptr ? known : others).push_back(item);
    }
    std::mt19937_64 random(seed);
    for (std::vector<ItemIndex>* kind : {&known, &others}) {
      const auto all = static_cast<double>(kind->size());
      Sample(kMostOthers, random, kind);
      items.insert(items.end(), kind->begin(), kind->end());
      choice.log_stands_for.resize(items.size(), std::log(all / static_cast<double>(kind->size())));
    }
    FillFeatures(customer.evidence, items, &choice);
    return choice;
  }

 private:
  void FillFeatures(const Evidence& evidence, const std::vector<ItemIndex>& items,
                    Choice* choice) const {
    const auto tastes = static_cast<Eigen::Index>(model_.tastes.size());
    choice->features.setZero(static_cast<Eigen::Index>(items.size()), tastes + kItemFeatures);
    for (Eigen::Index taste = 0; taste < tastes; ++taste) {
      const FoldedTaste folded(model_.tastes[static_cast<size_t>(taste)], evidence);
      for (size_t row = 0; row < items.size(); ++row) {
        choice->features(static_cast<Eigen::Index>(row), taste) =
            static_cast<float>(folded.Of(items[row]));
      }
    }
    for (size_t row = 0; row < items.size(); ++row) {
      const TermFeatures features(model_, items[row], evidence, evidence.Find(items[row]));
      Eigen::Index place = tastes;
      for (const double feature : features.repeat)
        choice->features(static_cast<Eigen::Index>(row), place++) = static_cast<float>(feature);
      for (const double feature : features.popularity)
        choice->features(static_cast<Eigen::Index>(row), place++) = static_cast<float>(feature);
    }
  }

  const ModelSnapshot& model_;
  const HeldOut& held_out_;
  const Pool pool_;
};

// Log-likelihood of one customer's choices, divided by their number: every customer counts once.
Likelihood LikelihoodOf(const Choice& choice, const Vector& weights) {
  const Eigen::Index count = choice.features.rows();
  Eigen::VectorXd utility(count);
  for (Eigen::Index row = 0; row < count; ++row) {
    utility[row] = choice.features.row(row).cast<double>().dot(weights) +
                   choice.log_stands_for[static_cast<size_t>(row)];
  }
  const double greatest = utility.maxCoeff();
  double total = 0;
  Vector mean = Vector::Zero(weights.size());
  Likelihood likelihood(weights.size());
  for (Eigen::Index row = 0; row < count; ++row) {
    const double mass = std::exp(utility[row] - greatest);
    const Vector features = choice.features.row(row).cast<double>();
    total += mass;
    mean += mass * features;
    likelihood.curvature.noalias() += mass * features * features.transpose();
  }
  mean /= total;
  likelihood.curvature = likelihood.curvature / total - mean * mean.transpose();
  likelihood.gradient = -mean;
  likelihood.value = -(greatest + std::log(total));
  const auto bought = static_cast<Eigen::Index>(choice.bought);
  likelihood.value += utility.head(bought).mean();
  likelihood.gradient +=
      choice.features.topRows(bought).cast<double>().colwise().mean().transpose();
  return likelihood;
}

Likelihood TotalLikelihood(const std::vector<Choice>& choices, const Vector& weights, int threads) {
  const size_t blocks = (choices.size() + kBlockCustomers - 1) / kBlockCustomers;
  std::vector<Likelihood> sums(blocks, Likelihood(weights.size()));
  ParallelFor(threads, blocks, [&](size_t block, int) {
    const size_t end = std::min(choices.size(), (block + 1) * kBlockCustomers);
    for (size_t row = block * kBlockCustomers; row < end; ++row)
      sums[block].Add(LikelihoodOf(choices[row], weights));
  });
  const double ridge = kRidge * static_cast<double>(choices.size());
  Likelihood total(weights.size());
  for (const Likelihood& sum : sums) total.Add(sum);
  total.value -= 0.5 * ridge * weights.squaredNorm();
  total.gradient -= ridge * weights;
  total.curvature.diagonal().array() += ridge;
  return total;
}

// Features with a zero here take no part: their weight stays zero.
using Mask = Vector;

Vector NewtonStep(const Likelihood& here, const Mask& mask) {
  Matrix curvature = here.curvature;
  for (Eigen::Index feature = 0; feature < mask.size(); ++feature) {
    if (mask[feature] != 0) continue;
    curvature.row(feature).setZero();
    curvature.col(feature).setZero();
    curvature(feature, feature) = 1;
  }
  return curvature.ldlt().solve(here.gradient.cwiseProduct(mask));
}

// Newton's method with a halved step where the full one overshoots; the likelihood is concave.
Vector Maximize(const std::vector<Choice>& choices, const Mask& mask, int threads) {
  Vector weights = Vector::Zero(mask.size());
  Likelihood here = TotalLikelihood(choices, weights, threads);
  for (int step = 0; step < kMostSteps; ++step) {
    const Vector direction = NewtonStep(here, mask);
    const double promised = here.gradient.dot(direction);
    if (promised < 1e-8 * static_cast<double>(choices.size())) break;
    double length = 1;
    Likelihood there = TotalLikelihood(choices, weights + direction, threads);
    while (!(there.value > here.value) && length > 1e-3) {
      length /= 2;
      there = TotalLikelihood(choices, weights + length * direction, threads);
    }
    if (!(there.value > here.value)) break;
    weights += length * direction;
    here = there;
  }
  return weights;
}

// Taste, and buyers in a recent window, may speak for an item or say nothing, never against it: a
// negative weight there is noise of a small shop, and would read absurdly. ("Ever" may be negative:
// what sold once and no longer does.)
Vector MaximizeSensibly(const std::vector<Choice>& choices, Eigen::Index tastes, int threads) {
  const Eigen::Index recent_buyers = tastes + static_cast<Eigen::Index>(kRepeatFeatures.size());
  Mask mask = Mask::Ones(tastes + kItemFeatures);
  for (;;) {
    const Vector weights = Maximize(choices, mask, threads);
    Eigen::Index worst = -1;
    for (Eigen::Index feature = 0; feature < weights.size(); ++feature) {
      const bool bounded =
          feature < tastes || (feature >= recent_buyers &&
                               feature < recent_buyers + static_cast<int>(kRecencyFeatures));
      if (bounded && weights[feature] < 0 && (worst < 0 || weights[feature] < weights[worst]))
        worst = feature;
    }
    if (worst < 0) return weights;
    mask[worst] = 0;
  }
}

Vector AsVector(const PoolWeights& weights) {
  Vector values(static_cast<Eigen::Index>(weights.tastes.size()) + kItemFeatures);
  double* next = std::copy(weights.tastes.begin(), weights.tastes.end(), values.data());
  next = std::copy(weights.repeat.begin(), weights.repeat.end(), next);
  std::copy(weights.popularity.begin(), weights.popularity.end(), next);
  return values;
}

PoolWeights AsWeights(const Vector& values, Eigen::Index tastes) {
  PoolWeights weights{.fitted = true};
  const double* next = values.data();
  weights.tastes.assign(next, next + tastes);
  next += tastes;
  for (double& weight : weights.repeat) weight = *next++;
  for (double& weight : weights.popularity) weight = *next++;
  return weights;
}

}  // namespace

PoolWeights DefaultWeights(Pool, size_t tastes) {
  PoolWeights weights;
  weights.tastes.assign(tastes, 0.7 / static_cast<double>(std::max<size_t>(1, tastes)));
  weights.repeat = {1, 1, 1, 0};
  weights.popularity = kPlainPopularity;
  return weights;
}

std::optional<PoolWeights> FitWeights(const ModelSnapshot& model, const HeldOut& held_out,
                                      Pool pool, int threads, const Watch& watch) {
  const size_t stride = held_out.customers.size() / kMostCustomers + 1;
  const size_t count = (held_out.customers.size() + stride - 1) / stride;
  const ChoiceMaker maker(model, held_out, pool);
  std::vector<std::optional<Choice>> made(count);
  const auto make = [&](size_t row, int) {
    made[row] = maker.MakeFor(held_out.customers[row * stride], row);
  };
  ParallelFor(threads, count, make, watch);
  std::vector<Choice> choices;
  for (std::optional<Choice>& choice : made) {
    if (choice) choices.push_back(std::move(*choice));
  }
  if (choices.size() < kLeastCustomers) return std::nullopt;

  const auto tastes = static_cast<Eigen::Index>(model.tastes.size());
  const Vector fitted = MaximizeSensibly(choices, tastes, threads);
  if (fitted.isZero() || !fitted.allFinite()) return std::nullopt;
  return AsWeights(fitted, tastes);
}

std::vector<double> LogLikelihoods(const ModelSnapshot& model, const HeldOut& held_out, Pool pool,
                                   int threads, const Watch& watch) {
  const Vector weights = AsVector(model.WeightsOf(pool));
  const ChoiceMaker maker(model, held_out, pool);
  std::vector<std::optional<double>> of_customers(held_out.customers.size());
  const auto judge = [&](size_t row, int) {
    if (const auto choice = maker.MakeFor(held_out.customers[row], row))
      of_customers[row] = LikelihoodOf(*choice, weights).value;
  };
  ParallelFor(threads, of_customers.size(), judge, watch);
  std::vector<double> values;
  for (const std::optional<double>& value : of_customers) {
    if (value) values.push_back(*value);
  }
  return values;
}

}  // namespace rapport
