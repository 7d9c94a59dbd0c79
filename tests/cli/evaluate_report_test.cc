#include "services/cli/evaluate_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "services/cli/evaluate_pairs.h"

namespace rapport::cli {
namespace {

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
