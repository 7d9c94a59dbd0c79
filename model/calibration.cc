#include "model/calibration.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/parallel.h"
#include "model/ranker.h"

namespace rapport {
namespace {

// Items in one step of a curve, at least: fewer would give probabilities of 0 and 1.
constexpr size_t kLeastInStep = 50;
// The whole pool's curve counts as so many items of a group's own.
constexpr double kPooledWorth = 1000;
constexpr double kActiveDays = 180;
// Lists are made for so many customers that they take about so many scores. A thousand lists are
// 20,000 items, enough for a curve.
constexpr size_t kScores = 100'000'000;
constexpr size_t kFewestCustomers = 1'000, kMostCustomers = 20'000;
constexpr size_t kQualityBins = 10;
constexpr double kMostShift = 10;  // of log-odds, either way

// A run of items with neighbouring scores.
struct Step {
  double scores = 0;  // sum
  double bought = 0;
  double count = 0;
  double rate() const { return bought / count; }
  void Add(const Step& other) {
    scores += other.scores;
    bought += other.bought;
    count += other.count;
  }
};

// Steps of kLeastInStep items or more (fewer only if there are no more), equal scores together, in
// order of score. One more item at the base rate in each, so that no step is certain.
std::vector<Step> StepsOf(std::vector<SuggestedItem> items, double base_rate) {
  std::sort(items.begin(), items.end(),
            [](const SuggestedItem& a, const SuggestedItem& b) { return a.score < b.score; });
  std::vector<Step> steps;
  for (size_t row = 0; row < items.size(); ++row) {
    const bool full = !steps.empty() && steps.back().count >= kLeastInStep &&
                      items[row].score != items[row - 1].score &&
                      items.size() - row >= kLeastInStep;
    if (steps.empty() || full) steps.emplace_back();
    steps.back().Add(
        {.scores = items[row].score, .bought = items[row].bought ? 1.0 : 0.0, .count = 1});
  }
  for (Step& step : steps)
    step.Add({.scores = step.scores / step.count, .bought = base_rate, .count = 1});
  return steps;
}

// Pool adjacent violators (Ayer et al., 1955): the nearest curve that never falls.
CalibrationCurve Isotonic(const std::vector<Step>& steps) {
  std::vector<Step> rising;
  for (const Step& step : steps) {
    rising.push_back(step);
    while (rising.size() > 1 && rising[rising.size() - 2].rate() >= rising.back().rate()) {
      const Step last = rising.back();
      rising.pop_back();
      rising.back().Add(last);
    }
  }
  CalibrationCurve curve;
  for (const Step& step : rising)
    curve.push_back(
        {.score = step.scores / step.count, .probability = step.rate(), .samples = step.count});
  return curve;
}

// A group's curve drawn to the pool's: at every score the mean of both, weighed by what they are
// worth. Its samples are those of one mean with the same variance.
CalibrationCurve DrawnTo(const CalibrationCurve& pooled, const CalibrationCurve& own,
                         double own_items) {
  if (own.empty()) return pooled;
  std::vector<double> scores;
  for (const CalibrationCurve* curve : {&pooled, &own}) {
    for (const CalibrationKnot& knot : *curve) scores.push_back(knot.score);
  }
  std::sort(scores.begin(), scores.end());
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
  const double weight = own_items / (own_items + kPooledWorth);
  CalibrationCurve drawn;
  for (const double score : scores) {
    const CalibrationKnot a = PointOn(own, score);
    const CalibrationKnot b = PointOn(pooled, score);
    drawn.push_back(
        {.score = score,
         .probability = weight * a.probability + (1 - weight) * b.probability,
         .samples = 1 / (weight * weight / a.samples + (1 - weight) * (1 - weight) / b.samples)});
  }
  return drawn;
}

double ShareBought(std::span<const SuggestedItem> items) {
  if (items.empty()) return 0;
  const auto bought = std::count_if(items.begin(), items.end(),
                                    [](const SuggestedItem& item) { return item.bought; });
  return static_cast<double>(bought) / static_cast<double>(items.size());
}

double MeanProbability(const PoolCalibration& calibration, std::span<const SuggestedItem> items) {
  double sum = 0;
  for (const SuggestedItem& item : items)
    sum += calibration.ProbabilityOf(item.score, item.depth, item.bought_before);
  return sum / static_cast<double>(items.size());
}

// The shift at which as much is expected of the items as was bought, by bisection: what is expected
// rises with it.
double ShiftFor(PoolCalibration calibration, std::span<const SuggestedItem> items) {
  const double bought = ShareBought(items);
  if (bought == 0 || bought == 1) return 0;
  double low = -kMostShift;
  double high = kMostShift;
  for (int halving = 0; halving < 50; ++halving) {
    calibration.shift = (low + high) / 2;
    (MeanProbability(calibration, items) < bought ? low : high) = calibration.shift;
  }
  return (low + high) / 2;
}

// Who bought something in the kActiveDays before the cut and kept it.
std::vector<CustomerIndex> ActiveCustomers(const PurchaseLog& log, Instant cut) {
  std::vector<CustomerIndex> active;
  for (size_t row = 0; row < log.customer_count(); ++row) {
    const auto customer = CustomerIndex(row);
    const std::span<const PurchaseLog::Line> lines = log.LinesOf(customer);
    if (std::any_of(lines.begin(), lines.end(), [&](const PurchaseLog::Line& line) {
          return line.KeptAt(cut) && !line.gift && DaysBetween(line.at, cut) <= kActiveDays;
        })) {
      active.push_back(customer);
    }
  }
  return active;
}

std::vector<SuggestedItem> SuggestedTo(const HeldOutCustomer& customer,
                                       const std::vector<Ranked>& list, double level) {
  const HistoryDepth depth = DepthOf(OrderCount(customer.evidence));
  std::vector<SuggestedItem> items;
  for (const Ranked& ranked : list) {
    items.push_back({.score = ranked.score - level,
                     .depth = depth,
                     .bought_before = customer.evidence.Find(ranked.item) != nullptr,
                     .bought = std::binary_search(customer.bought.begin(), customer.bought.end(),
                                                  ranked.item)});
  }
  return items;
}

}  // namespace

ScoreLevels LevelsOf(const ModelSnapshot& model) {
  ScoreLevels levels = {};
  if (model.popularity.rows() == 0) return levels;
  // Items that were not on sale yet have the least of all buyers.
  const auto ever = model.popularity.col(kBuyersEver).array();
  const double least = ever.minCoeff();
  if (!(ever > least).any()) return levels;
  for (const Pool pool : kPools) {
    const PoolWeights& weights = model.WeightsOf(pool);
    const Eigen::Map<const Eigen::VectorXd> by_feature(weights.popularity.data(),
                                                       model.popularity.cols());
    const Eigen::ArrayXd terms =
        (ever > least).select((model.popularity * by_feature).array(), -INFINITY);
    const double greatest = terms.maxCoeff();
    levels[static_cast<size_t>(pool)] = greatest + std::log((terms - greatest).exp().sum());
  }
  return levels;
}

SuggestedItems SuggestedAt(const PurchaseLog& log, const HeldOut& held_out,
                           const ModelSnapshot& model, int threads, const Watch& watch) {
  const std::vector<CustomerIndex> active = ActiveCustomers(log, held_out.cut);
  const ScoreLevels levels = LevelsOf(model);
  const ServedLists lists(model, held_out);
  const size_t enough = std::clamp(kScores / std::max<size_t>(1, log.items().size()),
                                   kFewestCustomers, kMostCustomers);
  std::vector<SuggestedItems> of_customers(std::min(active.size(), enough));
  const auto suggest = [&](size_t place, int) {
    const HeldOutCustomer customer =
        held_out.Of(log, active[place * active.size() / of_customers.size()]);
    const auto by_pool = lists.ForEachPool(customer);
    for (size_t pool = 0; pool < kPoolCount; ++pool)
      of_customers[place][pool] = SuggestedTo(customer, by_pool[pool], levels[pool]);
  };
  ParallelFor(threads, of_customers.size(), suggest, watch);
  SuggestedItems all;
  for (const SuggestedItems& one : of_customers) {
    for (size_t pool = 0; pool < kPoolCount; ++pool)
      all[pool].insert(all[pool].end(), one[pool].begin(), one[pool].end());
  }
  return all;
}

PoolCalibration CalibratePool(std::span<const std::vector<SuggestedItem>> windows) {
  std::vector<SuggestedItem> all;
  for (const std::vector<SuggestedItem>& window : windows)
    all.insert(all.end(), window.begin(), window.end());
  PoolCalibration calibration;
  if (all.empty()) return calibration;
  const double overall_rate = ShareBought(all);
  const CalibrationCurve pooled = Isotonic(StepsOf(all, overall_rate));
  for (size_t depth = 0; depth < kHistoryDepths; ++depth) {
    for (const bool bought_before : {false, true}) {
      std::vector<SuggestedItem> own;
      std::copy_if(all.begin(), all.end(), std::back_inserter(own), [&](const SuggestedItem& item) {
        return static_cast<size_t>(item.depth) == depth && item.bought_before == bought_before;
      });
      const auto own_items = static_cast<double>(own.size());
      calibration.curves[depth][bought_before ? 1 : 0] =
          DrawnTo(pooled, Isotonic(StepsOf(std::move(own), overall_rate)), own_items);
    }
  }
  calibration.samples = static_cast<int64_t>(all.size());
  calibration.base_rate = ShareBought(windows.back());
  calibration.shift = ShiftFor(calibration, windows.back());
  return calibration;
}

CalibratedPools CalibratePools(std::span<const SuggestedItems> windows) {
  CalibratedPools calibrated;
  for (size_t pool = 0; pool < kPoolCount; ++pool) {
    std::vector<std::vector<SuggestedItem>> of_pool;
    for (const SuggestedItems& window : windows) of_pool.push_back(window[pool]);
    calibrated[pool] = CalibratePool(of_pool);
  }
  return calibrated;
}

CalibrationQuality JudgeCalibration(const PoolCalibration& calibration,
                                    std::span<const SuggestedItem> items) {
  if (items.empty()) return {};
  std::vector<std::pair<double, double>> pairs;  // probability, bought
  for (const SuggestedItem& item : items) {
    pairs.emplace_back(calibration.ProbabilityOf(item.score, item.depth, item.bought_before),
                       item.bought ? 1.0 : 0.0);
  }
  // By probability alone: of equal ones those that were bought must not go last.
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto count = static_cast<double>(pairs.size());
  CalibrationQuality quality{.samples = static_cast<int64_t>(items.size()),
                             .bought = ShareBought(items)};
  for (size_t bin = 0; bin < kQualityBins; ++bin) {
    double gap = 0;  // summed over the bin
    for (size_t row = bin * pairs.size() / kQualityBins;
         row < (bin + 1) * pairs.size() / kQualityBins; ++row) {
      const auto [probability, bought] = pairs[row];
      gap += probability - bought;
      quality.expected += probability / count;
      quality.brier += (probability - bought) * (probability - bought) / count;
    }
    quality.ece += std::abs(gap) / count;
  }
  const double knowing_the_share = quality.bought * (1 - quality.bought);
  if (knowing_the_share > 0) quality.brier_skill = 1 - quality.brier / knowing_the_share;
  return quality;
}

CalibrationQualities JudgeCalibrations(const CalibratedPools& calibrated,
                                       const SuggestedItems& items) {
  CalibrationQualities qualities;
  for (size_t pool = 0; pool < kPoolCount; ++pool)
    qualities[pool] = JudgeCalibration(calibrated[pool], items[pool]);
  return qualities;
}

}  // namespace rapport
