#include "services/talk/coarse_time.h"

#include <array>
#include <chrono>

namespace rapport::talk {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

int MonthsOf(const year_month_day& date) {
  return static_cast<int>(date.year()) * 12 +
         static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

// Numbers seasons in order of time, a multiple of 4 in spring; December begins the next year's.
int SeasonNumber(const year_month_day& date, bool southern) {
  const int months = MonthsOf(date) + (southern ? 6 : 0) - 2;  // 0: March
  return months >= 0 ? months / 3 : (months - 2) / 3;
}

}  // namespace

std::string_view KeywordOf(Season season) {
  static constexpr std::array<std::string_view, 4> kSeasons = {"spring", "summer", "autumn",
                                                               "winter"};
  return kSeasons[static_cast<size_t>(season)];
}

When WhenWas(TimePoint at, TimePoint now, bool southern) {
  const sys_days day = std::chrono::floor<std::chrono::days>(at);
  const sys_days today = std::chrono::floor<std::chrono::days>(now);
  const auto days = (today - day).count();
  if (days < 7) return {When::Kind::kLately};
  const sys_days monday =
      today - (std::chrono::weekday(today) - std::chrono::Monday);  // of this week
  if (day >= monday - std::chrono::days(7)) return {When::Kind::kLastWeek};
  if (days < 28) return {When::Kind::kWeeks};
  const year_month_day date(day), date_now(today);
  const int months = MonthsOf(date_now) - MonthsOf(date);
  if (months == 0) return {When::Kind::kWeeks};
  if (months == 1) return {When::Kind::kLastMonth};
  const int season = SeasonNumber(date, southern);
  const int season_now = SeasonNumber(date_now, southern);
  const auto name = static_cast<Season>(((season % 4) + 4) % 4);
  if (season == season_now) return {When::Kind::kThisSeason, name};
  if (season_now - season <= 4 && days < 365) return {When::Kind::kLastSeason, name};
  if (date.year() == date_now.year() - std::chrono::years(1)) return {When::Kind::kLastYear};
  return {When::Kind::kLongAgo};
}

}  // namespace rapport::talk
