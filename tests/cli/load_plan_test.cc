#include "services/cli/load_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace rapport::cli {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(Mix, SharesFollowTheWeights) {
  const auto mix = Mix::Parse("suggest=6,explain=1.5,record=0,get-item=0.5");
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_DOUBLE_EQ(mix->Share(CallType::kSuggest), 0.75);
  EXPECT_DOUBLE_EQ(mix->Share(CallType::kExplain), 0.1875);
  EXPECT_DOUBLE_EQ(mix->Share(CallType::kGetItem), 0.0625);
  EXPECT_FALSE(mix->Has(CallType::kRecord));
  EXPECT_FALSE(mix->Has(CallType::kPing));
}

TEST(Mix, WhatIsNoMixIsRefusedWithThePartThatIsWrong) {
  const std::map<std::string, std::string> kWrong = {
      {"", "CALL=WEIGHT"},           {"suggest", "given suggest; expected a weight"},
      {"suggest=", "suggest="},      {"suggest=1,", "CALL=WEIGHT"},
      {"tea=1", "given tea=1"},      {"suggest=1,ping=-1", "given ping=-1"},
      {"ping=2000000", "1,000,000"}, {"ping=nan", "given ping=nan"},
      {"ping=1x", "given ping=1x"},  {"ping=1,suggest=2,ping=1", "each call once"},
      {"ping=0", "no call"}};
  for (const auto& [text, expected] : kWrong) {
    const auto mix = Mix::Parse(text);
    ASSERT_FALSE(mix.ok()) << text;
    EXPECT_THAT(std::string(mix.status().message()), HasSubstr(expected)) << text;
  }
}

TEST(Mix, CallsAreDrawnByTheirWeightsAndNoOthers) {
  const auto mix = *Mix::Parse("suggest=90,record=10,explain=0");
  std::mt19937_64 chance(1);
  std::map<CallType, int> drawn;
  for (int call = 0; call < 100'000; ++call) ++drawn[mix.Draw(chance)];
  EXPECT_EQ(drawn.size(), 2U);
  EXPECT_NEAR(drawn[CallType::kSuggest], 90'000, 500);
}

TEST(Mix, TheSameSeedDrawsTheSameCalls) {
  const auto mix = *Mix::Parse("suggest=1,ping=1");
  std::mt19937_64 one(7);
  std::mt19937_64 other(7);
  for (int call = 0; call < 100; ++call) ASSERT_EQ(mix.Draw(one), mix.Draw(other));
}

TEST(Schedule, CallsAreEvenlySpacedFromTheBegin) {
  const Schedule::Time begin(milliseconds(1'000));
  const Schedule schedule(begin, 500, 2);
  ASSERT_EQ(schedule.size(), 1'000);
  EXPECT_EQ(schedule.At(0), begin);
  EXPECT_EQ(schedule.At(1), begin + milliseconds(2));
  EXPECT_EQ(schedule.At(999), begin + milliseconds(1'998));
}

TEST(Schedule, DoesNotDriftOverADay) {
  const Schedule::Time begin;
  const Schedule schedule(begin, 3, 86'400);
  ASSERT_EQ(schedule.size(), 259'200);
  EXPECT_EQ(schedule.At(259'197), begin + std::chrono::seconds(86'399));
}

}  // namespace
}  // namespace rapport::cli
