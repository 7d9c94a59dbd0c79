// rapport evaluate and tune on small files: what they say where there is little or nothing to judge
// by.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/process.h"

namespace rapport::e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHeader = "event_id,item_id,purchased_at,quantity,customer_id\n";

class Offline : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    WriteFile(scratch_ / name, text);
    return scratch_ / name;
  }
  static Finished Rapport(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), RAPPORT_BINARY);
    return e2e::Run(arguments);
  }
  // Judged by the windows from those cuts.
  static Finished Evaluate(const std::string& file, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"evaluate", "--purchases", file,
                                          "--format", "purchases",   "--factors",
                                          "4",        "--baselines", "popularity"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Rapport(arguments);
  }

  TempDir scratch_;
};

// Twelve customers bought four of eight items each in January; in February two they did not have,
// in April what they had.
std::string Shop() {
  std::string text = kHeader;
  int event = 0;
  const auto buy = [&](int customer, int item, const std::string& date) {
    text += "e" + std::to_string(event++) + ",item" + std::to_string(item % 8) + "," + date +
            "T10:00:00Z,1,customer" + std::to_string(customer) + "\n";
  };
  for (int customer = 0; customer < 12; ++customer) {
    for (int item = 0; item < 4; ++item) buy(customer, customer + item, "2026-01-10");
    for (int item = 4; item < 6; ++item) buy(customer, customer + item, "2026-02-10");
    buy(customer, customer + 1, "2026-04-10");
  }
  return text;
}

TEST_F(Offline, WhereNobodyBoughtWhatIsNewThereIsNothingToJudge) {
  const std::string file = File("shop.csv", Shop());
  const Finished table = Evaluate(file, {"--cuts", "2026-04-01"});
  EXPECT_THAT(table.out, AllOf(HasSubstr("new to the customer; nobody bought"),
                               HasSubstr("better than popularity on all"),
                               Not(HasSubstr("better than popularity on new"))))
      << table.err;
}

TEST_F(Offline, MeansAreOverTheCutsAtWhichThereIsSomebody) {
  const std::string file = File("shop.csv", Shop());
  const Finished finished = Evaluate(file, {"--cuts", "2026-02-01,2026-04-01", "--json"});
  const json judged = json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(judged.is_discarded()) << finished.err;
  EXPECT_EQ(judged["cuts"][0]["mean"]["new"]["customers"], 12);
  EXPECT_EQ(judged["cuts"][1]["mean"]["new"]["customers"], 0);
  EXPECT_GT(judged["mean"]["new"]["recall@20"], 0);
  EXPECT_EQ(judged["mean"]["new"], judged["cuts"][0]["mean"]["new"]);
}

// Customers with own items and, later, others.
std::string Pairs(int first, int count) {
  std::string text;
  for (int customer = 0; customer < 40; ++customer) {
    text += std::to_string(customer);
    for (int item = first; item < first + count; ++item)
      text += " " + std::to_string((customer % 4) * 10 + (customer + item) % 10);
    text += "\n";
  }
  return text;
}

TEST_F(Offline, ExplanationsOfPurchasesAndOfPairsAreJudgedInOneCommand) {
  const std::string shop = File("shop.csv", Shop());
  const std::string train = File("train.txt", Pairs(0, 4)), test = File("test.txt", Pairs(4, 2));
  const std::vector<std::string> command = {"evaluate",      "--explanations",
                                            "--purchases",   shop,
                                            "--format",      "purchases",
                                            "--cut",         "2026-02-01",
                                            "--factors",     "4",
                                            "--seeds",       "2",
                                            "--customers",   "12",
                                            "--pairs-train", train,
                                            "--pairs-test",  test};
  std::vector<std::string> in_json = command;
  in_json.push_back("--json");
  const Finished finished = Rapport(in_json);
  const json judged = json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(judged.is_discarded()) << finished.err;
  ASSERT_EQ(judged["data_sets"].size(), 2u);
  EXPECT_EQ(judged["data_sets"][0]["name"], "shop.csv");
  EXPECT_TRUE(judged["data_sets"][0]["methods"].contains("most-recent"));
  EXPECT_EQ(judged["data_sets"][1]["name"], "train.txt");
  EXPECT_FALSE(judged["data_sets"][1]["methods"].contains("most-recent")) << "pairs have no times";
  for (const json& data : judged["data_sets"]) {
    EXPECT_EQ(data["customers"], 12);
    EXPECT_EQ(data["cases"], 24);
    EXPECT_EQ(data["stated_ranks"]["true"], data["stated_ranks"]["stated"]);
    EXPECT_LE(data["additivity_error"], 1e-9);
    EXPECT_EQ(data["accuracy"].size(), 2u);
  }
  EXPECT_EQ(judged["targets"].size(), 16u);
  std::vector<std::string> single = in_json;
  single.insert(single.end(), {"--threads", "1"});
  json again = json::parse(Rapport(single).out, nullptr, false);
  for (size_t data : {0, 1}) {
    EXPECT_EQ(again["data_sets"][data]["methods"], judged["data_sets"][data]["methods"]);
    EXPECT_EQ(again["data_sets"][data]["retraining"], judged["data_sets"][data]["retraining"]);
  }
  const Finished table = Rapport(command);
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, AllOf(HasSubstr("train.txt: 24 suggestions to 12 customers"),
                               HasSubstr("lime-200"), HasSubstr("target")));
}

TEST_F(Offline, ExplanationsOfPairsNeedNothingToJudgeBy) {
  const std::string train = File("train.txt", Pairs(0, 4));
  const Finished finished =
      Rapport({"evaluate", "--explanations", "--pairs-train", train, "--factors", "4", "--seeds",
               "1", "--customers", "5", "--json"});
  const json judged = json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(judged.is_discarded()) << finished.err;
  EXPECT_TRUE(judged["data_sets"][0]["accuracy"].empty());
}

TEST_F(Offline, ExplanationsWithoutAnybodyToAskAboutNameTheDay) {
  const std::string shop = File("shop.csv", Shop());
  const Finished finished = Rapport({"evaluate", "--explanations", "--purchases", shop, "--format",
                                     "purchases", "--cut", "2027-01-01"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("nobody bought both before 2027-01-01"),
                                  HasSubstr("the last purchase is of 2026-04-10")));
}

// Beans every two weeks for a year, of customers with a day of their own; cups once.
std::string Fortnights() {
  std::string text = kHeader;
  int event = 0;
  const auto buy = [&](const std::string& customer, const std::string& item, int day) {
    text += "e" + std::to_string(event++) + "," + item + ",2025-" + (day / 28 + 1 < 10 ? "0" : "") +
            std::to_string(day / 28 + 1) + "-" + (day % 28 + 1 < 10 ? "0" : "") +
            std::to_string(day % 28 + 1) + "T10:00:00Z,1," + customer + "\n";
  };
  for (int customer = 0; customer < 30; ++customer) {
    const std::string name = "customer" + std::to_string(customer);
    buy(name, "cup" + std::to_string(customer % 5), customer);
    for (int day = customer % 14; day < 12 * 28; day += 14) buy(name, "bean", day);
  }
  return text;
}

TEST_F(Offline, MomentsAreForetoldAndJudgedTheSameForAnyNumberOfThreads) {
  const std::string file = File("beans.csv", Fortnights());
  const std::vector<std::string> command = {"evaluate", "--moments", "--purchases",
                                            file,       "--format",  "purchases"};
  const auto in_json = [&](const char* threads) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--json", "--threads", threads});
    const Finished finished = Rapport(arguments);
    json judged = json::parse(finished.out, nullptr, false);
    EXPECT_FALSE(judged.is_discarded()) << finished.err;
    judged.erase("seconds");
    judged.erase("learning_seconds");
    return judged;
  };
  const json judged = in_json("1");
  EXPECT_EQ(judged["cuts"].size(), 6u);
  EXPECT_EQ(judged["due"]["items"]["ranked_customers"], 30);
  EXPECT_GT(judged["due"]["items"]["methods"]["rapport"]["ndcg@5"], 0.99);
  EXPECT_TRUE(judged["due"]["categories"].is_null());
  EXPECT_GT(judged["usual"]["named"], 100);
  EXPECT_EQ(in_json("2"), judged);
  const Finished table = Rapport(command);
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.out, AllOf(HasSubstr("Due times of items"), HasSubstr("modified Poisson-Gamma"),
                               HasSubstr("usual order"), HasSubstr("target")));
}

TEST_F(Offline, MomentsOfAShortHistorySayWhatIsMissing) {
  const std::string file = File("short.csv", std::string(kHeader) +
                                                 "e1,bean,2026-01-10T10:00:00Z,1,somebody\n"
                                                 "e2,bean,2026-02-10T10:00:00Z,1,somebody\n");
  const Finished finished =
      Rapport({"evaluate", "--moments", "--purchases", file, "--format", "purchases"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr("a cut needs 84 days before it and 28 after"));
}

TEST_F(Offline, AFileWithoutPurchasesIsNamed) {
  const std::string file = File("header.csv", kHeader);
  for (const char* command : {"evaluate", "tune"}) {
    const Finished finished = Rapport({command, "--purchases", file, "--format", "purchases"});
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_EQ(finished.err, "rapport: " + file + " has no purchases\n");
  }
}

TEST_F(Offline, AStrayLastPurchaseIsNamedWhereTheCutFollowsFromIt) {
  const std::string file =
      File("stray.csv", Shop() + "stray,item1,2099-05-11T10:00:00Z,1,somebody\n");
  const Finished finished = Evaluate(file, {});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr("the last purchase is of 2099-05-11 10:00"));
  const Finished chosen = Evaluate(file, {"--cut", "2026-06-01"});
  EXPECT_EQ(chosen.exit_code, 1);
  EXPECT_THAT(chosen.err, Not(HasSubstr("2099")));
}

TEST_F(Offline, PairsWithNothingToLearnFromNameTheFile) {
  const std::string train = File("train.txt", "");
  const std::string test = File("test.txt", "1 2\n");
  const Finished evaluated = Rapport({"evaluate", "--pairs-train", train, "--pairs-test", test});
  EXPECT_EQ(evaluated.exit_code, 1);
  EXPECT_EQ(evaluated.err, "rapport: " + train + " has no pairs to learn from\n");
  const Finished tuned = Rapport({"tune", "--pairs-train", train});
  EXPECT_EQ(tuned.exit_code, 1);
  EXPECT_EQ(tuned.err, "rapport: " + train + " has no pairs to learn from\n");
}

TEST_F(Offline, WhatCannotBeWrittenIsToldBeforeAnythingIsRead) {
  for (const std::string& output : {std::string("/nowhere/tuned.toml"), File("file", "") + "/t"}) {
    const Finished finished = Rapport(
        {"tune", "--purchases", "/missing.csv", "--format", "purchases", "--output", output});
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_THAT(finished.err, HasSubstr("cannot write " + output));
  }
  const Finished directory =
      Rapport({"tune", "--pairs-train", "/missing", "--force", "--output", scratch_ / "."});
  EXPECT_THAT(directory.err, HasSubstr("cannot write "));
}

}  // namespace
}  // namespace rapport::e2e
