#include "services/clienteling/visits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/clienteling/past.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ShopTime In(const std::string& zone) {
  auto time = ShopTime::In(zone);
  EXPECT_TRUE(time.ok()) << time.status();
  return time.ok() ? *std::move(time) : ShopTime::Utc();
}

std::string DayOf(const ShopTime& time, const std::string& at) {
  const std::chrono::year_month_day day(time.At(Utc(at)).day);
  return std::to_string(static_cast<int>(day.year())) + "-" +
         std::to_string(static_cast<unsigned>(day.month())) + "-" +
         std::to_string(static_cast<unsigned>(day.day()));
}

std::vector<std::string> Events(const std::vector<Visit>& visits) {
  std::vector<std::string> events;
  for (const Visit& visit : visits) {
    std::string text;
    for (const HistoryLine* line : visit.lines) text += line->purchase.event_id + " ";
    events.push_back(text);
  }
  return events;
}

TEST(ShopTime, HasTheDayOfTheShopAndNotOfGreenwich) {
  EXPECT_EQ(DayOf(In("UTC"), "2026-03-01 23:30"), "2026-3-1");
  EXPECT_EQ(DayOf(In("Europe/Amsterdam"), "2026-03-01 23:30"), "2026-3-2");
  EXPECT_EQ(DayOf(In("Asia/Tokyo"), "2026-03-01 15:00"), "2026-3-2");
  EXPECT_EQ(DayOf(In("America/Los_Angeles"), "2026-03-01 07:59"), "2026-2-28");
  EXPECT_EQ(DayOf(In("Asia/Kathmandu"), "2026-03-01 18:15"), "2026-3-2");  // 5:45 ahead
  EXPECT_EQ(DayOf(In("Pacific/Kiritimati"), "2026-03-01 10:00"), "2026-3-2");
  EXPECT_EQ(DayOf(In("Europe/Amsterdam"), "2028-02-28 23:00"), "2028-2-29");
  EXPECT_EQ(DayOf(In("Europe/Amsterdam"), "2027-02-28 23:00"), "2027-3-1");
}

TEST(ShopTime, DaypartsBeginAtTheirHours) {
  const ShopTime utc = ShopTime::Utc();
  const auto part = [&utc](const char* at) { return utc.At(Utc(at)).daypart; };
  EXPECT_EQ(part("2026-03-02 04:59"), Daypart::kNight);
  EXPECT_EQ(part("2026-03-02 05:00"), Daypart::kMorning);
  EXPECT_EQ(part("2026-03-02 10:59"), Daypart::kMorning);
  EXPECT_EQ(part("2026-03-02 11:00"), Daypart::kMidday);
  EXPECT_EQ(part("2026-03-02 14:00"), Daypart::kAfternoon);
  EXPECT_EQ(part("2026-03-02 17:00"), Daypart::kEvening);
  EXPECT_EQ(part("2026-03-02 21:59"), Daypart::kEvening);
  EXPECT_EQ(part("2026-03-02 22:00"), Daypart::kNight);
  EXPECT_EQ(part("2026-03-02 00:00"), Daypart::kNight);
}

TEST(ShopTime, FollowsSummerTimeOnTheDaysThatItChanges) {
  const ShopTime amsterdam = In("Europe/Amsterdam");
  const auto part = [&amsterdam](const char* at) { return amsterdam.At(Utc(at)).daypart; };
  EXPECT_EQ(part("2026-03-28 03:59"), Daypart::kNight);    // 4:59, winter
  EXPECT_EQ(part("2026-03-29 03:00"), Daypart::kMorning);  // 5:00, summer since 1:00 UTC
  EXPECT_EQ(part("2026-10-24 03:00"), Daypart::kMorning);
  EXPECT_EQ(part("2026-10-25 03:59"), Daypart::kNight);  // 4:59, winter since 1:00 UTC
  EXPECT_EQ(DayOf(amsterdam, "2026-03-29 22:00"), "2026-3-30");
  EXPECT_EQ(DayOf(amsterdam, "2026-10-25 22:30"), "2026-10-25");
}

TEST(ShopTime, TheWeekendIsSaturdayAndSundayOfTheShop) {
  EXPECT_EQ(ShopTime::Utc().At(Utc("2026-03-06 23:30")).day_kind, DayKind::kWeekday);
  EXPECT_EQ(In("Europe/Amsterdam").At(Utc("2026-03-06 23:30")).day_kind, DayKind::kWeekend);
  EXPECT_EQ(ShopTime::Utc().At(Utc("2026-03-08 23:30")).day_kind, DayKind::kWeekend);
  EXPECT_EQ(In("Europe/Amsterdam").At(Utc("2026-03-08 23:30")).day_kind, DayKind::kWeekday);
}

TEST(ShopTime, RefusesWhatIsNoZoneOfTheDatabase) {
  for (const char* zone :
       {"", "Mars/Olympus", "Europe/Amsterdam ", "GMT+2", "+02:00", "Etc/Unknown", "europe"}) {
    const auto time = ShopTime::In(zone);
    ASSERT_TRUE(absl::IsInvalidArgument(time.status())) << zone;
    EXPECT_THAT(std::string(time.status().message()), HasSubstr("IANA"));
  }
  EXPECT_FALSE(ShopTime::In(std::string(10'000, 'x')).ok());
}

TEST(Visits, AreOrdersAndWithoutAnOrderDays) {
  Past past;
  past.Order("2026-03-02 08:00", {"coffee", "cake"});
  past.Order("2026-03-02 08:00", {"tea"});
  past.Loose("2026-03-03 08:00", {"coffee"});
  past.Loose("2026-03-03 18:00", {"tea"});
  past.Loose("2026-03-04 00:00", {"tea"});
  EXPECT_THAT(Events(past.Visits()),
              ElementsAre("e0001 e0002 ", "e0003 ", "e0004 e0005 ", "e0006 "));
}

TEST(Visits, WithoutAnOrderAreOfOneChannelAndStore) {
  Past past;
  past.Loose("2026-03-02 08:00", {"coffee"})[0]->purchase.channel = Channel::kStore;
  past.Loose("2026-03-02 09:00", {"coffee"})[0]->purchase.channel = Channel::kOnline;
  past.Loose("2026-03-02 10:00", {"coffee"})[0]->purchase.channel = Channel::kStore;
  HistoryLine* elsewhere = past.Loose("2026-03-02 11:00", {"coffee"})[0];
  elsewhere->purchase.channel = Channel::kStore;
  elsewhere->purchase.store = "Harbour";
  EXPECT_THAT(Events(past.Visits()), ElementsAre("e0001 e0003 ", "e0002 ", "e0004 "));
}

TEST(Visits, WithoutAnOrderAreOfOneDayOfTheShop) {
  Past past;
  past.Loose("2026-03-02 14:30", {"coffee"});  // 23:30 in Tokyo
  past.Loose("2026-03-02 15:30", {"coffee"});  // 0:30
  EXPECT_EQ(past.Visits().size(), 1u);
  EXPECT_EQ(past.Visits(In("Asia/Tokyo")).size(), 2u);
}

TEST(Visits, AreNoneOfGiftsAndOfWhatCameBack) {
  Past past;
  past.Order("2026-03-02 08:00", {"mug"})[0]->purchase.gift = true;
  GiveBack(*past.Order("2026-03-03 08:00", {"mug"})[0]);
  EXPECT_TRUE(past.Visits().empty());
}

TEST(Visits, DoNotDependOnTheOrderOfTheLines) {
  Past past;
  for (const char* day : {"2026-03-02 08:00", "2026-03-03 08:00", "2026-03-03 09:00"}) {
    past.Order(day, {"coffee", "cake"});
    past.Loose(day, {"tea", "bun"});
  }
  const auto expected = Events(past.Visits());
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(past.lines.begin(), past.lines.end(), random);
    ASSERT_EQ(Events(past.Visits()), expected);
  }
}

}  // namespace
}  // namespace rapport::clienteling
