#include "services/clienteling/shop_time.h"

#include <gtest/gtest.h>

#include "tests/clienteling/past.h"

namespace rapport::clienteling {
namespace {

using std::chrono::local_days;

local_days DayOf(int year, unsigned month, unsigned day) {
  return local_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

TEST(ShopTime, CountsMinutesOfTheDay) {
  EXPECT_EQ(ShopTime::Utc().At(Utc("2026-05-01 00:00")).minute, 0);
  EXPECT_EQ(ShopTime::Utc().At(Utc("2026-05-01 23:59")).minute, 24 * 60 - 1);
  EXPECT_EQ(ShopTime::In("Asia/Kathmandu")->At(Utc("2026-05-01 00:00")).minute, 5 * 60 + 45);
}

TEST(ShopTime, DaysBeginAtMidnightOfTheWall) {
  EXPECT_EQ(ShopTime::Utc().Begin(DayOf(2026, 5, 1)), Utc("2026-05-01 00:00"));
  const ShopTime amsterdam = *ShopTime::In("Europe/Amsterdam");
  EXPECT_EQ(amsterdam.Begin(DayOf(2026, 3, 29)), Utc("2026-03-28 23:00"));
  EXPECT_EQ(amsterdam.Begin(DayOf(2026, 3, 30)), Utc("2026-03-29 22:00"));  // after 23 hours
}

TEST(ShopTime, ADayWithoutMidnightBeginsWhenItDoesAndOneThatWasLeftOutWithTheNext) {
  EXPECT_EQ(ShopTime::In("Asia/Beirut")->Begin(DayOf(2026, 3, 29)), Utc("2026-03-28 22:00"));
  EXPECT_EQ(ShopTime::In("Asia/Beirut")->At(Utc("2026-03-28 22:00")).minute, 60);
  const ShopTime apia = *ShopTime::In("Pacific/Apia");  // had no 30 December 2011
  EXPECT_EQ(apia.Begin(DayOf(2011, 12, 30)), apia.Begin(DayOf(2011, 12, 31)));
}

TEST(ShopTime, EachDayBeginsInItself) {
  for (const char* zone : {"UTC", "Europe/Amsterdam", "America/Sao_Paulo", "Australia/Lord_Howe",
                           "Pacific/Kiritimati", "Pacific/Niue"}) {
    const ShopTime time = *ShopTime::In(zone);
    for (local_days day = DayOf(2015, 1, 1); day < DayOf(2027, 1, 1); day += std::chrono::days(1)) {
      const TimePoint begin = time.Begin(day);
      ASSERT_EQ(time.At(begin).day, day) << zone;
      ASSERT_LT(time.At(begin - TimePoint::duration(1)).day, day) << zone;
    }
  }
}

}  // namespace
}  // namespace rapport::clienteling
