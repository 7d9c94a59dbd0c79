// What an evaluation on purchases is to reach, and what it is read by. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "services/cli/evaluate_purchases.h"
#include "services/cli/targets.h"

namespace rapport::cli {

// "new", or "all" of every other pool.
std::string PoolKey(Pool pool);
// The row of our own method. Requires: a report with one of that pool.
const EvaluationRow& OurRow(const EvaluationReport& report, Pool pool);
// Without customers there is nothing to compare.
bool HasCustomers(const EvaluationReport& report, Pool pool);

// Better than each baseline; and on Online Retail II at its three cuts, the project's targets. None
// for a pool without customers.
std::vector<Target> TargetsOf(const PurchasesEvaluation& evaluation);

}  // namespace rapport::cli
