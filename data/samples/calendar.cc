#include "data/samples/calendar.h"

namespace rapport::samples {
namespace {

using std::chrono::sys_days;

// Gauss's rule as Meeus gives it ("Astronomical Algorithms", ch. 8).
sys_days EasterSunday(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  return sys_days(std::chrono::year(year) / month / day);
}

Day MakeDay(sys_days date) {
  const std::chrono::year_month_day ymd(date);
  const unsigned month = static_cast<unsigned>(ymd.month());
  const unsigned day = static_cast<unsigned>(ymd.day());
  const sys_days easter = EasterSunday(static_cast<int>(ymd.year()));
  const auto days_to_easter = (easter - date).count();
  Day made;
  made.date = date;
  made.weekday = static_cast<int32_t>(std::chrono::weekday(date).iso_encoding()) - 1;
  made.closed = (month == 12 && (day == 25 || day == 26)) || (month == 1 && day == 1);
  made.presents = (month == 12 && day <= 24) || (month == 2 && day >= 7 && day <= 14) ||
                  (month == 5 && day <= 14);

  const bool advent = (month == 11 && day >= 12) || (month == 12 && day <= 24);
  const bool summer = month >= 6 && month <= 8;
  const bool around_summer = month == 5 || month == 9;
  const bool winter = month >= 11 || month <= 2;
  const auto weight = [&](Season season) -> int64_t& {
    return made.season[static_cast<size_t>(season)];
  };
  weight(Season::kAlways) = 4;
  weight(Season::kAdvent) = advent ? (month == 12 ? 20 : 10) : 0;
  weight(Season::kEaster) = days_to_easter >= -1 && days_to_easter <= 21 ? 16 : 0;
  weight(Season::kSummer) = summer ? 14 : around_summer ? 4 : 0;
  weight(Season::kWinter) = winter ? 8 : summer ? 1 : 4;
  return made;
}

}  // namespace

std::vector<Day> MakeCalendar(sys_days end, int32_t days) {
  std::vector<Day> calendar;
  for (int32_t back = days; back > 0; --back) {
    calendar.push_back(MakeDay(end - std::chrono::days(back)));
  }
  return calendar;
}

}  // namespace rapport::samples
