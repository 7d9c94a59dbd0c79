// What an evaluation of explanations says: as JSON for programs, as tables for people. Main thread
// only.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "services/cli/evaluate_explanations.h"
#include "services/cli/targets.h"

namespace rapport::cli {

// The gates of each data set: faithful beside item-item cosine and LIME, true, additive, in
// agreement with training again.
std::vector<Target> TargetsOf(const ExplanationsEvaluation& evaluation);

// list_length, seeds, seconds, data_sets[] of name, customers, cases, options, accuracy,
// methods.NAME.MEASURE ("mean", "low", "high", "customers", "least", "greatest" of the trainings),
// ratios, additivity_error, stated_ranks, retraining, stability, coverage, profile[], trade[]; at
// the end targets[].
nlohmann::ordered_json ToJson(const ExplanationsEvaluation& evaluation);
void PrintTables(std::ostream& out, const ExplanationsEvaluation& evaluation);

}  // namespace rapport::cli
