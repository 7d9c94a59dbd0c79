// Evaluation of explanations: how faithful orders of evidence are, on purchases, on pairs, or on
// both, over several trainings that differ in their seed alone. Main thread only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/purchase_source.h"
#include "model/faithfulness/measures.h"
#include "model/faithfulness/profile.h"
#include "model/faithfulness/summary.h"
#include "model/recipe.h"

namespace rapport::cli {

struct EvaluateExplanationsOptions {
  std::vector<std::string> paths;  // of purchases, read in order, as one; none: no purchases
  csv::Format format = csv::Format::kPurchases;
  std::optional<Instant> cut;  // none: one window before the last purchase
  double window_days = 28;
  std::string pairs_train, pairs_test;  // empty: no pairs; no test: no accuracy
  Recipe recipe;
  size_t customers = 500;  // of each data set
  int seeds = 3;           // trainings of each
  size_t retrained = 60;   // cases of each training that are answered by training again
  int threads = 1;
};

struct MethodFigures {
  std::string method;
  std::array<MeanOverCustomers, kMeasures> measures;  // of nobody: does not apply
};

// One setting of the model beside others; of one training.
struct TradeRow {
  AlsOptions options;  // of the first taste
  std::optional<EvaluationRow> accuracy;
  MeanOverCustomers pos, neg, ce, smallest_removal, covered;  // of additive
  MeanDifference pos_to_cosine;
  double training_seconds = 0;
  double explanation_microseconds = 0;  // to fold in and to explain one suggestion, on one thread
};

struct ExplanationsOfData {
  std::string name;
  std::optional<Instant> cut;  // of purchases
  size_t customers = 0, cases = 0;
  double median_entries = 0;
  std::vector<AlsOptions> tastes;
  std::vector<MethodFigures> methods;                      // the smallest removal first
  MeanDifference pos_to_cosine, ce_to_cosine, ce_to_lime;  // ratios
  double additivity_error = 0;                             // the greatest
  size_t stated = 0, true_stated = 0;
  MeanOverCustomers covered, same_evidence, same_list;
  size_t stability_pairs = 0;  // of trainings; none: nothing to compare
  AgreementSummary top_entry, smallest;
  std::vector<EvaluationRow> accuracy;  // of each training; none: nothing to judge by
  std::vector<ProfileRow> profile;      // over all trainings
  std::vector<TradeRow> trade;
  double training_seconds = 0, study_seconds = 0, retraining_seconds = 0;  // in all
};

struct ExplanationsEvaluation {
  EvaluateExplanationsOptions options;
  std::vector<ExplanationsOfData> data;
  double seconds = 0;
};

// Row of `data.methods` by name; null if there is none.
const MethodFigures* FindMethod(const ExplanationsOfData& data, std::string_view method);

// FAILED_PRECONDITION where nobody can be asked about; else what reading and training give.
absl::StatusOr<ExplanationsEvaluation> EvaluateExplanations(EvaluateExplanationsOptions options);

}  // namespace rapport::cli
