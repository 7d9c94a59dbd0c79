#include "services/cli/evaluate_purchases.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "model/baselines/frequency.h"
#include "services/cli/format.h"
#include "services/cli/progress.h"
#include "services/cli/purchase_files.h"

namespace rapport::cli {
namespace {

CalibrationQualities CalibrationOf(const PurchaseLog& log, const Trial& trial, int threads) {
  if (trial.before.customers.empty()) return {};
  const SuggestedItems before = SuggestedAt(log, trial.before, trial.earlier, threads);
  return JudgeCalibrations(CalibratePools({&before, 1}),
                           SuggestedAt(log, trial.held_out, trial.model, threads));
}

CutEvaluation Judged(const PurchaseLog& log, const Trial& trial,
                     const EvaluatePurchasesOptions& options, const JudgeProgress& progress) {
  const HeldOut& held_out = trial.held_out;
  CutEvaluation result{
      .cut = held_out.cut,
      .days_with_data = std::min(DaysBetween(held_out.cut, log.last()), options.learn.window_days),
      .weights = trial.model.weights,
      .prior = trial.model.prior,
      .data = trial.model.data};
  result.judgements = JudgeBeside(log, trial, options.baselines, options.learn.threads, progress);
  result.report = ReportOf(held_out, result.judgements);
  result.popular_fallback = PopularFallbackShare(held_out, trial.model);
  const Ranker popularity = PopularityRanker(log, held_out);
  for (size_t pool = 0; pool < kJudgedPools.size(); ++pool) {
    const Judgement& ours = result.judgements[pool];
    result.by_depth[pool] = ByHistoryDepth(held_out, ours);
    result.by_age[pool] = ByItemAge(log, held_out, ours);
  }
  progress("probabilities");
  result.calibration = CalibrationOf(log, trial, options.learn.threads);
  std::vector<Judgement> popular;
  for (const Pool pool : kJudgedPools)
    popular.push_back(JudgeRanker({}, held_out, pool, popularity, options.learn.threads));
  for (size_t place = 0; place < result.judgements.size(); ++place) {
    result.lists.push_back(StatisticsOf(held_out, result.judgements[place],
                                        popular[place % kJudgedPools.size()].lists));
  }
  return result;
}

absl::StatusOr<CutEvaluation> JudgeAt(const PurchaseLog& log, Instant cut,
                                      const EvaluatePurchasesOptions& options, Progress& progress) {
  const std::string date = FormatDate(ToTimestamp(cut));
  const auto show = [&](LearnStage stage, double fraction) {
    const bool fitting = stage == LearnStage::kFittingWeights;
    progress.Show("cut " + date, (static_cast<double>(stage) + fraction) / kTrialStages,
                  fitting ? "fitting weights" : "training");
  };
  auto trial = TrialAt(log, cut, options.learn, show, {});
  if (!trial.ok()) {
    return absl::Status(trial.status().code(),
                        "cannot judge at " + date + ": " + std::string(trial.status().message()));
  }
  return Judged(log, *trial, options, [&](std::string_view method) {
    progress.Show("cut " + date, std::nullopt, "judging " + std::string(method));
  });
}

// Where the cut follows from the last purchase: one of a wrong year leaves nothing to judge by.
absl::Status WithLastPurchase(const absl::Status& status, const PurchaseLog& log) {
  return absl::Status(status.code(), std::string(status.message()) + "; the last purchase is of " +
                                         FormatTime(ToTimestamp(log.last())) +
                                         ", --cut names another day to judge at");
}

// Over the cuts at which there was anybody to judge by; without customers if there was none.
EvaluationRow MeanRow(const std::vector<CutEvaluation>& cuts, size_t place) {
  EvaluationRow mean{.method = cuts.front().report.rows[place].method,
                     .pool = cuts.front().report.rows[place].pool};
  const auto count = static_cast<double>(std::count_if(
      cuts.begin(), cuts.end(),
      [place](const CutEvaluation& cut) { return cut.report.rows[place].customers > 0; }));
  for (const CutEvaluation& cut : cuts) {
    const EvaluationRow& row = cut.report.rows[place];
    if (row.customers == 0) continue;
    mean.customers += row.customers;
    mean.recall += row.recall / count;
    mean.ndcg += row.ndcg / count;
    mean.hit_rate += row.hit_rate / count;
  }
  return mean;
}

std::vector<RankingQuality> OfAllCuts(const std::vector<CutEvaluation>& cuts, size_t place) {
  std::vector<RankingQuality> all;
  for (const CutEvaluation& cut : cuts) {
    const std::vector<RankingQuality>& each = cut.judgements[place].each;
    all.insert(all.end(), each.begin(), each.end());
  }
  return all;
}

EvaluationReport Overall(const std::vector<CutEvaluation>& cuts) {
  EvaluationReport overall{.cut = cuts.front().cut,
                           .window_days = cuts.front().report.window_days,
                           .rows = {},
                           .comparisons = {}};
  for (size_t place = 0; place < cuts.front().judgements.size(); ++place) {
    overall.rows.push_back(MeanRow(cuts, place));
    if (place < kJudgedPools.size()) continue;  // ours
    const EvaluationRow& row = overall.rows.back();
    overall.comparisons.push_back(Compare(row.method, row.pool,
                                          OfAllCuts(cuts, place % kJudgedPools.size()),
                                          OfAllCuts(cuts, place)));
  }
  return overall;
}

}  // namespace

absl::StatusOr<PurchasesEvaluation> EvaluatePurchases(EvaluatePurchasesOptions options) {
  const auto log = ReadPurchaseFiles(options.paths, options.format);
  if (!log.ok()) return log.status();
  const bool cut_given = !options.cuts.empty();
  if (!cut_given) {
    const auto window =
        std::chrono::duration<double, std::ratio<86'400>>(options.learn.window_days);
    options.cuts.push_back(log->last() -
                           std::chrono::duration_cast<std::chrono::microseconds>(window));
  }
  PurchasesEvaluation evaluation;
  {
    Progress progress;
    for (const Instant cut : options.cuts) {
      auto judged = JudgeAt(*log, cut, options, progress);
      if (!judged.ok() && !cut_given) return WithLastPurchase(judged.status(), *log);
      if (!judged.ok()) return judged.status();
      evaluation.cuts.push_back(*std::move(judged));
    }
  }
  evaluation.overall = Overall(evaluation.cuts);
  evaluation.options = std::move(options);
  return evaluation;
}

}  // namespace rapport::cli
