#include "services/talk/customer_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "services/clienteling/usual_order.h"
#include "services/clienteling/visits.h"
#include "services/recommender/customer_state.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

using clienteling::kRecentVisits;
using clienteling::Visit;

constexpr int kLeastLinesForDrift = 20;
constexpr double kMostVariation = 0.5;
constexpr int kOftenFrom = 5;
constexpr double kStillDays = 182;  // who has not taken it for longer does so often no more
constexpr double kLeastLapseDays = 60;
constexpr double kLapseGaps = 3;
constexpr double kLapseWithoutRhythmDays = 365;

double DaysBetween(TimePoint from, TimePoint to) {
  return std::chrono::duration<double, std::ratio<86'400>>(to - from).count();
}

std::optional<double> MedianGap(const std::vector<Visit>& visits) {
  if (visits.size() < 3) return std::nullopt;
  std::vector<double> gaps;
  for (size_t visit = 1; visit < visits.size(); ++visit)
    gaps.push_back(DaysBetween(visits[visit - 1].at, visits[visit].at));
  std::ranges::sort(gaps);
  const size_t middle = gaps.size() / 2;
  return gaps.size() % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
}

// Shares of top categories, over lines of described items.
std::map<std::string, double> CategoriesOf(std::span<const Visit> visits, const ItemLookup& items,
                                           int* lines) {
  std::map<std::string, double> shares;
  for (const Visit& visit : visits) {
    for (const HistoryLine* line : visit.lines) {
      const auto item = items(line->purchase.item_id);
      if (item == nullptr || item->category_path.empty()) continue;
      shares[item->category_path.front()] += 1;
      ++*lines;
    }
  }
  for (auto& [category, share] : shares) share /= *lines;
  return shares;
}

bool Drifted(std::span<const Visit> before, std::span<const Visit> recent,
             const ItemLookup& items) {
  int lines_before = 0, lines_recent = 0;
  auto difference = CategoriesOf(before, items, &lines_before);
  for (const auto& [category, share] : CategoriesOf(recent, items, &lines_recent))
    difference[category] -= share;
  if (lines_before < kLeastLinesForDrift || lines_recent < kLeastLinesForDrift) return false;
  double variation = 0;
  for (const auto& [category, share] : difference) variation += std::abs(share) / 2;
  return variation > kMostVariation;
}

}  // namespace

CustomerFacts FactsOf(std::span<const HistoryLine> lines, const ItemLookup& items, TimePoint now) {
  CustomerFacts facts{.now = now};
  for (const HistoryLine& line : lines) {
    if (IsTheirs(line) && !line.returns.empty()) facts.returned.insert(line.purchase.item_id);
  }
  // By days of UTC: see coarse_time.h.
  const std::vector<Visit> visits =
      clienteling::VisitsOf(lines, clienteling::ShopTime::Utc(), Counts);
  facts.visits = static_cast<int>(visits.size());
  if (!visits.empty()) facts.last_visit = visits.back().at;
  facts.median_gap_days = MedianGap(visits);
  for (size_t visit = visits.size(); visit-- > 0;) {
    std::set<std::string_view> seen;
    for (const HistoryLine* line : visits[visit].lines) {
      const Purchase& purchase = line->purchase;
      if (seen.insert(purchase.item_id).second)
        facts.bought[purchase.item_id].push_back({purchase.event_id, visits[visit].at});
    }
  }
  const size_t recent = std::min(visits.size(), size_t{kRecentVisits});
  const auto before = std::span(visits).first(visits.size() - recent);
  const auto latest = std::span(visits).last(recent);
  const auto usual = clienteling::UsualItems(visits);
  facts.usual.insert(usual.begin(), usual.end());
  facts.drifted = Drifted(before, latest, items);
  return facts;
}

bool Lapsed(const CustomerFacts& customer) {
  if (!customer.last_visit) return false;
  const double days = DaysBetween(*customer.last_visit, customer.now);
  if (!customer.median_gap_days) return days > kLapseWithoutRhythmDays;
  return days > std::max(kLeastLapseDays, kLapseGaps * *customer.median_gap_days);
}

std::string_view KeywordOf(Frequency frequency) {
  static constexpr std::array<std::string_view, 4> kWords = {"once", "few", "often", "usually"};
  return kWords[static_cast<size_t>(frequency)];
}

std::optional<Mention> MentionOf(const Item& item, const CustomerFacts& customer,
                                 const Tact& tact) {
  const auto bought = customer.bought.find(item.item_id);
  if (bought == customer.bought.end() || customer.returned.contains(item.item_id) ||
      customer.unspoken.contains(item.item_id) || SpokenName(item.title).empty() ||
      tact.IsSensitive(item)) {
    return std::nullopt;
  }
  const bool usual = customer.usual.contains(item.item_id);
  Mention mention{.last = bought->second.front().at};
  for (const Bought& visit : bought->second) {
    const bool recent = DaysBetween(visit.at, customer.now) <= tact.options().horizon_days;
    if (recent || usual) mention.event_ids.push_back(visit.event_id);
  }
  if (mention.event_ids.empty()) return std::nullopt;
  const auto times = static_cast<int>(mention.event_ids.size());
  const bool still = DaysBetween(mention.last, customer.now) <= kStillDays;
  mention.frequency = usual                          ? Frequency::kUsually
                      : times >= kOftenFrom && still ? Frequency::kOften
                      : times > 1                    ? Frequency::kFew
                                                     : Frequency::kOnce;
  return mention;
}

}  // namespace rapport::talk
