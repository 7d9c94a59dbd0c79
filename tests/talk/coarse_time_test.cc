#include "services/talk/coarse_time.h"

#include <gtest/gtest.h>

namespace rapport::talk {
namespace {

TimePoint On(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year_month_day(
      std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)));
}

When::Kind KindOf(TimePoint at, TimePoint now) { return WhenWas(at, now, false).kind; }

// A Thursday.
const TimePoint kNow = On(2026, 11, 26);

TEST(WhenWas, GrowsCoarserWithTime) {
  EXPECT_EQ(KindOf(On(2026, 11, 27), kNow), When::Kind::kLately);
  EXPECT_EQ(KindOf(On(2026, 11, 20), kNow), When::Kind::kLately);
  EXPECT_EQ(KindOf(On(2026, 11, 19), kNow), When::Kind::kLastWeek);
  EXPECT_EQ(KindOf(On(2026, 11, 16), kNow), When::Kind::kLastWeek);
  EXPECT_EQ(KindOf(On(2026, 11, 15), kNow), When::Kind::kWeeks);  // Sunday: two weeks ago
  EXPECT_EQ(KindOf(On(2026, 10, 30), kNow), When::Kind::kWeeks);
  EXPECT_EQ(KindOf(On(2026, 10, 28), kNow), When::Kind::kLastMonth);
  EXPECT_EQ(KindOf(On(2026, 10, 1), kNow), When::Kind::kLastMonth);
  EXPECT_EQ(KindOf(On(2025, 11, 20), kNow), When::Kind::kLastYear);
  EXPECT_EQ(KindOf(On(2024, 12, 31), kNow), When::Kind::kLongAgo);
}

TEST(WhenWas, NamesTheSeasonThatIsOrThatWasLastCalledSo) {
  EXPECT_EQ(WhenWas(On(2026, 9, 2), kNow, false), (When{When::Kind::kThisSeason, Season::kAutumn}));
  EXPECT_EQ(WhenWas(On(2026, 8, 31), kNow, false),
            (When{When::Kind::kLastSeason, Season::kSummer}));
  EXPECT_EQ(WhenWas(On(2026, 4, 1), kNow, false), (When{When::Kind::kLastSeason, Season::kSpring}));
  // December begins the winter that February ends.
  EXPECT_EQ(WhenWas(On(2025, 12, 5), kNow, false),
            (When{When::Kind::kLastSeason, Season::kWinter}));
  EXPECT_EQ(WhenWas(On(2025, 12, 5), On(2026, 2, 20), false),
            (When{When::Kind::kThisSeason, Season::kWinter}));
}

TEST(WhenWas, TurnsTheSeasonsRoundInTheSouth) {
  EXPECT_EQ(WhenWas(On(2026, 9, 2), kNow, true), (When{When::Kind::kThisSeason, Season::kSpring}));
  EXPECT_EQ(WhenWas(On(2026, 7, 1), kNow, true), (When{When::Kind::kLastSeason, Season::kWinter}));
  EXPECT_EQ(WhenWas(On(2026, 1, 15), kNow, true), (When{When::Kind::kLastSeason, Season::kSummer}));
}

// The last time that a season of that name was cannot be more than a year ago, nor be to come.
TEST(WhenWas, NeverCallsASeasonTheLastOneThatWasNot) {
  for (int days = 0; days < 800; ++days) {
    for (int past = 0; past < 900; past += 3) {
      const TimePoint now = kNow + std::chrono::days(days);
      const TimePoint at = now - std::chrono::days(past);
      const When when = WhenWas(at, now, days % 2 == 0);
      if (when.kind == When::Kind::kLastSeason || when.kind == When::Kind::kThisSeason) {
        ASSERT_LT(past, 365);
      }
      if (past < 7) {
        ASSERT_EQ(when.kind, When::Kind::kLately);
      }
      if (past > 731) {
        ASSERT_EQ(when.kind, When::Kind::kLongAgo) << past;
      }
    }
  }
}

}  // namespace
}  // namespace rapport::talk
