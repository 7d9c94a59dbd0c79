#include "services/cli/explanations_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "services/cli/explanations_summary.h"

namespace rapport::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// A suggestion with everything by additive, lime and cosine the same but for POS, NEG and CE.
ExplainedCase CaseOf(size_t customer, double pos, double cosine_pos) {
  ExplainedCase one;
  one.customer = customer;
  one.place = customer + 1;
  one.entries = 12;
  one.additivity_error = 1e-15;
  one.smallest_removal = 2;
  one.covered = customer == 0;
  for (Measures& measures : one.measures) measures.fill(0.25);
  const auto measures = [&](OrderMethod method) -> Measures& {
    return one.measures[static_cast<size_t>(method)];
  };
  Of(measures(OrderMethod::kAdditive), Measure::kPos) = pos;
  Of(measures(OrderMethod::kAdditive), Measure::kNeg) = 0.95;
  Of(measures(OrderMethod::kCosine), Measure::kPos) = cosine_pos;
  Of(measures(OrderMethod::kCosine), Measure::kCe) = 4;
  Of(measures(OrderMethod::kLime), Measure::kCe) = 2.5;
  return one;
}

// Two trainings of two customers.
ExplanationsOfData DataSet(const std::string& name) {
  ExplanationsOfData data{.name = name, .cut = Instant(std::chrono::days(15'000))};
  data.tastes = {{.factors = 64}};
  data.accuracy = {{"rapport", Pool::kNewToCustomer, 2, 0.18, 0.16, 0.5},
                   {"rapport", Pool::kNewToCustomer, 2, 0.16, 0.14, 0.5}};
  std::vector<StudiedTraining> trainings(2);
  for (StudiedTraining& training : trainings) {
    training.cases = {CaseOf(0, 0.2, 0.4), CaseOf(1, 0.3, 0.6)};
    training.top = {{1, 2, 3}, {4, 5, 6}};
    training.listed = {{1, 2}, {3, 4}};
    for (size_t customer : {0, 1}) {
      training.agreement.top_entry.push_back({.customer = customer,
                                              .folded_listed = true,
                                              .retrained_listed = true,
                                              .folded_change = -1,
                                              .retrained_change = -2});
    }
  }
  trainings[1].top[1] = {4, 5, 9};
  Summarize(trainings, 2,
            std::vector{OrderMethod::kAdditive, OrderMethod::kLime, OrderMethod::kCosine}, data);
  data.stated = data.true_stated = 32;
  TradeRow row = SummarizedTrade(trainings[0].cases, 2);
  row.options = {.factors = 32, .neighbour_weight = 2};
  row.accuracy = data.accuracy[0];
  row.training_seconds = 3;
  data.trade = {row};
  return data;
}

ExplanationsEvaluation Evaluation() {
  ExplanationsEvaluation evaluation{.options = {.seeds = 2}, .data = {}, .seconds = 61};
  evaluation.data.push_back(DataSet("shop.csv"));
  return evaluation;
}

const Target& Named(const std::vector<Target>& targets, const std::string& part) {
  return *std::ranges::find_if(
      targets, [&](const Target& target) { return target.name.find(part) != std::string::npos; });
}

TEST(ExplanationsReport, GatesHoldWhereTheyAreReached) {
  const std::vector<Target> targets = TargetsOf(Evaluation());
  ASSERT_THAT(targets, SizeIs(8));
  for (const Target& target : targets) EXPECT_TRUE(target.holds) << target.name;
  EXPECT_DOUBLE_EQ(Named(targets, "POS additive / cosine").value, 0.5);
  EXPECT_DOUBLE_EQ(Named(targets, "CE smallest removal / cosine").value, 0.5);
  EXPECT_DOUBLE_EQ(Named(targets, "CE smallest removal / LIME").value, 0.8);
  EXPECT_DOUBLE_EQ(Named(targets, "NEG").value, 0.95);
}

TEST(ExplanationsReport, EachGateIsMissedOnItsOwn) {
  const auto missed = [](const std::function<void(ExplanationsOfData&)>& spoil) {
    ExplanationsEvaluation evaluation = Evaluation();
    spoil(evaluation.data[0]);
    std::vector<std::string> names;
    for (const Target& target : TargetsOf(evaluation)) {
      if (!target.holds) names.push_back(target.name);
    }
    return names;
  };
  using Data = ExplanationsOfData&;
  EXPECT_THAT(missed([](Data) {}), IsEmpty());
  EXPECT_THAT(missed([](Data data) { data.additivity_error = 2e-9; }),
              ElementsAre(HasSubstr("additivity")));
  EXPECT_THAT(missed([](Data data) { --data.true_stated; }), ElementsAre(HasSubstr("stated")));
  EXPECT_THAT(missed([](Data data) { data.pos_to_cosine.mean = 0.71; }),
              ElementsAre(HasSubstr("POS additive / cosine")));
  EXPECT_THAT(missed([](Data data) { data.ce_to_cosine.mean = 0.61; }),
              ElementsAre(HasSubstr("CE smallest removal / cosine")));
  EXPECT_THAT(missed([](Data data) { data.ce_to_lime.mean = 1.01; }),
              ElementsAre(HasSubstr("LIME")));
  EXPECT_THAT(missed([](Data data) {
                data.methods[1].measures[static_cast<size_t>(Measure::kNeg)].mean.mean = 0.89;
              }),
              ElementsAre(HasSubstr("NEG")));
  EXPECT_THAT(missed([](Data data) { data.top_entry.same_list.mean.mean = 0.79; }),
              ElementsAre(HasSubstr("training again, list")));
  EXPECT_THAT(missed([](Data data) { data.top_entry.same_direction.mean.mean = 0.79; }),
              ElementsAre(HasSubstr("training again, direction")));
}

TEST(ExplanationsReport, JsonHasEveryFigureAndEndsWithTargets) {
  ExplanationsEvaluation evaluation = Evaluation();
  evaluation.data.push_back(DataSet("pairs.txt"));
  evaluation.data[1].cut = std::nullopt;
  const nlohmann::ordered_json json = ToJson(evaluation);
  EXPECT_EQ(std::prev(json.end()).key(), "targets");
  EXPECT_THAT(json["targets"], SizeIs(16));
  EXPECT_THAT(json["targets"][0], SizeIs(4));
  EXPECT_EQ(json["list_length"], 10);
  ASSERT_THAT(json["data_sets"], SizeIs(2));
  const auto& data = json["data_sets"][0];
  EXPECT_EQ(data["name"], "shop.csv");
  EXPECT_EQ(data["cut"], "2011-01-26");
  EXPECT_FALSE(json["data_sets"][1].contains("cut"));
  EXPECT_FALSE(json["data_sets"][1]["options"][0].contains("half_life_days"));
  EXPECT_EQ(data["customers"], 2);
  EXPECT_EQ(data["cases"], 4);
  EXPECT_EQ(data["methods"]["additive"]["POS"]["mean"], 0.25);
  EXPECT_EQ(data["methods"]["additive"]["POS"]["customers"], 2);
  EXPECT_EQ(data["methods"]["cosine"]["CE"]["mean"], 4);
  EXPECT_EQ(data["methods"]["smallest-removal"]["CE"]["mean"], 2);
  EXPECT_FALSE(data["methods"]["smallest-removal"].contains("POS"));
  EXPECT_EQ(data["ratios"]["POS_additive_to_cosine"]["mean"], 0.5);
  EXPECT_EQ(data["stated_ranks"]["true"], 32);
  EXPECT_EQ(data["retraining"]["top_entry"]["same_list"]["mean"], 1);
  EXPECT_EQ(data["retraining"]["smallest_removal"]["cases"], 0);
  EXPECT_DOUBLE_EQ(data["stability"]["top_3_evidence"]["mean"], (1 + 2.0 / 3) / 2);
  EXPECT_EQ(data["coverage"]["mean"], 0.5);
  EXPECT_EQ(data["profile"][0]["cases"], 4);
  EXPECT_EQ(data["trade"][0]["options"]["factors"], 32);
  EXPECT_EQ(data["trade"][0]["accuracy"]["ndcg@20"], 0.16);
}

TEST(ExplanationsReport, TablesNameMethodsIntervalsAndTargets) {
  std::ostringstream out;
  PrintTables(out, Evaluation());
  EXPECT_THAT(
      out.str(),
      AllOf(HasSubstr("shop.csv: 4 suggestions to 2 customers over 2 trainings (f = 64), as of "
                      "2011-01-26"),
            HasSubstr("recall@20 0.1700, ndcg@20 0.1500"),
            HasSubstr("additive             0.250 (0.200 to 0.300)"), HasSubstr("smallest-removal"),
            HasSubstr("32 of 32"), HasSubstr("4 cases; left by fold-in 0 %, by training again 0 %"),
            HasSubstr("same top three lines in two trainings"), HasSubstr("places 2-5"),
            HasSubstr("holds  shop.csv: POS additive / cosine"), HasSubstr("at most 1e-09")));
  EXPECT_THAT(out.str(), Not(HasSubstr("without the smallest removal: same list")))
      << "there are no such cases";
}

TEST(ExplanationsReport, OfOneTrainingThereIsNoStability) {
  ExplanationsEvaluation evaluation = Evaluation();
  evaluation.data[0].stability_pairs = 0;
  std::ostringstream out;
  PrintTables(out, evaluation);
  EXPECT_THAT(out.str(), Not(HasSubstr("in two trainings")));
  EXPECT_FALSE(ToJson(evaluation)["data_sets"][0].contains("stability"));
}

TEST(ExplanationsReport, WithoutAnythingToJudgeByThereIsNoAccuracy) {
  ExplanationsEvaluation evaluation = Evaluation();
  evaluation.data[0].accuracy.clear();
  evaluation.data[0].trade[0].accuracy.reset();
  std::ostringstream out;
  PrintTables(out, evaluation);
  EXPECT_THAT(out.str(), Not(HasSubstr("New items: recall")));
  EXPECT_FALSE(ToJson(evaluation)["data_sets"][0]["trade"][0].contains("accuracy"));
}

TEST(ExplanationsSummary, CasesOfEveryTrainingCount) {
  std::vector<StudiedTraining> trainings(1);
  trainings[0].cases = {CaseOf(0, 0.2, 0.4), CaseOf(1, 0.4, 0.4)};
  trainings[0].cases[1].additivity_error = 3e-10;
  trainings[0].cases[1].entries = 40;
  trainings[0].top = {{}, {}};
  trainings[0].listed = {{}, {}};
  ExplanationsOfData data;
  Summarize(trainings, 2, std::vector{OrderMethod::kAdditive, OrderMethod::kCosine}, data);
  EXPECT_EQ(data.stated, 0u);
  EXPECT_EQ(data.additivity_error, 3e-10);
  EXPECT_EQ(data.median_entries, 40);
  EXPECT_EQ(data.stability_pairs, 0u);
  EXPECT_DOUBLE_EQ(data.pos_to_cosine.mean, 0.75);
  EXPECT_EQ(FindMethod(data, "lime-200"), nullptr);
}

}  // namespace
}  // namespace rapport::cli
