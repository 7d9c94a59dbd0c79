#include "model/list_statistics.h"

#include <algorithm>
#include <cmath>

#include "model/scorer.h"

namespace rapport {
namespace {

constexpr std::array<double, kItemAges - 1> kAgeDays = {28, 90};

// By item; Instant::max() for those that were not sold before the cut. Guests and gifts count, and
// so does what came back: the item was on sale.
std::vector<Instant> FirstSales(const PurchaseLog& log, Instant cut) {
  std::vector<Instant> first(log.items().size(), Instant::max());
  const auto see = [&](std::span<const PurchaseLog::Line> lines) {
    for (const PurchaseLog::Line& line : lines) {
      if (line.at < cut) first[Row(line.item)] = std::min(first[Row(line.item)], line.at);
    }
  };
  for (size_t customer = 0; customer < log.customer_count(); ++customer)
    see(log.LinesOf(CustomerIndex(customer)));
  see(log.guest_lines());
  return first;
}

bool Contains(std::span<const ItemIndex> list, ItemIndex item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

ListStatistics StatisticsOf(const HeldOut& held_out, const Judgement& judgement,
                            std::span<const std::vector<ItemIndex>> popular) {
  std::vector<bool> shown(held_out.candidate.size(), false);
  double places = 0, novelty = 0, lists = 0, overlap = 0;
  for (size_t row = 0; row < judgement.lists.size(); ++row) {
    const std::vector<ItemIndex>& list = judgement.lists[row];
    if (list.empty()) continue;
    double common = 0;
    for (const ItemIndex item : list) {
      shown[Row(item)] = true;
      novelty -= std::log2(static_cast<double>(held_out.buyers[Row(item)]) /
                           static_cast<double>(held_out.customers_before));
      common += Contains(popular[row], item) ? 1 : 0;
    }
    places += static_cast<double>(list.size());
    overlap += common / static_cast<double>(list.size());
    ++lists;
  }
  if (lists == 0) return {};
  const auto count = [](const std::vector<bool>& flags) {
    return static_cast<double>(std::count(flags.begin(), flags.end(), true));
  };
  return {.coverage = count(shown) / count(held_out.candidate),
          .novelty_bits = novelty / places,
          .popular_overlap = overlap / lists};
}

double PopularFallbackShare(const HeldOut& held_out, const ModelSnapshot& model) {
  auto fallback = static_cast<double>(held_out.came_without_history);
  for (const HeldOutCustomer& customer : held_out.customers)
    fallback += Scorer(model, Pool::kNewToCustomer, customer.evidence).personal() ? 0 : 1;
  const auto came = static_cast<double>(held_out.came_without_history) +
                    static_cast<double>(held_out.customers.size());
  return came == 0 ? 0 : fallback / came;
}

QualityByDepth ByHistoryDepth(const HeldOut& held_out, const Judgement& judgement) {
  QualityByDepth by_depth;
  size_t judged = 0;
  for (const HeldOutCustomer& customer : held_out.customers) {
    if (customer.Relevant(judgement.pool).empty()) continue;
    const auto depth = static_cast<size_t>(DepthOf(OrderCount(customer.evidence)));
    by_depth[depth].push_back(judgement.each[judged++]);
  }
  return by_depth;
}

FoundByAge ByItemAge(const PurchaseLog& log, const HeldOut& held_out, const Judgement& judgement) {
  const std::vector<Instant> first_sales = FirstSales(log, held_out.cut);
  FoundByAge by_age;
  for (size_t row = 0; row < held_out.customers.size(); ++row) {
    for (const ItemIndex item : held_out.customers[row].Relevant(judgement.pool)) {
      const double days = DaysBetween(first_sales[Row(item)], held_out.cut);
      const size_t age = static_cast<size_t>(
          std::upper_bound(kAgeDays.begin(), kAgeDays.end(), days) - kAgeDays.begin());
      ++by_age[age].relevant;
      by_age[age].hits += Contains(judgement.lists[row], item) ? 1 : 0;
    }
  }
  return by_age;
}

}  // namespace rapport
