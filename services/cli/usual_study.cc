#include "services/cli/usual_study.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "services/clienteling/usual_order.h"
#include "services/clienteling/visits.h"

namespace rapport::cli {
namespace {

using clienteling::Visit;
using Items = std::set<std::string>;

// Lines as they would lie in the store, gifts left out; of those that `counts`.
template <typename Counts>
std::vector<HistoryLine> HistoryOf(const PurchaseLog& log, CustomerIndex customer,
                                   const Counts& counts) {
  std::vector<HistoryLine> lines;
  for (const PurchaseLog::Line& line : log.LinesOf(customer)) {
    if (line.gift || !counts(line)) continue;
    HistoryLine& history = lines.emplace_back();
    history.purchase.event_id = std::to_string(lines.size());
    history.purchase.order_id = std::to_string(line.order);
    history.purchase.item_id = log.items().Id(line.item);
    history.purchase.purchased_at = line.at;
    history.purchase.quantity = 1;
  }
  return lines;
}

std::vector<Visit> VisitsOf(std::span<const HistoryLine> lines) {
  static const auto utc = clienteling::ShopTime::Utc();
  return clienteling::VisitsOf(lines, utc, [](const HistoryLine&) { return true; });
}

Items ItemsOf(const Visit& visit) {
  Items items;
  for (const HistoryLine* line : visit.lines) items.insert(line->purchase.item_id);
  return items;
}

// The first so many of the last visit, as it was rung up.
Items LastOrder(const Visit& visit, size_t count) {
  Items items;
  for (const HistoryLine* line : visit.lines) {
    if (items.size() < count) items.insert(line->purchase.item_id);
  }
  return items;
}

// Those of most visits, then those of the latest, then by id.
Items MostFrequent(std::span<const Visit> visits, size_t count) {
  std::map<std::string, std::pair<int, size_t>> times;  // visits with it, the last of them
  for (size_t place = 0; place < visits.size(); ++place) {
    for (const std::string& item : ItemsOf(visits[place])) {
      auto& [had, last] = times[item];
      ++had;
      last = place;
    }
  }
  std::vector<std::tuple<int, size_t, std::string>> order;
  for (const auto& [item, had] : times)
    order.emplace_back(-had.first, visits.size() - had.second, item);
  std::ranges::sort(order);
  Items items;
  for (size_t place = 0; place < std::min(count, order.size()); ++place)
    items.insert(std::get<std::string>(order[place]));
  return items;
}

struct Sums {
  double visits = 0;
  std::array<double, kUsualMethods> hits = {}, had = {};

  void Add(UsualMethod method, const Items& named, const Items& bought) {
    const auto both = std::ranges::count_if(
        named, [&](const std::string& item) { return bought.contains(item); });
    const auto place = static_cast<size_t>(method);
    hits[place] += static_cast<size_t>(both) == named.size() ? 1 : 0;
    had[place] += static_cast<double>(both) / static_cast<double>(named.size());
  }
};

// What was foretold of one customer's visits from `begin` on, before `end`, each from what the
// store would have held then: a line that came back later is still there.
Sums Foretell(const PurchaseLog& log, CustomerIndex customer, Instant begin, Instant end,
              UsualFigures& figures) {
  Sums sums;
  const std::vector<HistoryLine> all =
      HistoryOf(log, customer, [](const PurchaseLog::Line&) { return true; });
  for (const Visit& next : VisitsOf(all)) {
    if (next.at < begin || next.at >= end) continue;
    const std::vector<HistoryLine> known = HistoryOf(
        log, customer, [&](const PurchaseLog::Line& line) { return line.KeptAt(next.at); });
    const std::vector<Visit> before = VisitsOf(known);
    if (before.empty()) continue;
    ++figures.visits;
    const auto usual = clienteling::UsualOrderIn(before, {}).usual;
    if (!usual) continue;
    Items named;
    for (const clienteling::UsualItem& item : usual->items) named.insert(item.item_id);
    const Items bought = ItemsOf(next);
    sums.visits += 1;
    figures.mean_items += static_cast<double>(named.size());
    sums.Add(UsualMethod::kUsual, named, bought);
    sums.Add(UsualMethod::kLastOrder, LastOrder(before.back(), named.size()), bought);
    sums.Add(UsualMethod::kMostFrequent, MostFrequent(before, named.size()), bought);
  }
  return sums;
}

}  // namespace

UsualFigures StudyUsualOrders(const PurchaseLog& log, Instant begin, Instant end,
                              const Watch& watch) {
  UsualFigures figures;
  std::array<std::vector<double>, kUsualMethods> hits, had;  // by customer
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    if (customer % 100 == 0)
      watch.Tell(static_cast<double>(customer) / static_cast<double>(log.customer_count()));
    const Sums sums = Foretell(log, CustomerIndex(customer), begin, end, figures);
    if (sums.visits == 0) continue;
    figures.named += static_cast<size_t>(sums.visits);
    ++figures.customers;
    for (size_t method = 0; method < kUsualMethods; ++method) {
      hits[method].push_back(sums.hits[method] / sums.visits);
      had[method].push_back(sums.had[method] / sums.visits);
    }
  }
  if (figures.named == 0) return figures;
  figures.mean_items /= static_cast<double>(figures.named);
  for (size_t method = 0; method < kUsualMethods; ++method) {
    for (const double value : hits[method])
      figures.hit_rate[method] += value / static_cast<double>(figures.customers);
    for (const double value : had[method])
      figures.items_had[method] += value / static_cast<double>(figures.customers);
    figures.difference[method] = PairedBootstrap(hits[0], hits[method]);
  }
  return figures;
}

}  // namespace rapport::cli
