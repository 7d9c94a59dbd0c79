#include "model/timing_study/due_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

namespace rapport {
namespace {

constexpr size_t kBins = 10;

void ByChance(std::vector<Forecast>& forecasts) {
  std::ranges::stable_sort(forecasts, {}, &Forecast::chance);
}

// Cases of one customer after another.
template <typename Visit>
void ForEachCustomer(std::span<const DueCase> cases, const Visit& visit) {
  for (size_t begin = 0; begin < cases.size();) {
    size_t end = begin;
    while (end < cases.size() && cases[end].customer == cases[begin].customer) ++end;
    visit(cases.subspan(begin, end - begin));
    begin = end;
  }
}

// NDCG and recall of the first five by `method`, ties by row. None: nothing was bought again.
std::optional<std::pair<double, double>> Ranked(std::span<const DueCase> own, DueMethod method) {
  constexpr size_t kLongest = kDueHorizons.size() - 1;
  const auto bought = static_cast<size_t>(
      std::ranges::count_if(own, [](const DueCase& one) { return one.bought[kLongest]; }));
  if (bought == 0) return std::nullopt;
  std::vector<const DueCase*> order;
  for (const DueCase& one : own) order.push_back(&one);
  const size_t listed = std::min(kDueListLength, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(listed), order.end(),
                    [&](const DueCase* a, const DueCase* b) {
                      return std::tuple(-a->Chance(method, kLongest), a->row) <
                             std::tuple(-b->Chance(method, kLongest), b->row);
                    });
  double gain = 0, ideal = 0, hits = 0;
  for (size_t place = 0; place < listed; ++place) {
    const double worth = 1 / std::log2(static_cast<double>(place) + 2);
    if (place < bought) ideal += worth;
    if (!order[place]->bought[kLongest]) continue;
    gain += worth;
    hits += 1;
  }
  return std::pair(gain / ideal, hits / static_cast<double>(bought));
}

// One customer on a day's list.
struct Listing {
  double score = 0;
  const DueCase* subject = nullptr;
};

double OrderOf(const DueCase& one, ListedBy by) {
  switch (by) {
    case ListedBy::kChance:
      return one.Chance(DueMethod::kOurs, kListedHorizon);
    case ListedBy::kFrequencyRecency:
      return one.Chance(DueMethod::kFrequencyRecency, kListedHorizon);
    default:
      return one.purchases;
  }
}

Listing ListingOf(std::span<const DueCase> own, ListedBy by) {
  const DueCase* best = &own.front();
  for (const DueCase& one : own) {
    if (OrderOf(one, by) > OrderOf(*best, by)) best = &one;
  }
  if (by == ListedBy::kLatestVisit) return {-best->since_visit, best};
  if (by == ListedBy::kEarliestVisit) return {best->since_visit, best};
  return {OrderOf(*best, by), best};
}

double HitsOf(std::span<const DueCase> cases, ListedBy by) {
  std::vector<Listing> listings;
  ForEachCustomer(cases,
                  [&](std::span<const DueCase> own) { listings.push_back(ListingOf(own, by)); });
  std::ranges::stable_sort(listings, std::greater(), &Listing::score);
  listings.resize(std::min(listings.size(), kCapacity));
  double hits = 0;
  for (const Listing& listed : listings) hits += listed.subject->bought[kListedHorizon] ? 1 : 0;
  return listings.empty() ? 0 : hits / static_cast<double>(listings.size());
}

double RandomHits(std::span<const DueCase> cases) {
  double sum = 0, customers = 0;
  ForEachCustomer(cases, [&](std::span<const DueCase> own) {
    const auto bought =
        std::ranges::count_if(own, [](const DueCase& one) { return one.bought[kListedHorizon]; });
    sum += static_cast<double>(bought) / static_cast<double>(own.size());
    customers += 1;
  });
  return customers == 0 ? 0 : sum / customers;
}

}  // namespace

CalibrationQuality JudgeForecasts(std::vector<Forecast> forecasts) {
  CalibrationQuality quality{.samples = static_cast<int64_t>(forecasts.size())};
  if (forecasts.empty()) return quality;
  ByChance(forecasts);
  const auto all = static_cast<double>(forecasts.size());
  for (size_t bin = 0; bin < kBins; ++bin) {
    double expected = 0, happened = 0;
    const size_t end = forecasts.size() * (bin + 1) / kBins;
    for (size_t place = forecasts.size() * bin / kBins; place < end; ++place) {
      const double chance = forecasts[place].chance, did = forecasts[place].happened ? 1 : 0;
      expected += chance;
      happened += did;
      quality.brier += (chance - did) * (chance - did) / all;
    }
    quality.expected += expected / all;
    quality.bought += happened / all;
    quality.ece += std::abs(expected - happened) / all;
  }
  const double base = quality.bought * (1 - quality.bought);
  if (base > 0) quality.brier_skill = 1 - quality.brier / base;
  return quality;
}

double AreaUnderCurve(std::vector<Forecast> forecasts) {
  ByChance(forecasts);
  double happened = 0, not_happened = 0, pairs = 0;
  for (size_t begin = 0; begin < forecasts.size();) {
    size_t end = begin;
    double did = 0;
    for (; end < forecasts.size() && forecasts[end].chance == forecasts[begin].chance; ++end)
      did += forecasts[end].happened ? 1 : 0;
    const double did_not = static_cast<double>(end - begin) - did;
    pairs += did * (not_happened + did_not / 2);
    happened += did;
    not_happened += did_not;
    begin = end;
  }
  return happened == 0 || not_happened == 0 ? 0.5 : pairs / (happened * not_happened);
}

DueCalibration CalibrationOf(std::span<const std::vector<DueCase>> cuts, DueMethod method,
                             size_t horizon, int least_purchases) {
  DueCalibration calibration;
  std::vector<Forecast> all;
  for (const std::vector<DueCase>& cases : cuts) {
    std::vector<Forecast> forecasts;
    for (const DueCase& one : cases) {
      if (one.purchases >= least_purchases)
        forecasts.push_back({one.Chance(method, horizon), one.bought[horizon]});
    }
    all.insert(all.end(), forecasts.begin(), forecasts.end());
    calibration.worst_ece =
        std::max(calibration.worst_ece, JudgeForecasts(std::move(forecasts)).ece);
  }
  calibration.all = JudgeForecasts(std::move(all));
  return calibration;
}

DueRanking RankingOf(std::span<const std::vector<DueCase>> cuts, DueMethod method) {
  struct Sum {
    double ndcg = 0, recall = 0, cuts = 0;
  };
  std::map<uint32_t, Sum> sums;  // by customer
  for (const std::vector<DueCase>& cases : cuts) {
    ForEachCustomer(cases, [&](std::span<const DueCase> own) {
      const auto ranked = Ranked(own, method);
      if (!ranked) return;
      Sum& sum = sums[own.front().customer];
      sum.ndcg += ranked->first;
      sum.recall += ranked->second;
      sum.cuts += 1;
    });
  }
  DueRanking ranking;
  for (const auto& [customer, sum] : sums) {
    ranking.ndcg.push_back(sum.ndcg / sum.cuts);
    ranking.recall.push_back(sum.recall / sum.cuts);
  }
  return ranking;
}

double PrecisionAtCapacity(std::span<const std::vector<DueCase>> cuts, ListedBy by) {
  double sum = 0;
  for (const std::vector<DueCase>& cases : cuts)
    sum += by == ListedBy::kRandom ? RandomHits(cases) : HitsOf(cases, by);
  return cuts.empty() ? 0 : sum / static_cast<double>(cuts.size());
}

}  // namespace rapport
