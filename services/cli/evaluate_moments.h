// Evaluation of moments: whether what is due is bought, whether who has lapsed stays away, whether
// the usual order is taken again, what people tell has its effect; learned before each of several
// cuts and judged by what came after. Main thread only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/purchase_source.h"
#include "model/feedback_study.h"
#include "model/timing_study/due_figures.h"
#include "model/timing_study/lapse_study.h"
#include "services/cli/usual_study.h"

namespace rapport::cli {

struct EvaluateMomentsOptions {
  std::vector<std::string> paths;  // of purchases, read in order, as one
  csv::Format format = csv::Format::kPurchases;
  // Days at which to learn, before their first purchase. None: the last six with 28 days after
  // them, and for lapses the last four with kLapseDays, 28 days apart.
  std::vector<PurchaseDay> cuts;
  int threads = 1;
};

// One method of one kind of subject.
struct DueMethodFigures {
  // By horizon, and of cases with at least one and at least two purchases. Of a method without
  // probabilities: of nothing.
  std::array<std::array<DueCalibration, 2>, kDueHorizons.size()> calibration;
  double ndcg = 0, recall = 0;                        // at 5
  MeanDifference ndcg_difference, recall_difference;  // ours less this
};

struct DueFigures {
  size_t cases = 0;             // over all cuts
  size_t ranked_customers = 0;  // who bought something again
  std::array<DueMethodFigures, kDueMethods> methods;
  std::array<double, kListedBy> precision = {};
};

// At one cut.
struct LapseAtCut {
  PurchaseDay cut;
  std::array<double, kLapseMethods> area_under_curve = {};
  CalibrationQuality quality;  // of ours
};

struct MomentsEvaluation {
  EvaluateMomentsOptions options;
  std::vector<PurchaseDay> cuts;  // of due times
  DueFigures items;
  std::optional<DueFigures> categories;  // none: the catalogue has none
  std::vector<LapseAtCut> lapses;
  std::array<double, kLapseMethods> area_under_curve = {};  // means over the cuts
  CalibrationQuality lapse_quality;                         // over all cuts together
  UsualFigures usual;
  FeedbackStudy feedback;       // at the last of the cuts
  double learning_seconds = 0;  // of one cut, the mean
  double seconds = 0;
};

// FAILED_PRECONDITION where there is too little history for a cut; else what reading gives.
absl::StatusOr<MomentsEvaluation> EvaluateMoments(EvaluateMomentsOptions options);

}  // namespace rapport::cli
