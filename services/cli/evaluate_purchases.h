// Evaluation on purchases: at each cut a model of what was known before it, judged by the window
// after, beside the baselines. Main thread only.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/purchase_source.h"
#include "model/calibration.h"
#include "model/learn.h"
#include "model/list_statistics.h"

namespace rapport::cli {

struct EvaluatePurchasesOptions {
  std::vector<std::string> paths;  // read in order, as one
  csv::Format format = csv::Format::kPurchases;
  std::vector<Instant> cuts;           // none: one window before the last purchase
  std::vector<std::string> baselines;  // names of AllBaselines()
  LearnOptions learn;
};

struct CutEvaluation {
  Instant cut{};
  double days_with_data =
      0;  // of the window: less than all of it if the purchases end before it does
  std::array<PoolWeights, kPoolCount> weights;
  CategoryPrior prior;
  DataSizes data;
  EvaluationReport report;
  std::vector<Judgement> judgements;  // see JudgeBeside
  std::vector<ListStatistics> lists;  // of the judgements
  double popular_fallback = 0;
  // Ours, by place in kJudgedPools.
  std::array<QualityByDepth, kJudgedPools.size()> by_depth;
  std::array<FoundByAge, kJudgedPools.size()> by_age;
  // Of probabilities calibrated on the window before the cut. Without items: there was none.
  CalibrationQualities calibration;
};

struct PurchasesEvaluation {
  EvaluatePurchasesOptions options;
  std::vector<CutEvaluation> cuts;  // at least one
  // Rows are means over the cuts that have customers (customers: their sum); comparisons are over
  // the customers of all cuts together.
  EvaluationReport overall;
};

// FAILED_PRECONDITION names the cut that cannot be judged, and the last purchase if the cut
// followed from it; else what reading the files gives.
absl::StatusOr<PurchasesEvaluation> EvaluatePurchases(EvaluatePurchasesOptions options);

}  // namespace rapport::cli
