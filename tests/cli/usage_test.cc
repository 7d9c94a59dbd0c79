// What the program says, and its exit code, before any server is asked.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "tests/e2e/process.h"

namespace rapport::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Finished Rapport(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), RAPPORT_BINARY);
  return Run(arguments);
}

TEST(Usage, MistakesEndWithTwoAndSayWhereToReadOn) {
  const std::vector<std::vector<std::string>> kMistakes = {
      {},
      {"nope"},
      {"suggest", "sam", "--pool", "old"},
      {"suggest", "sam", "--bought", "tea"},
      {"suggest", "--bought", "tea@someday"},
      {"suggest", "sam", "--diversity", "nan"},
      {"suggest", "sam", "--page-token", "t"},
      {"suggest", "sam", "--page-size", "5", "--count", "5"},
      {"suggest-many"},
      {"similar"},
      {"similar", "tea", "--min-support", "9"},
      {"rules", "--boost", "1"},
      {"rules", "--set", "r", "--boost", "1", "--bury"},
      {"rules", "--set", "r", "--delete", "r"},
      {"talk"},
      {"card"},
      {"card", "sam", "--channel", "pigeon"},
      {"card", "sam", "--at", "noon"},
      {"talk", "sam", "--formality", "rude"},
      {"talk", "sam", "a", "b", "c", "d"},
      {"explain", "--guest"},
      {"explain", "--guest", "sam", "tea"},
      {"suggest", "sam", "--count", "many"},
      {"suggest", "sam", "--as-of", "2026-13-01"},
      {"explain", "sam"},
      {"explain", "--token", "t"},
      {"explain", "--token", "t", "sam", "tea"},
      {"explain", "--token", "t", "tea", "--what-if-gift", "milk"},
      {"explain", "--token", "t", "tea", "--filter", "price < 3"},
      {"suggest", "sam", "--what-if-add", "tea", "--page-size", "5"},
      {"why-not"},
      {"why-not", "sam"},
      {"why-not", "", "tea"},
      {"why-not", "sam", "tea", "--pool", "old"},
      {"why-not", "sam", "tea", "--diversity", "2"},
      {"compare", "sam", "tea"},
      {"compare", "sam", "tea", "milk", "--lines", "0"},
      {"record", "sam"},
      {"record", "sam", "tea", "--return", "e1"},
      {"record", "sam", "tea", "--price", "cheap"},
      {"record", "sam", "tea", "--quantity", "0"},
      {"customers", "--merge-into", "ada"},
      {"customers", "ada", "--yes"},
      {"moments", "--from", "3"},
      {"moments", "--count", "3"},
      {"moments", "--kind", "birthday"},
      {"moments", "--capacity", "-1"},
      {"moments", "--channel", "smoke"},
      {"moments", "--claim", "m"},
      {"moments", "--claim", "m", "--customer", "ada"},
      {"moments", "--complete", "m", "--customer", "ada", "--staff", "sam"},
      {"moments", "--complete", "m", "--claim", "m", "--customer", "ada", "--staff", "sam",
       "--fate", "wrong"},
      {"moments", "--fate", "skipped"},
      {"moments", "--complete", "m", "--customer", "ada", "--staff", "sam", "--fate", "contacted"},
      {"moments", "--watch", "--claim", "m", "--customer", "ada", "--staff", "sam"},
      {"moments", "--watch", "--from", "-1"},
      {"moments", "--watch", "--count", "0"},
      {"import", "file.csv"},
      {"import", "file.csv", "--format", "xlsx"},
      {"items", "tea", "--available", "tea"},
      {"status", "--timeout", "-1"},
      {"train", "--cancel", "--no-wait"},
      {"shadow", "--sample", "0.5"},
      {"shadow", "v", "--sample", "2"},
      {"shadow", "v", "--off"},
      {"evaluate"},
      {"evaluate", "--purchases", "file.csv"},
      {"evaluate", "--history", "file.csv", "--format", "purchases"},
      {"evaluate", "--pairs-train", "file.txt"},
      {"evaluate", "--pairs-train", "a", "--pairs-test", "b", "--purchases", "c", "--format",
       "purchases"},
      {"evaluate", "--pairs-train", "a", "--pairs-test", "b", "--half-life", "9"},
      {"evaluate", "--pairs-test", "b"},
      {"evaluate", "--moments"},
      {"evaluate", "--moments", "--purchases", "file.csv"},
      {"evaluate", "--moments", "--pairs-train", "a"},
      {"evaluate", "--moments", "--purchases", "a", "--format", "purchases", "--explanations"},
      {"evaluate", "--moments", "--purchases", "a", "--format", "purchases", "--window", "7d"},
      {"evaluate", "--explanations"},
      {"evaluate", "--explanations", "--purchases", "file.csv"},
      {"evaluate", "--explanations", "--pairs-train", "a", "--baselines", "quick"},
      {"evaluate", "--explanations", "--pairs-train", "a", "--seeds", "0"},
      {"evaluate", "--explanations", "--pairs-train", "a", "--cuts", "2011-06-01,2011-07-01"},
      {"evaluate", "--pairs-train", "a", "--pairs-test", "b", "--customers", "9"},
      {"evaluate", "--purchases", "file.csv", "--format", "purchases", "--baselines", "best"},
      {"evaluate", "--purchases", "file.csv", "--format", "purchases", "--window", "soon"},
      {"evaluate", "--purchases", "file.csv", "--format", "purchases", "--cuts",
       "2026-01-01,2026-02-01,2026-01-01T00:00:00Z"},
      {"bench", "--mix", "tea=1"},
      {"bench", "--mix", "suggest=0"},
      {"bench", "--rate", "0"},
      {"bench", "--rate", "nan"},
      {"bench", "--concurrency", "4"},
      {"bench", "--closed", "--rate", "5"},
      {"bench", "--criticality", "urgent"},
      {"bench", "--at-least-ok", "1.1"},
      {"tune"},
      {"tune", "--purchases", "file.csv"},
      {"tune", "--pairs-train", "file", "--purchases", "file.csv", "--format", "purchases"},
      {"tune", "--pairs-train", "file", "--budget", "soon"},
      {"tune", "--pairs-train", "file", "--candidates", "1"},
  };
  for (const auto& mistake : kMistakes) {
    const Finished finished = Rapport(mistake);
    const std::string words = mistake.empty() ? "" : mistake.front() + " …" + mistake.back();
    EXPECT_EQ(finished.exit_code, 2) << words;
    EXPECT_THAT(finished.err, HasSubstr("--help`")) << words;
    EXPECT_THAT(finished.out, IsEmpty()) << words;
  }
}

TEST(Usage, WhatIsNoNumberIsAMistakeAsAnyOther) {
  const std::vector<std::string> evaluate = {"evaluate", "--purchases", "f", "--format",
                                             "purchases"};
  const std::vector<std::string> tune = {"tune", "--purchases", "f", "--format", "purchases"};
  const std::vector<std::string> model = {
      "--factors",   "--alpha0",           "--regularization", "--nu",    "--iterations",
      "--half-life", "--neighbour-weight", "--long-half-life", "--window"};
  for (const char* value : {"nan", "inf", "-inf", "-nan"}) {
    const auto refused = [value](std::vector<std::string> command, const std::string& option) {
      command.insert(command.end(), {option, value});
      const Finished finished = Rapport(command);
      EXPECT_EQ(finished.exit_code, 2) << option << " " << value;
      EXPECT_THAT(finished.err, HasSubstr(option + ": given " + value + "; expected "));
    };
    for (const std::string& option : model) {
      refused(evaluate, option);
      refused(tune, option);
    }
    refused({"shadow", "v"}, "--sample");
    refused({"status"}, "--timeout");
    std::vector<std::string> budget = tune;
    budget.insert(budget.end(), {"--budget", value});
    EXPECT_EQ(Rapport(budget).exit_code, 2) << value;
  }
}

TEST(Usage, NumbersOutOfTheirRangeNameIt) {
  const auto complaint = [](const std::string& option, const std::string& value) {
    return Rapport({"evaluate", "--purchases", "f", "--format", "purchases", option, value}).err;
  };
  EXPECT_THAT(complaint("--half-life", "0"), HasSubstr("0.01 to 100000\n"));
  EXPECT_THAT(complaint("--neighbour-weight", "-0.5"), HasSubstr("-1, or 0 to 1000\n"));
  EXPECT_THAT(complaint("--window", "100000d"), HasSubstr("given 100000d; "));
  EXPECT_THAT(complaint("--window", "0d"), HasSubstr("days such as 28d, 0.01 to 3650\n"));
}

TEST(Usage, OptionsOfPurchasesAreRefusedWithPairs) {
  const std::vector<std::vector<std::string>> options = {
      {"--cuts", "2026-01-01"},   {"--window", "14d"},   {"--half-life", "30"},
      {"--long-half-life", "90"}, {"--history", "file"}, {"--baselines", "quick"},
      {"--format", "purchases"}};
  for (const auto& option : options) {
    std::vector<std::string> command = {"evaluate", "--pairs-train", "a", "--pairs-test", "b"};
    command.insert(command.end(), option.begin(), option.end());
    const Finished finished = Rapport(command);
    EXPECT_EQ(finished.exit_code, 2) << option.front();
    EXPECT_THAT(finished.err, HasSubstr(option.front()));
  }
  for (const char* option : {"--cuts", "--window", "--half-life", "--long-half-life"})
    EXPECT_EQ(Rapport({"tune", "--pairs-train", "a", option, "3"}).exit_code, 2) << option;
}

TEST(Usage, EveryCommandHelps) {
  const Finished all = Rapport({"--help"});
  EXPECT_EQ(all.exit_code, 0);
  for (const char* command :
       {"suggest", "explain", "why-not", "compare", "record", "purchases", "customers", "items",
        "import", "load-sample", "train", "models", "shadow", "status", "evaluate", "tune"}) {
    EXPECT_THAT(all.out, HasSubstr(std::string("  ") + command + " "));
    const Finished help = Rapport({command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr(std::string("Usage: rapport ") + command)) << command;
    EXPECT_THAT(help.err, IsEmpty()) << command;
  }
}

TEST(Usage, VersionIsOneLine) {
  EXPECT_THAT(Rapport({"--version"}).out, testing::MatchesRegex("rapport [0-9.]+\n"));
}

TEST(Usage, NoServerIsSaidPlainlyAndEndsWithOne) {
  for (const char* command : {"status", "models", "items", "customers", "train"}) {
    const Finished finished = Rapport({"--server", "127.0.0.1:1", command});
    EXPECT_EQ(finished.exit_code, 1) << command;
    EXPECT_EQ(finished.err,
              "rapport: no server at 127.0.0.1:1; start one with `make run`, or name another with "
              "--server\n");
  }
}

// Before anything is asked of a server: there is none here.
TEST(Usage, AMergeIsAskedForTwice) {
  const std::vector<std::string> merge = {"--server", "127.0.0.1:1",  "customers",
                                          "bob",      "--merge-into", "ada"};
  EXPECT_EQ(Rapport(merge).exit_code, 1);
  EXPECT_THAT(Rapport(merge).err, HasSubstr("say --yes"));
  std::vector<std::string> sure = merge;
  sure.emplace_back("--yes");
  EXPECT_THAT(Rapport(sure).err, HasSubstr("no server at"));

  std::vector<std::string> command = {RAPPORT_BINARY};
  command.insert(command.end(), merge.begin(), merge.end());
  for (const auto& [typed, answer] :
       {std::pair("n\n", "nothing was merged"), std::pair("\n", "nothing was merged"),
        std::pair("yes\n", "no server at"), std::pair("y\n", "no server at")}) {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ASSERT_TRUE(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    const int kept_open = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    const std::string_view keys = typed;
    ASSERT_EQ(write(terminal, keys.data(), keys.size()), std::ssize(keys));
    const Finished finished = e2e::Run(command, ptsname(terminal));
    close(kept_open);
    close(terminal);
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_THAT(finished.err, HasSubstr("Merge bob into ada, for ever?"));
    EXPECT_THAT(finished.err, HasSubstr(answer));
  }
}

TEST(Usage, FilesThatAreNotThereAreNamed) {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"import", "/nowhere/file", "--format", "purchases"},
                                             {"tune", "--pairs-train", "/nowhere/file"},
                                             {"items", "--upsert", "/nowhere/file"}}) {
    const Finished finished = Rapport(command);
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_THAT(finished.err, HasSubstr("/nowhere/file"));
  }
}

}  // namespace
}  // namespace rapport::e2e
