// Evaluation on pairs without times, the literature's protocol. Main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/evaluation.h"
#include "model/model_snapshot.h"
#include "services/cli/targets.h"

namespace rapport::cli {

struct EvaluatePairsOptions {
  std::string train_path;
  std::string test_path;
  AlsOptions als;
  int threads = 1;
};

struct PairsEvaluation {
  EvaluatePairsOptions options;
  int64_t customers = 0, items = 0, train_pairs = 0, test_pairs = 0;
  double training_seconds = 0;
  EvaluationReport report;  // ours and popularity; of items new to the customer
};

// INVALID_ARGUMENT for lines that are no pairs and pairs that make no split; FAILED_PRECONDITION
// names a file without pairs; else what reading the files gives.
absl::StatusOr<PairsEvaluation> EvaluatePairsFiles(EvaluatePairsOptions options);

// Better than popularity; and on Gowalla, known by its size, the project's targets: and more is
// asked of more than 256 factors, or with neighbours.
std::vector<Target> TargetsOf(const PairsEvaluation& evaluation);

// mean.new, baselines.popularity.new, paired.popularity.new as in evaluate_report.h; targets[].
nlohmann::ordered_json ToJson(const PairsEvaluation& evaluation);
void PrintTables(std::ostream& out, const PairsEvaluation& evaluation);

}  // namespace rapport::cli
