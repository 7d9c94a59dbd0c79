#include "services/cli/usual_study.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rapport::cli {
namespace {

constexpr Instant OnDay(int day) { return Instant(std::chrono::days(day)); }

// One order a week, of these items.
PurchaseLog Weekly(const std::vector<std::vector<std::string>>& orders) {
  std::vector<std::string> ids;
  for (size_t week = 0; week < orders.size(); ++week) ids.push_back(std::to_string(week));
  std::vector<RawLine> lines;
  for (size_t week = 0; week < orders.size(); ++week) {
    for (const std::string& item : orders[week]) {
      lines.push_back(
          {.item_id = item, .order_id = ids[week], .at = OnDay(static_cast<int>(7 * week))});
    }
  }
  PurchaseLogBuilder builder;
  builder.AddCustomer(lines);
  return std::move(builder).Build();
}

double Hits(const UsualFigures& figures, UsualMethod method) {
  return figures.hit_rate[static_cast<size_t>(method)];
}

TEST(UsualStudy, TheUsualIsNamedFromWhatCameBeforeTheVisitAlone) {
  const PurchaseLog log = Weekly({{"tea"}, {"tea"}, {"tea"}, {"tea", "cake"}, {"cake"}});
  const UsualFigures figures = StudyUsualOrders(log, OnDay(0), OnDay(100), {});
  EXPECT_EQ(figures.visits, 4u);
  EXPECT_EQ(figures.named, 2u);  // before the fourth and the fifth
  EXPECT_EQ(figures.customers, 1u);
  EXPECT_EQ(figures.mean_items, 1);
  EXPECT_EQ(Hits(figures, UsualMethod::kUsual), 0.5);
}

TEST(UsualStudy, RivalsNameAsManyItems) {
  const PurchaseLog log = Weekly({{"tea", "bun"},
                                  {"tea", "bun"},
                                  {"bun", "tea"},
                                  {"tea", "bun", "jam"},
                                  {"jam", "nut"},
                                  {"jam", "nut"}});
  const UsualFigures figures = StudyUsualOrders(log, OnDay(35), OnDay(100), {});
  EXPECT_EQ(figures.named, 1u);
  EXPECT_EQ(figures.mean_items, 2);
  EXPECT_EQ(Hits(figures, UsualMethod::kUsual), 0);
  EXPECT_EQ(Hits(figures, UsualMethod::kMostFrequent), 0);
  EXPECT_EQ(Hits(figures, UsualMethod::kLastOrder), 1);
  EXPECT_EQ(figures.difference[static_cast<size_t>(UsualMethod::kLastOrder)].mean, -1);
}

// Tea came back in the fifth week, of which nobody knew in the fourth.
TEST(UsualStudy, WhatCameBackLaterIsStillKnownBefore) {
  PurchaseLogBuilder builder;
  std::vector<RawLine> lines;
  const std::vector<std::string> ids = {"0", "1", "2", "3"};
  for (int week = 0; week < 4; ++week)
    lines.push_back({.item_id = "tea", .order_id = ids[week], .at = OnDay(7 * week)});
  lines[0].returned_in_full_at = OnDay(35);
  builder.AddCustomer(lines);
  const UsualFigures figures =
      StudyUsualOrders(std::move(builder).Build(), OnDay(21), OnDay(22), {});
  EXPECT_EQ(figures.named, 1u);  // of three visits; two would not be enough
  EXPECT_EQ(Hits(figures, UsualMethod::kUsual), 1);
}

TEST(UsualStudy, VisitsOutsideOfTheSpanAreOnlyHistory) {
  const PurchaseLog log = Weekly({{"tea"}, {"tea"}, {"tea"}, {"tea"}, {"tea"}});
  EXPECT_EQ(StudyUsualOrders(log, OnDay(28), OnDay(100), {}).visits, 1u);
  EXPECT_EQ(StudyUsualOrders(log, OnDay(0), OnDay(28), {}).visits, 3u);
  EXPECT_EQ(StudyUsualOrders(log, OnDay(100), OnDay(200), {}).named, 0u);
}

}  // namespace
}  // namespace rapport::cli
