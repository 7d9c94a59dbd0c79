#include "services/clienteling/usual_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <map>
#include <ranges>
#include <set>
#include <string_view>
#include <tuple>

#include "model/wilson.h"

namespace rapport::clienteling {
namespace {

// Which of the recent visits, the oldest the lowest bit. Larger: had later.
using VisitMask = uint32_t;
static_assert(kRecentVisits < 32);

struct Had {
  VisitMask mask = 0;
  std::array<const HistoryLine*, kRecentVisits> lines = {};  // the first of each visit
  std::array<int64_t, kRecentVisits> pieces = {};
};
using HadItems = std::map<std::string_view, Had>;

// A set of items, as the visits that had all of it: the largest that they have in common.
struct Common {
  VisitMask mask = 0;
  int size = 0;
  int times() const { return std::popcount(mask); }
};

HadItems ItemsOf(std::span<const Visit* const> visits) {
  HadItems items;
  for (size_t visit = 0; visit < visits.size(); ++visit) {
    for (const HistoryLine* line : visits[visit]->lines) {
      Had& had = items[line->purchase.item_id];
      had.mask |= VisitMask{1} << visit;
      if (had.lines[visit] == nullptr) had.lines[visit] = line;
      had.pieces[visit] += line->KeptQuantity();
    }
  }
  return items;
}

// Every set that is all that some visits have in common.
std::vector<Common> CommonSets(const HadItems& items, size_t visits) {
  std::map<VisitMask, int> sizes;  // items by the visits that had them
  for (const auto& [id, had] : items) ++sizes[had.mask];
  std::vector<Common> sets;
  for (VisitMask mask = 1; mask < VisitMask{1} << visits; ++mask) {
    Common common{.mask = ~VisitMask{0}};
    for (const auto& [each, size] : sizes) {
      if ((each & mask) != mask) continue;
      common.mask &= each;
      common.size += size;
    }
    if (common.size > 0 && common.mask == mask) sets.push_back(common);
  }
  return sets;
}

bool IsLarger(const Common& a, const Common& b) {
  return std::tuple(a.size, a.times(), a.mask) > std::tuple(b.size, b.times(), b.mask);
}

bool IsMoreFrequent(const Common& a, const Common& b) {
  return std::tuple(a.times(), a.size, a.mask) > std::tuple(b.times(), b.size, b.mask);
}

int MedianPieces(const Had& had, VisitMask mask) {
  std::vector<int64_t> pieces;
  for (size_t visit = 0; visit < had.pieces.size(); ++visit) {
    if ((mask >> visit & 1) != 0) pieces.push_back(had.pieces[visit]);
  }
  std::ranges::sort(pieces);
  return static_cast<int>(pieces[(pieces.size() - 1) / 2]);
}

bool HasAll(const Visit& visit, const std::vector<UsualItem>& items) {
  return std::ranges::all_of(items, [&visit](const UsualItem& item) {
    return std::ranges::any_of(visit.lines, [&item](const HistoryLine* line) {
      return line->purchase.item_id == item.item_id;
    });
  });
}

// `visits`: of the context, oldest first; the last `recent` of them were looked at.
ItemSet Describe(const Common& common, const HadItems& items, std::span<const Visit* const> visits,
                 int recent) {
  ItemSet set{.times = common.times(),
              .share = (common.times() + 1.0) / (recent + 2.0),
              .low = WilsonLow(common.times(), recent)};
  for (const auto& [id, had] : items) {
    if ((had.mask & common.mask) != common.mask) continue;
    UsualItem item{.item_id = std::string(id),
                   .times = std::popcount(had.mask),
                   .quantity = MedianPieces(had, common.mask)};
    for (size_t visit = had.lines.size(); visit-- > 0;) {
      if (had.lines[visit] != nullptr)
        item.event_ids.push_back(had.lines[visit]->purchase.event_id);
    }
    set.items.push_back(std::move(item));
  }
  std::ranges::stable_sort(set.items, std::greater(), &UsualItem::times);
  const auto has_all = [&set](const Visit* visit) { return HasAll(*visit, set.items); };
  set.first = (*std::ranges::find_if(visits, has_all))->at;
  const auto backwards = std::views::reverse(visits);
  set.last = (*std::ranges::find_if(backwards, has_all))->at;
  return set;
}

std::vector<std::string> IdsOf(const ItemSet& set) {
  std::vector<std::string> ids;
  for (const UsualItem& item : set.items) ids.push_back(item.item_id);
  std::ranges::sort(ids);
  return ids;
}

// All visits, and one thing set at a time: daypart, store, channel, kind of day.
std::vector<VisitContext> PlainContexts(std::span<const Visit> visits) {
  std::vector<VisitContext> contexts(1);
  for (int part = 0; part <= static_cast<int>(Daypart::kNight); ++part)
    contexts.push_back({.daypart = static_cast<Daypart>(part)});
  std::set<std::string> stores;
  for (const Visit& visit : visits) {
    if (!visit.store().empty()) stores.insert(visit.store());
  }
  for (const std::string& store : stores) contexts.push_back({.store = store});
  for (const Channel channel :
       {Channel::kStore, Channel::kOnline, Channel::kPhone, Channel::kOther})
    contexts.push_back({.channel = channel});
  for (const DayKind kind : {DayKind::kWeekday, DayKind::kWeekend})
    contexts.push_back({.day_kind = kind});
  return contexts;
}

bool HasEnough(std::span<const Visit> visits, const VisitContext& context) {
  return std::ranges::count_if(visits, [&](const Visit& visit) { return context.Holds(visit); }) >=
         kLeastVisitsOfContext;
}

}  // namespace

bool VisitContext::Holds(const Visit& visit) const {
  return (!daypart || *daypart == visit.wall.daypart) && (!store || *store == visit.store()) &&
         (!channel || *channel == visit.channel()) &&
         (!day_kind || *day_kind == visit.wall.day_kind);
}

double WilsonLow(int times, int visits) {
  return visits == 0 ? 0 : WilsonInterval(static_cast<double>(times) / visits, visits).low;
}

UsualOrder UsualOrderIn(std::span<const Visit> visits, const VisitContext& context) {
  std::vector<const Visit*> held;
  for (const Visit& visit : visits) {
    if (context.Holds(visit)) held.push_back(&visit);
  }
  const size_t recent = std::min(held.size(), size_t{kRecentVisits});
  const auto count = static_cast<int>(recent);
  UsualOrder order{.context = context, .visits = count};
  const HadItems items = ItemsOf(std::span(held).last(recent));
  std::vector<Common> sets = CommonSets(items, recent);
  const Common* largest = nullptr;
  for (const Common& set : sets) {
    if (IsUsual(set.times(), count) && (largest == nullptr || IsLarger(set, *largest)))
      largest = &set;
  }
  if (largest != nullptr) {
    order.usual = Describe(*largest, items, held, count);
    return order;
  }
  order.why_none = count < kLeastUsual ? NoUsual::kTooFewVisits : NoUsual::kTooMixed;
  std::ranges::sort(sets, IsMoreFrequent);
  for (size_t set = 0; set < std::min(sets.size(), size_t{2}); ++set)
    order.closest.push_back(Describe(sets[set], items, held, count));
  return order;
}

VisitContext NarrowestContext(std::span<const Visit> visits, const VisitContext& moment) {
  constexpr unsigned kDaypart = 8, kStore = 4, kChannel = 2, kDayKind = 1;
  std::vector<unsigned> parts;
  for (unsigned part = kDaypart | kStore | kChannel | kDayKind; part > 0; --part)
    parts.push_back(part);
  std::ranges::stable_sort(parts, std::greater(),
                           [](unsigned part) { return std::popcount(part); });
  for (const unsigned part : parts) {
    VisitContext context;
    if ((part & kDaypart) != 0) context.daypart = moment.daypart;
    if ((part & kStore) != 0) context.store = moment.store;
    if ((part & kChannel) != 0) context.channel = moment.channel;
    if ((part & kDayKind) != 0) context.day_kind = moment.day_kind;
    if (context != VisitContext{} && HasEnough(visits, context)) return context;
  }
  return {};
}

std::vector<UsualOrder> UsualOrders(std::span<const Visit> visits, const VisitContext& moment,
                                    size_t most) {
  std::vector<UsualOrder> orders = {UsualOrderIn(visits, NarrowestContext(visits, moment))};
  std::set<std::vector<std::string>> told;
  if (orders[0].usual) told.insert(IdsOf(*orders[0].usual));
  for (const VisitContext& context : PlainContexts(visits)) {
    if (orders.size() >= most) break;
    if (context != VisitContext{} && !HasEnough(visits, context)) continue;
    UsualOrder order = UsualOrderIn(visits, context);
    if (order.usual && told.insert(IdsOf(*order.usual)).second) orders.push_back(std::move(order));
  }
  return orders;
}

std::vector<std::string> UsualItems(std::span<const Visit> visits) {
  const size_t recent = std::min(visits.size(), size_t{kRecentVisits});
  std::vector<const Visit*> latest;
  for (const Visit& visit : visits.last(recent)) latest.push_back(&visit);
  std::vector<std::string> usual;
  for (const auto& [id, had] : ItemsOf(latest)) {
    if (IsUsual(std::popcount(had.mask), static_cast<int>(recent))) usual.emplace_back(id);
  }
  return usual;
}

}  // namespace rapport::clienteling
