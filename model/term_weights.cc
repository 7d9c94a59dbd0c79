#include "model/term_weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "Eigen/Cholesky"
#include "model/parallel.h"
#include "model/scorer.h"

namespace rapport {
namespace {

constexpr size_t kLeastCustomers = 20;
constexpr size_t kMostScores =
    6'000'000;  // customers x items in memory; beyond it customers are sampled evenly
constexpr size_t kBlockCustomers = 16;
constexpr int kMostSteps = 30;
constexpr double kRidge =
    1e-4;  // for each customer: keeps weights of features that never vary at zero

constexpr int kRepeatBegin = 1;
constexpr int kPopularityBegin = kRepeatBegin + static_cast<int>(kRepeatFeatures.size());
constexpr int kFeatures = kPopularityBegin + static_cast<int>(kPopularityFeatures.size());
using Vector = Eigen::Matrix<double, kFeatures, 1>;
using Matrix = Eigen::Matrix<double, kFeatures, kFeatures>;

struct Choice {
  const Evidence* evidence;
  std::vector<uint32_t> candidates;
  std::vector<float> taste;        // of the candidates
  std::vector<uint32_t> relevant;  // places in `candidates`
};

struct Likelihood {
  double value = 0;
  Vector gradient = Vector::Zero();
  Matrix curvature = Matrix::Zero();  // minus the Hessian

  void Add(const Likelihood& other) {
    value += other.value;
    gradient += other.gradient;
    curvature += other.curvature;
  }
};

std::optional<Choice> MakeChoice(const ModelSnapshot& model, const HeldOut& held_out,
                                 const HeldOutCustomer& customer, Pool pool) {
  const std::vector<ItemIndex> relevant = customer.Relevant(pool);
  if (relevant.empty()) return std::nullopt;
  Choice choice{.evidence = &customer.evidence, .candidates = {}, .taste = {}, .relevant = {}};
  const Scorer scorer(model, pool, customer.evidence);
  for (size_t item = 0; item < held_out.candidate.size(); ++item) {
    if (!held_out.candidate[item] || !InPool(pool, customer.evidence, ItemIndex(item))) continue;
    if (std::binary_search(relevant.begin(), relevant.end(), ItemIndex(item))) {
      choice.relevant.push_back(static_cast<uint32_t>(choice.candidates.size()));
    }
    choice.candidates.push_back(static_cast<uint32_t>(item));
    choice.taste.push_back(static_cast<float>(scorer.RawTaste(ItemIndex(item))));
  }
  return choice;
}

Vector FeaturesOf(const ModelSnapshot& model, const Choice& choice, size_t place) {
  Vector features = Vector::Zero();
  const uint32_t item = choice.candidates[place];
  features[0] = static_cast<double>(choice.taste[place]);
  if (const Evidence::Entry* own = choice.evidence->Find(ItemIndex(item))) {
    const auto repeat = RepeatFeatures(*own);
    for (size_t feature = 0; feature < repeat.size(); ++feature)
      features[kRepeatBegin + static_cast<int>(feature)] = repeat[feature];
  }
  features.tail<kPopularityFeatures.size()>() = model.popularity.row(item).transpose();
  return features;
}

// Log-likelihood of one customer's choices, divided by their number: every customer counts once.
Likelihood LikelihoodOf(const ModelSnapshot& model, const Choice& choice, const Vector& weights) {
  const size_t count = choice.candidates.size();
  std::vector<Vector> features(count);
  std::vector<double> utility(count);
  double greatest = -INFINITY;
  for (size_t place = 0; place < count; ++place) {
    features[place] = FeaturesOf(model, choice, place);
    utility[place] = weights.dot(features[place]);
    greatest = std::max(greatest, utility[place]);
  }
  double total = 0;
  Vector mean = Vector::Zero();
  Matrix second = Matrix::Zero();
  for (size_t place = 0; place < count; ++place) {
    const double mass = std::exp(utility[place] - greatest);
    total += mass;
    mean += mass * features[place];
    second.noalias() += mass * features[place] * features[place].transpose();
  }
  mean /= total;
  Likelihood likelihood;
  likelihood.curvature = second / total - mean * mean.transpose();
  likelihood.gradient = -mean;
  likelihood.value = -(greatest + std::log(total));
  for (const uint32_t place : choice.relevant) {
    likelihood.value += utility[place] / static_cast<double>(choice.relevant.size());
    likelihood.gradient += features[place] / static_cast<double>(choice.relevant.size());
  }
  return likelihood;
}

Likelihood TotalLikelihood(const ModelSnapshot& model, const std::vector<Choice>& choices,
                           const Vector& weights, int threads) {
  const size_t blocks = (choices.size() + kBlockCustomers - 1) / kBlockCustomers;
  std::vector<Likelihood> sums(blocks);
  ParallelFor(threads, blocks, [&](size_t block, int) {
    const size_t end = std::min(choices.size(), (block + 1) * kBlockCustomers);
    for (size_t row = block * kBlockCustomers; row < end; ++row) {
      sums[block].Add(LikelihoodOf(model, choices[row], weights));
    }
  });
  const double ridge = kRidge * static_cast<double>(choices.size());
  Likelihood total;
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
  for (int feature = 0; feature < kFeatures; ++feature) {
    if (mask[feature] != 0) continue;
    curvature.row(feature).setZero();
    curvature.col(feature).setZero();
    curvature(feature, feature) = 1;
  }
  return curvature.ldlt().solve(here.gradient.cwiseProduct(mask));
}

// Newton's method with a halved step where the full one overshoots; the likelihood is concave.
Vector Maximize(const ModelSnapshot& model, const std::vector<Choice>& choices, const Mask& mask,
                int threads) {
  Vector weights = Vector::Zero();
  Likelihood here = TotalLikelihood(model, choices, weights, threads);
  for (int step = 0; step < kMostSteps; ++step) {
    const Vector direction = NewtonStep(here, mask);
    const double promised = here.gradient.dot(direction);
    if (promised < 1e-8 * static_cast<double>(choices.size())) break;
    double length = 1;
    Likelihood there = TotalLikelihood(model, choices, weights + direction, threads);
    while (!(there.value > here.value) && length > 1e-3) {
      length /= 2;
      there = TotalLikelihood(model, choices, weights + length * direction, threads);
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
Vector MaximizeSensibly(const ModelSnapshot& model, const std::vector<Choice>& choices,
                        int threads) {
  Mask mask = Mask::Ones();
  for (;;) {
    const Vector weights = Maximize(model, choices, mask, threads);
    int worst = -1;
    for (const int feature : {0, kPopularityBegin, kPopularityBegin + 1, kPopularityBegin + 2}) {
      if (weights[feature] < 0 && (worst < 0 || weights[feature] < weights[worst])) worst = feature;
    }
    if (worst < 0) return weights;
    mask[worst] = 0;
  }
}

}  // namespace

PoolWeights DefaultWeights(Pool) {
  PoolWeights weights;
  weights.taste = 4;
  weights.repeat = {1, 1, 1};
  weights.popularity = kPlainPopularity;
  return weights;
}

std::optional<PoolWeights> FitWeights(const ModelSnapshot& model, const HeldOut& held_out,
                                      Pool pool, int threads) {
  const size_t most_customers =
      std::max(kLeastCustomers, kMostScores / std::max<size_t>(1, held_out.candidate.size()));
  const size_t stride = held_out.customers.size() / most_customers + 1;
  std::vector<const HeldOutCustomer*> sample;
  for (size_t row = 0; row < held_out.customers.size(); row += stride)
    sample.push_back(&held_out.customers[row]);

  std::vector<std::optional<Choice>> made(sample.size());
  ParallelFor(threads, sample.size(), [&](size_t row, int) {
    made[row] = MakeChoice(model, held_out, *sample[row], pool);
  });
  std::vector<Choice> choices;
  for (std::optional<Choice>& choice : made) {
    if (choice) choices.push_back(std::move(*choice));
  }
  if (choices.size() < kLeastCustomers) return std::nullopt;

  const Vector fitted = MaximizeSensibly(model, choices, threads);
  if (fitted.isZero() || !fitted.allFinite()) return std::nullopt;
  PoolWeights weights{.taste = fitted[0], .fitted = true};
  for (size_t feature = 0; feature < weights.repeat.size(); ++feature) {
    weights.repeat[feature] = fitted[kRepeatBegin + static_cast<int>(feature)];
  }
  for (size_t feature = 0; feature < weights.popularity.size(); ++feature) {
    weights.popularity[feature] = fitted[kPopularityBegin + static_cast<int>(feature)];
  }
  return weights;
}

}  // namespace rapport
