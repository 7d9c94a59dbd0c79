// The usual order: what a customer takes nearly whenever they come, or that there is no such thing.
// Pure functions; any thread.
//
// A set of items is usual if it is in at least three of the last eight visits and its share,
// smoothed by Laplace's rule, (k + 1) / (n + 2), is at least a half: of eight visits, in four. Any
// part of a usual set is usual too, so the largest one is named; of equals the one that more visits
// had, then the one that was had later. Each of its items has its own count beside that.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/records.h"
#include "services/clienteling/shop_time.h"
#include "services/clienteling/visits.h"

namespace rapport::clienteling {

inline constexpr int kRecentVisits = 8;
inline constexpr int kLeastUsual = 3;
inline constexpr int kLeastVisitsOfContext = 5;

// Whether what is in so many of the last `visits` (at most kRecentVisits) is usual.
constexpr bool IsUsual(int times, int visits) {
  return times >= kLeastUsual && 2 * (times + 1) >= visits + 2;
}

// Which visits are meant; what is not set does not matter.
struct VisitContext {
  std::optional<Daypart> daypart;
  std::optional<std::string> store;
  std::optional<Channel> channel;
  std::optional<DayKind> day_kind;

  bool Holds(const Visit& visit) const;
  bool operator==(const VisitContext&) const = default;
};

struct UsualItem {
  std::string item_id;
  int times = 0;     // visits with it, of those looked at
  int quantity = 1;  // pieces: the median of the visits with the whole set, the lower of two
  std::vector<std::string> event_ids;  // one for each of `times`, latest first
};

struct ItemSet {
  std::vector<UsualItem> items;  // by times, the most first, then by id; never empty
  int times = 0;                 // visits with all of them, of those looked at
  double share = 0;              // (times + 1) / (visits + 2)
  double low = 0;                // Wilson's lower bound of times / visits, 95 %, two-sided
  TimePoint first;               // of all visits of the context with the set, however long ago
  TimePoint last;
};

enum class NoUsual : uint8_t { kTooFewVisits, kTooMixed };

struct UsualOrder {
  VisitContext context;
  int visits = 0;                // looked at: the last of the context, at most kRecentVisits
  std::optional<ItemSet> usual;  // none: see why_none
  NoUsual why_none = NoUsual::kTooFewVisits;
  // Without a usual: the sets that came closest, at most two: those that most visits had, then the
  // largest, then the latest.
  std::vector<ItemSet> closest;
};

// `visits`: oldest first, of lines that say something of the customer.
UsualOrder UsualOrderIn(std::span<const Visit> visits, const VisitContext& context);

// The narrowest part of `moment` with kLeastVisitsOfContext visits or more: the most that is set,
// and of equals what keeps the daypart, then the store, then the channel. Empty: all visits.
VisitContext NarrowestContext(std::span<const Visit> visits, const VisitContext& moment);

// First the one of this moment, in its narrowest context; then others, of all visits and of each
// daypart, store, channel and kind of day with enough visits, that have a usual which is not among
// those before. At most `most`.
std::vector<UsualOrder> UsualOrders(std::span<const Visit> visits, const VisitContext& moment,
                                    size_t most);

// The items that are usual each by itself, in the last of all visits. Sorted.
std::vector<std::string> UsualItems(std::span<const Visit> visits);

// Wilson's lower bound of times / visits, 95 %, two-sided; 0 of no visits.
double WilsonLow(int times, int visits);

}  // namespace rapport::clienteling
