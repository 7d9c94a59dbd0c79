// Evaluation: recall, NDCG and hit rate at 20 on held-out time, of the served pipeline beside plain
// baselines. Plain loops: the referee of everything faster. Means over customers who bought
// something of the pool in the window.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/held_out.h"
#include "model/model_snapshot.h"

namespace rapport {

inline constexpr size_t kListLength = 20;

struct RankingQuality {
  double recall = 0;  // hits / relevant
  double ndcg = 0;    // binary gains; the ideal list is cut at kListLength too
  double hit = 0;     // 1 if anything was found
};

// `list`: best first, cut at kListLength if longer; `relevant`: ascending, not empty.
RankingQuality QualityOf(std::span<const ItemIndex> list, std::span<const ItemIndex> relevant);

// Makes a customer's list of the pool, at most kListLength of held_out's candidates. Called from
// several threads.
using Ranker = std::function<std::vector<ItemIndex>(const HeldOutCustomer& customer, Pool pool)>;

// Quality of each customer who has something relevant in the pool, in order of held_out.customers.
std::vector<RankingQuality> EvaluateEach(const HeldOut& held_out, Pool pool, const Ranker& ranker,
                                         int threads);
EvaluationRow Evaluate(const std::string& method, const HeldOut& held_out, Pool pool,
                       const Ranker& ranker, int threads);

// As served: scorer and top_k. `model` must outlive the ranker, and so must `held_out`, here and
// below.
Ranker ServedRanker(const ModelSnapshot& model, const HeldOut& held_out);
// By buyers lately, each halved every seven days.
Ranker PopularityRanker(const PurchaseLog& log, const HeldOut& held_out);
// GP-TopFreq (Li et al., "A Next Basket Recommendation Reality Check", 2023): the customer's own
// orders of the item, then popularity over all time.
Ranker PersonalFrequencyRanker(const PurchaseLog& log, const HeldOut& held_out);

// Adds another method's rows for new and any to `report`, and how far `model`, as served, is from
// it.
void AddComparison(const std::string& method, const Ranker& other, const HeldOut& held_out,
                   const ModelSnapshot& model, int threads, EvaluationReport* report);

// The three methods, for new and any.
EvaluationReport EvaluateBesideBaselines(const PurchaseLog& log, const HeldOut& held_out,
                                         const ModelSnapshot& model, int threads);

}  // namespace rapport
