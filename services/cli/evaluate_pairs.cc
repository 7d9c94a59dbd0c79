#include "services/cli/evaluate_pairs.h"

#include <chrono>
#include <utility>

#include "model/pairs_evaluation.h"
#include "services/cli/evaluate_report.h"
#include "services/cli/format.h"
#include "services/cli/pairs_files.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

// The split of Gowalla that the literature reports on, and the project's targets there.
constexpr int64_t kGowallaCustomers = 29'858;
constexpr int64_t kGowallaItems = 40'981;
struct KnownFigures {
  std::string name;
  double recall, ndcg;
};
const KnownFigures kIals256{"iALS f=256", 0.174, 0.144};
const KnownFigures kGfCf{"GF-CF", 0.1849, 0.1518};  // as BARS reports it

EvaluationReport Judge(const PairsSplit& split, const ModelSnapshot& model, int threads,
                       Progress& progress) {
  Judgement ours{.method = std::string(kOurMethod), .pool = Pool::kNewToCustomer};
  ours.each = EvaluatePairs(split, model, threads, [&](double fraction) {
    progress.Show("judging", fraction,
                  FormatCount(static_cast<int64_t>(split.customers())) + " customers");
  });
  Judgement popularity{.method = "popularity", .pool = Pool::kNewToCustomer};
  popularity.each = EvaluatePairsByPopularity(split);
  EvaluationReport report;
  report.rows = {RowOf(ours), RowOf(popularity)};
  report.comparisons = {
      Compare(popularity.method, Pool::kNewToCustomer, ours.each, popularity.each)};
  return report;
}

}  // namespace

absl::StatusOr<PairsEvaluation> EvaluatePairsFiles(EvaluatePairsOptions options) {
  const auto split = ReadPairsFiles(options.train_path, options.test_path);
  if (!split.ok()) return split.status();
  Progress progress;
  const auto begin = std::chrono::steady_clock::now();
  const auto model = TrainOnPairs(*split, options.als, options.threads, [&](double fraction) {
    progress.Show("training", fraction,
                  FormatCount(static_cast<int64_t>(split->train_pairs())) + " pairs");
  });
  if (!model.ok()) return model.status();
  const std::chrono::duration<double> training = std::chrono::steady_clock::now() - begin;
  options.als = model->tastes.front().options;
  PairsEvaluation evaluation{.options = options,
                             .customers = static_cast<int64_t>(split->customers()),
                             .items = static_cast<int64_t>(split->items()),
                             .train_pairs = static_cast<int64_t>(split->train_pairs()),
                             .test_pairs = static_cast<int64_t>(split->test_pairs()),
                             .training_seconds = training.count(),
                             .report = Judge(*split, *model, options.threads, progress)};
  return evaluation;
}

std::vector<Target> TargetsOf(const PairsEvaluation& evaluation) {
  std::vector<Target> targets;
  if (evaluation.customers == kGowallaCustomers && evaluation.items == kGowallaItems) {
    const EvaluationRow& ours = evaluation.report.rows.front();
    const AlsOptions& als = evaluation.options.als;
    const auto add = [&](const KnownFigures& known) {
      targets.push_back(
          AtLeast("Gowalla, " + known.name + ": recall@20", ours.recall, known.recall));
      targets.push_back(AtLeast("Gowalla, " + known.name + ": ndcg@20", ours.ndcg, known.ndcg));
    };
    add(kIals256);
    if (als.factors > 256 || als.neighbour_weight > 0) add(kGfCf);
  }
  for (const EvaluationComparison& comparison : evaluation.report.comparisons) {
    targets.push_back(Above("better than " + comparison.method + ", ndcg@20, lower bound",
                            comparison.ndcg.low, 0));
  }
  return targets;
}

nlohmann::ordered_json ToJson(const PairsEvaluation& evaluation) {
  const AlsOptions& als = evaluation.options.als;
  nlohmann::json json = ReportJson(evaluation.report);
  json["customers"] = evaluation.customers;
  json["items"] = evaluation.items;
  json["train_pairs"] = evaluation.train_pairs;
  json["test_pairs"] = evaluation.test_pairs;
  json["options"] = {{"factors", als.factors},
                     {"alpha0", als.alpha0},
                     {"regularization", als.regularization},
                     {"nu", als.nu},
                     {"iterations", als.iterations},
                     {"neighbour_weight", als.neighbour_weight}};
  json["training_seconds"] = evaluation.training_seconds;
  return EndingWith(TargetsOf(evaluation), json);
}

void PrintTables(std::ostream& out, const PairsEvaluation& evaluation) {
  out << FormatCount(evaluation.train_pairs) << " pairs of " << FormatCount(evaluation.customers)
      << " customers and " << FormatCount(evaluation.items)
      << " items to train on (f = " << evaluation.options.als.factors << ", "
      << FormatSeconds(evaluation.training_seconds) << "), " << FormatCount(evaluation.test_pairs)
      << " to judge by.\n\n";
  Table table({{"method"},
               {"recall@20", true},
               {"ndcg@20", true},
               {"hit rate@20", true},
               {"ndcg that rapport adds (95 %)", true},
               {"customers", true}});
  for (const EvaluationRow& row : evaluation.report.rows) {
    const bool ours = row.method == kOurMethod;
    table.AddRow({row.method, FormatFixed(row.recall, 4), FormatFixed(row.ndcg, 4),
                  FormatFixed(row.hit_rate, 4),
                  ours ? "" : DifferenceText(evaluation.report.comparisons.front().ndcg),
                  FormatCount(row.customers)});
  }
  table.Print(out, OutputWidth());
  PrintTargets(out, TargetsOf(evaluation));
}

}  // namespace rapport::cli
