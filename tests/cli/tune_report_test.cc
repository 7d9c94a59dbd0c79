#include "services/cli/tune_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "services/server/config.h"

namespace rapport::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kUntil = std::chrono::sys_days(std::chrono::June / 1 / 2011);

EvaluationRow Row(Pool pool, double ndcg) {
  return {.method = "rapport", .pool = pool, .customers = 1'234, .recall = ndcg, .ndcg = ndcg};
}

TuneReport Report(bool changed) {
  TuneReport report{.files = {"shop\n[server].csv"},
                    .until = kUntil,
                    .window_days = 28,
                    .budget_seconds = 600,
                    .seconds = 75,
                    .seed = 1,
                    .now = kUntil};
  Tuned& tuned = report.tuned;
  tuned.start.als = {.factors = 64, .alpha0 = 0.05, .regularization = 0.01};
  if (changed) {
    tuned.recipe = {.als = {.factors = 128,
                            .alpha0 = 0.0214,
                            .regularization = 0.00333,
                            .iterations = 12,
                            .half_life_days = 45},
                    .long_half_life_days = 0};
  }
  tuned.changed = changed;
  tuned.start_score = 0.2;
  tuned.score = changed ? 0.25 : 0.2;
  tuned.best_score = changed ? 0.25 : 0.204;
  tuned.gain = changed ? MeanDifference{.mean = 0.05, .low = 0.04, .high = 0.06}
                       : MeanDifference{.mean = 0.004, .low = -0.002, .high = 0.01};
  tuned.start_rows = {Row(Pool::kNewToCustomer, 0.1), Row(Pool::kAny, 0.3)};
  tuned.rows = {Row(Pool::kNewToCustomer, 0.15), Row(Pool::kAny, 0.35)};
  tuned.tried = {{.recipe = {}, .scores = {0.1, 0.2, 0.2}},
                 {.recipe = tuned.recipe, .scores = {0.2, 0.25, 0.25}},
                 {.recipe = {.als = {.factors = 3}}, .scores = {}}};
  tuned.cuts = {kUntil - std::chrono::days(28)};
  tuned.rung = 2;
  tuned.rungs = 3;
  return report;
}

server::Config Read(const std::string& toml) {
  server::Config config;
  config.model.factors = 7;
  config.model.long_half_life_days = 7;
  const absl::Status status = server::ApplyToml(toml, "rapport.toml", config);
  EXPECT_TRUE(status.ok()) << status << "\n" << toml;
  return config;
}

TEST(TuneReport, TheServerReadsWhatIsWritten) {
  const server::Config config = Read(ToToml(Report(true)));
  EXPECT_EQ(config.model.factors, 128);
  EXPECT_EQ(config.model.alpha0, 0.0214);
  EXPECT_EQ(config.model.regularization, 0.00333);
  EXPECT_EQ(config.model.nu, 1);
  EXPECT_EQ(config.model.iterations, 12);
  EXPECT_EQ(config.model.half_life_days, 45);
  EXPECT_EQ(config.model.long_half_life_days, 0);
}

TEST(TuneReport, WhereNothingBetterWasFoundOptionsStayOpen) {
  const server::Config config = Read(ToToml(Report(false)));
  EXPECT_EQ(config.model.factors, 0);
  EXPECT_EQ(config.model.alpha0, 0);
  EXPECT_EQ(config.model.regularization, 0);
  EXPECT_EQ(config.model.long_half_life_days, kLongHalfLifeDays);
}

TEST(TuneReport, OptionsOfPairsLeaveHalfLivesAlone) {
  TuneReport report = Report(true);
  report.pairs = true;
  EXPECT_EQ(Read(ToToml(report)).model.long_half_life_days, 7);
}

TEST(TuneReport, NeighboursAreToldOfAndTakenOn) {
  TuneReport report = Report(true);
  std::ostringstream without;
  PrintTables(without, report);
  EXPECT_THAT(without.str(), Not(HasSubstr("neighbour weight")));
  report.tuned.recipe.als.neighbour_weight = 2;
  report.tuned.tried[1].recipe = report.tuned.recipe;
  std::ostringstream out;
  PrintTables(out, report);
  EXPECT_THAT(out.str(), testing::ContainsRegex("neighbour weight +0 +2\n"));
  EXPECT_THAT(out.str(), testing::ContainsRegex("iterations +neighbour weight"));
  const nlohmann::json json = ToJson(report);
  EXPECT_EQ(json["default"]["options"]["neighbour_weight"], 0);
  EXPECT_EQ(json["tuned"]["options"]["neighbour_weight"], 2);
  EXPECT_THAT(ToToml(report), HasSubstr("\nneighbour_weight = 2\n"));
  EXPECT_EQ(Read(ToToml(report)).model.neighbour_weight, 2);
  EXPECT_EQ(Read(ToToml(Report(false))).model.neighbour_weight, -1);
}

TEST(TuneReport, NobodyHasNoFigures) {
  TuneReport report = Report(true);
  report.tuned.start_rows[0] =
      report.tuned.rows[0] = {.method = "rapport", .pool = Pool::kNewToCustomer};
  std::ostringstream out;
  PrintTables(out, report);
  EXPECT_THAT(out.str(), AllOf(testing::ContainsRegex("new to the customer +nobody *\n"),
                               Not(HasSubstr(" 0.0000"))));
}

TEST(TuneReport, TheFileSaysWhereItComesFromAndHowGoodItIs) {
  EXPECT_THAT(ToToml(Report(true)),
              AllOf(HasSubstr("# rapport tune, 2011-06-01"), HasSubstr("0.2500 instead of"),
                    HasSubstr("+0.0500 (+0.0400 to")));
}

TEST(TuneReport, WhatMayBeChanceIsSaid) {
  std::ostringstream out;
  PrintTables(out, Report(false));
  EXPECT_THAT(out.str(), HasSubstr("the best of the others has +0.0040 (-0.0020 to"));
  EXPECT_THAT(out.str(), HasSubstr("which may be chance"));
}

TEST(TuneReport, DefaultsAreHeldToNinetyFivePercentOfTheTunedFigure) {
  const auto targets = TargetsOf(Report(true));
  ASSERT_EQ(targets.size(), 1u);
  EXPECT_DOUBLE_EQ(targets[0].value, 0.8);
  EXPECT_FALSE(targets[0].holds);
  EXPECT_TRUE(TargetsOf(Report(false))[0].holds);
  TuneReport given = Report(true);
  given.started_from_defaults = false;
  EXPECT_TRUE(TargetsOf(given).empty());
}

TEST(TuneReport, SaysTheSameAsJsonAndAsTables) {
  const nlohmann::ordered_json json = ToJson(Report(true));
  EXPECT_EQ(std::prev(json.end()).key(), "targets");
  EXPECT_EQ(json["tuned"]["options"]["factors"], 128);
  EXPECT_EQ(json["tuned"]["new"]["ndcg@20"], 0.15);
  EXPECT_EQ(json["default"]["all"]["ndcg@20"], 0.3);
  EXPECT_EQ(json["candidates"].size(), 3u);
  EXPECT_EQ(json["targets"][0]["holds"], false);
  std::ostringstream out;
  PrintTables(out, Report(true));
  EXPECT_THAT(out.str(), AllOf(HasSubstr("0.0214"), HasSubstr("45 days"), HasSubstr("none"),
                               HasSubstr("1 min 15 s"), HasSubstr("misses")));
}

TEST(TuneReport, ABudgetThatSufficedForNothingIsSaid) {
  TuneReport report = Report(false);
  report.tuned.start_rows.clear();
  report.tuned.rows.clear();
  report.tuned.score = report.tuned.best_score = report.tuned.start_score = 0;
  report.tuned.tried = {{.recipe = {}, .scores = {}}};
  report.tuned.in_time = false;
  std::ostringstream out;
  PrintTables(out, report);
  EXPECT_THAT(out.str(), HasSubstr("no time to judge even the default options"));
  EXPECT_TRUE(TargetsOf(report).empty());
  EXPECT_EQ(Read(ToToml(report)).model.factors, 0);
}

}  // namespace
}  // namespace rapport::cli
