// ModelSnapshot: all that serving needs of a training, immutable. It holds items, never customers.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "model/bought_together.h"
#include "model/ids.h"
#include "model/purchase_chance.h"
#include "model/purchase_timing.h"
#include "model/score.h"
#include "model/taste.h"
#include "model/vocabulary.h"

namespace rapport {

// What a training saw.
struct DataSizes {
  int64_t customers = 0;
  int64_t items = 0;  // that were bought
  int64_t orders = 0;
  int64_t purchases = 0;  // lines kept after returns, guests' included
  int64_t pairs = 0;      // distinct (customer, item)
  Instant first_purchase{};
  Instant last_purchase{};
};

// One line of an evaluation table; means over customers.
struct EvaluationRow {
  std::string method;  // "rapport", "popularity", "personal-frequency"
  Pool pool = Pool::kAny;
  int64_t customers = 0;
  double recall = 0;  // at 20
  double ndcg = 0;    // at 20
  double hit_rate = 0;
};

// A mean over customers of a difference between two methods, with its 95 % interval.
struct MeanDifference {
  double mean = 0, low = 0, high = 0;
  bool SignificantlyAbove() const { return low > 0; }
  bool SignificantlyBelow() const { return high < 0; }
};

// "rapport" less another method, on the same customers.
struct EvaluationComparison {
  std::string method;
  Pool pool = Pool::kAny;
  MeanDifference recall;  // at 20
  MeanDifference ndcg;    // at 20
};

struct EvaluationReport {
  Instant cut{};
  double window_days = 0;
  std::vector<EvaluationRow> rows;  // empty: there was too little history to hold some out
  std::vector<EvaluationComparison> comparisons;  // with every other method of `rows`
  CalibrationQualities
      calibration;  // of probabilities learned one window earlier; without samples: none
};

// How much items that few customers have bought are taken to be like the well-known ones of their
// category (category_prior.h), and by what that was earned.
struct CategoryPrior {
  double weight = 0;      // of the category, in buyers; 0: items stand for themselves alone
  int64_t purchases = 0;  // (customer, item) of such items on held-out time that it was judged by
  // In log-likelihood, of the best weight that was tried: the lesser of that over weight 0 and that
  // over the same weight with all items in one category.
  MeanDifference gain;
};

// How many factorizations a model may have, of longer and shorter memory.
inline constexpr size_t kMostTastes = 4;

enum class ModelKind : uint8_t { kTrained = 0, kPopularity = 1 };

struct ModelSnapshot {
  std::string
      version;  // sorts by age: "000000823643-20261121T193000123" (sequence in the store, UTC)
  ModelKind kind = ModelKind::kPopularity;
  Instant trained_at{};
  double training_seconds = 0;
  uint64_t sequence = 0;  // of the store, up to which it learned

  Vocabulary items;
  std::vector<Taste> tastes;  // none for a popularity model
  // items x kPopularityFeatures, each less its mean over the items.
  Eigen::Matrix<double, Eigen::Dynamic, kPopularityFeatures.size(), Eigen::RowMajor> popularity;
  // Not stored, but found from these when they are learned or read (popularity.h): items whose
  // kDaysOnSale is less are new.
  double new_below = -std::numeric_limits<double>::infinity();
  std::array<PoolWeights, kPoolCount> weights;  // by Pool

  CategoryPrior prior;  // as it went into the tastes
  DataSizes data;
  EvaluationReport evaluation;
  Calibration calibration;
  BoughtTogether together;
  PurchaseTiming timing;  // empty: of a model from before there was any
  std::string
      remark;  // for people: what kept the training from more ("too little history to evaluate: …")

  const PoolWeights& WeightsOf(Pool pool) const { return weights[static_cast<size_t>(pool)]; }
};

}  // namespace rapport
