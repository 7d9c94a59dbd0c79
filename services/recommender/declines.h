// Declines: what a customer declined for now and has neither accepted nor bought for themselves
// since. A value; any thread.
#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/records.h"

namespace rapport {

// For so long no rule puts an item forward that was declined for now.
inline constexpr std::chrono::days kDeclinedSilence{30};

class Declines {
 public:
  // `lines` and `reports`: of one customer; what is in force at `at` counts.
  Declines(std::span<const HistoryLine> lines, std::span<const Reported> reports, TimePoint at);

  // Whether nothing that came after it, and not at the same moment, has ended it. Requires: a
  // decline for now.
  bool Stands(const Outcome& decline) const;
  // Whether one of the item stands that is later than `since`.
  bool Declined(const std::string& item_id, TimePoint since) const;
  // All such items, in order of id.
  std::vector<std::string> DeclinedSince(TimePoint since) const;

 private:
  // By item that was ever declined: when it was last accepted or bought; the least of times: never.
  std::map<std::string, TimePoint> taken_;
  std::map<std::string, TimePoint> declined_;  // by item: the latest decline that stands
};

}  // namespace rapport
