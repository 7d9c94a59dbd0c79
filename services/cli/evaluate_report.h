// What an evaluation on purchases says: as JSON for programs, as tables for people. Main thread
// only.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "services/cli/evaluate_purchases.h"

namespace rapport::cli {

// "customers", "recall@20", "ndcg@20", "hit_rate@20"; of nobody only "customers": 0.
nlohmann::json RowJson(const EvaluationRow& row);
// mean.new|all and baselines.NAME.new|all: such rows; and
// paired.NAME.new|all: "customers", "recall@20" and "ndcg@20" with "difference", "low", "high";
// none where there are no customers.
nlohmann::json ReportJson(const EvaluationReport& report);
// "+0.0123 (+0.0080 to +0.0165)"
std::string DifferenceText(const MeanDifference& difference);

// That of all cuts, and window_days, windows_overlap, lists, popular_fallback, by_history_depth,
// by_item_age, calibration, cuts[]; at the end targets[].
nlohmann::ordered_json ToJson(const PurchasesEvaluation& evaluation);
void PrintTables(std::ostream& out, const PurchasesEvaluation& evaluation);

}  // namespace rapport::cli
