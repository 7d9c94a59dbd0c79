// Coarse time: when something was, as a person would say it: "recently", "last spring". Weeks begin
// on Monday, seasons with March, June, September and December (in the south half a year later);
// UTC, to which such words are not more precise. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "data/records.h"

namespace rapport::talk {

enum class Season : uint8_t { kSpring, kSummer, kAutumn, kWinter };
std::string_view KeywordOf(Season season);

struct When {
  enum class Kind : uint8_t {
    kLately,      // in the last week, or later than `now`
    kLastWeek,    // in the calendar week before this one
    kWeeks,       // two to four weeks ago
    kLastMonth,   // in the calendar month before this one
    kThisSeason,  // in the season that is
    kLastSeason,  // in the latest season of its name that is over, within a year
    kLastYear,    // in the calendar year before this one
    kLongAgo,
  };
  Kind kind = Kind::kLongAgo;
  Season season = Season::kSpring;  // of kThisSeason and kLastSeason
  bool operator==(const When&) const = default;
};

When WhenWas(TimePoint at, TimePoint now, bool southern);

}  // namespace rapport::talk
