// Rhythm and milestones: how often a customer comes and whether they are due, and what was first.
// Counted in days of the shop's calendar, so that summer time and the hour do not matter. Pure
// functions; any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/clienteling/shop_time.h"
#include "services/clienteling/visits.h"

namespace rapport::clienteling {

enum class Due : uint8_t {
  kNotYet,
  kDue,   // the typical gap has passed
  kLate,  // and more than three quarters of their gaps were
};

struct Rhythm {
  int gaps = 0;            // between days with a visit: the latest, at most 12
  double median_days = 0;  // of them
  int long_days = 0;       // three quarters of them were no longer (the nearest rank)
  std::chrono::local_days last_day;
  std::chrono::local_days due_day;  // last_day and the median, rounded up
  Due due = Due::kNotYet;
  int days_late = 0;                   // after due_day; 0: not late
  std::vector<std::string> event_ids;  // of the days that the gaps lie between, latest first
};

// None with fewer than two gaps. `today`: as the shop has it, not before the last visit.
std::optional<Rhythm> RhythmOf(std::span<const Visit> visits, std::chrono::local_days today);

struct First {
  std::string category;  // empty: of all
  TimePoint at;
  std::string event_id;
};

struct Milestones {
  int orders = 0;
  std::optional<First> first_order;
  std::vector<First> by_category;  // the latest first (time, then category)
};

// `visits` are orders; `own`: visits of lines that say something of the customer, which firsts of a
// category are taken from. `category_of`: the broadest of an item; empty: it has none, or none that
// is spoken of.
Milestones MilestonesOf(std::span<const Visit> visits, std::span<const Visit> own,
                        const std::function<std::string(const std::string& item_id)>& category_of);

}  // namespace rapport::clienteling
