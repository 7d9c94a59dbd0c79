#include "services/clienteling/rhythm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/clienteling/past.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::chrono::local_days Day(const std::string& date) {
  return ShopTime::Utc().At(Utc(date + " 12:00")).day;
}

std::optional<Rhythm> Of(const std::vector<std::string>& days, const std::string& today) {
  Past past;
  for (const std::string& day : days) past.Order(day + " 08:00", {"tea"});
  return RhythmOf(past.Visits(), Day(today));
}

TEST(Rhythm, IsTheMedianOfTheDaysBetweenVisits) {
  const auto rhythm =
      Of({"2026-03-01", "2026-03-08", "2026-03-15", "2026-03-25"}, "2026-03-26");  // 7, 7, 10
  ASSERT_TRUE(rhythm);
  EXPECT_EQ(rhythm->gaps, 3);
  EXPECT_EQ(rhythm->median_days, 7);
  EXPECT_EQ(rhythm->long_days, 10);
  EXPECT_EQ(rhythm->last_day, Day("2026-03-25"));
  EXPECT_EQ(rhythm->due_day, Day("2026-04-01"));
  EXPECT_EQ(rhythm->due, Due::kNotYet);
  EXPECT_EQ(rhythm->days_late, 0);
  EXPECT_THAT(rhythm->event_ids, ElementsAre("e0004", "e0003", "e0002", "e0001"));
}

TEST(Rhythm, IsDueAfterTheMedianAndLateAfterThreeQuartersOfTheGaps) {
  const std::vector<std::string> days = {"2026-03-01", "2026-03-08", "2026-03-15", "2026-03-25"};
  EXPECT_EQ(Of(days, "2026-03-31")->due, Due::kNotYet);
  EXPECT_EQ(Of(days, "2026-04-01")->due, Due::kDue);
  EXPECT_EQ(Of(days, "2026-04-04")->due, Due::kDue);
  EXPECT_EQ(Of(days, "2026-04-04")->days_late, 0);
  EXPECT_EQ(Of(days, "2026-04-05")->due, Due::kLate);
  EXPECT_EQ(Of(days, "2026-04-05")->days_late, 4);
}

TEST(Rhythm, OfAnEvenNumberOfGapsIsDueOnTheNextWholeDay) {
  const auto rhythm = Of({"2026-03-01", "2026-03-04", "2026-03-08"}, "2026-03-09");  // 3, 4
  ASSERT_TRUE(rhythm);
  EXPECT_EQ(rhythm->median_days, 3.5);
  EXPECT_EQ(rhythm->due_day, Day("2026-03-12"));
}

TEST(Rhythm, TakesTwoGaps) {
  EXPECT_FALSE(Of({}, "2026-03-09"));
  EXPECT_FALSE(Of({"2026-03-01"}, "2026-03-09"));
  EXPECT_FALSE(Of({"2026-03-01", "2026-03-05"}, "2026-03-09"));
  EXPECT_FALSE(Of({"2026-03-01", "2026-03-01", "2026-03-05"}, "2026-03-09"));  // two on one day
  EXPECT_TRUE(Of({"2026-03-01", "2026-03-05", "2026-03-07"}, "2026-03-09"));
}

TEST(Rhythm, IsOfTheLastTwelveGaps) {
  std::vector<std::string> days = {"2024-01-01", "2025-01-01"};
  for (int day = 1; day <= 12; ++day)
    days.push_back("2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day));
  const auto rhythm = Of(days, "2026-03-13");
  EXPECT_EQ(rhythm->gaps, 12);
  EXPECT_EQ(rhythm->median_days, 1);
}

TEST(Rhythm, CountsTheTwentyNinthOfFebruary) {
  const auto leap = Of({"2028-02-14", "2028-02-21", "2028-02-28"}, "2028-02-29");
  EXPECT_EQ(leap->due_day, Day("2028-03-06"));
  const auto common = Of({"2027-02-14", "2027-02-21", "2027-02-28"}, "2027-02-28");
  EXPECT_EQ(common->due_day, Day("2027-03-07"));
  const auto on_it = Of({"2028-02-22", "2028-02-29", "2028-03-07"}, "2028-03-07");
  EXPECT_EQ(on_it->median_days, 7);
}

TEST(Rhythm, CountsDaysOfTheCalendarThroughSummerTime) {
  Past past;  // each morning at 8:00 in Amsterdam; the 29th has 23 hours
  past.Order("2026-03-27 07:00", {"tea"});
  past.Order("2026-03-28 07:00", {"tea"});
  past.Order("2026-03-29 06:00", {"tea"});
  past.Order("2026-03-30 06:00", {"tea"});
  const auto amsterdam = ShopTime::In("Europe/Amsterdam");
  ASSERT_TRUE(amsterdam.ok());
  const auto rhythm = RhythmOf(past.Visits(*amsterdam), Day("2026-03-31"));
  ASSERT_TRUE(rhythm);
  EXPECT_EQ(rhythm->median_days, 1);
  EXPECT_EQ(rhythm->long_days, 1);
  EXPECT_EQ(rhythm->due, Due::kDue);
}

std::string CategoryOf(const std::string& item) {
  return item.starts_with("tea") ? "Tea" : item.starts_with("mug") ? "Gear" : "";
}

TEST(Milestones, AreTheFirstOrderAndTheFirstOfEachCategory) {
  Past past;
  past.Order("2026-03-01 08:00", {"bun"});
  past.Order("2026-03-02 08:00", {"tea-1", "mug"});
  past.Order("2026-03-03 08:00", {"tea-2"});
  const auto visits = past.Visits();
  const Milestones milestones = MilestonesOf(visits, visits, CategoryOf);
  EXPECT_EQ(milestones.orders, 3);
  ASSERT_TRUE(milestones.first_order);
  EXPECT_EQ(milestones.first_order->event_id, "e0001");
  ASSERT_THAT(milestones.by_category, SizeIs(2));
  EXPECT_EQ(milestones.by_category[0].category, "Gear");
  EXPECT_EQ(milestones.by_category[1].category, "Tea");
  EXPECT_EQ(milestones.by_category[1].event_id, "e0002");
  EXPECT_EQ(milestones.by_category[1].at, Utc("2026-03-02 08:00"));
}

TEST(Milestones, OfNobodyAreNone) {
  const Milestones milestones = MilestonesOf({}, {}, CategoryOf);
  EXPECT_EQ(milestones.orders, 0);
  EXPECT_FALSE(milestones.first_order);
  EXPECT_THAT(milestones.by_category, IsEmpty());
}

}  // namespace
}  // namespace rapport::clienteling
