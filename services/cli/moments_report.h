// What an evaluation of moments says: as JSON for programs, as tables for people. Main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "services/cli/evaluate_moments.h"
#include "services/cli/targets.h"

namespace rapport::cli {

// Calibrated due times, better order than every baseline, lapses told apart, the usual order and
// the day's list ahead of simpler ones.
std::vector<Target> TargetsOf(const MomentsEvaluation& evaluation);

// cuts[], due.items and due.categories (null where there are none) of cases, ranked_customers,
// methods.NAME and precision.NAME; lapse, usual, seconds; at the end targets[].
nlohmann::ordered_json ToJson(const MomentsEvaluation& evaluation);
void PrintTables(std::ostream& out, const MomentsEvaluation& evaluation);

}  // namespace rapport::cli
