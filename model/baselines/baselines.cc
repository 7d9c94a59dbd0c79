#include "model/baselines/baselines.h"

#include <array>

#include "model/baselines/ease.h"
#include "model/baselines/frequency.h"
#include "model/baselines/item_knn.h"
#include "model/baselines/recency.h"
#include "model/baselines/trend_and_repeat.h"

namespace rapport {
namespace {

constexpr double kKnnHalfLifeDays = 45;
constexpr double kEaseHalfLifeDays = 30;
// The best sum of NDCG@20 over new and all on the cuts 2011-03-01, 04-01, 05-01 of Online Retail
// II. Binary, of 60 to 5,000: flat between 250 and 1,000. Decayed, of 4 to 200: flat from 40 to
// 100.
constexpr double kEaseBinaryLambda = 500;
constexpr double kEaseDecayedLambda = 100;

struct Baseline {
  std::string_view name;
  bool quick;
  Ranker (*make)(const PurchaseLog& log, const Trial& trial, int threads);
};

constexpr std::array<Baseline, 9> kBaselines = {{
    {"popularity", true,
     [](const PurchaseLog& log, const Trial& trial, int) {
       return PopularityRanker(log, trial.held_out);
     }},
    {"last-order", false,
     [](const PurchaseLog& log, const Trial& trial, int) {
       return LastOrderRanker(log, trial.held_out);
     }},
    {"personal-frequency", true,
     [](const PurchaseLog& log, const Trial& trial, int) {
       return PersonalFrequencyRanker(log, trial.held_out);
     }},
    {"decayed-frequency", false,
     [](const PurchaseLog& log, const Trial& trial, int) {
       return DecayedFrequencyRanker(log, trial.held_out);
     }},
    {"trend+repeat", true,
     [](const PurchaseLog&, const Trial& trial, int threads) {
       return TrendAndRepeatRanker(trial, threads);
     }},
    {"item-knn-binary", false,
     [](const PurchaseLog& log, const Trial& trial, int threads) {
       return ItemKnnRanker(log, trial.held_out, kNeverHalved, threads);
     }},
    {"item-knn-decayed", false,
     [](const PurchaseLog& log, const Trial& trial, int threads) {
       return ItemKnnRanker(log, trial.held_out, kKnnHalfLifeDays, threads);
     }},
    {"ease-binary", false,
     [](const PurchaseLog& log, const Trial& trial, int threads) {
       return EaseRanker(log, trial.held_out, kNeverHalved, kEaseBinaryLambda, threads);
     }},
    {"ease-decayed", false,
     [](const PurchaseLog& log, const Trial& trial, int threads) {
       return EaseRanker(log, trial.held_out, kEaseHalfLifeDays, kEaseDecayedLambda, threads);
     }},
}};

std::vector<std::string> Names(bool quick_only) {
  std::vector<std::string> names;
  for (const Baseline& baseline : kBaselines) {
    if (baseline.quick || !quick_only) names.emplace_back(baseline.name);
  }
  return names;
}

}  // namespace

const std::vector<std::string>& AllBaselines() {
  static const std::vector<std::string> names = Names(false);
  return names;
}

const std::vector<std::string>& QuickBaselines() {
  static const std::vector<std::string> names = Names(true);
  return names;
}

Ranker MakeBaseline(std::string_view name, const PurchaseLog& log, const Trial& trial,
                    int threads) {
  for (const Baseline& baseline : kBaselines) {
    if (baseline.name == name) return baseline.make(log, trial, threads);
  }
  return nullptr;
}

}  // namespace rapport
