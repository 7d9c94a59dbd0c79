#include "model/term_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "model/als.h"
#include "model/evaluation.h"
#include "model/fold_in.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

ModelSnapshot TrainedAt(const PurchaseLog& log, Instant cut) {
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.items = log.items();
  for (const double half_life_days : {60, 365}) {
    const AlsOptions options{.factors = 8,
                             .alpha0 = 0.1,
                             .regularization = 0.01,
                             .iterations = 5,
                             .half_life_days = half_life_days};
    model.tastes.push_back(
        *LearnTaste(InteractionsAt(log, cut, half_life_days), options, 2, nullptr, {}));
  }
  model.popularity = PopularityAt(log, cut);
  return model;
}

// Mean log-likelihood of what was bought, straight from the definition.
double LogLikelihood(const ModelSnapshot& model, const HeldOut& held_out, Pool pool) {
  double sum = 0;
  int customers = 0;
  for (const HeldOutCustomer& customer : held_out.customers) {
    const auto relevant = customer.Relevant(pool);
    if (relevant.empty()) continue;
    const Scorer scorer(model, pool, customer.evidence);
    double total = 0;
    for (size_t item = 0; item < model.items.size(); ++item) {
      if (held_out.candidate[item] && InPool(pool, customer.evidence, ItemIndex(item)))
        total += std::exp(scorer.Score(ItemIndex(item)));
    }
    double own = 0;
    for (const ItemIndex item : relevant) own += scorer.Score(item) - std::log(total);
    sum += own / static_cast<double>(relevant.size());
    ++customers;
  }
  return sum / customers;
}

TEST(FitWeights, NoSmallChangeMakesWhatWasBoughtLikelier) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  ModelSnapshot model = TrainedAt(log, Day(170));
  for (const Pool pool : kPools) {
    const auto fitted = FitWeights(model, held_out, pool, 2);
    ASSERT_TRUE(fitted.has_value());
    PoolWeights& weights = model.weights[static_cast<size_t>(pool)];
    weights = *fitted;
    const double best = LogLikelihood(model, held_out, pool);
    for (double* weight : {&weights.tastes[0], &weights.tastes[1], &weights.repeat[1],
                           &weights.repeat[2], &weights.popularity[0], &weights.popularity[2]}) {
      if (*weight == 0) continue;  // held there
      for (const double step : {-0.2, 0.2}) {
        *weight += step;
        EXPECT_LT(LogLikelihood(model, held_out, pool), best + 1e-3) << PoolName(pool);
        *weight -= step;
      }
    }
  }
}

TEST(LogLikelihoods, AreGreaterOnAverageUnderFittedWeights) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  ModelSnapshot model = TrainedAt(log, Day(170));
  const auto mean = [&] {
    const std::vector<double> each = LogLikelihoods(model, held_out, Pool::kAny, 2);
    EXPECT_EQ(each.size(), held_out.customers.size());
    return std::accumulate(each.begin(), each.end(), 0.0) / static_cast<double>(each.size());
  };
  PoolWeights& weights = model.weights[static_cast<size_t>(Pool::kAny)];
  weights = DefaultWeights(Pool::kAny, model.tastes.size());
  const double by_default = mean();
  weights = *FitWeights(model, held_out, Pool::kAny, 2);
  EXPECT_GT(mean(), by_default);
  EXPECT_NEAR(mean(), LogLikelihood(model, held_out, Pool::kAny), 1e-4);
}

TEST(FitWeights, NeverHoldsTasteOrRecentBuyersAgainstAnItem) {
  for (uint64_t seed = 0; seed < 5;
       ++seed) {  // popularity means nothing in these shops: its weights are noise
    const PurchaseLog log = ShopWithTastes({.customers = 60, .seed = seed});
    const HeldOut held_out(log, Day(170), Day(200));
    const auto fitted = FitWeights(TrainedAt(log, Day(170)), held_out, Pool::kNewToCustomer, 1);
    ASSERT_TRUE(fitted.has_value());
    for (const double taste : fitted->tastes) EXPECT_GE(taste, 0);
    for (const size_t window : {0, 1, 2}) EXPECT_GE(fitted->popularity[window], 0);
  }
}

TEST(FitWeights, IsTheSameForAnyNumberOfThreads) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  const ModelSnapshot model = TrainedAt(log, Day(170));
  const auto one = FitWeights(model, held_out, Pool::kAny, 1);
  const auto seven = FitWeights(model, held_out, Pool::kAny, 7);
  ASSERT_TRUE(one && seven);
  EXPECT_EQ(one->tastes, seven->tastes);
  EXPECT_EQ(one->repeat, seven->repeat);
  EXPECT_EQ(one->popularity, seven->popularity);
}

TEST(FitWeights, SaysNothingOfTooFewCustomers) {
  const PurchaseLog log = ShopWithTastes({.customers = 12});
  const HeldOut held_out(log, Day(170), Day(200));
  EXPECT_FALSE(FitWeights(TrainedAt(log, Day(170)), held_out, Pool::kAny, 1).has_value());
}

}  // namespace
}  // namespace rapport
