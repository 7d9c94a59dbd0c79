#include "model/gap_statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

namespace rapport {
namespace {

// What the wider group counts as, in gaps; measured on Online Retail II: 20 ranks worse, 100 as
// well.
constexpr double kParentWorth = 50;
constexpr double kLatelyWorth = 5;  // in owners
constexpr int kRoundsOfAll = 30, kRoundsOfOne = 4;
constexpr int kLatelyDays = 28;
// Where it starts from: half is bought again, within a month in the median.
constexpr GapStatistics kStart = {.repeat_share = 0.5F, .mean_log_gap = 3.4F, .deviation = 1};
constexpr double kLeastDeviation = 0.05;
constexpr double kLeastShare = 1e-4;  // and of what is never followed

double Normal(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// The part of the normal distribution above z, and its mean's excess: phi(z) / (1 - Phi(z)).
struct Tail {
  double above = 0;
  double mean = 0;
};
Tail TailAbove(double z) {
  const double above = Normal(-z);
  // Beyond that the quotient is 0 / 0; its limit is z + 1 / z.
  if (z > 8) return {above, z + 1 / z};
  return {above, std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) / above};
}

// Gaps open and closed as sums that the next estimate follows from.
struct Moments {
  double purchases = 0, followed = 0, sum = 0, squares = 0;

  void Add(double weight, double followed_by, double mean, double square) {
    purchases += weight;
    followed += weight * followed_by;
    sum += weight * followed_by * mean;
    squares += weight * followed_by * square;
  }
};

Moments Expected(std::span<const Gap> gaps, double share, double mean, double deviation) {
  Moments moments;
  for (const Gap& gap : gaps) {
    if (!gap.open) {
      const double log_gap = std::log(static_cast<double>(gap.days));
      moments.Add(gap.count, 1, log_gap, log_gap * log_gap);
      continue;
    }
    const double z = (std::log(gap.days + 0.5) - mean) / deviation;
    const Tail tail = TailAbove(z);
    const double will = share * tail.above;
    const double log_gap = mean + deviation * tail.mean;
    const double variance = deviation * deviation * (1 + z * tail.mean - tail.mean * tail.mean);
    moments.Add(gap.count, will / (will + 1 - share), log_gap,
                log_gap * log_gap + std::max(variance, 0.0));
  }
  return moments;
}

// The same gaps of one kind as one.
std::vector<Gap> Counted(const std::vector<Gap>& gaps) {
  std::map<std::pair<bool, int32_t>, double> counts;
  for (const Gap& gap : gaps) counts[{gap.open, gap.days}] += gap.count;
  std::vector<Gap> counted;
  for (const auto& [kind, count] : counts) counted.push_back({kind.second, kind.first, count});
  return counted;
}

// What one pass over the purchases before a cut gives, by row.
struct Observed {
  std::vector<size_t> ends;  // of each row's gaps
  std::vector<Gap> gaps;
  std::vector<uint32_t> customers;
  std::vector<double> owners, again;  // bought before the last 28 days; bought again in them

  std::span<const Gap> Of(size_t row) const {
    const size_t begin = row == 0 ? 0 : ends[row - 1];
    return std::span(gaps).subspan(begin, ends[row] - begin);
  }
};

template <typename Visit>
void ForEachSubject(const PurchaseDays& days, PurchaseDay cut, const Visit& visit) {
  for (size_t customer = 0; customer < days.customer_count(); ++customer) {
    for (const PurchaseDays::Subject& subject : days.SubjectsOf(CustomerIndex(customer))) {
      const auto bought = Before(days.DaysOf(subject), cut);
      if (!bought.empty()) visit(subject.row, bought);
    }
  }
}

Observed Observe(const PurchaseDays& days, PurchaseDay cut) {
  const size_t rows = days.subject_count();
  Observed observed{.ends = std::vector<size_t>(rows),
                    .customers = std::vector<uint32_t>(rows),
                    .owners = std::vector<double>(rows),
                    .again = std::vector<double>(rows)};
  std::vector<size_t> next(rows);  // place of the row's next gap
  ForEachSubject(days, cut, [&](uint32_t row, auto bought) { next[row] += bought.size(); });
  size_t end = 0;
  for (size_t row = 0; row < rows; ++row) {
    const size_t begin = end;
    end += next[row];
    next[row] = begin;
    observed.ends[row] = end;
  }
  observed.gaps.resize(end);
  const PurchaseDay lately = cut - std::chrono::days(kLatelyDays);
  ForEachSubject(days, cut, [&](uint32_t row, auto bought) {
    for (size_t place = 0; place < bought.size(); ++place) {
      const bool open = place + 1 == bought.size();
      const PurchaseDay until = open ? cut - std::chrono::days(1) : bought[place + 1];
      observed.gaps[next[row]++] = {static_cast<int32_t>((until - bought[place]).count()), open};
    }
    ++observed.customers[row];
    if (bought.front() < lately) observed.owners[row] += 1;
    if (bought.size() > 1 && bought.back() >= lately) observed.again[row] += 1;
  });
  return observed;
}

double Sum(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// By category, of all items that have it as their narrowest.
std::vector<GapStatistics> OfCategories(const Observed& observed, const Categories& categories,
                                        const GapStatistics& all) {
  std::vector<std::vector<Gap>> gaps(categories.size());
  for (size_t row = 0; row < observed.ends.size(); ++row) {
    const std::optional<CategoryIndex> category = categories.Of(ItemIndex(row));
    if (!category) continue;
    const auto of_item = observed.Of(row);
    gaps[Row(*category)].insert(gaps[Row(*category)].end(), of_item.begin(), of_item.end());
  }
  std::vector<GapStatistics> groups;
  for (const std::vector<Gap>& of_category : gaps)
    groups.push_back(FitGaps(Counted(of_category), all, kParentWorth, kRoundsOfAll));
  return groups;
}

}  // namespace

double GapWithin(double mean_log_gap, double deviation, double days) {
  return Normal((std::log(days + 0.5) - mean_log_gap) / deviation);
}

GapStatistics FitGaps(std::span<const Gap> gaps, const GapStatistics& parent, double worth,
                      int rounds) {
  const double parent_share = parent.repeat_share;
  const double parent_mean = parent.mean_log_gap;
  const double parent_square =
      parent_mean * parent_mean + static_cast<double>(parent.deviation) * parent.deviation;
  double share = parent_share, mean = parent_mean, deviation = parent.deviation;
  for (int round = 0; round < rounds; ++round) {
    Moments moments = Expected(gaps, share, mean, deviation);
    moments.Add(worth, parent_share, parent_mean, parent_square);
    share = moments.followed / moments.purchases;
    mean = moments.sum / moments.followed;
    deviation = std::sqrt(std::max(moments.squares / moments.followed - mean * mean,
                                   kLeastDeviation * kLeastDeviation));
  }
  GapStatistics statistics{
      .repeat_share = static_cast<float>(std::clamp(share, kLeastShare, 1 - kLeastShare)),
      .mean_log_gap = static_cast<float>(mean),
      .deviation = static_cast<float>(deviation)};
  for (const Gap& gap : gaps)
    statistics.gaps += gap.open ? 0 : static_cast<uint32_t>(std::llround(gap.count));
  return statistics;
}

GapsOfSubjects GapsBefore(const PurchaseDays& days, PurchaseDay cut, const Categories* categories) {
  const Observed observed = Observe(days, cut);
  GapsOfSubjects result{.all = FitGaps(Counted(observed.gaps), kStart, 1, kRoundsOfAll)};
  const std::vector<GapStatistics> groups = categories == nullptr
                                                ? std::vector<GapStatistics>()
                                                : OfCategories(observed, *categories, result.all);
  const double again_of_all = (Sum(observed.again) + 1) / (Sum(observed.owners) + 1);
  for (size_t row = 0; row < days.subject_count(); ++row) {
    const auto group = categories == nullptr ? std::nullopt : categories->Of(ItemIndex(row));
    GapStatistics& of = result.of.emplace_back(FitGaps(
        observed.Of(row), group ? groups[Row(*group)] : result.all, kParentWorth, kRoundsOfOne));
    const double again =
        (observed.again[row] + kLatelyWorth * again_of_all) / (observed.owners[row] + kLatelyWorth);
    of.lately = static_cast<float>(std::log(again / again_of_all));
    of.customers = observed.customers[row];
    result.all.customers += of.customers;
  }
  return result;
}

}  // namespace rapport
