#include "services/cli/evaluate_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "services/cli/evaluate_pairs.h"
#include "services/cli/evaluate_targets.h"

namespace rapport::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

Instant Date(int month) { return std::chrono::sys_days(std::chrono::year(2011) / month / 1); }

// Three cuts of two methods in both pools: ours finds everything for both customers, theirs for one
// of them.
PurchasesEvaluation Evaluation() {
  PurchasesEvaluation evaluation;
  evaluation.options.format = csv::Format::kOnlineRetailII;
  evaluation.options.cuts = {Date(6), Date(7), Date(8)};
  for (const Instant cut : evaluation.options.cuts) {
    CutEvaluation one{.cut = cut, .days_with_data = 28};
    one.lists.resize(4);
    evaluation.cuts.push_back(one);
  }
  for (const char* method : {"rapport", "popularity"}) {
    for (const Pool pool : kJudgedPools) {
      const double quality = method == kOurMethod ? 0.4 : 0.2;
      evaluation.overall.rows.push_back({method, pool, 6, quality, quality, 1});
    }
  }
  for (const Pool pool : kJudgedPools) {
    evaluation.overall.comparisons.push_back(
        {"popularity", pool, {0.2, 0.1, 0.3}, {0.2, pool == Pool::kAny ? -0.1 : 0.1, 0.3}});
  }
  for (CutEvaluation& cut : evaluation.cuts) cut.report = evaluation.overall;
  return evaluation;
}

TEST(EvaluateReport, NamesMeansBaselinesAndPairedDifferences) {
  const nlohmann::json json = ToJson(Evaluation());
  EXPECT_EQ(json["mean"]["new"]["recall@20"], 0.4);
  EXPECT_EQ(json["mean"]["all"]["hit_rate@20"], 1);
  EXPECT_EQ(json["baselines"]["popularity"]["all"]["ndcg@20"], 0.2);
  EXPECT_EQ(json["paired"]["popularity"]["new"]["ndcg@20"]["low"], 0.1);
  EXPECT_EQ(json["paired"]["popularity"]["new"]["recall@20"]["difference"], 0.2);
  EXPECT_EQ(json["paired"]["popularity"]["new"]["customers"], 6);
  EXPECT_THAT(json["cuts"], SizeIs(3));
  EXPECT_EQ(json["cuts"][0]["cut"], "2011-06-01");
  EXPECT_EQ(json["cuts"][0]["whole_window"], true);
}

TEST(EvaluateReport, HasTheTargetsOfOnlineRetailAtItsCutsOnly) {
  PurchasesEvaluation evaluation = Evaluation();
  const std::vector<Target> targets = TargetsOf(evaluation);
  ASSERT_THAT(targets, SizeIs(6));
  EXPECT_EQ(targets[0].target, 0.165);
  EXPECT_TRUE(targets[0].holds);
  EXPECT_TRUE(targets[4].holds);   // on new
  EXPECT_FALSE(targets[5].holds);  // on all the interval touches zero

  evaluation.options.cuts.pop_back();
  EXPECT_THAT(TargetsOf(evaluation), SizeIs(2));
  evaluation = Evaluation();
  evaluation.options.learn.window_days = 14;
  EXPECT_THAT(TargetsOf(evaluation), SizeIs(2));
  evaluation = Evaluation();
  evaluation.options.format = csv::Format::kPurchases;
  EXPECT_THAT(TargetsOf(evaluation), SizeIs(2));
}

TEST(EvaluateReport, EndsWithTheTargetsInWords) {
  std::ostringstream out;
  PrintTables(out, Evaluation());
  EXPECT_THAT(out.str(), HasSubstr("holds   Online Retail II, new, recall@20"));
  EXPECT_THAT(out.str(), HasSubstr("misses  better than popularity on all"));
  EXPECT_THAT(out.str(), HasSubstr("+0.2000 (+0.1000 to +0.3000)"));
  EXPECT_THAT(out.str(), Not(HasSubstr("cut short")));
}

TEST(EvaluateReport, EndsWithTheTargetsInJson) {
  const nlohmann::ordered_json json = ToJson(Evaluation());
  EXPECT_EQ(std::prev(json.end()).key(), "targets");
  PairsEvaluation pairs;
  pairs.report.rows = {{"rapport", Pool::kNewToCustomer, 1, 0.175, 0.143, 0.5}};
  const nlohmann::ordered_json pairs_json = ToJson(pairs);
  EXPECT_EQ(std::prev(pairs_json.end()).key(), "targets");
}

TEST(EvaluateReport, OfNobodyGivesNoFiguresAndNoTargets) {
  PurchasesEvaluation evaluation = Evaluation();
  const auto leave_nobody = [](EvaluationReport& report) {
    for (EvaluationRow& row : report.rows) {
      if (row.pool == Pool::kNewToCustomer) row = {.method = row.method, .pool = row.pool};
    }
  };
  leave_nobody(evaluation.overall);
  for (CutEvaluation& cut : evaluation.cuts) leave_nobody(cut.report);
  const nlohmann::json json = ToJson(evaluation);
  for (const nlohmann::json& report : {json, json["cuts"][0]}) {
    EXPECT_EQ(report["mean"]["new"].dump(), R"({"customers":0})");
    EXPECT_FALSE(report["paired"]["popularity"].contains("new"));
    EXPECT_EQ(report["paired"]["popularity"]["all"]["customers"], 6);
  }
  EXPECT_THAT(json["targets"], SizeIs(3));  // Online Retail's and popularity's, on all items
  for (const nlohmann::json& target : json["targets"])
    EXPECT_THAT(target["name"].get<std::string>(), Not(HasSubstr("new")));
  std::ostringstream out;
  PrintTables(out, evaluation);
  EXPECT_THAT(out.str(),
              AllOf(HasSubstr("From items new to the customer; nobody bought one"),
                    HasSubstr("From all items, those bought before too; 6 customers"),
                    Not(HasSubstr("0.0000   0.0000")), Not(HasSubstr("0.0000 (+0.0000"))));
}

TEST(EvaluateReport, SaysThatWindowsOverlap) {
  PurchasesEvaluation evaluation = Evaluation();
  EXPECT_EQ(ToJson(evaluation)["windows_overlap"], false);
  std::ostringstream apart;
  PrintTables(apart, evaluation);
  EXPECT_THAT(apart.str(), Not(HasSubstr("overlap: the same")));
  std::reverse(evaluation.cuts.begin(), evaluation.cuts.end());
  EXPECT_EQ(ToJson(evaluation)["windows_overlap"], false) << "latest first";
  evaluation.cuts[2].cut = evaluation.cuts[0].cut - std::chrono::days(27);
  std::ostringstream out;
  PrintTables(out, evaluation);
  EXPECT_THAT(out.str(), HasSubstr("windows overlap: the same purchases count more than once"));
  EXPECT_EQ(ToJson(evaluation)["windows_overlap"], true);
}

TEST(EvaluateReport, SaysThatAWindowIsCutShort) {
  PurchasesEvaluation evaluation = Evaluation();
  evaluation.cuts[2].days_with_data = 5.5;
  std::ostringstream out;
  PrintTables(out, evaluation);
  EXPECT_THAT(out.str(), HasSubstr("end 5.5 days after 2011-08-01"));
  EXPECT_EQ(ToJson(evaluation)["cuts"][2]["whole_window"], false);
}

TEST(EvaluatePairs, KnowsGowallaByItsSize) {
  PairsEvaluation evaluation{.customers = 29'858, .items = 40'981};
  evaluation.report.rows = {{"rapport", Pool::kNewToCustomer, 1, 0.175, 0.143, 0.5}};
  ASSERT_THAT(TargetsOf(evaluation), SizeIs(2));
  EXPECT_TRUE(TargetsOf(evaluation)[0].holds);
  EXPECT_FALSE(TargetsOf(evaluation)[1].holds);
  evaluation.options.als.factors = 512;  // of which more is asked
  ASSERT_THAT(TargetsOf(evaluation), SizeIs(4));
  EXPECT_FALSE(TargetsOf(evaluation)[2].holds);
  evaluation.items = 40'980;
  EXPECT_THAT(TargetsOf(evaluation), SizeIs(0));
}

TEST(Targets, HoldWhereTheyAreReached) {
  EXPECT_TRUE(AtLeast("a", 0.5, 0.5).holds);
  EXPECT_FALSE(AtLeast("a", 0.49, 0.5).holds);
  EXPECT_TRUE(AtMost("a", 0.5, 0.5).holds);
  EXPECT_FALSE(AtMost("a", 0.51, 0.5).holds);
  EXPECT_FALSE(Above("a", 0, 0).holds);
  EXPECT_TRUE(Above("a", 0.001, 0).holds);
  const std::vector<Target> targets = {AtLeast("a", 0.5, 0.4)};
  EXPECT_EQ(ToJson(targets).dump(), R"([{"holds":true,"name":"a","target":0.4,"value":0.5}])");
}

}  // namespace
}  // namespace rapport::cli
