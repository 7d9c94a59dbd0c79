// Visits: a history as the times that a customer came: the lines of one order, or, of lines without
// an order, those of one day, channel and store. Pure functions; any thread.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "data/records.h"
#include "services/clienteling/shop_time.h"

namespace rapport::clienteling {

struct Visit {
  TimePoint at;  // of its first line
  WallTime wall;
  std::vector<const HistoryLine*> lines;  // those that count, oldest first; never empty

  Channel channel() const { return lines.front()->purchase.channel; }
  const std::string& store() const { return lines.front()->purchase.store; }
};

// Oldest first (time, then event id of the first line); the order of `lines` does not matter. A
// visit of which no line counts is none. `lines` must outlive the result.
std::vector<Visit> VisitsOf(std::span<const HistoryLine> lines, const ShopTime& time,
                            const std::function<bool(const HistoryLine&)>& counts);

}  // namespace rapport::clienteling
