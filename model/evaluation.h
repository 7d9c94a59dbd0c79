// Evaluation: recall, NDCG and hit rate at 20 on held-out time, of the served pipeline beside plain
// baselines. Plain loops: the referee of everything faster. Means over customers who bought
// something of the pool in the window.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/held_out.h"
#include "model/model_snapshot.h"
#include "model/ranker.h"
#include "model/trial.h"
#include "model/watch.h"

namespace rapport {

// The pools that evaluations report: new to the customer, and all.
inline constexpr std::array<Pool, 2> kJudgedPools = {Pool::kNewToCustomer, Pool::kAny};
inline constexpr std::string_view kOurMethod = "rapport";

struct RankingQuality {
  double recall = 0;  // hits / relevant
  double ndcg = 0;    // binary gains; the ideal list is cut at the same length
  double hit = 0;     // 1 if anything was found
};

// `list`: best first, cut at `length` if longer; `relevant`: ascending, not empty.
RankingQuality QualityOf(std::span<const ItemIndex> list, std::span<const ItemIndex> relevant,
                         size_t length = kListLength);

// Zeros for nobody.
RankingQuality MeanOf(std::span<const RankingQuality> each);

// What one method did on one window.
struct Judgement {
  std::string method;
  Pool pool = Pool::kAny;
  std::vector<std::vector<ItemIndex>> lists;  // by row of held_out.customers, everybody's
  // Of each customer who has something relevant in the pool, in order of held_out.customers: the
  // same customers for every method.
  std::vector<RankingQuality> each;
};

// Makes every list once, and judges it. Does not depend on the number of threads.
Judgement JudgeRanker(const std::string& method, const HeldOut& held_out, Pool pool,
                      const Ranker& ranker, int threads, const Watch& watch = {});
// Its means; zeros if nobody has something relevant in the pool.
EvaluationRow RowOf(const Judgement& judgement);
// Ours less theirs, with intervals (paired bootstrap). Requires: the same customers.
EvaluationComparison Compare(std::string method, Pool pool, std::span<const RankingQuality> ours,
                             std::span<const RankingQuality> theirs);

// The two above in short, where the lists are of no further use.
std::vector<RankingQuality> EvaluateEach(const HeldOut& held_out, Pool pool, const Ranker& ranker,
                                         int threads);
EvaluationRow Evaluate(const std::string& method, const HeldOut& held_out, Pool pool,
                       const Ranker& ranker, int threads);

// Told which method is being judged.
using JudgeProgress = std::function<void(std::string_view method)>;

// Our model and the named baselines (see baselines/baselines.h) on the trial's window: for each
// method, ours first, one judgement for each of kJudgedPools.
std::vector<Judgement> JudgeBeside(const PurchaseLog& log, const Trial& trial,
                                   std::span<const std::string> baselines, int threads,
                                   const JudgeProgress& progress = nullptr,
                                   const Watch& watch = {});
// The rows of such judgements, and ours compared with every other.
EvaluationReport ReportOf(const HeldOut& held_out, std::span<const Judgement> judgements);

// What a training reports: ours beside the baselines that cost next to nothing.
EvaluationReport EvaluateBesideBaselines(const PurchaseLog& log, const Trial& trial, int threads);

}  // namespace rapport
