#include "services/cli/load_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace rapport::cli {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

// 90 suggestions of 1 to 90 ms, 6 refused, 2 late ones, 2 not sent, in 10 seconds.
LoadTest TenSeconds() {
  LoadTest test{.server = "shop:7411", .connections = 4};
  test.options.mix = *Mix::Parse("suggest=9,ping=1");
  CallFigures& suggest = test.report.calls[0];
  suggest.sent = 98;
  for (int call = 1; call <= 90; ++call) suggest.latency.Add(milliseconds(call));
  suggest.failed = {{grpc::StatusCode::RESOURCE_EXHAUSTED, 6},
                    {grpc::StatusCode::DEADLINE_EXCEEDED, 2}};
  test.report.not_sent = 2;
  test.report.seconds = 10;
  return test;
}

TEST(LoadReport, JsonHasEachCallOfTheMixAndAll) {
  const auto json = ToJson(TenSeconds());
  EXPECT_EQ(json["calls"].size(), 2U);
  const auto& suggest = json["calls"]["suggest"];
  EXPECT_EQ(suggest["sent"], 98);
  EXPECT_EQ(suggest["ok"], 90);
  EXPECT_EQ(suggest["failed"]["RESOURCE_EXHAUSTED"], 6);
  EXPECT_EQ(suggest["failed"]["DEADLINE_EXCEEDED"], 2);
  EXPECT_EQ(suggest["ok_per_second"], 9.0);
  EXPECT_EQ(suggest["sent_per_second"], 9.8);
  EXPECT_NEAR(suggest["latency_ms"]["p50"].get<double>(), 45, 0.45);
  EXPECT_EQ(suggest["latency_ms"]["max"], 90.0);
  EXPECT_EQ(json["calls"]["ping"]["sent"], 0);
  EXPECT_EQ(json["all"], suggest);
  EXPECT_EQ(json["not_sent"], 2);
  EXPECT_EQ(json["load"]["loop"], "open");
  EXPECT_EQ(json["load"]["mix"]["suggest"], 0.9);
  EXPECT_EQ(json["targets"].size(), 0U);
}

TEST(LoadReport, TargetsAreJudgedByWhatSucceeded) {
  LoadTest test = TenSeconds();
  test.targets = {.p99_at_most_ms = 89, .at_least_rate = 9, .at_least_ok = 0.91};
  const auto targets = TargetsOf(test);
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_FALSE(targets[0].holds);  // 90 ms
  EXPECT_TRUE(targets[1].holds);   // 9 a second
  EXPECT_FALSE(targets[2].holds);  // 90 of 100 that were due, two of which were not sent
  EXPECT_DOUBLE_EQ(targets[2].value, 0.9);
}

TEST(LoadReport, WhereNothingSucceedsNoLatencyIsGood) {
  LoadTest test = TenSeconds();
  test.report.calls[0].latency = {};
  test.targets.p99_at_most_ms = 100;
  EXPECT_FALSE(TargetsOf(test)[0].holds);
  std::ostringstream out;
  PrintTables(out, test);
  EXPECT_THAT(out.str(), HasSubstr("suggest    98   0       8   0.0\n"));
}

TEST(LoadReport, TablesSayWhatFailedAndWhatWasNotSent) {
  std::ostringstream out;
  PrintTables(out, TenSeconds());
  EXPECT_THAT(out.str(), AllOf(HasSubstr("100 calls/s"), HasSubstr("suggest"),
                               HasSubstr("failed with RESOURCE_EXHAUSTED: 6"),
                               HasSubstr("were outstanding: 2"), HasSubstr("p99.9")));
}

}  // namespace
}  // namespace rapport::cli
