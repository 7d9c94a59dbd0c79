#include "services/cli/evaluate_report.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "services/cli/evaluate_targets.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using nlohmann::json;

std::string PoolTitle(Pool pool) {
  return pool == Pool::kNewToCustomer ? "items new to the customer"
                                      : "all items, those bought before too";
}

// Whether a window begins before another ends.
bool WindowsOverlap(const PurchasesEvaluation& evaluation) {
  std::vector<Instant> cuts;
  for (const CutEvaluation& cut : evaluation.cuts) cuts.push_back(cut.cut);
  std::sort(cuts.begin(), cuts.end());
  return std::adjacent_find(cuts.begin(), cuts.end(), [&](Instant one, Instant next) {
           return DaysBetween(one, next) < evaluation.options.learn.window_days;
         }) != cuts.end();
}

json DifferenceJson(const MeanDifference& difference) {
  return {{"difference", difference.mean}, {"low", difference.low}, {"high", difference.high}};
}

json WeightsJson(const std::array<PoolWeights, kPoolCount>& all_weights) {
  json result;
  for (const Pool pool : kPools) {
    const PoolWeights& weights = all_weights[static_cast<size_t>(pool)];
    json one = {{"tastes", weights.tastes}, {"fitted", weights.fitted}};
    for (size_t feature = 0; feature < kRepeatFeatures.size(); ++feature) {
      one["repeat"][std::string(kRepeatFeatures[feature])] = weights.repeat[feature];
    }
    for (size_t feature = 0; feature < kPopularityFeatures.size(); ++feature) {
      one["popularity"][std::string(kPopularityFeatures[feature])] = weights.popularity[feature];
    }
    result[std::string(PoolName(pool))] = one;
  }
  return result;
}

// The mean over the cuts.
ListStatistics MeanLists(const PurchasesEvaluation& evaluation, size_t place) {
  ListStatistics mean;
  const auto count = static_cast<double>(evaluation.cuts.size());
  for (const CutEvaluation& cut : evaluation.cuts) {
    mean.coverage += cut.lists[place].coverage / count;
    mean.novelty_bits += cut.lists[place].novelty_bits / count;
    mean.popular_overlap += cut.lists[place].popular_overlap / count;
  }
  return mean;
}

double MeanFallback(const PurchasesEvaluation& evaluation) {
  double mean = 0;
  for (const CutEvaluation& cut : evaluation.cuts)
    mean += cut.popular_fallback / static_cast<double>(evaluation.cuts.size());
  return mean;
}

// Over the customers of all cuts.
std::vector<RankingQuality> OfDepth(const PurchasesEvaluation& evaluation, size_t pool,
                                    size_t depth) {
  std::vector<RankingQuality> all;
  for (const CutEvaluation& cut : evaluation.cuts) {
    const std::vector<RankingQuality>& each = cut.by_depth[pool][depth];
    all.insert(all.end(), each.begin(), each.end());
  }
  return all;
}

Found OfAge(const PurchasesEvaluation& evaluation, size_t pool, size_t age) {
  Found all;
  for (const CutEvaluation& cut : evaluation.cuts) {
    all.relevant += cut.by_age[pool][age].relevant;
    all.hits += cut.by_age[pool][age].hits;
  }
  return all;
}

json ListsJson(const PurchasesEvaluation& evaluation) {
  json lists = json::object();
  for (size_t place = 0; place < evaluation.overall.rows.size(); ++place) {
    const EvaluationRow& row = evaluation.overall.rows[place];
    const ListStatistics mean = MeanLists(evaluation, place);
    lists[row.method][PoolKey(row.pool)] = {{"coverage", mean.coverage},
                                            {"novelty_bits", mean.novelty_bits},
                                            {"popular_overlap", mean.popular_overlap}};
  }
  return lists;
}

json DepthJson(const PurchasesEvaluation& evaluation) {
  json by_depth;
  for (size_t pool = 0; pool < kJudgedPools.size(); ++pool) {
    json& rows = by_depth[PoolKey(kJudgedPools[pool])] = json::array();
    for (size_t depth = 0; depth < kHistoryDepths; ++depth) {
      const std::vector<RankingQuality> each = OfDepth(evaluation, pool, depth);
      const RankingQuality mean = MeanOf(each);
      json row = RowJson({.customers = static_cast<int64_t>(each.size()),
                          .recall = mean.recall,
                          .ndcg = mean.ndcg,
                          .hit_rate = mean.hit});
      row["orders"] = kHistoryDepthNames[depth];
      rows.push_back(std::move(row));
    }
  }
  return by_depth;
}

json AgeJson(const PurchasesEvaluation& evaluation) {
  json by_age;
  for (size_t pool = 0; pool < kJudgedPools.size(); ++pool) {
    json& rows = by_age[PoolKey(kJudgedPools[pool])] = json::array();
    for (size_t age = 0; age < kItemAges; ++age) {
      const Found found = OfAge(evaluation, pool, age);
      json row = {{"first_sold", kItemAgeNames[age]}, {"relevant", found.relevant}};
      if (found.relevant > 0) row["recall@20"] = found.recall();
      rows.push_back(std::move(row));
    }
  }
  return by_age;
}

// The mean over the cuts that have one.
CalibrationQuality MeanCalibration(const PurchasesEvaluation& evaluation, Pool pool) {
  const auto place = static_cast<size_t>(pool);
  CalibrationQuality mean;
  double count = 0;
  for (const CutEvaluation& cut : evaluation.cuts)
    count += cut.calibration[place].samples > 0 ? 1 : 0;
  if (count == 0) return mean;
  for (const CutEvaluation& cut : evaluation.cuts) {
    const CalibrationQuality& one = cut.calibration[place];
    mean.samples += one.samples;
    mean.expected += one.expected / count;
    mean.bought += one.bought / count;
    mean.brier += one.brier / count;
    mean.brier_skill += one.brier_skill / count;
    mean.ece += one.ece / count;
  }
  return mean;
}

json CalibrationJson(const CalibrationQuality& quality) {
  return {{"suggested", quality.samples},       {"expected", quality.expected},
          {"bought", quality.bought},           {"brier", quality.brier},
          {"brier_skill", quality.brier_skill}, {"ece", quality.ece}};
}

json CutJson(const CutEvaluation& cut, double window_days) {
  json result = ReportJson(cut.report);
  result["cut"] = FormatDate(ToTimestamp(cut.cut));
  for (const Pool pool : kJudgedPools) {
    result["calibration"][PoolKey(pool)] =
        CalibrationJson(cut.calibration[static_cast<size_t>(pool)]);
  }
  result["whole_window"] = cut.days_with_data >= window_days;
  result["weights"] = WeightsJson(cut.weights);
  result["category_prior"] = {{"weight", cut.prior.weight},
                              {"purchases", cut.prior.purchases},
                              {"log_likelihood_gain", DifferenceJson(cut.prior.gain)}};
  result["trained_on"] = {{"customers", cut.data.customers},
                          {"items", cut.data.items},
                          {"purchases", cut.data.purchases}};
  return result;
}

void PrintPool(std::ostream& out, const PurchasesEvaluation& evaluation, Pool pool) {
  const EvaluationReport& overall = evaluation.overall;
  out << "\nFrom " << PoolTitle(pool) << "; ";
  if (!HasCustomers(overall, pool)) {
    out << "nobody bought one that could be suggested: nothing to judge by\n";
    return;
  }
  out << FormatPlural(OurRow(overall, pool).customers, "customer", "customers") << "\n";
  Table table({{"method"},
               {"recall@20", true},
               {"ndcg@20", true},
               {"hit rate@20", true},
               {"ndcg that rapport adds (95 %)", true},
               {"coverage", true},
               {"novelty", true}});
  for (size_t place = 0; place < overall.rows.size(); ++place) {
    const EvaluationRow& row = overall.rows[place];
    if (row.pool != pool) continue;
    std::string difference;
    for (const EvaluationComparison& comparison : overall.comparisons) {
      if (comparison.method == row.method && comparison.pool == pool)
        difference = DifferenceText(comparison.ndcg);
    }
    const ListStatistics lists = MeanLists(evaluation, place);
    table.AddRow({row.method, FormatFixed(row.recall, 4), FormatFixed(row.ndcg, 4),
                  FormatFixed(row.hit_rate, 4), difference, FormatShare(lists.coverage),
                  FormatFixed(lists.novelty_bits, 1)});
  }
  table.Print(out, OutputWidth());
}

void PrintDepths(std::ostream& out, const PurchasesEvaluation& evaluation) {
  out << "\nrapport by the orders of the customer so far\n";
  Table table({{"orders"},
               {"customers", true},
               {"new: recall@20", true},
               {"ndcg@20", true},
               {"all: recall@20", true},
               {"ndcg@20", true}});
  for (size_t depth = 0; depth < kHistoryDepths; ++depth) {
    const std::vector<RankingQuality> of_new = OfDepth(evaluation, 0, depth);
    const std::vector<RankingQuality> of_all = OfDepth(evaluation, 1, depth);
    const auto mean = [](const std::vector<RankingQuality>& each, double RankingQuality::*measure) {
      return each.empty() ? "" : FormatFixed(MeanOf(each).*measure, 4);
    };
    table.AddRow({std::string(kHistoryDepthNames[depth]),
                  FormatCount(static_cast<int64_t>(of_all.size())),
                  mean(of_new, &RankingQuality::recall), mean(of_new, &RankingQuality::ndcg),
                  mean(of_all, &RankingQuality::recall), mean(of_all, &RankingQuality::ndcg)});
  }
  table.Print(out, OutputWidth());
}

void PrintAges(std::ostream& out, const PurchasesEvaluation& evaluation) {
  out << "\nrapport by the first sale of what was bought\n";
  Table table({{"first sold"},
               {"new: bought", true},
               {"found", true},
               {"all: bought", true},
               {"found", true}});
  for (size_t age = 0; age < kItemAges; ++age) {
    const Found of_new = OfAge(evaluation, 0, age);
    const Found of_all = OfAge(evaluation, 1, age);
    const auto share = [](const Found& found) {
      return found.relevant > 0 ? FormatShare(found.recall()) : "";
    };
    table.AddRow({std::string(kItemAgeNames[age]), FormatCount(of_new.relevant), share(of_new),
                  FormatCount(of_all.relevant), share(of_all)});
  }
  table.Print(out, OutputWidth());
}

void PrintCalibration(std::ostream& out, const PurchasesEvaluation& evaluation) {
  out << "\nProbabilities of being bought, of what would have been suggested to all who had bought "
         "in "
         "the\n180 days before; learned one window earlier\n";
  Table table({{"lists"},
               {"suggested", true},
               {"expected", true},
               {"bought", true},
               {"ece", true},
               {"brier skill", true}});
  for (const Pool pool : kJudgedPools) {
    const CalibrationQuality mean = MeanCalibration(evaluation, pool);
    if (mean.samples == 0) {
      table.AddRow({PoolKey(pool), "none", "", "", "", ""});
      continue;
    }
    table.AddRow({PoolKey(pool), FormatCount(mean.samples), FormatFixed(mean.expected, 4),
                  FormatFixed(mean.bought, 4), FormatFixed(mean.ece, 4),
                  FormatFixed(mean.brier_skill, 4)});
  }
  table.Print(out, OutputWidth());
}

void PrintNotes(std::ostream& out, const PurchasesEvaluation& evaluation) {
  out << "\n"
      << FormatShare(MeanFallback(evaluation))
      << " of the customers who came had no history: they would have seen what is popular, and "
         "are not\njudged. Of rapport's lists "
      << FormatShare(MeanLists(evaluation, 0).popular_overlap) << " (new) and "
      << FormatShare(MeanLists(evaluation, 1).popular_overlap)
      << " (all) stand in the list by popularity too. Novelty is in\nbits: -log2 of the share of "
         "customers who had the item.\n";
  if (WindowsOverlap(evaluation)) {
    out << "The windows overlap: the same purchases count more than once, and intervals are too "
           "narrow.\n";
  }
  for (const CutEvaluation& cut : evaluation.cuts) {
    if (cut.days_with_data >= evaluation.options.learn.window_days) continue;
    out << "The purchases end " << FormatFixed(cut.days_with_data, 1) << " days after "
        << FormatDate(ToTimestamp(cut.cut)) << ": its window is cut short.\n";
  }
}

}  // namespace

nlohmann::json RowJson(const EvaluationRow& row) {
  if (row.customers == 0) return {{"customers", 0}};
  return {{"customers", row.customers},
          {"recall@20", row.recall},
          {"ndcg@20", row.ndcg},
          {"hit_rate@20", row.hit_rate}};
}

json ReportJson(const EvaluationReport& report) {
  json result = {
      {"mean", json::object()}, {"baselines", json::object()}, {"paired", json::object()}};
  for (const EvaluationRow& row : report.rows) {
    json& place = row.method == kOurMethod ? result["mean"] : result["baselines"][row.method];
    place[PoolKey(row.pool)] = RowJson(row);
  }
  for (const EvaluationComparison& comparison : report.comparisons) {
    if (!HasCustomers(report, comparison.pool)) continue;
    result["paired"][comparison.method][PoolKey(comparison.pool)] = {
        {"customers", OurRow(report, comparison.pool).customers},
        {"recall@20", DifferenceJson(comparison.recall)},
        {"ndcg@20", DifferenceJson(comparison.ndcg)}};
  }
  return result;
}

std::string DifferenceText(const MeanDifference& difference) {
  return FormatSigned(difference.mean, 4) + " (" + FormatSigned(difference.low, 4) + " to " +
         FormatSigned(difference.high, 4) + ")";
}

nlohmann::ordered_json ToJson(const PurchasesEvaluation& evaluation) {
  json result = ReportJson(evaluation.overall);
  const double window_days = evaluation.options.learn.window_days;
  result["window_days"] = window_days;
  result["windows_overlap"] = WindowsOverlap(evaluation);
  result["lists"] = ListsJson(evaluation);
  result["popular_fallback"] = MeanFallback(evaluation);
  result["by_history_depth"] = DepthJson(evaluation);
  result["by_item_age"] = AgeJson(evaluation);
  for (const Pool pool : kJudgedPools)
    result["calibration"][PoolKey(pool)] = CalibrationJson(MeanCalibration(evaluation, pool));
  result["cuts"] = json::array();
  for (const CutEvaluation& cut : evaluation.cuts)
    result["cuts"].push_back(CutJson(cut, window_days));
  return EndingWith(TargetsOf(evaluation), result);
}

void PrintTables(std::ostream& out, const PurchasesEvaluation& evaluation) {
  out << "Trained on all before each cut, judged by the "
      << FormatFixed(evaluation.options.learn.window_days, 0) << " days after it; means over "
      << FormatPlural(static_cast<int64_t>(evaluation.cuts.size()), "cut", "cuts") << ".\n";
  for (const Pool pool : kJudgedPools) PrintPool(out, evaluation, pool);
  PrintDepths(out, evaluation);
  PrintAges(out, evaluation);
  PrintCalibration(out, evaluation);
  PrintNotes(out, evaluation);
  PrintTargets(out, TargetsOf(evaluation));
}

}  // namespace rapport::cli
