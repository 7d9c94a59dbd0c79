#include "model/evaluation.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "model/baselines/baselines.h"
#include "model/bootstrap.h"
#include "model/parallel.h"

namespace rapport {
namespace {

std::vector<double> ValuesOf(std::span<const RankingQuality> each,
                             double RankingQuality::*measure) {
  std::vector<double> values;
  values.reserve(each.size());
  for (const RankingQuality& quality : each) values.push_back(quality.*measure);
  return values;
}

MeanDifference Difference(std::span<const RankingQuality> ours,
                          std::span<const RankingQuality> theirs, double RankingQuality::*measure) {
  return PairedBootstrap(ValuesOf(ours, measure), ValuesOf(theirs, measure));
}

}  // namespace

RankingQuality QualityOf(std::span<const ItemIndex> list, std::span<const ItemIndex> relevant,
                         size_t length) {
  size_t hits = 0;
  double gain = 0;
  double ideal = 0;
  for (size_t place = 0; place < length; ++place) {
    const double discount = 1 / std::log2(static_cast<double>(place) + 2);
    if (place < relevant.size()) ideal += discount;
    if (place < list.size() && std::binary_search(relevant.begin(), relevant.end(), list[place])) {
      ++hits;
      gain += discount;
    }
  }
  return {.recall = static_cast<double>(hits) / static_cast<double>(relevant.size()),
          .ndcg = gain / ideal,
          .hit = hits > 0 ? 1.0 : 0.0};
}

Judgement JudgeRanker(const std::string& method, const HeldOut& held_out, Pool pool,
                      const Ranker& ranker, int threads, const Watch& watch) {
  Judgement judgement{.method = method, .pool = pool, .lists = {}, .each = {}};
  judgement.lists.resize(held_out.customers.size());
  std::vector<std::optional<RankingQuality>> quality(held_out.customers.size());
  const auto judge = [&](size_t row, int) {
    const HeldOutCustomer& customer = held_out.customers[row];
    judgement.lists[row] = ranker(customer, pool);
    const std::vector<ItemIndex> relevant = customer.Relevant(pool);
    if (!relevant.empty()) quality[row] = QualityOf(judgement.lists[row], relevant);
  };
  ParallelFor(threads, held_out.customers.size(), judge, watch);
  for (const auto& one : quality) {
    if (one) judgement.each.push_back(*one);
  }
  return judgement;
}

RankingQuality MeanOf(std::span<const RankingQuality> each) {
  RankingQuality mean;
  if (each.empty()) return mean;
  for (const RankingQuality& quality : each) {
    mean.recall += quality.recall;
    mean.ndcg += quality.ndcg;
    mean.hit += quality.hit;
  }
  const auto count = static_cast<double>(each.size());
  return {.recall = mean.recall / count, .ndcg = mean.ndcg / count, .hit = mean.hit / count};
}

EvaluationRow RowOf(const Judgement& judgement) {
  const RankingQuality mean = MeanOf(judgement.each);
  return {.method = judgement.method,
          .pool = judgement.pool,
          .customers = static_cast<int64_t>(judgement.each.size()),
          .recall = mean.recall,
          .ndcg = mean.ndcg,
          .hit_rate = mean.hit};
}

EvaluationComparison Compare(std::string method, Pool pool, std::span<const RankingQuality> ours,
                             std::span<const RankingQuality> theirs) {
  return {.method = std::move(method),
          .pool = pool,
          .recall = Difference(ours, theirs, &RankingQuality::recall),
          .ndcg = Difference(ours, theirs, &RankingQuality::ndcg)};
}

std::vector<RankingQuality> EvaluateEach(const HeldOut& held_out, Pool pool, const Ranker& ranker,
                                         int threads) {
  return JudgeRanker({}, held_out, pool, ranker, threads).each;
}

EvaluationRow Evaluate(const std::string& method, const HeldOut& held_out, Pool pool,
                       const Ranker& ranker, int threads) {
  return RowOf(JudgeRanker(method, held_out, pool, ranker, threads));
}

std::vector<Judgement> JudgeBeside(const PurchaseLog& log, const Trial& trial,
                                   std::span<const std::string> baselines, int threads,
                                   const JudgeProgress& progress, const Watch& watch) {
  std::vector<Judgement> judgements;
  const auto all = static_cast<double>((1 + baselines.size()) * kJudgedPools.size());
  const auto judge = [&](std::string_view method, const Ranker& ranker) {
    for (const Pool pool : kJudgedPools) {
      const auto done = static_cast<double>(judgements.size());
      judgements.push_back(JudgeRanker(std::string(method), trial.held_out, pool, ranker, threads,
                                       watch.Part(done / all, (done + 1) / all)));
    }
  };
  if (progress) progress(kOurMethod);
  judge(kOurMethod, ServedRanker(trial.model, trial.held_out));
  for (const std::string& baseline : baselines) {
    if (progress) progress(baseline);
    judge(baseline, MakeBaseline(baseline, log, trial, threads));
  }
  return judgements;
}

EvaluationReport ReportOf(const HeldOut& held_out, std::span<const Judgement> judgements) {
  EvaluationReport report{.cut = held_out.cut,
                          .window_days = DaysBetween(held_out.cut, held_out.end),
                          .rows = {},
                          .comparisons = {}};
  for (const Judgement& judgement : judgements) {
    report.rows.push_back(RowOf(judgement));
    if (judgement.each.empty()) continue;  // of nobody there is nothing to compare
    for (const Judgement& ours : judgements) {
      if (ours.method != kOurMethod || ours.pool != judgement.pool || &ours == &judgement) continue;
      report.comparisons.push_back(
          Compare(judgement.method, judgement.pool, ours.each, judgement.each));
    }
  }
  return report;
}

EvaluationReport EvaluateBesideBaselines(const PurchaseLog& log, const Trial& trial, int threads) {
  return ReportOf(trial.held_out, JudgeBeside(log, trial, QuickBaselines(), threads));
}

}  // namespace rapport
