#include "model/purchase_days.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/model/timing_scene.h"

namespace rapport {
namespace {

TEST(PurchaseDays, SeveralPurchasesOfOneDayAreOne) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {{.item_id = "bean", .at = Day(3.1)},
                                      {.item_id = "bean", .at = Day(3.9)},
                                      {.item_id = "cup", .at = Day(3.5)},
                                      {.item_id = "bean", .at = Day(7.0)}};
  builder.AddCustomer(lines);
  const PurchaseLog log = std::move(builder).Build();
  const PurchaseDays days = PurchaseDays::OfItems(log, Day(100));
  const auto subjects = days.SubjectsOf(CustomerIndex(0));
  ASSERT_EQ(subjects.size(), 2u);
  const auto bean = days.DaysOf(subjects[0]);
  EXPECT_EQ(std::vector(bean.begin(), bean.end()), DaysAt({3, 7}));
  const auto visits = days.VisitsOf(CustomerIndex(0));
  EXPECT_EQ(std::vector(visits.begin(), visits.end()), DaysAt({3, 7}));
}

TEST(PurchaseDays, GiftsReturnsAndGuestsAreNobodysDays) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {
      {.item_id = "bean", .at = Day(1), .gift = true},
      {.item_id = "bean", .at = Day(2), .returned_in_full_at = Day(5)},
      {.item_id = "bean", .at = Day(3)}};
  builder.AddCustomer(lines);
  builder.AddGuests(lines);
  const PurchaseLog log = std::move(builder).Build();
  const auto days_at = [&](double as_of) {
    const PurchaseDays days = PurchaseDays::OfItems(log, Day(as_of));
    EXPECT_EQ(days.customer_count(), 1u);
    const auto visits = days.VisitsOf(CustomerIndex(0));
    return std::vector(visits.begin(), visits.end());
  };
  EXPECT_EQ(days_at(9), DaysAt({3}));
  EXPECT_EQ(days_at(4), DaysAt({2, 3}));  // before it was brought back
  EXPECT_EQ(days_at(2.5), DaysAt({2}));
  EXPECT_EQ(days_at(1.5), DaysAt({}));
}

TEST(PurchaseDays, ItemsOfOneCategoryAreOneSubject) {
  PurchaseLogBuilder builder;
  const std::vector<RawLine> lines = {{.item_id = "bean", .at = Day(1)},
                                      {.item_id = "roast", .at = Day(4)},
                                      {.item_id = "cup", .at = Day(6)}};
  builder.AddCustomer(lines);
  builder.AddItem("bean", {"coffee"});
  builder.AddItem("roast", {"coffee"});
  const PurchaseLog log = std::move(builder).Build();
  const PurchaseDays days = PurchaseDays::OfCategories(log, Day(100));
  const auto subjects = days.SubjectsOf(CustomerIndex(0));
  ASSERT_EQ(subjects.size(), 1u);
  EXPECT_EQ(days.DaysOf(subjects[0]).size(), 2u);
  EXPECT_EQ(days.VisitsOf(CustomerIndex(0)).size(), 3u);  // with those of other items
}

TEST(DaySummary, CountsAgesAndGapsInDays) {
  const DaySummary summary = SummaryOf(DaysAt({10, 20, 40}), OnDay(100));
  EXPECT_EQ(summary.count, 3);
  EXPECT_EQ(summary.since_first, 90);
  EXPECT_EQ(summary.since_last, 60);
  EXPECT_DOUBLE_EQ(summary.log_gaps, std::log(10) + std::log(20));
  EXPECT_DOUBLE_EQ(summary.halved_90,
                   std::exp2(-1.0) + std::exp2(-80 / 90.0) + std::exp2(-60 / 90.0));
  EXPECT_DOUBLE_EQ(summary.MeanLogGap(std::log(5)), std::log(1000) / 3);
}

// A clock that was set back.
TEST(DaySummary, IsSeenFromTheLastPurchaseIfThatIsLater) {
  const DaySummary summary = SummaryOf(DaysAt({10, 20}), OnDay(15));
  EXPECT_EQ(summary.since_last, 0);
  EXPECT_EQ(summary.since_first, 10);
}

}  // namespace
}  // namespace rapport
