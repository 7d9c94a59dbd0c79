// Every command against a real shop: tables for people, JSON for programs, exit codes for scripts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// One shop for all of them: the sample, with a model.
class Commands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new TempDir;
    server_ = new ServerProcess(*scratch_, *scratch_ / "data");
    ASSERT_FALSE(server_->endpoint().empty()) << server_->Log();
    const json sample = Json({"load-sample"});
    regular_ = sample["regular_customer_id"];
    Json({"train"});
    top_ = Json({"suggest", regular_})["suggestions"][0]["item"]["item_id"];
    bought_ = Json({"purchases", regular_, "--count", "1"})["purchases"][0]["purchase"]["item_id"];
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(server_->Stop(), 0) << server_->Log();
    delete server_;
    delete scratch_;
  }

  static Finished Rapport(std::vector<std::string> arguments) {
    return RunCli(*server_, std::move(arguments));
  }
  static json Json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Finished finished = Rapport(arguments);
    EXPECT_EQ(finished.exit_code, 0) << arguments.front() << ": " << finished.err;
    const json parsed = json::parse(finished.out, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << arguments.front() << ": " << finished.out;
    return parsed;
  }

  // The version that serves.
  static std::string Model() { return Json({"status"})["model"]["version"]; }

  static TempDir* scratch_;
  static ServerProcess* server_;
  static std::string regular_;
  static std::string top_;
  static std::string bought_;
};
TempDir* Commands::scratch_ = nullptr;
ServerProcess* Commands::server_ = nullptr;
std::string Commands::regular_;
std::string Commands::top_;
std::string Commands::bought_;

TEST_F(Commands, EvaluateJudgesOfflineBesideBaselines) {
  const std::string file = *scratch_ / "evaluate.csv";
  ASSERT_EQ(Rapport({"load-sample", "--csv", file}).exit_code, 0);
  const json judged =
      Json({"evaluate", "--purchases", file, "--format", "purchases", "--factors", "16"});
  for (const char* pool : {"new", "all"}) {
    const json& mean = judged["mean"][pool];
    EXPECT_GT(mean["recall@20"], judged["baselines"]["popularity"][pool]["recall@20"]);
    EXPECT_GT(mean["ndcg@20"], judged["baselines"]["personal-frequency"][pool]["ndcg@20"]);
    EXPECT_GT(mean["customers"], 100);
    EXPECT_GT(judged["paired"]["popularity"][pool]["ndcg@20"]["low"], 0);
  }
  EXPECT_EQ(judged["baselines"].size(), 9u);
  EXPECT_EQ(judged["targets"].size(), 18u);
  const Finished table = Rapport({"evaluate", "--purchases", file, "--format", "purchases",
                                  "--factors", "16", "--cut", "1999-01-01"});
  EXPECT_EQ(table.exit_code, 1);
  EXPECT_THAT(table.err, HasSubstr("1999-01-01"));
}

TEST_F(Commands, EvaluateReadsEarlierFilesFirst) {
  const std::string file = *scratch_ / "whole.csv";
  ASSERT_EQ(Rapport({"load-sample", "--csv", file}).exit_code, 0);
  std::istringstream whole(ReadFile(file));
  std::string header, line, first, second;
  std::getline(whole, header);
  for (int row = 0; std::getline(whole, line); ++row) (row < 5000 ? first : second) += line + "\n";
  WriteFile(*scratch_ / "first.csv", header + "\n" + first);
  WriteFile(*scratch_ / "second.csv", header + "\n" + second);
  const auto judged = [](std::vector<std::string> files) {
    std::vector<std::string> arguments = {"evaluate", "--format",    "purchases", "--factors",
                                          "8",        "--baselines", "quick"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    return Json(arguments);
  };
  EXPECT_EQ(judged({"--purchases", file}), judged({"--history", *scratch_ / "first.csv",
                                                   "--purchases", *scratch_ / "second.csv"}));
}

TEST_F(Commands, EvaluateJudgesOnPairs) {
  std::string train, test;
  for (int customer = 0; customer < 60; ++customer) {
    train += std::to_string(customer);
    for (int item = 0; item < 10; ++item) {
      std::string& part = item == customer % 10 ? test : train;
      if (item == customer % 10) part += std::to_string(customer);
      part += " " + std::to_string(item + 10 * (customer % 3));
    }
    train += "\n";
    test += "\n";
  }
  WriteFile(*scratch_ / "train.txt", train);
  WriteFile(*scratch_ / "test.txt", test);
  const std::vector<std::string> command = {"evaluate",
                                            "--pairs-train",
                                            *scratch_ / "train.txt",
                                            "--pairs-test",
                                            *scratch_ / "test.txt",
                                            "--factors",
                                            "8"};
  const json judged = Json(command);
  EXPECT_EQ(judged["items"], 30);
  EXPECT_EQ(judged["mean"]["new"]["customers"], 60);
  EXPECT_EQ(judged["mean"]["new"]["recall@20"], 1);
  EXPECT_GT(judged["paired"]["popularity"]["new"]["ndcg@20"]["low"], 0);
  EXPECT_THAT(Rapport(command).out, HasSubstr("better than popularity"));
  WriteFile(*scratch_ / "test.txt", "1 2\n3 x\n");
  EXPECT_THAT(Rapport(command).err, HasSubstr("test.txt: line 2"));
}

TEST_F(Commands, TuneWritesConfigThatTheServerTakesOn) {
  const std::string file = *scratch_ / "tune.csv";
  const std::string config = *scratch_ / "tuned.toml";
  ASSERT_EQ(Rapport({"load-sample", "--csv", file}).exit_code, 0);
  const std::vector<std::string> tune = {
      "tune", "--purchases",  file, "--format",     "purchases", "--cuts",   "1",   "--factors",
      "8",    "--iterations", "2",  "--candidates", "3",         "--output", config};
  const json tuned = Json(tune);
  EXPECT_GE(tuned["tuned"]["score"], tuned["default"]["score"]);
  EXPECT_EQ(tuned["candidates"].size(), 3u);
  EXPECT_EQ(tuned["budget_seconds"], 600);  // what --help says
  EXPECT_TRUE(tuned["in_time"]);
  const Finished server =
      rapport::e2e::Run({RAPPORT_SERVER_BINARY, "--config", config, "--print-config"});
  EXPECT_EQ(server.exit_code, 0) << server.err;
  const std::string factors = tuned["tuned"]["options"]["factors"].dump();
  EXPECT_THAT(server.out, HasSubstr("\nfactors = " + factors + "\n"));

  const Finished again = Rapport(tune);
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
}

TEST_F(Commands, SpeakJsonToPrograms) {
  EXPECT_EQ(Json({"status"})["health"], "serving");
  EXPECT_GE(Json({"models"})["models"].size(), 1u);
  EXPECT_EQ(Json({"models", Json({"models"})["models"][0]["version"]})["serving"], true);
  EXPECT_EQ(Json({"items", "--count", "3"})["items"].size(), 3u);
  EXPECT_EQ(Json({"items", top_})["item_id"], top_);
  EXPECT_EQ(Json({"customers", "--count", "3"})["customers"].size(), 3u);
  EXPECT_EQ(Json({"customers", regular_})["customer_id"], regular_);
  EXPECT_EQ(Json({"purchases", regular_, "--count", "2"})["purchases"].size(), 2u);
  EXPECT_EQ(Json({"explain", regular_, top_})["item"]["item_id"], top_);
}

TEST_F(Commands, ListsAreWholeWhenAsked) {
  EXPECT_EQ(Json({"customers", "--all"})["customers"].size(), 600u);
  EXPECT_THAT(Rapport({"customers"}).out, HasSubstr("--all"));
}

TEST_F(Commands, TablesStayWithinAHundredColumns) {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"items", "--all"},
                                             {"customers", "--all"},
                                             {"models"},
                                             {"models", Model()},
                                             {"shadow"},
                                             {"status"},
                                             {"suggest", regular_, "--count", "20"},
                                             {"talk", regular_, "--locale", "de-DE"},
                                             {"card", regular_},
                                             {"explain", regular_, top_, "--orders"},
                                             {"why-not", regular_, top_},
                                             {"why-not", regular_, bought_},
                                             {"compare", regular_, top_, bought_},
                                             {"suggest", regular_, "--what-if-gift", bought_}}) {
    std::istringstream out(Rapport(command).out);
    for (std::string line; std::getline(out, line);) {
      const auto signs = std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; });
      EXPECT_LT(signs, 100) << command.front() << ": " << line;
    }
  }
}

TEST_F(Commands, ModelsAreATableThatSaysWhichServesAndHowGoodItIs) {
  const std::string table = Rapport({"models"}).out;
  EXPECT_THAT(table, testing::ContainsRegex("state +model +trained .UTC. +new items +all items"));
  EXPECT_THAT(table, testing::ContainsRegex("serving +" + Model() +
                                            " +[0-9-]+ [0-9:]+ +0[.][0-9]+ / 0[.][0-9]+"));
  EXPECT_THAT(table, HasSubstr("Recall is the part of what the customer"));
  EXPECT_THAT(Rapport({"models", Model()}).out, HasSubstr(Model() + " (serving)"));
  const json model = Json({"models"})["models"][0];
  EXPECT_EQ(model["state"], "STATE_SERVING");
  EXPECT_GT(model["evaluation"]["rows"].size(), 5u);
}

TEST_F(Commands, AShadowIsSetShownAndCleared) {
  EXPECT_THAT(Rapport({"shadow"}).out, HasSubstr("No model is in the shadow"));
  const Finished serves = Rapport({"shadow", Model()});
  EXPECT_EQ(serves.exit_code, 1);
  EXPECT_THAT(serves.err, HasSubstr("serves already"));
  const std::string before = Model();
  Json({"train"});
  EXPECT_THAT(Rapport({"shadow", before, "--sample", "1"}).out, HasSubstr("100 % of the requests"));
  EXPECT_THAT(Rapport({"models"}).out, HasSubstr("shadow   " + before));
  Json({"suggest", regular_});
  json shadow;
  for (int look = 0; look < 200 && shadow["compared"] != "1"; ++look) shadow = Json({"shadow"});
  EXPECT_EQ(shadow["compared"], "1") << shadow.dump(1);
  EXPECT_THAT(Rapport({"shadow"}).out, HasSubstr(" of a list; "));
  EXPECT_THAT(Rapport({"shadow", "--off"}).out, HasSubstr(before + " (ended)"));
}

TEST_F(Commands, ExplanationOfATokenIsTheOneThatWasServed) {
  const json served = Json({"suggest", regular_});
  const json first = served["suggestions"][0];
  const json explained =
      Json({"explain", "--token", served["token"], first["item"]["item_id"], "--evidence", "1000"});
  EXPECT_EQ(explained["score"], first["score"]);
  double sum = explained["other_evidence_sum"];
  for (const json& line : explained["evidence"]) sum += line["contribution"].get<double>();
  sum +=
      explained["terms"]["repeat"].get<double>() + explained["terms"]["popularity"].get<double>();
  EXPECT_NEAR(sum, explained["score"].get<double>(), 1e-9);
}

TEST_F(Commands, TalkIsACardForStaffInTheLanguageAskedFor) {
  const Finished english = Rapport({"talk", regular_, "--locale", "en-US"});
  EXPECT_EQ(english.exit_code, 0) << english.err;
  for (const char* part : {"SAY ", "ASK ", "FOR YOUR EYES", "Listen for", "Not to be said",
                           "Open questions", "not reviewed by a native speaker"})
    EXPECT_THAT(english.out, HasSubstr(part));
  const Finished dutch = Rapport({"talk", regular_, top_, "--locale", "nl-BE"});
  EXPECT_EQ(dutch.exit_code, 0) << dutch.err;
  EXPECT_THAT(dutch.out, HasSubstr("wording of nl-BE; formal, balanced"));
  const json talk = Json({"talk", regular_, "--locale", "ja-JP", "--for-customer"});
  EXPECT_EQ(talk["locale"], "ja-JP");
  ASSERT_FALSE(talk["points"].empty());
  for (const json& point : talk["points"]) EXPECT_FALSE(point.contains("briefing"));
  const std::string token = Json({"suggest", regular_})["token"];
  EXPECT_EQ(Json({"talk", "--token", token, top_})["points"][0]["item"]["item_id"], top_);
}

TEST_F(Commands, TheCardTellsTheUsualTheRhythmAndTheStore) {
  const Finished card = Rapport({"card", regular_, "--store", "Harbour Street"});
  EXPECT_EQ(card.exit_code, 0) << card.err;
  for (const char* part : {"ADDRESS", "CONSENT", "USUAL", "RHYTHM", "LAST", "ORDERS", "LATELY",
                           "at Harbour Street", "days by the clock of UTC"})
    EXPECT_THAT(card.out, HasSubstr(part));
  const json facts = Json({"card", regular_});
  EXPECT_EQ(facts["usual_orders"].size() > 0, true);
  EXPECT_EQ(facts["recent_lines"].size(), 10u);
  EXPECT_GT(facts["milestones"]["orders"], 10);
  EXPECT_EQ(Rapport({"card", "nobody-at-all"}).exit_code, 1);
}

TEST_F(Commands, APurchaseSaysWhichStoreItWasMadeIn) {
  const std::string who = "sam-of-the-store";
  ASSERT_EQ(Rapport({"record", who, top_, "--store", "Quay", "--event", "e1"}).exit_code, 0);
  EXPECT_EQ(Json({"purchases", who})["purchases"][0]["purchase"]["store"], "Quay");
  EXPECT_EQ(Json({"card", who})["last_visit"]["store"], "Quay");
}

TEST_F(Commands, AnExplanationSaysWhatWouldBeWithoutItsLines) {
  const json explained = Json({"explain", regular_, top_});
  EXPECT_EQ(explained["rank_by_score"], "1");
  const std::string out = Rapport({"explain", regular_, top_}).out;
  EXPECT_THAT(out,
              testing::ContainsRegex("rests on +orders +last +contribution +share +without it"));
  EXPECT_THAT(out, HasSubstr("It is 1st by score, for a list of 10."));
  EXPECT_THAT(out, HasSubstr(" comes next, "));
  EXPECT_THAT(out, HasSubstr("likely to be bought within 28 days"));
  const bool against = std::ranges::any_of(
      explained["evidence"], [](const json& line) { return line["contribution"] < 0; });
  EXPECT_EQ(out.find("Speaks against it: ") != std::string::npos, against);
}

TEST_F(Commands, WhyNotSaysWhatBecameOfAnItem) {
  EXPECT_THAT(Rapport({"why-not", regular_, top_}).out, HasSubstr("is suggested: 1st in the list"));
  EXPECT_THAT(Rapport({"why-not", regular_, bought_}).out, HasSubstr("is not new to them: bought"));
  EXPECT_THAT(Rapport({"why-not", regular_, "no-such-item"}).out,
              HasSubstr("is in neither the catalogue nor the model"));
  EXPECT_THAT(Rapport({"why-not", regular_, top_, "--exclude", top_}).out,
              HasSubstr("is left out: excluded by this request"));
  EXPECT_THAT(Rapport({"why-not", regular_, top_, "--basket", top_}).out,
              HasSubstr("lies in the basket already"));
  const json last = Json({"suggest", regular_, "--count", "40"})["suggestions"][39];
  const json fate = Json({"why-not", regular_, last["item"]["item_id"], "--count", "3"});
  EXPECT_EQ(fate["fate"], "FATE_BELOW_CUTOFF");
  EXPECT_EQ(fate["rank_by_score"], "40");
  EXPECT_GT(fate["gap"], 0);
}

TEST_F(Commands, CompareSumsToTheDifference) {
  const json list = Json({"suggest", regular_});
  const std::string second = list["suggestions"][1]["item"]["item_id"];
  const json compared = Json({"compare", regular_, top_, second});
  EXPECT_EQ(compared["rank_by_score"], "1");
  EXPECT_EQ(compared["contrast"]["rank_by_score"], "2");
  const std::string out = Rapport({"compare", regular_, top_, second}).out;
  EXPECT_THAT(out, HasSubstr(": 1st, score +"));
  EXPECT_THAT(out, testing::ContainsRegex("because of +difference"));
  EXPECT_EQ(Rapport({"compare", regular_, top_, top_}).exit_code, 1);
}

TEST_F(Commands, WhatIfsChangeListsAndNothingElse) {
  const json before = Json({"suggest", regular_});
  const json with = Json({"suggest", regular_, "--what-if-add", top_});
  EXPECT_EQ(with["changes"].back()["from_rank"], 1);
  EXPECT_EQ(with["changes"].back()["to_rank"], 0);
  EXPECT_THAT(Rapport({"suggest", regular_, "--what-if-add", top_}).out,
              testing::ContainsRegex(
                  "What the what-if changes:\n(.*\n)*.*leaves, was 1st; may not be in it\n"));
  const json purchase = Json({"purchases", regular_, "--count", "1"})["purchases"][0]["purchase"];
  const std::string event = "event:" + purchase["event_id"].get<std::string>();
  for (const char* option : {"--what-if-gift", "--what-if-without"}) {
    const json less = Json({"explain", regular_, top_, option, event});
    EXPECT_EQ(less["history_size"], before["history_size"].get<int>() - 1) << option;
  }
  const Finished unknown = Rapport({"suggest", regular_, "--what-if-gift", "event:no-such"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("what_if.gift_event_ids[0]: given no-such"));
  EXPECT_EQ(Json({"suggest", regular_})["suggestions"], before["suggestions"]);
}

TEST_F(Commands, AListThatNothingIsLikelyEnoughForSaysSo) {
  const std::string out = Rapport({"suggest", regular_, "--min-confidence", "1"}).out;
  EXPECT_THAT(out, HasSubstr("Nothing to suggest: nothing is likely enough."));
  EXPECT_THAT(out, HasSubstr("less likely than --min-confidence"));
}

TEST_F(Commands, PurchaseAndReturnAreRecordedOnce) {
  const std::vector<std::string> purchase = {"record",  "walk-in", top_,
                                             "--event", "e1",      "--price",
                                             "3.20",    "--at",    "2026-05-01T10:00:00Z"};
  EXPECT_THAT(Rapport(purchase).out,
              HasSubstr("Recorded: walk-in bought 1 × " + top_ + ", event e1"));
  EXPECT_THAT(Rapport(purchase).out, HasSubstr("It is their first order."));
  EXPECT_THAT(Rapport(purchase).out, HasSubstr("Known already"));
  const Finished changed = Rapport({"record", "walk-in", top_, "--event", "e1", "--quantity", "2",
                                    "--at", "2026-05-01T10:00:00Z"});
  EXPECT_EQ(changed.exit_code, 1);
  EXPECT_THAT(changed.err, HasSubstr("recorded before with another"));
  EXPECT_EQ(Rapport({"record", "walk-in", "--return", "e1"}).exit_code, 0);
  EXPECT_THAT(Rapport({"purchases", "walk-in"}).out, HasSubstr("brought back: 1"));
}

TEST_F(Commands, MomentsAreToldAsTheyHappenAndFromAnyPosition) {
  const Finished first = Rapport({"moments", "--watch", "--count", "2"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(std::ranges::count(first.out, '\n'), 2) << first.out;
  EXPECT_THAT(first.out, HasSubstr("  first order  "));

  const std::string out = *scratch_ / "moments";
  Process watch({RAPPORT_BINARY, "moments", "--watch", "--json", "--server", server_->endpoint()},
                out, *scratch_ / "moments-err");
  EXPECT_EQ(Rapport({"record", "first-timer", top_, "--event", "e1"}).exit_code, 0);
  std::string told;
  while (told.empty() && watch.Running()) {
    std::istringstream lines(ReadFile(out));
    for (std::string line; std::getline(lines, line) && told.empty();) {
      if (line.find("first-timer") != std::string::npos && line.back() == '}') told = line;
    }
  }
  watch.Signal(SIGKILL);
  const json moment = json::parse(told, nullptr, false);
  ASSERT_FALSE(moment.is_discarded()) << ReadFile(*scratch_ / "moments-err");
  EXPECT_EQ(moment["kind"], "KIND_FIRST_ORDER");
  const uint64_t position = std::stoull(moment["position"].get<std::string>());
  const std::string before = std::to_string(position - 1);
  EXPECT_EQ(Rapport({"moments", "--watch", "--from", before, "--count", "1", "--json"}).out,
            told + "\n");
  EXPECT_EQ(Rapport({"moments", "--watch", "--from", "999999999"}).exit_code, 1);
}

TEST_F(Commands, UnavailableItemIsNotSuggestedUntilItIsBack) {
  EXPECT_EQ(Rapport({"items", "--unavailable", top_}).exit_code, 0);
  EXPECT_TRUE(Json({"suggest", regular_, "--only", top_})["suggestions"].empty());
  EXPECT_EQ(Rapport({"items", "--available", top_}).exit_code, 0);
  EXPECT_EQ(Json({"suggest", regular_, "--only", top_})["suggestions"].size(), 1u);
}

TEST_F(Commands, UpsertNamesTheLineThatIsWrong) {
  WriteFile(*scratch_ / "items.jsonl",
            "{\"item_id\": \"new-tea\", \"title\": \"Tea\"}\n{\"colour\": 1}\n");
  const Finished finished = Rapport({"items", "--upsert", *scratch_ / "items.jsonl"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr("items.jsonl, line 2: "));
  EXPECT_EQ(Rapport({"items", "new-tea"}).exit_code, 1) << "all or none";
}

TEST_F(Commands, FieldsThatTheServerRefusesAreNamed) {
  const Finished finished = Rapport({"suggest", regular_, "--count", "1000"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr(" count: given 1000; expected 1 to 100"));
}

TEST_F(Commands, SampleWrittenAsAFileImportsAsTheSame) {
  const std::string file = *scratch_ / "sample.csv";
  const json written = Json({"load-sample", "--csv", file});
  const json imported = Json({"import", "--format", "purchases", file});
  EXPECT_EQ(imported["duplicates"], written["events"]) << imported.dump(1);
  EXPECT_EQ(imported["accepted"], 0);
}

TEST_F(Commands, SampleIsSafeToLoadAgain) {
  const json again = Json({"load-sample"});
  EXPECT_EQ(again["accepted"], 0);
  EXPECT_EQ(again["conflicts"], 0);
}

}  // namespace
}  // namespace rapport::e2e
