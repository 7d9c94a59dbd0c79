#include "model/bought_together.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "model/parallel.h"

namespace rapport {
namespace {

// Items of each order, distinct and ascending.
struct Orders {
  std::vector<size_t> offsets = {0};
  std::vector<uint32_t> items;

  std::span<const uint32_t> Of(size_t order) const {
    return std::span(items).subspan(offsets[order], offsets[order + 1] - offsets[order]);
  }
  size_t size() const { return offsets.size() - 1; }

  // All lines of one customer, or of all guests: orders' numbers are of their own.
  void Add(std::span<const PurchaseLog::Line> lines) {
    std::vector<std::pair<uint32_t, uint32_t>> kept;
    for (const PurchaseLog::Line& line : lines) {
      if (line.gone_at == Instant::max())
        kept.emplace_back(line.order, static_cast<uint32_t>(line.item));
    }
    std::ranges::sort(kept);
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    for (size_t place = 0; place < kept.size(); ++place) {
      items.push_back(kept[place].second);
      const bool last = place + 1 == kept.size() || kept[place + 1].first != kept[place].first;
      if (last) offsets.push_back(items.size());
    }
  }
};

// For each item the orders that it is in.
Orders Transposed(const Orders& orders, const std::vector<uint32_t>& orders_of) {
  Orders of_items;
  for (const uint32_t count : orders_of)
    of_items.offsets.push_back(of_items.offsets.back() + count);
  of_items.items.resize(orders.items.size());
  std::vector<size_t> next(of_items.offsets.begin(), of_items.offsets.end() - 1);
  for (size_t order = 0; order < orders.size(); ++order) {
    for (const uint32_t item : orders.Of(order))
      of_items.items[next[item]++] = static_cast<uint32_t>(order);
  }
  return of_items;
}

double Lift(const BoughtTogether& together, size_t a, size_t b, double support) {
  return support * static_cast<double>(together.orders) /
         (static_cast<double>(together.orders_of[a]) * static_cast<double>(together.orders_of[b]));
}

bool Before(const Together& a, const Together& b) {
  return std::tuple(-a.lift, a.item) < std::tuple(-b.lift, b.item);
}

// What a thread needs for itself.
struct Workspace {
  std::vector<uint32_t> counts;  // by item; zeros between items
  std::vector<uint32_t> touched;
};

// The kept others of one item, ascending.
std::vector<Together> Kept(const BoughtTogether& together, const Orders& orders,
                           std::span<const uint32_t> of_item, size_t item, Workspace& workspace) {
  for (const uint32_t order : of_item) {
    const auto others = orders.Of(order);
    if (others.size() > kMostInAnOrder) continue;
    for (const uint32_t other : others) {
      if (workspace.counts[other]++ == 0) workspace.touched.push_back(other);
    }
  }
  std::vector<Together> kept;
  for (const uint32_t other : workspace.touched) {
    const uint32_t support = std::exchange(workspace.counts[other], 0);
    if (other != item && support >= kLeastSupport)
      kept.push_back({ItemIndex(other), Lift(together, item, other, support), support});
  }
  workspace.touched.clear();
  std::ranges::sort(kept, Before);
  kept.resize(std::min(kept.size(), kKeptTogether));
  std::ranges::sort(kept, {}, &Together::item);
  return kept;
}

}  // namespace

BoughtTogether BoughtTogetherOf(const PurchaseLog& log, int threads, const Watch& watch) {
  Orders orders;
  for (size_t customer = 0; customer < log.customer_count(); ++customer)
    orders.Add(log.LinesOf(CustomerIndex(customer)));
  orders.Add(log.guest_lines());
  const size_t items = log.items().size();
  BoughtTogether together{.orders = static_cast<int64_t>(orders.size()),
                          .orders_of = std::vector<uint32_t>(items, 0)};
  for (const uint32_t item : orders.items) ++together.orders_of[item];
  const Orders of_items = Transposed(orders, together.orders_of);
  std::vector<Workspace> workspaces(static_cast<size_t>(threads),
                                    {.counts = std::vector<uint32_t>(items, 0), .touched = {}});
  std::vector<std::vector<Together>> found(items);
  ParallelFor(
      threads, items,
      [&](size_t item, int worker) {
        found[item] = Kept(together, orders, of_items.Of(item), item,
                           workspaces[static_cast<size_t>(worker)]);
      },
      watch);
  for (const std::vector<Together>& row : found) {
    for (const Together& other : row) {
      together.support.columns.push_back(static_cast<uint32_t>(other.item));
      together.support.weights.push_back(static_cast<float>(other.support));
    }
    together.support.offsets.push_back(together.support.columns.size());
  }
  return together;
}

std::vector<Together> TogetherWith(const BoughtTogether& together, ItemIndex item,
                                   uint32_t least_support) {
  std::vector<Together> with;
  if (together.empty()) return with;
  const auto others = together.support.ColumnsOf(Row(item));
  const auto supports = together.support.WeightsOf(Row(item));
  for (size_t place = 0; place < others.size(); ++place) {
    const auto support = static_cast<uint32_t>(supports[place]);
    if (support < least_support) continue;
    with.push_back(
        {ItemIndex(others[place]), Lift(together, Row(item), others[place], support), support});
  }
  std::ranges::sort(with, Before);
  return with;
}

}  // namespace rapport
