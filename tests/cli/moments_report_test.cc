#include "services/cli/moments_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace rapport::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

DueFigures Figures() {
  DueFigures figures{.cases = 100, .ranked_customers = 10};
  for (size_t method = 0; method < kDueMethods; ++method) {
    DueMethodFigures& row = figures.methods[method];
    row.ndcg = row.recall = method == 0 ? 0.5 : 0.4;
    row.ndcg_difference = row.recall_difference = {0.1, 0.05, 0.15};
    for (auto& horizon : row.calibration) {
      for (DueCalibration& calibration : horizon) {
        calibration.all = {.samples = 100, .brier_skill = 0.1, .ece = 0.01};
        calibration.worst_ece = 0.03;
      }
    }
  }
  figures.precision = {0.5, 0.4, 0.3, 0.2, 0.1};
  return figures;
}

MomentsEvaluation Evaluation() {
  MomentsEvaluation evaluation;
  evaluation.cuts = {PurchaseDay(std::chrono::days(15'000))};
  evaluation.items = Figures();
  evaluation.lapses = {{.cut = evaluation.cuts[0], .area_under_curve = {0.82, 0.7, 0.75}}};
  evaluation.area_under_curve = {0.82, 0.7, 0.75};
  evaluation.usual = {.visits = 40, .named = 20, .customers = 9, .mean_items = 1.5};
  evaluation.usual.difference = {MeanDifference{}, {0.1, 0.02, 0.2}, {0.05, 0.01, 0.1}};
  return evaluation;
}

size_t Missed(const MomentsEvaluation& evaluation) {
  const std::vector<Target> targets = TargetsOf(evaluation);
  return static_cast<size_t>(
      std::ranges::count_if(targets, [](const Target& target) { return !target.holds; }));
}

TEST(MomentsReport, GatesHoldWhereTheyAreReached) {
  EXPECT_EQ(TargetsOf(Evaluation()).size(), 12u + 8 + 4 + 3 + 2);
  EXPECT_EQ(Missed(Evaluation()), 0u);
}

TEST(MomentsReport, EachGateMissesByItself) {
  const auto missed = [](const auto& spoil) {
    MomentsEvaluation evaluation = Evaluation();
    spoil(evaluation);
    return Missed(evaluation);
  };
  EXPECT_EQ(missed([](auto& of) { of.items.methods[0].calibration[2][1].all.ece = 0.021; }), 1u);
  EXPECT_EQ(missed([](auto& of) { of.items.methods[0].calibration[0][0].all.brier_skill = 0; }),
            1u);
  EXPECT_EQ(missed([](auto& of) { of.items.methods[5].ndcg_difference.low = 0; }), 1u);
  EXPECT_EQ(missed([](auto& of) { of.items.methods[4].recall_difference.low = -0.01; }), 1u);
  EXPECT_EQ(missed([](auto& of) { of.items.precision[4] = 0.6; }), 1u);
  EXPECT_EQ(missed([](auto& of) { of.area_under_curve[0] = 0.79; }), 1u);
  EXPECT_EQ(missed([](auto& of) { of.area_under_curve[1] = 0.82; }), 1u);
  EXPECT_EQ(missed([](auto& of) { of.usual.difference[1].low = -0.1; }), 1u);
}

TEST(MomentsReport, WhatWasNotJudgedHasNoGateAndSaysSo) {
  MomentsEvaluation evaluation = Evaluation();
  evaluation.lapses.clear();
  evaluation.usual = {};
  EXPECT_EQ(TargetsOf(evaluation).size(), 24u);
  std::ostringstream out;
  PrintTables(out, evaluation);
  EXPECT_THAT(out.str(), AllOf(HasSubstr("has no categories"), HasSubstr("too little history"),
                               Not(HasSubstr("Due times of categories"))));
}

TEST(MomentsReport, CategoriesHaveTheSameFiguresAndGates) {
  MomentsEvaluation evaluation = Evaluation();
  evaluation.categories = Figures();
  EXPECT_EQ(TargetsOf(evaluation).size(), 29u + 24);
  const auto json = ToJson(evaluation);
  EXPECT_EQ(json["due"]["categories"]["cases"], 100);
  EXPECT_EQ(json["due"]["items"]["methods"]["ATD"]["within_7_days"]["bought_2"]["ece"], 0.01);
  EXPECT_FALSE(json["due"]["items"]["methods"]["frequency x recency"].contains("within_7_days"));
  EXPECT_EQ(json["cuts"][0], "2011-01-26");
  EXPECT_EQ(json["targets"].size(), 53u);
  EXPECT_TRUE(ToJson(Evaluation())["due"]["categories"].is_null());
}

}  // namespace
}  // namespace rapport::cli
