#include "model/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "model/bootstrap.h"
#include "model/parallel.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "model/top_k.h"

namespace rapport {
namespace {

constexpr double kPopularityHalfLifeDays = 7;
constexpr double kAllTime =
    std::numeric_limits<double>::infinity();  // a half life that never halves

// The best of the pool's candidates by (`first`, `second`) descending, then by index.
template <typename First>
std::vector<ItemIndex> RankBy(const HeldOut& held_out, const HeldOutCustomer& customer, Pool pool,
                              const First& first, const std::vector<double>& second) {
  std::vector<std::pair<std::pair<double, double>, ItemIndex>> order;
  for (size_t row = 0; row < held_out.candidate.size(); ++row) {
    const auto item = static_cast<ItemIndex>(row);
    if (held_out.candidate[row] && InPool(pool, customer.evidence, item)) {
      order.push_back({{-first(item), -second[row]}, item});
    }
  }
  const size_t length = std::min(kListLength, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(length), order.end());
  std::vector<ItemIndex> list;
  for (size_t place = 0; place < length; ++place) list.push_back(order[place].second);
  return list;
}

}  // namespace

RankingQuality QualityOf(std::span<const ItemIndex> list, std::span<const ItemIndex> relevant) {
  size_t hits = 0;
  double gain = 0;
  double ideal = 0;
  for (size_t place = 0; place < kListLength; ++place) {
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

std::vector<RankingQuality> EvaluateEach(const HeldOut& held_out, Pool pool, const Ranker& ranker,
                                         int threads) {
  std::vector<std::optional<RankingQuality>> each(held_out.customers.size());
  ParallelFor(threads, each.size(), [&](size_t row, int) {
    const HeldOutCustomer& customer = held_out.customers[row];
    const std::vector<ItemIndex> relevant = customer.Relevant(pool);
    if (!relevant.empty()) each[row] = QualityOf(ranker(customer, pool), relevant);
  });
  std::vector<RankingQuality> judged;
  for (const auto& quality : each) {
    if (quality) judged.push_back(*quality);
  }
  return judged;
}

EvaluationRow RowOf(const std::string& method, Pool pool,
                    const std::vector<RankingQuality>& each) {
  EvaluationRow row{.method = method, .pool = pool, .customers = static_cast<int64_t>(each.size())};
  if (each.empty()) return row;
  for (const RankingQuality& quality : each) {
    row.recall += quality.recall;
    row.ndcg += quality.ndcg;
    row.hit_rate += quality.hit;
  }
  const auto count = static_cast<double>(each.size());
  row.recall /= count;
  row.ndcg /= count;
  row.hit_rate /= count;
  return row;
}

EvaluationRow Evaluate(const std::string& method, const HeldOut& held_out, Pool pool,
                       const Ranker& ranker, int threads) {
  return RowOf(method, pool, EvaluateEach(held_out, pool, ranker, threads));
}

EvaluationComparison Compare(const std::string& method, Pool pool,
                             const std::vector<RankingQuality>& ours,
                             const std::vector<RankingQuality>& theirs) {
  const auto difference = [&](double RankingQuality::*measure) {
    std::vector<double> mine, other;
    for (const RankingQuality& quality : ours) mine.push_back(quality.*measure);
    for (const RankingQuality& quality : theirs) other.push_back(quality.*measure);
    return PairedBootstrap(mine, other);
  };
  return {.method = method,
          .pool = pool,
          .recall = difference(&RankingQuality::recall),
          .ndcg = difference(&RankingQuality::ndcg)};
}

void AddComparison(const std::string& method, const Ranker& other, const HeldOut& held_out,
                   const ModelSnapshot& model, int threads, EvaluationReport* report) {
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    const auto ours = EvaluateEach(held_out, pool, ServedRanker(model, held_out), threads);
    const auto theirs = EvaluateEach(held_out, pool, other, threads);
    report->rows.push_back(RowOf(method, pool, theirs));
    report->comparisons.push_back(Compare(method, pool, ours, theirs));
  }
}

Ranker ServedRanker(const ModelSnapshot& model, const HeldOut& held_out) {
  return [&model, &held_out](const HeldOutCustomer& customer, Pool pool) {
    const Scorer scorer(model, pool, customer.evidence);
    std::vector<ItemIndex> list;
    for (const Ranked& ranked : TopK(scorer, kListLength, [&](ItemIndex item) {
           return held_out.candidate[Row(item)] && InPool(pool, customer.evidence, item);
         })) {
      list.push_back(ranked.item);
    }
    return list;
  };
}

Ranker PopularityRanker(const PurchaseLog& log, const HeldOut& held_out) {
  auto popularity = std::make_shared<const std::vector<double>>(
      DecayedPopularity(log, held_out.cut, kPopularityHalfLifeDays));
  return [&held_out, popularity](const HeldOutCustomer& customer, Pool pool) {
    return RankBy(
        held_out, customer, pool, [&](ItemIndex item) { return (*popularity)[Row(item)]; },
        *popularity);
  };
}

Ranker PersonalFrequencyRanker(const PurchaseLog& log, const HeldOut& held_out) {
  auto popularity =
      std::make_shared<const std::vector<double>>(DecayedPopularity(log, held_out.cut, kAllTime));
  return [&held_out, popularity](const HeldOutCustomer& customer, Pool pool) {
    const auto frequency = [&](ItemIndex item) {
      const Evidence::Entry* own = customer.evidence.Find(item);
      return own == nullptr ? 0.0 : static_cast<double>(own->order_count);
    };
    return RankBy(held_out, customer, pool, frequency, *popularity);
  };
}

EvaluationReport EvaluateBesideBaselines(const PurchaseLog& log, const HeldOut& held_out,
                                         const ModelSnapshot& model, int threads) {
  EvaluationReport report{
      .cut = held_out.cut, .window_days = DaysBetween(held_out.cut, held_out.end), .rows = {}};
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    report.rows.push_back(
        Evaluate("rapport", held_out, pool, ServedRanker(model, held_out), threads));
  }
  AddComparison("popularity", PopularityRanker(log, held_out), held_out, model, threads, &report);
  AddComparison("personal-frequency", PersonalFrequencyRanker(log, held_out), held_out, model,
                threads, &report);
  return report;
}

}  // namespace rapport
