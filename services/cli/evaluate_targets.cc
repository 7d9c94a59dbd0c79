#include "services/cli/evaluate_targets.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace rapport::cli {
namespace {

// The project's targets on Online Retail II: recall@20 and NDCG@20, means over these cuts.
constexpr std::array<std::chrono::sys_days, 3> kReportCuts = {
    std::chrono::June / 1 / 2011, std::chrono::July / 1 / 2011, std::chrono::August / 1 / 2011};
constexpr double kReportWindowDays = 28;
struct RetailTarget {
  Pool pool;
  double recall;
  double ndcg;
};
constexpr std::array<RetailTarget, 2> kRetailTargets = {
    {{Pool::kNewToCustomer, 0.165, 0.157}, {Pool::kAny, 0.309, 0.371}}};

bool IsRetailReport(const EvaluatePurchasesOptions& options) {
  return options.format == csv::Format::kOnlineRetailII &&
         options.learn.window_days == kReportWindowDays &&
         std::equal(options.cuts.begin(), options.cuts.end(), kReportCuts.begin(),
                    kReportCuts.end());
}

}  // namespace

std::string PoolKey(Pool pool) { return pool == Pool::kNewToCustomer ? "new" : "all"; }

const EvaluationRow& OurRow(const EvaluationReport& report, Pool pool) {
  return *std::find_if(report.rows.begin(), report.rows.end(), [&](const EvaluationRow& row) {
    return row.method == kOurMethod && row.pool == pool;
  });
}

bool HasCustomers(const EvaluationReport& report, Pool pool) {
  return OurRow(report, pool).customers > 0;
}

std::vector<Target> TargetsOf(const PurchasesEvaluation& evaluation) {
  std::vector<Target> targets;
  if (IsRetailReport(evaluation.options)) {
    for (const RetailTarget& target : kRetailTargets) {
      if (!HasCustomers(evaluation.overall, target.pool)) continue;
      const EvaluationRow& row = OurRow(evaluation.overall, target.pool);
      const std::string name = "Online Retail II, " + PoolKey(target.pool) + ", ";
      targets.push_back(AtLeast(name + "recall@20", row.recall, target.recall));
      targets.push_back(AtLeast(name + "ndcg@20", row.ndcg, target.ndcg));
    }
  }
  for (const EvaluationComparison& comparison : evaluation.overall.comparisons) {
    if (!HasCustomers(evaluation.overall, comparison.pool)) continue;
    targets.push_back(Above("better than " + comparison.method + " on " + PoolKey(comparison.pool) +
                                ", ndcg@20, lower bound",
                            comparison.ndcg.low, 0));
  }
  return targets;
}

}  // namespace rapport::cli
